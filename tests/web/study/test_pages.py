"""The first page, quizzes, reading, the tutor's view, notes and pass marks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.conftest import DEMO_NAMES, SignedIn
from tests.helpers.page import Page, get, send

TUTORS = {"lead", "admin"}


@pytest.mark.parametrize("role", DEMO_NAMES)
def test_everybody_may_study_and_tutors_see_everybody(client_as: SignedIn, role: str) -> None:
    browser = client_as(role)

    seen = {
        path
        for path in ("/study", "/study/tutor", "/study/tutor/people/tito.treino",
                     "/study/tutor/marks")
        if get(browser, path).status == 200
    }  # fmt: skip

    assert seen == (
        {"/study", "/study/tutor", "/study/tutor/people/tito.treino", "/study/tutor/marks"}
        if role in TUTORS
        else {"/study"}
    )


def test_who_trains_begins_at_their_exercises(trainee: FlaskClient) -> None:
    home = get(trainee, "/")

    assert home.response.request.path == "/study"
    assert home["h1"] == "Estudar"
    assert home.all(".nav a") == ["Artigos", "Estudar"]


def test_the_first_page_shows_every_week_and_what_to_do_next(trainee: FlaskClient) -> None:
    home = get(trainee, "/study")

    assert len(home.all(".tile h3")) >= 15
    assert home.all(".part h2")[0].startswith("Semana 1")
    assert home.has("section[aria-label='O próximo'] form")
    assert len(home.all(".tile--next")) >= 1


def test_an_article_is_acknowledged(trainee: FlaskClient) -> None:
    home = get(trainee, "/study")
    waiting = len(home.soup.select("form[action$='/read']"))

    after = send(trainee, home, "form[action$='/read']")

    assert len(after.soup.select("form[action$='/read']")) < waiting
    assert "lido" in after


def answered(trainee: FlaskClient, page: Page, *, right: bool) -> Page:
    """Answer the question shown; the right one is known from what the screen says after it."""
    options = page.soup.select(".answer")
    option = str(options[0 if right else -1]["value"])
    return send(trainee, page, "form[action$='/answers']", option=option)


def test_a_quiz_gives_the_why_after_each_answer_and_a_result(trainee: FlaskClient) -> None:
    page = send(trainee, get(trainee, "/study"), "form[action='/study/quizzes']")

    first = answered(trainee, page, right=True)
    last = first
    for _ in range(9):
        last = answered(trainee, last, right=False)

    assert not page.has("[role=status].notice")
    assert first["[role=status].notice .strong"].startswith(("● Certo", "▲ O certo é"))
    assert last["section[aria-label=Resultado] .score"].endswith("%")
    assert not last.has(".answer")
    assert "certas de 10" in last


def test_the_first_answer_of_a_question_stands(trainee: FlaskClient) -> None:
    page = send(trainee, get(trainee, "/study"), "form[action='/study/quizzes']")
    first = answered(trainee, page, right=True)

    again = answered(trainee, page, right=False)

    assert again[".notice"] == first[".notice"]


def test_an_answer_that_was_not_offered_is_refused(trainee: FlaskClient) -> None:
    page = send(trainee, get(trainee, "/study"), "form[action='/study/quizzes']")

    refused = send(trainee, page, "form[action$='/answers']", option="outra coisa")

    assert refused.status == 422


def test_a_quiz_is_its_trainees(trainee: FlaskClient, client_as: SignedIn) -> None:
    page = send(trainee, get(trainee, "/study"), "form[action='/study/quizzes']")
    path = page.response.request.path
    agent = client_as("agent")
    token = get(agent, "/account").token()

    posted = agent.post(f"{path}/answers", data={"csrf_token": token, "question": "q1"})

    assert (get(agent, path).status, posted.status_code) == (404, 404)


def test_a_tutor_writes_and_the_trainee_answers(
    begin: Callable[..., Page], tutor: FlaskClient, trainee: FlaskClient
) -> None:
    begin()
    send(trainee, get(trainee, "/study"), "form[action$='/stop']")
    everybody = get(tutor, "/study/tutor")
    person = get(tutor, "/study/tutor/people/tito.treino")

    send(tutor, person, "#study-notes form", text="Boa escuta. Diga o prazo antes da taxa.")
    home = get(trainee, "/study")
    send(trainee, home, "#study-notes form", text="Obrigado, vou repetir.")

    assert "tito.treino" in everybody["table"]
    assert "Ninguém do outro lado" in person["section[aria-label=Exercícios]"]
    assert "Diga o prazo antes da taxa" in home["#study-notes"]
    assert "vou repetir" in get(tutor, "/study/tutor/people/tito.treino")["#study-notes"]


def test_a_note_without_text_is_refused_and_one_too_long_is_not_lost(
    tutor: FlaskClient, trainee: FlaskClient
) -> None:
    person = get(tutor, "/study/tutor/people/tito.treino")
    much = "a" * 2100

    empty = send(tutor, person, "#study-notes form", text="  ")
    long = send(tutor, person, "#study-notes form", text=much)
    own = send(trainee, get(trainee, "/study"), "#study-notes form", text="")

    assert (empty.status, long.status, own.status) == (422, 422, 422)
    assert long["#field-text"] == much
    assert own["h1"] == "Estudar"


def test_notes_about_others_are_for_tutors(client_as: SignedIn, trainee: FlaskClient) -> None:
    agent = client_as("agent")
    token = get(agent, "/account").token()

    answer = agent.post("/study/notes/tito.treino", data={"csrf_token": token, "text": "oi"})

    assert answer.status_code == 404


def test_nobody_is_nobody(tutor: FlaskClient) -> None:
    assert get(tutor, "/study/tutor/people/ninguem").status == 404


def test_a_pass_mark_is_changed_and_keeps_its_history(tutor: FlaskClient) -> None:
    form = "section[aria-label='Pontos para passar num exercício'] form"

    changed = send(tutor, get(tutor, "/study/tutor/marks"), form, value="75")
    back = send(tutor, changed, form, value="70")

    assert changed.find("#field-exercise_pass")["value"] == "75"
    assert "75 desde" in back["section[aria-label='Pontos para passar num exercício']"]
    assert "por lia.lider" in back["section[aria-label='Pontos para passar num exercício']"]


@pytest.mark.parametrize("value", ["0", "101", "setenta", "", "9" * 40])
def test_a_mark_out_of_bounds_is_refused_and_stays_in_its_field(
    tutor: FlaskClient, value: str
) -> None:
    form = "section[aria-label='Pontos para passar num exercício'] form"

    refused = send(tutor, get(tutor, "/study/tutor/marks"), form, value=value)

    assert refused.status == 422
    assert refused.find("#field-exercise_pass")["value"] == value
    assert refused.has("#field-exercise_pass-problem")


@pytest.mark.parametrize("path", ["/study/attempts/999999", "/study/quizzes/999999"])
def test_what_does_not_exist_is_not_found(trainee: FlaskClient, path: str) -> None:
    assert get(trainee, path).status == 404

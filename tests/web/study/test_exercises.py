"""The margin, the step behind it, what is written afterwards, and the review."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.helpers.page import Page, get, send
from tests.web.study.conftest import act, to_the_answer

Begin = Callable[..., Page]


def stopped(trainee: FlaskClient) -> Page:
    """End the exercise under way as it stands: its review."""
    return send(trainee, get(trainee, "/study"), "form[action$='/stop']")


def test_the_step_takes_no_answer_before_something_was_chosen(
    begin: Begin, trainee: FlaskClient
) -> None:
    call = begin()

    after = to_the_answer(trainee, call)

    assert not call.has("#call-step .answer")
    assert len(call.all("#study-coach .answer")) >= 3
    assert after.has("#call-step .answer")
    assert not after.has("#study-coach .answer")
    assert after.has("#study-coach .notice")


def test_the_customer_speaks_when_asked(begin: Begin, trainee: FlaskClient) -> None:
    call = begin("los-vermelha")

    after = act(trainee, call, "ask")

    assert not call.has("#study-talk .speech--new")
    assert "protocolo" in after["#study-talk .speech--new"]


def test_a_right_choice_and_a_wrong_one_are_told_apart_with_the_why(
    begin: Begin, trainee: FlaskClient
) -> None:
    call = begin("los-vermelha")
    options = {str(one["value"]): one for one in call.soup.select("#study-coach .answer")}

    right = act(trainee, call, "choose", option="quem")

    assert "quem" in options
    assert "Isso mesmo" in right["#study-coach"]
    assert "Por quê" in right["#study-coach"]


def test_the_first_choice_stands(begin: Begin, trainee: FlaskClient) -> None:
    call = begin("los-vermelha")
    wrong = next(
        str(one["value"])
        for one in call.soup.select("#study-coach .answer")
        if one["value"] != "quem"
    )

    chosen = act(trainee, call, "choose", option=wrong)
    again = act(trainee, call, "choose", option="quem")

    assert "Não era este o passo" in chosen["#study-coach"]
    assert "Não era este o passo" in again["#study-coach"]


def test_a_hint_says_what_it_costs_and_is_counted(begin: Begin, trainee: FlaskClient) -> None:
    call = begin("los-vermelha")

    hinted = act(trainee, call, "hint")
    review = stopped(trainee)

    assert "custa 3 pontos" in call["#study-coach form[action$='/hint']"]
    assert hinted["#study-coach .stripe"].startswith("Dica:")
    assert "1 pedida" in review[".bars"]
    assert "−3" in review[".bars"]


@pytest.mark.parametrize("option", ["", "nada-disso"])
def test_a_choice_that_was_not_offered_is_refused_where_it_was_made(
    begin: Begin, trainee: FlaskClient, option: str
) -> None:
    refused = act(trainee, begin(), "choose", option=option)

    assert refused.status == 422
    assert "Escolha uma das opções" in refused["#call-step [role=alert]"]
    assert refused.has("#study-coach .answer")


def test_going_on_with_what_is_under_way_lends_no_second_line(
    begin: Begin, trainee: FlaskClient
) -> None:
    first = begin()

    second = begin()

    assert second["#protocol"] == first["#protocol"]


def test_the_same_seed_makes_the_same_customer(begin: Begin, trainee: FlaskClient) -> None:
    once = begin("los-vermelha", seed=7)["#study-coach .opening"]
    stopped(trainee)

    again = begin("los-vermelha", seed=7)["#study-coach .opening"]

    assert again == once


@pytest.mark.parametrize("seed", ["-1", "um", "99999999999"])
def test_a_seed_that_is_none_is_refused(trainee: FlaskClient, seed: str) -> None:
    home = get(trainee, "/study")

    answer = trainee.post(
        "/study/exercises/linha-muda/begin", data={"csrf_token": home.token(), "seed": seed}
    )

    assert answer.status_code == 422


def test_an_exercise_that_does_not_exist_is_not_found(trainee: FlaskClient) -> None:
    home = get(trainee, "/study")

    answer = trainee.post("/study/exercises/nao-ha/begin", data={"csrf_token": home.token()})

    assert answer.status_code == 404


def to_silence(trainee: FlaskClient, call: Page) -> Page:
    """Through `linha-muda` to its end by its good way, so that there is something to write."""
    page = to_the_answer(trainee, call)
    page = act(trainee, page, "answer", **{"protocol.told": "true"})
    page = to_the_answer(trainee, page)
    page = act(trainee, page, "answer", **{"caller.name": "Alba", "caller.is_holder": "true"})
    page = act(trainee, page, "anytime", key="s")
    for _ in range(12):
        if page.has("#call-step form[action$='/conclude']"):
            return act(trainee, page, "conclude")
        if page.has("#study-coach .answer"):
            page = to_the_answer(trainee, page)
        elif page.has("#call-step form[action$='/give-up']"):
            page = act(trainee, page, "give-up")
        elif page.has("#call-step form[action$='/confirm']"):
            page = act(trainee, page, "confirm")
        else:
            page = act(trainee, page, "answer", **{"caller.responded": "false"})
    raise AssertionError(page["#call-step"])


def test_what_was_written_is_kept_reviewed_and_judged(begin: Begin, trainee: FlaskClient) -> None:
    written = to_silence(trainee, begin())
    explanation = "Reiniciei a ONU daqui e a OLT está normal, pode desligar."

    kept = act(trainee, written, "write", record__caller="Alba", then="keep")
    review = act(trainee, kept, "write", record__explanation=explanation, then="finish")

    assert written["#call-step h1"] == "A ligação acabou: escreva o que fica"
    assert kept.find("#field-record__caller")["value"] == "Alba"
    assert review["h1"] == "Ninguém do outro lado"
    assert "ONU" in review["section[aria-label=Linguagem]"]
    assert "OLT" in review["section[aria-label=Linguagem]"]
    assert "Alba" in review["section[aria-label=Registro]"]
    assert "Desfecho" in review["section[aria-label=Caminho]"]
    assert review.has("form[action$='/linha-muda/begin']")
    assert not review.has("section[aria-label='Ordem de serviço']")


def test_what_is_too_long_is_refused_and_not_lost(begin: Begin, trainee: FlaskClient) -> None:
    written = to_silence(trainee, begin())
    much = "leituras " * 300

    refused = act(
        trainee, written, "write", record__readings=much, record__caller="Alba", then="finish"
    )

    assert refused.status == 422
    assert refused["#field-record__readings-problem"].startswith("Use no máximo")
    assert refused["#field-record__readings"] == much.strip()
    assert refused.find("#field-record__caller")["value"] == "Alba"


def test_an_answer_sent_past_the_coachs_question_changes_nothing(
    begin: Begin, trainee: FlaskClient
) -> None:
    call = begin("los-vermelha")
    form = call.fields("#study-coach form")
    address = str(call.find("#study-coach form")["action"]).replace("/choose", "/answer")

    refused = trainee.post(address, data={**form, "protocol.told": "true"})
    after = get(trainee, address.removesuffix("/answer"))

    assert refused.status_code == 409
    assert "Primeiro diga na margem" in refused.get_data(as_text=True)
    assert after["#call-step h1"] == "Protocolo informado"
    assert after.has("#study-coach .answer")


def test_who_stopped_early_is_not_told_that_they_went_to_the_end(
    begin: Begin, trainee: FlaskClient
) -> None:
    begin("los-vermelha")

    review = stopped(trainee)

    assert "Você foi até o fim" not in review["main"]

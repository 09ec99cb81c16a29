"""Whose exercise it is: its trainee acts, a tutor looks, for anybody else it is not there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from tests.conftest import DEMO_NAMES, SignedIn
from tests.helpers.page import Page, get
from tests.web.study.conftest import act, to_the_answer

TUTORS = {"lead", "admin"}
DEEDS = {
    "choose": {"option": "quem"},
    "ask": {},
    "hint": {},
    "write": {"record__caller": "Ana"},
    "answer": {"protocol.told": "true"},
    "back": {},
    "note": {"text": "oi"},
    "anytime": {"key": "s"},
}
NOT_IN_EXERCISES = ("line", "close", "reopen", "erp")


@pytest.mark.parametrize("role", DEMO_NAMES)
def test_a_call_is_shown_to_its_trainee_and_to_tutors(
    begin: Callable[..., Page], client_as: SignedIn, role: str
) -> None:
    call = begin()

    status = get(client_as(role), f"/study/desk/cases/{call['#protocol']}").status

    assert status == (200 if role in TUTORS | {"trainee"} else 404)


@pytest.mark.parametrize("role", sorted(set(DEMO_NAMES) - {"trainee"}))
def test_nobody_else_does_anything_in_it(
    begin: Callable[..., Page], client_as: SignedIn, trainee: FlaskClient, role: str
) -> None:
    protocol = begin()["#protocol"]
    browser = client_as(role)
    token = get(browser, "/account").token()

    statuses = {
        deed: browser.post(
            f"/study/desk/cases/{protocol}/{deed}",
            data={**fields, "visit": "1", "csrf_token": token},
        ).status_code
        for deed, fields in DEEDS.items()
    }

    assert set(statuses.values()) == {404}
    after = get(trainee, f"/study/desk/cases/{protocol}")
    assert after["#call-step h1"] == "Protocolo informado"
    assert after.has("#study-coach form[action$='/choose']")
    assert not after.has("#study-talk .speech--new")


def test_a_tutor_sees_no_form_that_acts(begin: Callable[..., Page], tutor: FlaskClient) -> None:
    protocol = begin()["#protocol"]

    page = get(tutor, f"/study/desk/cases/{protocol}")

    assert "só quem treina responde" in page["#call-step"]
    assert [str(form["action"]).rpartition("/")[2] for form in page.soup.select("form[hx-post]")
            if "reveal" not in str(form["action"])] == []  # fmt: skip


def test_nobody_signed_in_is_sent_to_the_sign_in(
    begin: Callable[..., Page], client: FlaskClient
) -> None:
    protocol = begin()["#protocol"]

    for path in ("/study", f"/study/desk/cases/{protocol}", "/study/tutor", "/study/quizzes/1"):
        answer = client.get(path)

        assert answer.status_code == 303
        assert "/account/sign-in" in answer.headers["Location"]


def test_a_review_is_its_trainees_and_the_tutors(
    begin: Callable[..., Page], client_as: SignedIn, trainee: FlaskClient
) -> None:
    begin()
    home = get(trainee, "/study")
    stop = str(home.find("form[action$='/stop']")["action"])
    shown = trainee.post(stop, data={"csrf_token": home.token()})

    seen = {role for role in DEMO_NAMES if get(client_as(role), shown.location).status == 200}

    assert seen == TUTORS | {"trainee"}


def test_exercises_and_real_cases_do_not_know_each_other(
    begin: Callable[..., Page], tutor: FlaskClient
) -> None:
    protocol = begin()["#protocol"]
    desk = get(tutor, "/desk/")
    found = Page(
        tutor.post("/desk/customers", data={"who": "maria.gomes", "csrf_token": desk.token()})
    )
    real = Page(
        tutor.post("/desk/cases", data=found.fields("#customers form"), follow_redirects=True)
    )["#protocol"]

    assert protocol.startswith("T")
    assert get(tutor, f"/desk/cases/{protocol}").status == 404
    assert get(tutor, f"/study/desk/cases/{real}").status == 404
    assert protocol not in get(tutor, f"/desk/cases?protocol={protocol}")["#cases"]
    logins = Page(
        tutor.post("/desk/customers", data={"who": "treino.", "csrf_token": desk.token()})
    )
    assert "Nenhum cliente" in logins["#customers"]


@pytest.mark.parametrize("deed", NOT_IN_EXERCISES)
def test_what_has_no_place_in_an_exercise_is_not_there(
    begin: Callable[..., Page], trainee: FlaskClient, deed: str
) -> None:
    call = begin()

    answer = trainee.post(
        f"/study/desk/cases/{call['#protocol']}/{deed}", data={"csrf_token": call.token()}
    )

    assert answer.status_code == 404


def test_the_record_that_writes_itself_is_hidden(
    begin: Callable[..., Page], trainee: FlaskClient
) -> None:
    call = begin()

    assert not call.has("#record-text")
    assert get(trainee, f"/study/desk/cases/{call['#protocol']}/record").status == 404


def test_links_of_the_call_stay_in_training(
    begin: Callable[..., Page], trainee: FlaskClient
) -> None:
    call = to_the_answer(trainee, begin())
    protocol = call["#protocol"]
    addresses = [
        str(element[name])
        for name in ("href", "action", "hx-get", "hx-post")
        for element in call.soup.select(f"#call [{name}], dialog [{name}]")
    ]

    outside = {
        address
        for address in addresses
        if address.startswith("/desk")
        and not address.startswith(("/desk/articles", "/desk/search"))
    }
    jumps = get(trainee, f"/desk/search?q=luz&protocol={protocol}")

    assert outside == set()
    assert {str(form["action"]) for form in jumps.soup.select("#search-results form")} == {
        f"/study/desk/cases/{protocol}/jump"
    }


def test_the_phone_of_an_invented_customer_is_shown_and_audited_apart(
    begin: Callable[..., Page], trainee: FlaskClient, engine: Engine, training_engine: Engine
) -> None:
    call = begin()

    shown = act(trainee, call, "reveal")

    question = text("select count(*) from audit_row where record = :protocol")
    counts = []
    for database in (training_engine, engine):
        with database.connect() as db:
            counts.append(db.execute(question, {"protocol": call["#protocol"]}).scalar_one())
    assert "90000-00" in shown["span"]
    assert counts == [1, 0]


def test_a_finished_exercise_takes_nothing_more(
    begin: Callable[..., Page], trainee: FlaskClient
) -> None:
    call = begin()
    home = get(trainee, "/study")
    stop = str(home.find("form[action$='/stop']")["action"])
    trainee.post(stop, data={"csrf_token": home.token()})

    refused = act(trainee, call, "choose", option="quem")

    assert refused.status == 409
    assert "já terminou" in refused

"""A closed case becomes an exercise or a scenario, with nobody in it, for who leads."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from tests.conftest import SignedIn
from tests.helpers.page import Page, get
from tests.web.study.conftest import act

WORDS = ("Maria", "Gomes", "maria.gomes", "90000-0001", "Hortênsias", "000.000")


@pytest.fixture(scope="module")
def closed(request: pytest.FixtureRequest) -> dict[str, str]:
    """Where the protocol of the one closed case of this module is kept."""
    return {}


@pytest.fixture
def protocol(tutor: FlaskClient, closed: dict[str, str]) -> str:
    """A case of the real desk that fell silent, closed; nothing could be read."""
    if not closed:
        closed["protocol"] = silent_case(tutor)
    return closed["protocol"]


def opened(client: FlaskClient, login: str) -> Page:
    desk = get(client, "/desk/")
    found = Page(client.post("/desk/customers", data={"who": login, "csrf_token": desk.token()}))
    return Page(
        client.post("/desk/cases", data=found.fields("#customers form"), follow_redirects=True)
    )


def silent_case(client: FlaskClient) -> str:
    page = act(client, opened(client, "maria.gomes"), "answer", **{"protocol.told": "true"})
    page = act(client, page, "answer", **{"caller.name": "Maria Gomes", "caller.is_holder": "true"})
    page = act(client, page, "note", text="Cliente Maria Gomes, CPF 000.000.001-91")
    page = act(client, page, "anytime", key="s")
    for _ in range(12):
        if page.has("#call-step form[action$='/conclude']"):
            page = act(client, page, "conclude")
            break
        for deed in ("give-up", "confirm"):
            if page.has(f"#call-step form[action$='/{deed}']"):
                page = act(client, page, deed)
                break
        else:
            page = act(client, page, "answer", **{"caller.responded": "false"})
    if page.has("#call-step form[action$='/close']"):
        page = act(client, page, "close", closing="sem_comunicacao", confirmed_by="", text="Mudo")
    assert page.has("a[href$='/as/exercise']"), page["#call-step"]
    return page["#protocol"]


@pytest.mark.parametrize("kind", ["exercise", "scenario"])
def test_only_who_leads_makes_them(client_as: SignedIn, protocol: str, kind: str) -> None:
    statuses = {
        role: get(client_as(role), f"/desk/cases/{protocol}/as/{kind}").status
        for role in ("agent", "n2", "n3", "author", "trainee", "lead", "admin")
    }

    refused = {role for role, status in statuses.items() if status == 403}
    assert refused == {"agent", "n2", "n3", "author", "trainee"}
    assert not get(client_as("agent"), f"/desk/cases/{protocol}").has("a[href*='/as/']")


def test_nobody_is_left_in_the_exercise(tutor: FlaskClient, protocol: str) -> None:
    page = get(tutor, f"/desk/cases/{protocol}/as/exercise")
    made = page["#made-text"]

    assert "SEM_COMUNICACAO" in made
    assert [word for word in (*WORDS, protocol) if word in made] == []


def test_the_file_is_the_same_and_taking_it_is_audited(
    tutor: FlaskClient, protocol: str, engine: Engine
) -> None:
    shown = get(tutor, f"/desk/cases/{protocol}/as/exercise")

    file = tutor.get(f"/desk/cases/{protocol}/as/exercise.yaml")

    assert "attachment" in file.headers["Content-Disposition"]
    assert file.get_data(as_text=True).split() == shown["#made-text"].split()
    assert audited(engine, protocol, "case_as_exercise:download") == 1


def test_the_exercise_is_kept_once_and_can_be_begun(
    tutor: FlaskClient, trainee: FlaskClient, protocol: str, engine: Engine
) -> None:
    page = get(tutor, f"/desk/cases/{protocol}/as/exercise")

    home = act(tutor, page, "as/exercise")
    again = act(tutor, page, "as/exercise")

    assert home.status == 200
    assert again.status == 409
    assert get(trainee, "/study").has("form[action*='caso-']")
    assert audited(engine, protocol, "case_as_exercise") == 1


def test_a_shortcut_makes_no_scenario_and_says_so(tutor: FlaskClient, protocol: str) -> None:
    page = get(tutor, f"/desk/cases/{protocol}/as/scenario")

    assert page.status == 422
    assert "atalho" in page["[role=alert]"]


def test_an_open_case_is_left_alone(tutor: FlaskClient) -> None:
    call = opened(tutor, "joao.freitas")

    page = get(tutor, f"/desk/cases/{call['#protocol']}/as/exercise")

    assert not call.has("a[href*='/as/']")
    assert page.status == 422
    assert "encerrado" in page["[role=alert]"]


def test_what_is_neither_is_not_found(tutor: FlaskClient, protocol: str) -> None:
    assert get(tutor, f"/desk/cases/{protocol}/as/poem").status == 404
    assert get(tutor, "/desk/cases/20200101-000001/as/exercise").status == 404


def audited(engine: Engine, protocol: str, action: str) -> int:
    question = text("select count(*) from audit_row where record = :record and action = :action")
    with engine.connect() as db:
        return int(db.execute(question, {"record": protocol, "action": action}).scalar_one())

"""The agent opens a customer's code, says who they are, sends a link; each by who may, once."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kbwizard.selfservice.service import SelfService
from kbwizard.selfservice.values import Visit
from tests.conftest import SignedIn
from tests.helpers.page import Page, get, send
from tests.web.desk.conftest import open_case
from tests.web.desk.test_roles import ATTEND, EVERYBODY


@pytest.fixture
def service(app: Flask) -> SelfService:
    found: SelfService = app.extensions["kbwizard.help"].selfservice
    return found


def answer(service: SelfService, visit: Visit, **said: object) -> None:
    standing = service.advance(visit)
    known = {name.replace("__", "."): value for name, value in said.items()}
    service.answer(visit, visit_number=standing.position.visit, said=known)  # type: ignore[arg-type]
    service.advance(visit)


@pytest.fixture
def visit(service: SelfService) -> Visit:
    """A customer who said what is wrong, and stands at the next question."""
    begun = service.begin(channel="page").visit
    answer(service, begun, symptom="no_internet")
    return begun


def open_code(agent: FlaskClient, code: str) -> Page:
    home = get(agent, "/desk/")
    return send(agent, home, "form[action='/desk/code']", code=code)


def test_the_code_leads_to_the_customers_case_and_asks_who_it_is(
    agent: FlaskClient, service: SelfService, visit: Visit
) -> None:
    handle = service.ask_person(visit, name="Maria")

    page = open_code(agent, handle.code.lower())

    assert page["h1"] == "Quem é o cliente?"
    assert handle.protocol in page
    assert "Maria" in page["main"]
    assert service.fresh(visit).taken_over


def test_who_it_is_is_said_once_and_the_call_goes_on_at_the_customers_step(
    agent: FlaskClient, service: SelfService, visit: Visit
) -> None:
    before = service.standing(visit).position
    who = open_code(agent, service.ask_person(visit, name="Paula").code)

    found = send(agent, who, "form[role=search]", who="paulo.teixeira")
    call = send(agent, found, ".results form")

    assert call.has("#call")
    assert "autoatendimento" not in call["#call-step"]
    after = service.standing(visit).position
    assert after.line is not None
    assert after.audience == "agent"
    given = {one.readings[0].fact: one.by for one in after.given}
    assert given["symptom"] == "customer"
    assert "symptom" in {one.readings[0].fact for one in before.given}
    assert call.all(".path .chip").count("cliente") >= 1
    assert "Identificar" not in call["#call-bar"]


def test_what_the_customer_did_alone_is_marked_in_the_record(
    agent: FlaskClient, service: SelfService, visit: Visit
) -> None:
    asked = service.advance(visit).position.pending.facts[0]
    spec = service.standing(visit).bundle.registry.facts[asked]
    answer(service, visit, **{asked.replace(".", "__"): spec.values[0].value})
    handle = service.ask_person(visit)
    open_code(agent, handle.code)

    call = get(agent, f"/desk/cases/{handle.protocol}")

    assert (
        f"{spec.label}={spec.label_of(spec.values[0].value)} (o cliente, sozinho)"
        in (call["#record-text"])
    )


@pytest.mark.parametrize("typed", ["CCCC-CCCC", "", "nada", "<script>alert(1)</script>", "9" * 40])
def test_a_wrong_code_is_told_beside_its_field(client_as: SignedIn, typed: str) -> None:
    page = open_code(client_as("n2"), typed)

    assert page.status == 404
    assert "Código não encontrado" in page[".field-problem"]
    assert not page.has("main script")


def test_a_code_opens_once(agent: FlaskClient, service: SelfService, visit: Visit) -> None:
    code = service.ask_person(visit).code
    assert open_code(agent, code).status == 200

    assert open_code(agent, code).status == 404


def test_a_case_from_the_queue_shows_where_the_customer_is_and_is_taken_first(
    agent: FlaskClient, service: SelfService, visit: Visit
) -> None:
    protocol = service.ask_person(visit).protocol
    listed = get(agent, "/desk/cases?queue=autoatendimento")
    assert "uma pessoa no autoatendimento" in get(agent, "/desk/")
    assert protocol in listed

    call = get(agent, f"/desk/cases/{protocol}")
    events = len(service.standing(visit).events)
    refused = agent.post(
        f"/desk/cases/{protocol}/back", data={"walk": "1", "csrf_token": call.token()}
    )

    assert "está com o cliente" in call["#with-customer"]
    assert not call.has("#call-step")
    assert refused.status_code == 409
    assert len(service.standing(visit).events) == events
    taken = send(agent, call, "#with-customer form")
    assert taken["h1"] == "Quem é o cliente?"
    assert service.fresh(visit).taken_over


def test_looking_at_a_customers_walk_reads_nothing_for_it(
    agent: FlaskClient, service: SelfService
) -> None:
    begun = service.begin(channel="page").visit
    protocol = service.ask_person(begun).protocol
    events = len(service.standing(begun).events)

    get(agent, f"/desk/cases/{protocol}")
    agent.get(f"/desk/cases/{protocol}/pulse")

    assert len(service.standing(begun).events) == events


def test_a_line_with_an_open_case_goes_on_there_and_the_told_protocol_leads_to_it(
    agent: FlaskClient, service: SelfService, visit: Visit
) -> None:
    other = open_case(agent, "lucas.rocha")["#protocol"]
    handle = service.ask_person(visit)
    who = open_code(agent, handle.code)
    found = send(agent, who, "form[role=search]", who="lucas.rocha")

    call = send(agent, found, ".results form")

    assert call["#protocol"] == other
    assert "assunto 2" in call["#call-path"]
    assert get(agent, f"/desk/cases/{handle.protocol}")["#protocol"] == other


def test_a_link_is_shown_once_and_can_be_revoked(
    agent: FlaskClient, service: SelfService, app: Flask
) -> None:
    protocol = open_case(agent, "camila.gomes")["#protocol"]
    page = get(agent, f"/desk/cases/{protocol}/links")

    made = send(agent, page, f"form[action='/desk/cases/{protocol}/links']")
    address = made["#link"]
    token = address.rpartition("/")[2]
    again = get(agent, f"/desk/cases/{protocol}/links")

    assert address.startswith("http://localhost/help/c/")
    assert token not in again["main"]
    assert "ainda não usado" in again["main"]
    assert service.look_at_link(token)
    customer = app.test_client()
    assert customer.get(f"/help/c/{token}").status_code == 200
    revoked = send(agent, again, "form[action$=revoke]")
    assert "cancelado" in revoked["main"]
    assert not service.look_at_link(token)
    assert customer.get(f"/help/c/{token}").status_code == 410


def test_a_link_of_another_case_is_not_revoked_from_here(
    agent: FlaskClient, service: SelfService
) -> None:
    protocol = open_case(agent, "daniel.freitas")["#protocol"]
    page = get(agent, f"/desk/cases/{protocol}/links")

    sent = agent.post(
        f"/desk/cases/{protocol}/links/9999/revoke", data={"csrf_token": page.token()}
    )

    assert sent.status_code == 404


def test_without_a_line_no_link_is_made(
    agent: FlaskClient, service: SelfService, visit: Visit
) -> None:
    protocol = service.ask_person(visit).protocol
    page = get(agent, f"/desk/cases/{protocol}/links")

    sent = agent.post(f"/desk/cases/{protocol}/links", data={"csrf_token": page.token()})

    assert sent.status_code == 422


def test_who_has_a_customer_already_is_not_asked_who_it_is(agent: FlaskClient, case: str) -> None:
    assert get(agent, f"/desk/cases/{case}/who").status == 409


DEEDS = ("/desk/code", "/desk/cases/{case}/take-over", "/desk/cases/{case}/who",
         "/desk/cases/{case}/identify", "/desk/cases/{case}/links",
         "/desk/cases/{case}/links/1/revoke")  # fmt: skip


@pytest.mark.parametrize("role", sorted(EVERYBODY - ATTEND))
@pytest.mark.parametrize("deed", DEEDS)
def test_who_does_not_attend_does_none_of_this(
    client_as: SignedIn, case: str, role: str, deed: str
) -> None:
    browser = client_as(role)
    token = get(browser, "/account").token()

    sent = browser.post(deed.format(case=case), data={"csrf_token": token})

    assert sent.status_code == 403


@pytest.mark.parametrize("deed", DEEDS)
def test_nobody_signed_in_does_none_of_this(app: Flask, case: str, deed: str) -> None:
    assert app.test_client().post(deed.format(case=case)).status_code in (303, 400, 401, 403)


@pytest.mark.parametrize("typed", ["x" * 20_001, "a\0b"])
def test_what_is_no_text_is_refused(agent: FlaskClient, case: str, typed: str) -> None:
    token = get(agent, "/account").token()

    sent = agent.post("/desk/code", data={"code": typed, "csrf_token": token})

    assert sent.status_code == 422

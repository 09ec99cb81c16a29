"""Whatever is posted to the desk: a clear word in Portuguese, the right status, nothing written."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from tests.conftest import SignedIn
from tests.helpers.page import Page, get, send
from tests.web.desk.conftest import Snapshot, open_case

CALL = "/desk/cases/{protocol}"
FORMS = {
    "answer": {"protocol.told": "true"},
    "confirm": {"already": "1"},
    "give-up": {},
    "back": {},
    "act": {"go": "1"},
    "note": {"text": "nota"},
    "anytime": {"key": "s"},
    "jump": {"tree": "fibra-los", "node": "luz_los", "reason": "pediu"},
    "revise": {"target": "2", "protocol.told": "true"},
    "conclude": {"told": "2026-11-21T20:00:00+00:00", "confirmed_by": "M", "summary": "S"},
    "close": {"closing": "resolvido", "confirmed_by": "Maria", "text": "feito"},
    "reopen": {"reason": "caiu"},
    "line": {"line_id": "1"},
    "erp": {"erp": "123"},
    "reveal": {"what": "phone"},
}
"""Every POST of a call and what a browser would send with it."""
STRANGERS = (
    "joao.freitas", "10000000003", "jose.martins", "francisca.pinto", "antonio.lima",
    "10000000007", "carlos.campos", "juliana.costa", "paulo.teixeira", "10000000011",
    "lucas.rocha", "camila.gomes", "daniel.freitas", "padaria.exemplo", "saulo.campos",
)  # fmt: skip
"""A customer for each deed, whose case may move."""
NASTY = {
    "long": "x" * 20_001,
    "nul": "a\0b",
    "control": "\x01\x02\x1b[31m",
    "markup": "<script>alert(1)</script>",
    "half a character": "\ud800".encode("utf-8", "surrogatepass"),
}


def form_of(client: FlaskClient, protocol: str, **typed: object) -> dict[str, object]:
    page = get(client, CALL.format(protocol=protocol))
    return {**page.fields("#call-step form"), **typed}


@pytest.mark.parametrize("deed", FORMS)
def test_no_field_takes_what_is_no_text(
    agent: FlaskClient, case: str, written: Snapshot, deed: str
) -> None:
    whole = form_of(agent, case, **FORMS[deed])
    before = written()

    for field in (*FORMS[deed], "walk", "visit"):
        for name in ("long", "nul"):
            sent = agent.post(f"/desk/cases/{case}/{deed}", data={**whole, field: NASTY[name]})
            assert sent.status_code == 422, (field, name)
            assert re.search(r"máximo é 20000|não é texto", Page(sent)["main"])

    assert written() == before


@pytest.mark.parametrize(("number", "deed"), list(enumerate(FORMS)))
def test_strange_text_never_breaks_a_screen_nor_stands_in_it_unescaped(
    agent: FlaskClient, number: int, deed: str
) -> None:
    case = open_case(agent, STRANGERS[number])["#protocol"]
    whole = form_of(agent, case, **FORMS[deed])

    for field in (*FORMS[deed], "walk", "visit"):
        for name in ("control", "markup", "half a character"):
            sent = agent.post(
                f"/desk/cases/{case}/{deed}",
                data={**whole, field: NASTY[name]},
                follow_redirects=True,
            )
            assert sent.status_code < 500, (field, name)
            assert "<script>alert" not in sent.get_data(as_text=True)

    assert get(agent, CALL.format(protocol=case)).status == 200


@pytest.mark.parametrize("deed", FORMS)
def test_without_its_token_no_form_is_taken(
    agent: FlaskClient, case: str, written: Snapshot, deed: str
) -> None:
    before = written()

    page = Page(agent.post(f"/desk/cases/{case}/{deed}", data={**FORMS[deed], "visit": "1"}))

    assert page.status == 400
    assert "perdeu a validade" in page["main"]
    assert written() == before


@pytest.mark.parametrize("deed", FORMS)
def test_a_protocol_that_does_not_exist_is_said_to_be_so(
    agent: FlaskClient, case: str, written: Snapshot, deed: str
) -> None:
    whole = form_of(agent, case, **FORMS[deed])
    before = written()

    page = Page(agent.post(f"/desk/cases/20990101-000001/{deed}", data=whole))

    assert page.status == 404
    assert "Não existe atendimento com este protocolo." in page
    assert written() == before


@pytest.mark.parametrize("deed", ["answer", "confirm", "give-up", "act", "conclude"])
@pytest.mark.parametrize("visit", ["0", "99", "-1", "abc", ""])
def test_a_form_of_another_step_moves_nothing_and_shows_where_the_call_stands(
    agent: FlaskClient, case: str, written: Snapshot, deed: str, visit: str
) -> None:
    whole = form_of(agent, case, **{**FORMS[deed], "visit": visit})
    before = written()

    page = Page(agent.post(f"/desk/cases/{case}/{deed}", data=whole))

    assert page.status == 409, page["#call-step"]
    assert page.has("#call-step [role=alert]")
    assert "O protocolo deste atendimento é" in page["#call-step"]
    assert written() == before


@pytest.mark.parametrize(
    ("deed", "typed", "word"),
    [
        ("answer", {"protocol.told": "talvez"}, "responda sim ou não"),
        ("answer", {"protocol.told": ""}, "preencha"),
        ("anytime", {"key": "z"}, "não existe"),
        ("jump", {"tree": "nada", "node": "nada"}, ""),
        ("jump", {"tree": "fibra-los", "node": "nada"}, ""),
        ("jump", {"tree": "", "node": ""}, ""),
        ("note", {"text": "   "}, "nota"),
        ("note", {"text": "n" * 2001}, "2000"),
        ("revise", {"target": "999", "protocol.told": "true"}, ""),
        ("revise", {"target": "x", "protocol.told": "true"}, ""),
        ("close", {"closing": "os"}, "CD-05"),
        ("close", {"closing": "resolvido", "confirmed_by": ""}, "quem confirmou"),
        ("reveal", {"what": "document"}, "telefone ou endereço"),
        ("line", {"line_id": "2"}, "não é deste cliente"),
        ("line", {"line_id": "999999"}, "não é deste cliente"),
        ("erp", {"erp": "1" * 61}, "ERP"),
    ],
)
def test_a_forged_value_is_refused_with_a_word_and_nothing_is_written(
    agent: FlaskClient, case: str, written: Snapshot, deed: str, typed: dict[str, str], word: str
) -> None:
    whole = {**form_of(agent, case), **typed}
    if deed != "answer":
        whole.pop("protocol.told", None)
    whole.update(typed)
    before = written()

    page = Page(agent.post(f"/desk/cases/{case}/{deed}", data=whole))

    assert page.status in (404, 409, 422), page["main"]
    assert word in page["main"]
    assert written() == before


def test_another_customers_line_is_not_opened(agent: FlaskClient, written: Snapshot) -> None:
    home = get(agent, "/desk/")
    before = written()

    page = Page(
        agent.post(
            "/desk/cases", data={"csrf_token": home.token(), "customer_id": "1", "line_id": "2"}
        )
    )

    assert page.status == 422
    assert "não é deste cliente" in page["main"]
    assert written() == before


@pytest.mark.parametrize("customer", ["0", "-1", "999999", "9" * 30])
def test_a_customer_who_does_not_exist_opens_no_case(
    agent: FlaskClient, written: Snapshot, customer: str
) -> None:
    home = get(agent, "/desk/")
    before = written()

    page = Page(
        agent.post("/desk/cases", data={"csrf_token": home.token(), "customer_id": customer})
    )

    assert page.status == 404
    assert written() == before


@pytest.mark.parametrize(
    "typed", ["", "m", "%", "_", "'; drop table customer;--", "🦊" * 40, "x" * 400]
)
def test_any_search_for_a_customer_answers(agent: FlaskClient, typed: str) -> None:
    home = get(agent, "/desk/")

    page = Page(agent.post("/desk/customers", data={"who": typed, "csrf_token": home.token()}))

    assert page.status == 200
    assert not page.has("#customers .results button") or typed.strip("%_")


@pytest.mark.parametrize(
    "path",
    [
        "/desk/search?q=%22%28%5B",
        "/desk/search?q=AND+OR+NOT",
        "/desk/search?q=" + "x" * 3000,
        "/desk/search?q=luz&walk=abc&protocol=../..",
        "/desk/cases?status=nada&queue=%27&protocol=%25",
        "/desk/cases?mine=1",
    ],
)
def test_any_query_is_answered(agent: FlaskClient, path: str) -> None:
    assert get(agent, path).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/desk/articles/nao-existe",
        "/desk/articles/..%2f..%2fetc%2fpasswd",
        "/desk/cases/nada",
        "/desk/cases/20261121-000001?walk=9",
        "/desk/cases/20261121-000001/change/999",
        "/desk/cases/20261121-000001/pulse?walk=7",
    ],
)
def test_what_does_not_exist_is_not_found(agent: FlaskClient, case: str, path: str) -> None:
    page = get(agent, path.replace("20261121-000001", case))

    assert page.status == 404
    assert page["main"]


OUTAGE = {"scope": "pon", "target": "olt-huawei 0/1/0", "forecast_at": "", "internal_text": ""}


@pytest.mark.parametrize(
    "typed",
    [
        {"scope": "galaxy"},
        {"target": ""},
        {"target": "x" * 500},
        {"forecast_at": "amanhã"},
        {"forecast_at": "2001-01-01T00:00"},
        {"internal_text": "x" * 5000},
    ],
)
def test_an_outage_that_makes_no_sense_is_not_opened(
    client_as: SignedIn, app: object, written: Snapshot, typed: dict[str, str]
) -> None:
    lead = client_as("lead")
    board = get(lead, "/desk/outages")
    before = written()

    page = Page(lead.post("/desk/outages", data={**OUTAGE, **typed, "csrf_token": board.token()}))

    assert page.status == 422
    assert page.has("[role=alert]")
    assert written() == before


def test_two_leads_on_one_outage_the_later_is_told(client_as: SignedIn, app: object) -> None:
    lead = client_as("lead")
    opened = send(lead, get(lead, "/desk/outages"), "form[action$='/outages']", **OUTAGE)
    close = "form[action$='/close']"

    assert send(lead, opened, close).status == 200
    page = send(lead, opened, close)

    assert page.status == 409
    assert page.has("[role=alert]")


def test_a_second_call_about_the_same_line_goes_on_in_the_open_case(
    agent: FlaskClient, case: str
) -> None:
    page = open_case(agent, "maria.gomes")

    assert page["#protocol"] == case
    assert "Já havia este atendimento aberto" in page

"""Numbers and texts that a column cannot hold, on both databases: refused, never an error of ours."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import text

from kbwizard.db import core_writing
from kbwizard.web.security import public
from kbwizard.web.services import Services
from tests.conftest import SignedIn
from tests.helpers.page import Page, get

HUGE = (2**31, 2**63, 2**64, 10**40)
ADDRESSES = ("/account/sign-ins/{}/end", "/account/held/{}/discard")


@pytest.mark.parametrize("number", HUGE)
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_row_that_cannot_be_is_not_found(client_as: SignedIn, address: str, number: int) -> None:
    client = client_as("agent")
    token = get(client, "/desk/").token()

    answer = client.post(address.format(number), data={"csrf_token": token})

    assert answer.status_code == 404


@pytest.mark.parametrize("number", HUGE)
def test_a_customer_or_line_that_cannot_be_is_refused(client_as: SignedIn, number: int) -> None:
    client = client_as("agent")
    token = get(client, "/desk/").token()
    form = {"csrf_token": token, "customer_id": str(number), "line_id": str(number)}

    assert client.post("/desk/cases", data=form).status_code in (400, 404, 422)


@pytest.mark.parametrize("typed", ["\ud800", "a\x01b", "ﷺ" * 200, "\u202e", "'; --", "%00"])
def test_odd_text_in_an_address_is_no_error_of_ours(client_as: SignedIn, typed: str) -> None:
    client = client_as("agent")
    odd = quote(typed.encode("utf-8", "surrogatepass"))

    for path in (f"/desk/cases/{odd}", f"/desk/cases?text={odd}", f"/kb/?q={odd}"):
        assert client.get(path).status_code < 500, path


WRONG = ("SELECT CAST(99999999999 AS INTEGER)", "SELECT CAST('texto' AS INTEGER)")


@pytest.mark.parametrize("statement", WRONG)
def test_a_value_that_got_through_to_postgresql_is_the_forms_fault(
    app: Flask, services: Services, backend: str, statement: str
) -> None:
    @app.get("/odd")
    @public
    def odd() -> str:
        with core_writing(services.engine) as connection:
            connection.execute(text(statement))
        return "SQLite takes it"

    page = Page(app.test_client().get("/odd"))

    assert page.status == (200 if backend == "sqlite" else 422)
    assert backend == "sqlite" or "texto" not in page["main"]

"""Errors as pages, as fragments, and never as tracebacks."""

from __future__ import annotations

import json
import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kbwizard.web.logs import JsonLines
from kbwizard.web.services import Services
from tests.conftest import SignedIn
from tests.helpers.page import Page, get

HTMX = {"HX-Request": "true"}
OWN = [("missing", 404), ("stale", 409), ("conflict", 409), ("invalid", 422), ("bug", 500)]


@pytest.mark.parametrize(("kind", "status"), OWN)
def test_each_error_is_a_page_that_leads_on(client: FlaskClient, kind: str, status: int) -> None:
    page = get(client, f"/sample/fails/{kind}")

    assert page.status == status
    assert page["h1"]
    assert page.find("a.button")["href"] == "/"


@pytest.mark.parametrize(("kind", "status"), OWN)
def test_each_error_is_a_fragment_in_the_live_region_for_htmx(
    client: FlaskClient, kind: str, status: int
) -> None:
    response = client.get(f"/sample/fails/{kind}", headers=HTMX)

    assert response.status_code == status
    assert response.headers["HX-Retarget"] == "#messages"
    assert Page(response).has("#error[role=alert]")
    assert "<html" not in response.text


def test_a_boosted_request_gets_the_page(client: FlaskClient) -> None:
    page = get(client, "/sample/fails/missing", **HTMX, **{"HX-Boosted": "true"})

    assert page.has("html")


def test_a_page_that_does_not_exist_says_so(client: FlaskClient) -> None:
    page = get(client, "/nothing")

    assert (page.status, page["h1"]) == (404, "Página não encontrada")


@pytest.mark.parametrize(
    ("role", "address", "status"),
    [("agent", "/desk/drafts", 403), ("trainee", "/desk", 403), ("lead", "/desk/nothing", 404)],
)
def test_who_is_signed_in_keeps_the_menu_on_an_error(
    client_as: SignedIn, role: str, address: str, status: int
) -> None:
    browser = client_as(role)
    usual = get(browser, "/account")

    page = get(browser, address)

    assert page.status == status
    assert page.all(".nav a") == usual.all(".nav a")
    assert page.has("form[action='/account/sign-out']")


@pytest.mark.parametrize("address", ["/nothing", "/sample/fails/bug"])
def test_nobody_signed_in_gets_no_menu_on_an_error(client: FlaskClient, address: str) -> None:
    assert not get(client, address).has(".nav")


def test_a_wrong_method_says_so(client: FlaskClient) -> None:
    response = client.get("/account/sign-out")

    assert response.status_code == 405
    assert response.headers["Allow"]


def test_a_bug_shows_a_code_and_no_word_of_the_message(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, logger="kbwizard.web"):
        page = get(client, "/sample/fails/bug")

    line = json.loads(JsonLines().format(caplog.records[0]))
    assert "000.000" not in page
    assert "Traceback" not in page
    assert line["incident"] in page
    assert line["error"] == "RuntimeError"
    assert "tests/web/sample.py" in line["where"][-1]
    assert "000.000" not in json.dumps(line)


def test_when_even_the_error_page_fails_a_plain_line_remains(
    app: Flask, services: Services, client: FlaskClient
) -> None:
    del app.jinja_env.globals["htmx_config"]

    response = client.get("/sample/fails/bug")

    assert response.status_code == 500
    assert response.text.startswith("Algo falhou aqui.")


def test_a_lost_database_is_our_fault_and_said_so(client: FlaskClient, services: Services) -> None:
    client.set_cookie("kbw_signin", "x")
    with services.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE account_sign_in")

    page = get(client, "/account")

    assert page.status == 500
    assert "A falha é nossa" in page


def test_requests_are_logged_by_route_and_never_by_address(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="kbwizard.access"):
        client.get("/account/sign-in?next=/maria")

    line = json.loads(JsonLines().format(caplog.records[0]))
    assert (line["route"], line["status"]) == ("account.sign_in", 200)
    assert "maria" not in json.dumps(line)


def test_health_answers_ok(client: FlaskClient) -> None:
    assert client.get("/healthz").text == "ok\n"

"""Headers, CSRF, sizes, and text that is not text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kbwizard.app import create_app
from kbwizard.errors import SetupError
from kbwizard.web.services import Services
from tests.conftest import SignedIn
from tests.helpers.page import Page, get
from tests.web.sample import NOTES

CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)


@pytest.mark.parametrize(
    "path", ["/account/sign-in", "/account", "/nothing", "/sample/fails/bug", "/healthz"]
)
def test_every_answer_carries_the_protecting_headers(client_as: SignedIn, path: str) -> None:
    headers = client_as("agent").get(path).headers

    assert headers["Content-Security-Policy"] == CSP
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


def test_pages_differ_by_who_asked_and_how(client_as: SignedIn) -> None:
    vary = client_as("agent").get("/account").headers["Vary"]

    assert "HX-Request" in vary
    assert "Cookie" in vary


def test_a_form_without_its_token_changes_nothing_and_gives_the_text_back(
    client_as: SignedIn,
) -> None:
    page = Page(
        client_as("agent").post("/sample/note", data={"note": "uma nota longa", "password": "x"})
    )

    assert page.status == 400
    assert page["h1"] == "Este formulário perdeu a validade"
    assert page.all(".typed textarea") == ["uma nota longa"]
    assert NOTES == []


@pytest.mark.parametrize("token", ["", "forged", "IjEi.x.y"])
def test_a_forged_token_is_refused(client_as: SignedIn, token: str) -> None:
    response = client_as("agent").post("/sample/note", data={"note": "x", "csrf_token": token})

    assert response.status_code == 400
    assert NOTES == []


def test_another_browsers_token_is_refused(app: Flask, client_as: SignedIn) -> None:
    token = get(app.test_client(), "/account/sign-in").token()

    response = client_as("agent").post("/sample/note", data={"note": "x", "csrf_token": token})

    assert response.status_code == 400


def test_the_token_also_comes_by_header_as_htmx_sends_it(client_as: SignedIn) -> None:
    browser = client_as("agent")
    token = get(browser, "/sample/note").token()

    response = browser.post("/sample/note", data={"note": "x"}, headers={"X-CSRFToken": token})

    assert response.status_code == 303
    assert NOTES == ["x"]


def _post(browser: FlaskClient, **fields: str | bytes) -> Page:
    token = get(browser, "/sample/note").token()
    return Page(browser.post("/sample/note", data={"csrf_token": token, **fields}))


def test_a_nul_is_refused_and_the_text_given_back(client_as: SignedIn) -> None:
    page = _post(client_as("agent"), note="antes\0depois")

    assert page.status == 422
    assert page.all(".typed textarea") == ["antes\N{REPLACEMENT CHARACTER}depois"]


def test_an_absurdly_long_text_says_how_long_it_may_be(client_as: SignedIn) -> None:
    page = _post(client_as("agent"), note="a" * 20_001)

    assert page.status == 422
    assert "20001 caracteres; o máximo é 20000" in page


def test_more_than_256_kb_is_too_large(client_as: SignedIn) -> None:
    page = _post(client_as("agent"), note="a" * 300_000)

    assert page.status == 413
    assert "256 KB" in page


def test_bytes_that_are_not_utf_8_do_not_break_anything(client_as: SignedIn) -> None:
    browser = client_as("agent")
    token = get(browser, "/sample/note").token()

    response = browser.post(
        "/sample/note",
        data=f"csrf_token={token}&note=a%FF%FEb",
        content_type="application/x-www-form-urlencoded",
    )

    assert response.status_code == 303
    assert NOTES == ["a%FF%FEb"]


def test_a_body_that_is_no_form_at_all_is_answered(client_as: SignedIn) -> None:
    response = client_as("agent").post(
        "/sample/note",
        data=b"note=\xff\xfe\x00",
        content_type="application/x-www-form-urlencoded",
    )

    assert response.status_code in (400, 422)
    assert NOTES == []


@pytest.mark.parametrize(
    ("path", "status"),
    [("/desk%00", 404), ("/account?x=%00", 422), ("/%ff%fe", 404), ("/" + "a" * 9000, 404)],
)
def test_addresses_that_are_not_text_are_answered(
    client_as: SignedIn, path: str, status: int
) -> None:
    assert client_as("agent").get(path).status_code == status


def test_demo_mode_answers_this_machine_only(client: FlaskClient) -> None:
    response = client.get("/account/sign-in", environ_base={"REMOTE_ADDR": "192.0.2.9"})

    assert response.status_code == 403


def test_cookies_are_for_tls_only_when_the_settings_say_so(services: Services) -> None:
    strict = create_app(
        services=replace(services, settings=replace(services.settings, secure_cookies=True))
    )

    response = strict.test_client().get("/account/sign-in")

    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert all("Secure" in cookie for cookie in response.headers.getlist("Set-Cookie"))
    assert response.headers.getlist("Set-Cookie")


def test_a_real_installation_does_not_start_with_demo_users(services: Services) -> None:
    with pytest.raises(SetupError, match="demonstração"):
        create_app(services=replace(services, settings=replace(services.settings, demo=False)))


def test_demo_mode_does_not_start_beyond_loopback(services: Services) -> None:
    with pytest.raises(SetupError, match="127"):
        create_app(services=replace(services, settings=replace(services.settings, host="0.0.0.0")))

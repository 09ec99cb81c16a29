"""A form posted after the sign-in expired: held, offered to its author, never sent by itself."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from kbwizard.accounts.people import disable_user
from kbwizard.web.services import Services
from tests.conftest import SignedIn
from tests.helpers.clock import FrozenClock
from tests.helpers.page import Page, get, send
from tests.web.sample import NOTES

NOTE = "Cliente pede visita\r\ndepois das 18h"


@pytest.fixture
def late(client_as: SignedIn, frozen: FrozenClock) -> FlaskClient:
    """Ana's browser, with a note sent after her sign-in expired."""
    browser = client_as("agent")
    page = get(browser, "/sample/note")
    frozen.pass_time(hours=13)
    send(browser, page, "#note", note=NOTE)
    return browser


def _enter(browser: FlaskClient, name: str = "ana.agente") -> Page:
    return send(browser, get(browser, "/account/sign-in"), name=name, password="demonstracao")


def test_it_is_offered_after_signing_in_and_not_sent_by_itself(late: FlaskClient) -> None:
    page = _enter(late)

    assert page["h2"] == "Você tinha enviado isto às 03:02"
    assert "Cliente pede visita depois das 18h" in page
    assert NOTES == []


def test_sending_it_now_delivers_what_was_typed_and_forgets_it(late: FlaskClient) -> None:
    page = _enter(late)

    sent = send(late, page, "form[action='/sample/note']")

    assert sent.response.request.path == "/sample/note"
    assert [note.replace("\r\n", "\n") for note in NOTES] == [NOTE.replace("\r\n", "\n")]
    assert late.get("/account/held").location == "/"


def test_discarding_it_forgets_it(late: FlaskClient) -> None:
    page = _enter(late)

    send(late, page, "form[action$='discard']")

    assert NOTES == []
    assert late.get("/account/held").location == "/"


def test_nobody_else_is_offered_it(late: FlaskClient) -> None:
    page = _enter(late, "nilo.n2")

    assert not page.has("form[action='/sample/note']")
    assert get(late, "/account/held").response.request.path != "/account/held"


def test_it_stays_when_the_screen_refuses_it(client_as: SignedIn, frozen: FrozenClock) -> None:
    browser = client_as("agent")
    page = get(browser, "/sample/note")
    frozen.pass_time(hours=13)
    send(browser, page, "#note", note="refuse")

    refused = send(browser, _enter(browser), "form[action='/sample/note']")

    assert refused.status == 409
    assert "refuse" in get(browser, "/account/held")


def test_a_form_of_the_same_person_in_another_tab_stays_good(
    client_as: SignedIn, frozen: FrozenClock
) -> None:
    browser = client_as("agent")
    other_tab = get(browser, "/sample/note")
    frozen.pass_time(hours=13)

    _enter(browser)
    send(browser, other_tab, "#note", note="da outra aba")

    assert NOTES == ["da outra aba"]


def test_a_form_with_a_secret_is_not_held(client_as: SignedIn, frozen: FrozenClock) -> None:
    browser = client_as("agent")
    token = get(browser, "/sample/note").token()
    frozen.pass_time(hours=13)

    browser.post("/sample/secret", data={"csrf_token": token, "community": "x"})

    assert not _enter(browser).has("form[action='/sample/secret']")


def test_a_forged_form_is_not_held(client_as: SignedIn, frozen: FrozenClock) -> None:
    browser = client_as("agent")
    frozen.pass_time(hours=13)

    response = browser.post("/sample/note", data={"note": "plantada"})

    assert response.status_code == 400
    assert "plantada" not in _enter(browser)


@pytest.mark.parametrize(
    ("path", "given_back"), [("/sample/note", True), ("/sample/secret", False)]
)
def test_a_form_of_a_sign_in_that_was_ended_gives_the_text_back(
    client_as: SignedIn, services: Services, path: str, given_back: bool
) -> None:
    browser = client_as("agent")
    token = get(browser, "/sample/note").token()
    disable_user(services.engine, "ana.agente", now=services.clock())

    page = Page(browser.post(path, data={"csrf_token": token, "note": "uma nota"}))

    assert page.status == 401
    assert (page.all(".typed textarea") == ["uma nota"]) is given_back


def test_htmx_keeps_the_page_when_the_sign_in_was_ended(
    client_as: SignedIn, services: Services
) -> None:
    browser = client_as("agent")
    token = get(browser, "/sample/note").token()
    disable_user(services.engine, "ana.agente", now=services.clock())
    headers = {"HX-Request": "true", "X-CSRFToken": token}

    response = browser.post("/sample/note", data={"note": "x"}, headers=headers)

    assert (response.status_code, response.headers["HX-Retarget"]) == (401, "#messages")


def test_a_stranger_has_nothing_held(client: FlaskClient, services: Services) -> None:
    token = get(client, "/account/sign-in").token()

    client.post("/sample/note", data={"csrf_token": token, "note": "x"})

    with services.engine.connect() as connection:
        count = connection.exec_driver_sql("SELECT count(*) FROM account_held_form").scalar_one()
    assert count == 0


def test_htmx_is_sent_to_sign_in_and_back_to_the_page_it_stood_on(
    client_as: SignedIn, frozen: FrozenClock
) -> None:
    browser = client_as("agent")
    token = get(browser, "/sample/note").token()
    frozen.pass_time(hours=13)
    headers = {
        "HX-Request": "true",
        "HX-Current-URL": "http://localhost/sample/note",
        "X-CSRFToken": token,
    }

    response = browser.post("/sample/note", data={"note": NOTE}, headers=headers)

    assert response.headers["HX-Redirect"] == "/account/sign-in?next=/sample/note"
    assert "depois das 18h" in _enter(browser)


def test_a_poll_leaves_the_page_alone_and_says_what_happened(
    client_as: SignedIn, frozen: FrozenClock
) -> None:
    browser = client_as("agent")
    frozen.pass_time(hours=13)

    response = browser.get("/sample/poll", headers={"HX-Request": "true"})

    assert response.status_code == 401
    assert response.headers["HX-Retarget"] == "#messages"
    assert "HX-Redirect" not in response.headers
    assert "Sua entrada não vale mais" in response.text


def test_a_poll_after_signing_out_leaves_the_page(client: FlaskClient) -> None:
    response = client.get("/sample/poll", headers={"HX-Request": "true"})

    assert response.headers["HX-Redirect"].startswith("/account/sign-in")

"""Signing in and out through the browser's door."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from kbwizard.accounts.models import AuditRow
from kbwizard.db import reading
from kbwizard.web.security import COOKIE
from kbwizard.web.services import Services
from tests.conftest import SignedIn
from tests.helpers.clock import FrozenClock
from tests.helpers.page import Page, get, send


def _enter(client: FlaskClient, name: str = "tito.treino", password: str = "demonstracao") -> Page:
    return send(client, get(client, "/account/sign-in"), name=name, password=password)


def test_name_and_password_open_the_door(client: FlaskClient) -> None:
    page = _enter(client)

    assert page.status == 200
    assert "Tito Treino" in page[".who"]


def test_who_attends_goes_to_the_desk(client_as: SignedIn) -> None:
    response = client_as("agent").get("/")

    assert (response.status_code, response.location) == (303, "/desk")


def test_who_only_writes_goes_to_what_they_write(client_as: SignedIn) -> None:
    assert client_as("author").get("/").location == "/desk/drafts"


@pytest.mark.parametrize(
    ("name", "password"), [("tito.treino", "errada"), ("ninguem", "demonstracao")]
)
def test_a_wrong_name_and_a_wrong_password_are_answered_alike(
    client: FlaskClient, name: str, password: str
) -> None:
    page = _enter(client, name, password)

    assert page.status == 401
    assert page["[role=alert]"] == "Nome ou senha não conferem. Confira os dois e tente de novo."
    assert page.find("#field-name")["value"] == name
    assert page.find("#field-password")["value"] == ""


def test_sign_in_leads_on_to_where_they_were_going(client: FlaskClient) -> None:
    page = send(
        client, get(client, "/account?changed=1"), name="tito.treino", password="demonstracao"
    )

    assert page.response.request.path == "/account"
    assert page.response.request.query_string == b"changed=1"


def test_the_address_of_the_desk_leads_who_does_not_attend_to_their_own_screen(
    client: FlaskClient,
) -> None:
    page = send(client, get(client, "/desk/"), name="tito.treino", password="demonstracao")

    assert page.status == 200
    assert page.response.request.path.startswith("/study")


@pytest.mark.parametrize(
    "target",
    [
        "https://example.net/",
        "//example.net",
        "/\\example.net",
        "javascript:alert(1)",
        "/a\nb",
        "/account/sign-out",
    ],
)
def test_sign_in_never_leads_to_another_site(client: FlaskClient, target: str) -> None:
    page = get(client, "/account/sign-in")
    data = {**page.fields(), "name": "tito.treino", "password": "demonstracao", "next": target}

    response = client.post("/account/sign-in", data=data)

    assert response.location == "/"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: FlaskClient) -> None:
    page = get(client, "/account/sign-in")
    data = {**page.fields(), "name": "tito.treino", "password": "demonstracao"}

    response = client.post("/account/sign-in", data=data)

    cookies = {c.split("=")[0]: c for c in response.headers.getlist("Set-Cookie")}
    assert set(cookies) == {COOKIE, "kbw_session"}
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in cookies.values())


def test_signing_out_ends_it_in_the_database_too(client: FlaskClient) -> None:
    _enter(client)
    token = client.get_cookie(COOKIE)
    assert token is not None

    send(client, get(client, "/account"), ".who form")
    client.set_cookie(COOKIE, token.value)

    assert client.get("/account").status_code == 303


def test_an_expired_sign_in_asks_again_and_comes_back(
    client_as: SignedIn, frozen: FrozenClock
) -> None:
    browser = client_as("agent")
    frozen.pass_time(hours=13)

    response = browser.get("/account?changed=1")

    assert response.location == "/account/sign-in?next=/account?changed%3D1"


def test_entries_and_refusals_are_audited_without_what_was_typed(
    client: FlaskClient, services: Services
) -> None:
    _enter(client, "tito.treino", "errada")
    _enter(client, "minha-senha-secreta", "x")
    _enter(client)

    with reading(services.engine) as db:
        rows = [r for r in db.exec(select(AuditRow)).all() if r.action.startswith("sign_in")]

    assert [(row.who, row.action) for row in rows] == [
        ("tito.treino", "sign_in.refused"),
        ("desconhecido", "sign_in.refused"),
        ("tito.treino", "sign_in"),
    ]
    assert "secreta" not in repr(rows)


def test_ten_wrong_tries_on_one_name_close_it_for_a_while(app: Flask, client: FlaskClient) -> None:
    for _ in range(10):
        assert _enter(client, "ana.agente", "errada").status == 401

    refused = _enter(client, "ana.agente", "demonstracao")
    other = _enter(app.test_client(), "lia.lider", "errada")

    assert refused.status == 429
    assert "Tente de novo às" in refused
    assert 0 < int(refused.response.headers["Retry-After"]) <= 600
    assert other.status == 401


def test_thirty_wrong_tries_from_one_address_close_it_for_every_name(client: FlaskClient) -> None:
    page = get(client, "/account/sign-in")
    for number in range(30):
        send(client, page, name=f"nome{number}", password="x")

    assert send(client, page, name="tito.treino", password="demonstracao").status == 429


def test_good_entries_do_not_count_as_tries(app: Flask) -> None:
    statuses = {_enter(app.test_client()).status for _ in range(11)}

    assert statuses == {200}


def test_demo_users_are_listed_in_demo_mode(client: FlaskClient) -> None:
    page = get(client, "/account/sign-in")

    assert "ana.agente" in page["details"]
    assert "demonstracao" in page["details"]

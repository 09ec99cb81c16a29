"""Nobody is signed in here: CSRF, limits, cookies, headers, and errors in customers' words."""

from __future__ import annotations

import gzip
import sqlite3

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

import kbwizard.app
from kbwizard.web.services import Services
from tests.helpers.clock import FrozenClock
from tests.helpers.customer import Customer
from tests.helpers.page import Page

STAFF_WORDS = ("papel", "Sem permissão", "sign-in", "Entre de novo", "suporte técnico", "atendente")


@pytest.fixture
def limited(services: Services, clock: FrozenClock) -> Customer:
    """A phone at an application of its own, with its limits on."""
    app = kbwizard.app.create_app(services=services)
    return Customer(app.test_client(), clock)


def posts(app: Flask) -> list[str]:
    return sorted(
        rule.rule.replace("<token>", "x")
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/help") and "POST" in (rule.methods or ())
    )


def test_every_form_needs_its_token(app: Flask, customer: Customer) -> None:
    assert len(posts(app)) >= 14
    for path in posts(app):
        page = Page(customer.client.post(path, data={"resposta": "0"}))
        assert page.status == 400, path
        assert page["h1"] == "Não deu para seguir"


def test_a_form_needs_a_visit_and_says_so_kindly(app: Flask, customer: Customer) -> None:
    token = {"csrf_token": customer.page.token()}
    for path in ("/help/passo/responder", "/help/passo/voltar", "/help/codigo", "/help/fim"):
        page = Page(customer.client.post(path, data=token))
        assert (page.status, page["h1"]) == (410, "Vamos começar de novo")


def test_the_cookie_holds_a_token_only_for_these_pages(customer: Customer) -> None:
    customer.press("Pronto, começar")

    answer = customer.client.get("/help/bairro")

    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if "kbw_help" in one)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/help" in cookie
    assert "Max-Age=86400" in cookie
    assert "Secure" not in cookie


def test_behind_tls_the_cookie_is_secure(services: Services, clock: FrozenClock) -> None:
    from dataclasses import replace

    secure = replace(services, settings=replace(services.settings, secure_cookies=True))
    app = kbwizard.app.create_app(services=secure)
    client = app.test_client()
    page = Page(client.get("/help", base_url="https://localhost"))
    answer = client.post(
        "/help/comecar",
        data={"csrf_token": page.token()},
        base_url="https://localhost",
        headers={"Referer": "https://localhost/help"},
    )

    assert answer.status_code == 303
    assert all("Secure" in one for one in answer.headers.getlist("Set-Cookie"))


@pytest.mark.parametrize("cookie", ["", "x", "0" * 43, "a" * 4000, "é", "'; drop table help_visit"])
def test_a_cookie_of_ones_own_opens_nothing(app: Flask, cookie: str) -> None:
    client = app.test_client()
    client.set_cookie("kbw_help", cookie, path="/help")

    assert client.get("/help").status_code == 200
    assert client.get("/help/passo").status_code == 410


def test_pages_are_neither_kept_nor_found(customer: Customer) -> None:
    customer.begin()

    for path in ("/help/passo", "/help/resumo", "/help/c/x", "/help/nada"):
        answer = customer.client.get(path)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "X-Robots-Tag" not in customer.client.get("/help").headers


def test_an_answer_is_compressed_for_who_can_read_it(customer: Customer) -> None:
    plain = customer.client.get("/help/retomar")
    zipped = customer.client.get("/help/retomar", headers={"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in plain.headers
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert b"</html>" in gzip.decompress(zipped.data)
    assert int(zipped.headers["Content-Length"]) == len(zipped.data)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/help/nada", 404),
        ("get", "/help/../account", 404),
        ("get", "/help/comecar", 405),
        ("get", "/help/passo/responder", 405),
        ("put", "/help/passo", 405),
    ],
)
def test_errors_are_told_in_customers_words(
    customer: Customer, method: str, path: str, status: int
) -> None:
    page = Page(getattr(customer.client, method)(path))

    assert page.status == status
    assert not any(word in str(page.soup) for word in STAFF_WORDS)
    assert page.has('a[href="/help"]')
    assert page.has('a[href="/help/pessoa"]')


def test_too_much_at_once_is_told_in_customers_words(customer: Customer) -> None:
    page = Page(customer.client.post("/help/retomar", data={"code": "x" * 300_000}))

    assert page.status == 413
    assert "xxx" not in str(page.soup)


def test_a_disk_that_refuses_is_told_without_a_word_of_it(
    customer: Customer, monkeypatch: pytest.MonkeyPatch, app: Flask
) -> None:
    from kbwizard.selfservice.service import SelfService

    def full(*_: object, **__: object) -> None:
        raise OperationalError("x", None, sqlite3.OperationalError("database or disk is full"))

    monkeypatch.setattr(SelfService, "begin", full)
    answer = customer.client.post("/help/comecar", data={"csrf_token": customer.page.token()})

    page = Page(answer)
    assert page.status == 503
    assert page["h1"] == "Tivemos uma falha"
    assert "disco" not in str(page.soup)
    assert "banco" not in str(page.soup)


def test_codes_cannot_be_tried_without_end(limited: Customer) -> None:
    limited.open("/help/retomar")
    form = {"csrf_token": limited.page.token(), "code": "CDFHJKMN"}

    answers = [limited.client.post("/help/retomar", data=form) for _ in range(21)]

    assert {one.status_code for one in answers[:10]} == {422}
    assert answers[-1].status_code == 429
    page = Page(answers[-1])
    assert not any(word in str(page.soup) for word in STAFF_WORDS)


def test_nobody_fills_the_queue_alone(limited: Customer) -> None:
    limited.open("/help/pessoa")
    form = {"csrf_token": limited.page.token()}
    statuses = []
    for _ in range(61):
        limited.client.delete_cookie("kbw_help", path="/help")
        statuses.append(limited.client.post("/help/pessoa", data=form).status_code)

    assert statuses[0] == 303
    assert statuses[-1] == 429


def test_every_public_page_is_limited(app: Flask, services: Services) -> None:
    made = kbwizard.app.create_app(services=services)
    limiter = made.extensions["kbwizard-limiter"]
    endpoints = {
        rule.endpoint for rule in made.url_map.iter_rules() if rule.rule.startswith("/help")
    }

    limited = {name for name in endpoints if hasattr(made.view_functions[name], "__wrapped__")}

    assert limiter is not None
    assert limited == endpoints

"""Who may open what, and that no route forgets to say so."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kbwizard.web.security import access_of, safe_next
from tests.conftest import SignedIn
from tests.helpers.page import get

PUBLIC = {
    "account.health",
    "account.sign_in",
    "account.enter",
    "account.sign_out",
    "assets.send",
    "sample.fails",
    "help.welcome",
    "help.begin",
    "help.district",
    "help.name_district",
    "help.outage",
    "help_walk.step",
    "help_walk.answer",
    "help_walk.confirm",
    "help_walk.give_up",
    "help_walk.back",
    "help_walk.conclude",
    "help_person.ask",
    "help_person.asked",
    "help_person.request_page",
    "help_person.code",
    "help_person.other_phone",
    "help_person.resume",
    "help_person.resumed",
    "help_person.summary",
    "help_tie.link",
    "help_tie.open_link",
    "help_tie.offer",
    "help_tie.send_code",
    "help_tie.enter_code",
    "help_tie.use_code",
    "help_tie.lines",
    "help_tie.choose",
    "help_tie.here",
    "help_end.end",
    "help_end.say",
    "help_articles.index",
    "help_articles.page",
    "help_opinion.ask",
    "help_opinion.give",
    "help_opinion.thanks",
    "help_files.image",
    "help_files.sitemap",
    "help_files.feed",
    "help_files.offline",
    "help_files.worker",
    "help_files.robots",
    # Not by sign-in but by a token with a scope (`web/api/access.py`):
    "api.openapi",
    "api.districts",
    "api.list_articles",
    "api.read_article",
    "api.search_articles",
    "api.outage",
    "api.begin",
    "api.resume",
    "api.show",
    "api.answer",
    "api.confirm",
    "api.give_up",
    "api.back",
    "api.conclude",
    "api.person",
    "api.feedback",
    "metrics.show",
}


def test_every_route_says_what_permission_it_needs(app: Flask) -> None:
    silent = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if access_of(app.view_functions[rule.endpoint]) is None
    ]

    assert silent == []


def test_only_these_routes_answer_everybody(app: Flask) -> None:
    public = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if (access := access_of(app.view_functions[rule.endpoint])) and access.permission is None
    }

    assert public == PUBLIC


def test_every_other_route_sends_a_stranger_to_sign_in(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if rule.endpoint in PUBLIC or "GET" not in (rule.methods or ()):
            continue
        path = rule.rule
        for argument in rule.arguments:
            for kind in ("int:", "path:", "string:", ""):
                path = path.replace(f"<{kind}{argument}>", "1")

        response = app.test_client().get(path)

        assert (response.status_code, response.location.split("?")[0]) == (
            303,
            "/account/sign-in",
        ), path


def test_a_view_that_says_nothing_is_refused(app: Flask, client_as: SignedIn) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "aberto")

    response = client_as("admin").get("/forgotten")

    assert response.status_code == 500
    assert "aberto" not in response.text


@pytest.mark.parametrize(
    ("role", "status"), [("lead", 200), ("admin", 200), ("agent", 403), ("trainee", 403)]
)
def test_a_role_opens_only_what_is_its_own(client_as: SignedIn, role: str, status: int) -> None:
    assert client_as(role).get("/sample/lead").status_code == status


def test_a_refusal_says_whom_to_ask(client_as: SignedIn) -> None:
    page = get(client_as("agent"), "/sample/lead")

    assert page["h1"] == "Sem permissão"
    assert "quem lidera" in page


def test_a_forged_cookie_is_nobody(client: FlaskClient) -> None:
    client.set_cookie("kbw_signin", "forged")

    assert client.get("/account").status_code == 303


@pytest.mark.parametrize("target", ["/desk", "/desk/case/7?tab=record", "/"])
def test_an_address_of_ours_may_be_gone_on_to(target: str) -> None:
    assert safe_next(target) == target


@pytest.mark.parametrize("target", [None, "", "desk", "http://[", "//", "/\x00", "/" + "a" * 600])
def test_anything_else_may_not(target: str | None) -> None:
    assert safe_next(target) == ""

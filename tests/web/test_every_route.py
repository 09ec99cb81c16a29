"""Every route as every role and as nobody: what is not allowed is refused before anything is read.

The table of who may open what is held as a golden file: a route that appears or changes its
permission shows up in a review as a line of it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from kbwizard.accounts.roles import PERMISSIONS, Permission, Role
from kbwizard.web.security import needed
from tests.conftest import SignedIn

GOLDEN = Path(__file__).parent / "golden" / "routes.txt"
AUTHORS = frozenset({Permission.EDIT_CONTENT, Permission.TUTOR})
WITHIN = {
    "call.reveal": frozenset({Permission.REVEAL_PERSONAL}),
    "from_case.show": AUTHORS,
    "from_case.download": AUTHORS,
    "from_case.keep": AUTHORS,
}
"""What a view asks for beside what it declares: one of these."""
ARGUMENT = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")


@pytest.fixture
def open_app(app: Flask) -> Flask:
    """Without CSRF, so that a refusal is the guard's own."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def test_the_table_of_routes_is_the_one_that_was_reviewed(
    app: Flask, request: pytest.FixtureRequest
) -> None:
    table = "".join(sorted(_line(app, rule) for rule in _rules(app)))

    if request.config.getoption("--update-golden"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(table, encoding="utf-8")
    assert table == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.sqlite_only
def test_nobody_gets_through_a_door_that_is_not_public(open_app: Flask) -> None:
    client = open_app.test_client()
    opened = [
        (rule.endpoint, method, status)
        for rule, method in _doors(open_app)
        if (status := _knock(client, rule, method)) not in (303, 401)
    ]

    assert opened == []


@pytest.mark.sqlite_only
def test_a_role_is_refused_what_it_may_not_and_nothing_else(
    open_app: Flask, client_as: SignedIn
) -> None:
    wrong = []
    for role in Role:  # one app for all: it reads its content once
        for rule, method in _doors(open_app):
            allowed = _may(open_app, rule, role)
            # A browser of its own for each knock: some end the sign-in they came with.
            status = _knock(client_as(role), rule, method)
            if allowed == (status == 403) or status >= 500:
                wrong.append((str(role), rule.endpoint, method, allowed, status))

    assert wrong == []


def _may(app: Flask, rule: Rule, role: Role) -> bool:
    with app.app_context():
        access = needed(rule.endpoint)
    own, within = PERMISSIONS[role], WITHIN.get(rule.endpoint)
    return access is not None and access.permission in own and (not within or bool(within & own))


def _rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if not rule.endpoint.startswith("sample.")]


def _line(app: Flask, rule: Rule) -> str:
    with app.app_context():
        access = needed(rule.endpoint)
    who = "everybody" if access is None or access.permission is None else str(access.permission)
    methods = ",".join(_methods(rule))
    return f"{rule.rule}  {methods}  {rule.endpoint}  {who}\n"


def _methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def _doors(app: Flask) -> list[tuple[Rule, str]]:
    """Every method of every route that is not for everybody."""
    found = []
    for rule in _rules(app):
        with app.app_context():
            access = needed(rule.endpoint)
        if access is not None and access.permission is not None:
            found += [(rule, method) for method in _methods(rule)]
    return found


def _knock(client: FlaskClient, rule: Rule, method: str) -> int:
    path = ARGUMENT.sub(lambda match: "1" if match[1] == "int" else "x", rule.rule)
    return client.open(path, method=method).status_code

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from kbwizard.accounts.tokens import Scope, make_token
from tests.conftest import SignedIn
from tests.helpers.clock import START


def token(engine: Engine, scope: Scope = Scope.METRICS) -> dict[str, str]:
    made = make_token(engine, name=f"{scope}", scopes=(scope,), days=None, now=START, by="ada")
    return {"Authorization": f"Bearer {made}"}


def figure(text: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} ([0-9.e+]+)$", text, re.MULTILINE)
    assert found, f"{name} is not in:\n{text}"
    return float(found[1])


@pytest.mark.sqlite_only
def test_requests_are_counted_by_route_and_status(client: FlaskClient, engine: Engine) -> None:
    for _ in range(3):
        client.get("/account/sign-in")
    client.get("/nada/maria.gomes")

    text = client.get("/metrics", headers=token(engine)).text

    labels = 'method="GET",route="account.sign_in",status="200"'
    assert figure(text, f"kbwizard_requests_total{{{labels}}}") == 3
    assert figure(text, 'kbwizard_request_seconds_count{route="account.sign_in"}') == 3
    assert "maria.gomes" not in text  # addresses may name people; routes do not


def test_what_all_nodes_share_comes_from_the_database(
    app: Flask, engine: Engine, client_as: SignedIn
) -> None:
    agent = client_as("agent")
    app.config["WTF_CSRF_ENABLED"] = False
    agent.post("/desk/cases", data={"customer_name": "Alguém"})

    text = agent.get("/metrics", headers=token(engine)).text

    assert figure(text, 'kbwizard_cases{status="open"}') == 1
    assert figure(text, 'kbwizard_walks{audience="agent"}') == 1


@pytest.mark.sqlite_only
def test_only_a_token_of_that_scope_reads_them(
    client: FlaskClient, engine: Engine, client_as: SignedIn
) -> None:
    assert client.get("/metrics").status_code == 401
    assert client_as("admin").get("/metrics").status_code == 401
    assert client.get("/metrics", headers=token(engine, Scope.WALK)).status_code == 403


@pytest.mark.sqlite_only
def test_methods_that_somebody_made_up_are_one_figure(client: FlaskClient, engine: Engine) -> None:
    for number in range(3):
        client.open("/help", method=f"MADEUP{number}")

    text = client.get("/metrics", headers=token(engine)).text

    assert 'method="other"' in text
    assert "MADEUP" not in text

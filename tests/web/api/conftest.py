from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from kbwizard.accounts.tokens import Scope, make_token
from kbwizard.web.api.document import document
from tests.helpers.clock import START


@dataclass
class Bot:
    """A program with a token. Every answer is held against the document it was promised by."""

    client: FlaskClient
    token: str

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        answer = self.client.open(f"/api/v1{path}", method=method, json=body, headers=headers)
        if answer.status_code >= 400:
            assert answer.mimetype == "application/problem+json", answer.text
            assert conforms("Problem", answer.json) == []
        return answer

    def begin(self, **body: Any) -> dict[str, Any]:
        answer = self.ask("POST", "/walks", body)
        assert answer.status_code == 201, answer.text
        return self._walk(answer)

    def do(self, walk: dict[str, Any], deed: str, **body: Any) -> dict[str, Any]:
        answer = self.ask("POST", f"/walks/{walk['walk']}/{deed}", body)
        assert answer.status_code == 200, answer.text
        return self._walk(answer)

    def look(self, walk: dict[str, Any]) -> dict[str, Any]:
        return self._walk(self.ask("GET", f"/walks/{walk['walk']}"))

    def _walk(self, answer: TestResponse) -> dict[str, Any]:
        assert conforms("Walk", answer.json) == []
        return dict(answer.json or {})


def conforms(schema: str, value: Any) -> list[str]:
    """What in a value is not as the document says."""
    validator = Draft202012Validator(
        {"$ref": f"#/components/schemas/{schema}", "components": document()["components"]}
    )
    return [error.message for error in validator.iter_errors(value)]


@pytest.fixture
def bot(app: Flask, engine: Engine) -> Bot:
    scopes = (Scope.WALK, Scope.ARTICLES, Scope.INTERNAL_ARTICLES)
    token = make_token(engine, name="robo", scopes=scopes, days=None, now=START, by="ada.admin")
    return Bot(app.test_client(), token)


def without_limits(app: Flask) -> None:
    """A test asks more in a minute than a bot does."""
    app.extensions["kbwizard-limiter"].enabled = False

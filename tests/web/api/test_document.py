"""The document is true: every answer to anything it allows, and to much that it does not."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.schemas import APIOperation

from kbwizard.config import ROOT
from kbwizard.web.api.document import document
from tests.web.api.conftest import Bot, without_limits

pytestmark = [
    pytest.mark.sqlite_only,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:schemathesis.*"),
]

CHECKS = [
    schemathesis.checks.not_a_server_error,
    schemathesis.checks.content_type_conformance,
    schemathesis.checks.response_headers_conformance,
    schemathesis.checks.response_schema_conformance,
    schemathesis.checks.status_code_conformance,
]


def test_every_route_is_in_the_document_and_the_other_way_round(app: Flask) -> None:
    routes = {
        (re.sub(r"<(\w+)>", r"{\1}", rule.rule.removeprefix("/api/v1")), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    written = {
        (path, method)
        for path, operations in document()["paths"].items()
        for method in operations
        if method != "parameters"
    }

    assert routes == written


def test_the_document_is_served_to_everybody(client: FlaskClient) -> None:
    assert client.get("/api/v1/openapi.json").json == document()
    assert document()["openapi"].startswith("3.1")


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_whatever_is_sent_the_answers_are_as_documented(
    app: Flask, bot: Bot, mode: GenerationMode
) -> None:
    without_limits(app)
    walk = bot.begin()["walk"]
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", _from_here(app))
    tried = sum(_try(found.ok(), bot, walk, mode) for found in schema.get_all_operations())

    assert tried > 100


def _from_here(app: Flask) -> Callable[..., Any]:
    """A demo answers its own machine only, and an in-process request comes from nowhere."""

    def wsgi(environ: dict[str, Any], start: Any) -> Any:
        return app({**environ, "REMOTE_ADDR": "127.0.0.1"}, start)

    return wsgi


def _try(operation: APIOperation[Any, Any, Any], bot: Bot, walk: str, mode: GenerationMode) -> int:
    """Half of the cases are about a walk that exists."""
    tried = 0

    @settings(
        max_examples=15,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def run(case: schemathesis.Case) -> None:
        nonlocal tried
        tried += 1
        if tried % 2 and "walk" in case.path_parameters:
            case.path_parameters["walk"] = walk
        case.call_and_validate(checks=CHECKS, headers={"Authorization": f"Bearer {bot.token}"})

    try:
        run()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE  # nothing can be wrong where nothing is asked
    return tried


def test_the_sample_bot_is_short_and_uses_the_document_only() -> None:
    text = (ROOT / "docs" / "bot_exemplo.py").read_text(encoding="utf-8")

    assert len(text.splitlines()) <= 66
    for path in re.findall(r'"(/[a-z/-]+)"', text):
        assert any(known.endswith(path) for known in document()["paths"]), path

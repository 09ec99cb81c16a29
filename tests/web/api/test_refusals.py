"""Every refusal that a program can meet is in the document, with its headers and an example."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import Engine

from kbwizard.accounts.tokens import Scope, make_token
from kbwizard.web.api.document import document
from tests.helpers.clock import START
from tests.web.api.conftest import Bot, conforms

REFUSALS = {"401", "403", "404", "409", "422", "429"}


def test_the_document_names_what_each_walk_may_answer() -> None:
    walks = {
        path: operation
        for path, operations in document()["paths"].items()
        for name, operation in operations.items()
        if name in ("get", "post") and "{walk}" in path
    }

    assert len(walks) == 8
    assert [path for path, one in walks.items() if not one["responses"].keys() >= REFUSALS] == []


def test_the_examples_are_as_the_document_says() -> None:
    responses = document()["components"]["responses"].values()
    bodies = [one["content"].get("application/problem+json", {}) for one in responses]
    examples = [body["example"] for body in bodies if "example" in body]

    assert sorted(str(one["status"]) for one in examples) == sorted(REFUSALS)
    assert [error for one in examples for error in conforms("Problem", one)] == []


@pytest.mark.sqlite_only
def test_too_many_requests_are_told_when_to_come_back(app: Flask, bot: Bot) -> None:
    for _ in range(30):
        answer = bot.ask("POST", "/resumptions", {"code": "CDFH-JKMN"})
        assert answer.status_code in (404, 409)

    answer = bot.ask("POST", "/resumptions", {"code": "CDFH-JKMN"})

    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 601


@pytest.mark.sqlite_only
def test_an_answer_sent_twice_counts_once(bot: Bot) -> None:
    walk = bot.begin()
    said = {"visit": walk["step"]["visit"], "answers": {"symptom": "no_internet"}}
    first = bot.do(walk, "answers", **said)

    again = bot.ask("POST", f"/walks/{walk['walk']}/answers", said)

    assert again.status_code == 409
    assert bot.look(walk)["step"] == first["step"]


@pytest.mark.sqlite_only
def test_back_sent_twice_goes_back_once(bot: Bot) -> None:
    walk = bot.begin()
    answers = ({"symptom": "no_internet"}, {"access.technology": "fibre"})
    for answer in answers:
        walk = bot.do(walk, "answers", visit=walk["step"]["visit"], answers=answer)
    shown = walk["step"]["visit"]

    once = bot.do(walk, "back", visit=shown)
    again = bot.ask("POST", f"/walks/{walk['walk']}/back", {"visit": shown})

    assert again.status_code == 409
    assert bot.look(walk)["step"] == once["step"]


@pytest.mark.sqlite_only
def test_a_token_for_figures_walks_nothing(app: Flask, engine: Engine) -> None:
    token = make_token(
        engine, name="prometheus", scopes=(Scope.METRICS,), days=None, now=START, by="ada.admin"
    )

    assert Bot(app.test_client(), token).ask("POST", "/walks", {}).status_code == 403

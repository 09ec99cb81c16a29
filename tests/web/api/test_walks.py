from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine

from kbwizard.accounts.tokens import Scope, make_token, revoke_token
from tests.helpers.clock import START, FrozenClock
from tests.web.api.conftest import Bot

pytestmark = pytest.mark.sqlite_only


def first_question(bot: Bot) -> dict[str, Any]:
    walk = bot.begin()
    assert walk["step"]["kind"] == "question"
    return walk


def answer_of(walk: dict[str, Any], place: int = 0) -> dict[str, Any]:
    return {one["fact"]: one["options"][place]["value"] for one in walk["step"]["questions"]}


def test_a_walk_begins_with_a_question_in_the_customers_words(bot: Bot) -> None:
    walk = first_question(bot)

    step = walk["step"]
    assert walk["state"] == "walking"
    assert step["text"]
    assert all(option["label"] for one in step["questions"] for option in one["options"])


def test_an_answer_moves_the_walk_and_back_undoes_it(bot: Bot) -> None:
    walk = first_question(bot)

    after = bot.do(walk, "answers", visit=walk["step"]["visit"], answers=answer_of(walk))
    assert after["step"]["visit"] != walk["step"]["visit"]
    assert after["can_go_back"]

    again = bot.do(after, "back")
    assert again["step"]["text"] == walk["step"]["text"]


def test_an_answer_to_a_step_that_has_passed_is_refused_and_changes_nothing(bot: Bot) -> None:
    walk = first_question(bot)
    after = bot.do(walk, "answers", visit=walk["step"]["visit"], answers=answer_of(walk))

    late = bot.ask(
        "POST",
        f"/walks/{walk['walk']}/answers",
        {"visit": walk["step"]["visit"], "answers": answer_of(walk, 1)},
    )

    assert late.status_code == 409
    assert bot.look(walk)["step"] == after["step"]


def test_a_person_is_one_request_away_and_the_code_goes_on_elsewhere(
    bot: Bot, app: Flask, engine: Engine
) -> None:
    walk = first_question(bot)

    handle = bot.ask("POST", f"/walks/{walk['walk']}/person").json or {}
    other = make_token(engine, name="chat", scopes=(Scope.WALK,), days=None, now=START, by="ada")
    chat = Bot(app.test_client(), other)
    gone_on = chat.ask("POST", "/resumptions", {"code": handle["code"]})

    assert handle["protocol"].startswith("2026")
    assert gone_on.status_code == 201
    assert gone_on.headers["Location"].endswith((gone_on.json or {})["walk"])
    assert (gone_on.json or {})["step"] == walk["step"]
    assert bot.ask("GET", f"/walks/{walk['walk']}").status_code == 404  # it is elsewhere now
    assert chat.ask("POST", "/resumptions", {"code": handle["code"]}).status_code == 404


def test_a_walk_that_nobody_used_for_a_day_is_gone(bot: Bot, frozen: FrozenClock) -> None:
    walk = first_question(bot)

    frozen.pass_time(hours=24, seconds=1)

    answer = bot.ask("GET", f"/walks/{walk['walk']}")
    assert answer.status_code == 404
    assert "Comece outro" in (answer.json or {})["detail"]


def test_without_a_token_nothing_is_answered(bot: Bot, app: Flask, engine: Engine) -> None:
    walk = first_question(bot)
    stranger = app.test_client()

    for path in ("/districts", f"/walks/{walk['walk']}"):
        refused = stranger.get(f"/api/v1{path}")
        assert (refused.status_code, refused.mimetype) == (401, "application/problem+json")
    revoke_token(engine, "robo", now=START, by="ada.admin")
    assert bot.ask("GET", f"/walks/{walk['walk']}").status_code == 401


def test_a_token_of_another_scope_is_refused(app: Flask, engine: Engine) -> None:
    other = make_token(engine, name="m", scopes=(Scope.METRICS,), days=None, now=START, by="ada")

    assert Bot(app.test_client(), other).ask("POST", "/walks", {}).status_code == 403


def test_a_walk_of_the_help_page_does_not_open_here(bot: Bot, app: Flask) -> None:
    from kbwizard.web.help.parts import parts

    with app.app_context():
        token = parts().selfservice.begin(channel="page").token

    assert bot.ask("GET", f"/walks/{token}").status_code == 404


@pytest.mark.parametrize(
    ("path", "body", "place"),
    [
        ("/walks", {"bairro": "Centro"}, "(corpo)"),
        ("/walks", {"district": ""}, "district"),
        ("/walks", [], "(corpo)"),
        ("/walks", {"district": "Atlântida"}, "district"),
        ("/resumptions", {}, "(corpo)"),
        ("/resumptions", {"code": 7}, "code"),
    ],
)
def test_a_body_that_is_wrong_is_told_where(bot: Bot, path: str, body: Any, place: str) -> None:
    answer = bot.ask("POST", path, body)

    assert answer.status_code == 422
    assert place in (answer.json or {})["fields"]


@pytest.mark.parametrize(
    "answers", [{"não.existe": 1}, {"onu.state": "online"}, {"symptom": "xyz"}, {"symptom": [1]}]
)
def test_an_answer_that_cannot_be_is_refused(bot: Bot, answers: dict[str, Any]) -> None:
    walk = first_question(bot)

    answer = bot.ask(
        "POST",
        f"/walks/{walk['walk']}/answers",
        {"visit": walk["step"]["visit"], "answers": answers},
    )

    assert answer.status_code == 422
    assert bot.look(walk)["step"] == walk["step"]


@pytest.mark.parametrize(
    "raw", [b"{", b"\xff", b'{"district": "a\\u0000b"}', b"nan", b'{"district": NaN}', b"null"]
)
def test_bytes_that_are_no_json_of_ours_are_refused(bot: Bot, raw: bytes) -> None:
    answer = bot.client.post(
        "/api/v1/walks",
        data=raw,
        headers={"Authorization": f"Bearer {bot.token}", "Content-Type": "application/json"},
    )

    assert answer.status_code in (400, 422)
    assert answer.mimetype == "application/problem+json"


def test_nothing_internal_is_in_a_walk(bot: Bot) -> None:
    walk = first_question(bot)
    for _ in range(12):
        text = str(walk).lower()
        assert not [word for word in ("olt", "dbm", "pppoe", "why", "n2") if f" {word} " in text]
        step = walk["step"]
        if step["kind"] == "question":
            unsure = {one["fact"]: None for one in step["questions"] if one["unsure"]}
            said = unsure or answer_of(walk)
            walk = bot.do(walk, "answers", visit=step["visit"], answers=said)
        elif step["kind"] == "instruction":
            walk = bot.do(walk, "confirmations", visit=step["visit"])
        else:
            break


def test_feedback_is_taken_once_the_walk_is_over_or_not_at_all(bot: Bot) -> None:
    walk = first_question(bot)

    answer = bot.ask("POST", f"/walks/{walk['walk']}/feedback", {"helped": "yes", "score": 9})

    assert answer.status_code == 422
    assert "score" in (answer.json or {})["fields"]


def test_the_outage_of_a_district_is_told_in_words_for_customers(bot: Bot) -> None:
    none = bot.ask("GET", "/outages?district=Centro").json
    wrong = bot.ask("GET", "/outages")

    assert none == {"outage": None}
    assert wrong.status_code == 422

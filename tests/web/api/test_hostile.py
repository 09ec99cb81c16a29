"""What a broken or hostile program may send: always a problem in our words, never a failure."""

from __future__ import annotations

import json

from tests.helpers.page import Page
from tests.web.api.conftest import Bot, without_limits

BODIES = {
    "half a pair": '{"district": "\\ud800"}',
    "half a pair in a name": '{"name": "\\udfff Ana"}',
    "NUL": '{"district": "a\\u0000b"}',
    "deep": "[" * 100_000,
    "deep objects": '{"a":' * 50_000,
    "not a number": '{"visit": NaN, "answers": {"symptom": NaN}}',
    "endless": '{"visit": 1, "answers": {"symptom": 1e999}}',
    "huge": '{"visit": 1, "answers": {"symptom": 1' + "0" * 4000 + "}}",
    "longer than Python reads": '{"visit": 1' + "0" * 6000 + "}",
    "text": "oi",
    "null": "null",
    "array": "[1]",
    "bytes": b"\xff\xfe\x00",
    "latin-1": '{"district": "São"}'.encode("latin-1"),
    "half a pair as a key": '{"visit": 1, "answers": {"\\ud800": "x"}}',
    "half a pair as an answer": '{"visit": 1, "answers": {"symptom": "\\ud800"}}',
    "emoji": '{"visit": 1, "answers": {"symptom": "\U0001f4a5"}}',
    "right to left": '{"name": "\\u202eanA", "phone": "\\u202e", "best_time": "\\u2066"}',
    "a code": '{"code": "\\ud800\\ud800\\ud800\\ud800\\ud800\\ud800\\ud800\\ud800"}',
    "a comment": '{"helped": "yes", "comment": "\\ud83d"}',
}
DEEDS = (
    "answers", "confirmations", "give-ups", "back", "conclusions", "person", "feedback",
)  # fmt: skip


def test_no_body_makes_the_api_fail(bot: Bot) -> None:
    without_limits(bot.client.application)
    walk = bot.begin()["walk"]
    places = ("/walks", "/resumptions", *(f"/walks/{walk}/{deed}" for deed in DEEDS))
    headers = {"Authorization": f"Bearer {bot.token}", "Content-Type": "application/json"}

    answers = {
        (name, place): bot.client.post(f"/api/v1{place}", data=body, headers=headers)
        for name, body in BODIES.items()
        for place in places
    }

    assert [where for where, one in answers.items() if one.status_code >= 500] == []
    for one in answers.values():
        json.loads(one.text)


def test_a_walk_s_address_opens_nothing_on_the_page(bot: Bot) -> None:
    walk = bot.begin()["walk"]
    phone = bot.client.application.test_client()
    phone.set_cookie("kbw_help", walk, path="/help")

    assert phone.get("/help/passo").status_code == 410
    assert "Você já tinha começado" not in phone.get("/help").text
    assert phone.get("/help/resumo").status_code == 410


def test_a_browser_s_cookie_opens_nothing_in_the_api(bot: Bot) -> None:
    phone = bot.client.application.test_client()
    token = Page(phone.get("/help")).find("input[name=csrf_token]")["value"]
    phone.post("/help/comecar", data={"csrf_token": token})
    cookie = phone.get_cookie("kbw_help", path="/help")
    assert cookie is not None

    assert bot.ask("GET", f"/walks/{cookie.value}").status_code == 404

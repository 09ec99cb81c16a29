"""What is written to the log, whoever does what: routes and codes, nobody's words."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kbwizard.config import Settings
from kbwizard.demo import load_customers
from kbwizard.web.logs import JsonLines
from tests.conftest import SignedIn
from tests.helpers.clock import START
from tests.web.api.conftest import Bot
from tests.web.api.conftest import bot as bot

pytestmark = pytest.mark.sqlite_only

SAID = ("Zulmira", "90000", "zulmira@exemplo.invalid", "perto da padaria", "198.51.100.77")
"""What people type or come from, none of which may be in a log."""


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Everything that kbwizard logs, as the server writes it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("kbwizard")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    yield stream
    logger.removeHandler(handler)
    logger.setLevel(level)


def test_no_word_of_a_customer_is_in_the_log(
    app: Flask, settings: Settings, client_as: SignedIn, bot: Bot, logged: io.StringIO
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    load_customers(app.extensions["kbwizard"].engine, settings, START)
    home = app.test_client()
    _help(home)
    _desk(client_as("agent"))
    walk = bot.begin(district="Jardim Exemplo")
    bot.ask("POST", f"/walks/{walk['walk']}/person", {"name": SAID[0], "phone": "(11) 90000-0001"})
    bot.ask("POST", f"/walks/{walk['walk']}/feedback", {"helped": "no", "comment": SAID[2]})

    text = logged.getvalue()
    lines = [json.loads(line) for line in text.splitlines()]
    routes = {line.get("route") for line in lines}
    assert {"help.begin", "help_person.asked", "desk.find_customers", "api.person"} <= routes
    assert [word for word in (*SAID, walk["walk"], bot.token) if word in text] == []


def _help(home: FlaskClient) -> None:
    from_somewhere = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": SAID[4]}
    home.post("/help/comecar", environ_overrides=from_somewhere)
    home.post("/help/bairro", data={"district": SAID[3]})
    home.post(
        "/help/pessoa",
        data={"name": SAID[0], "phone": "(11) 90000-0001", "best_time": SAID[3]},
    )
    home.get(f"/help/c/{SAID[2]}")
    home.post("/help/retomar", data={"code": "ZULM-IRAZ"})
    home.get(f"/help/{SAID[0]}")


def _desk(agent: FlaskClient) -> None:
    agent.post("/desk/customers", data={"who": SAID[2]})
    opened = agent.post("/desk/cases", data={"customer_name": SAID[0]})
    agent.post(f"{opened.location}/note", data={"text": f"{SAID[0]} {SAID[1]} {SAID[2]}"})
    agent.get(f"/desk/search?q={SAID[0]}")
    agent.post("/desk/code", data={"code": SAID[0]})

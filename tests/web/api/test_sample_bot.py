"""The sample of `docs/` as a program of its own, talking to a server of this test."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from werkzeug.serving import make_server

from tests.web.api.conftest import Bot

ROOT = Path(__file__).resolve().parents[3]
UNSURE = ""


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The app on a socket of loopback."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(10)
    server.server_close()


def talk(address: str, token: str, *said: str) -> str:
    """What the bot says to somebody who types these lines."""
    done = subprocess.run(
        [sys.executable, "docs/bot_exemplo.py"],
        input="".join(f"{line}\n" for line in said),
        env={**os.environ, "KBWIZARD_URL": address, "KBWIZARD_TOKEN": token},
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.sqlite_only
def test_a_customer_is_led_to_an_outcome(bot: Bot, address: str) -> None:
    words = talk(address, bot.token, UNSURE, "1", "1", "1", "")

    assert "O que está acontecendo?" in words
    assert "1. Estou sem internet" in words
    assert re.search(r"Seu pedido está na fila\..* Protocolo \d{8}-\d{6}\.", words)
    assert "Queixa" not in words  # the fact's label is the desk's word


@pytest.mark.sqlite_only
def test_a_person_is_one_letter_away(bot: Bot, address: str) -> None:
    words = talk(address, bot.token, UNSURE, "p")

    assert re.search(r"Diga ao atendente: \d{8}-\d{6}, código \w{4}-\w{4}", words)


@pytest.mark.sqlite_only
def test_a_district_where_we_have_nobody_ends_nothing(bot: Bot, address: str) -> None:
    words = talk(address, bot.token, "Atlântida", "p")

    assert "! Não achamos esse bairro." in words
    assert "Diga ao atendente" in words


@pytest.mark.sqlite_only
def test_a_token_that_opens_nothing_is_said(address: str) -> None:
    assert "! Mande Authorization" in talk(address, "kbw_errado", UNSURE)

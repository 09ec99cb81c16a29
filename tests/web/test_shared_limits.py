"""Limits counted by Redis are one for all nodes; without it each counts for itself, and says so."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kbwizard.app import create_app
from kbwizard.config import Secret, read_settings
from kbwizard.errors import SetupError
from kbwizard.web.services import Services
from tests.helpers.page import Page, get, send
from tests.helpers.redis_server import MISSING, RedisServer, find_redis

MOST = 10
"""Wrong passwords for one name (`protection.TRIES_PER_NAME`)."""

BACK = "limites: o Redis voltou a responder"

MakeNode = Callable[[], FlaskClient]


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    if find_redis() is None:
        pytest.skip(MISSING)
    with RedisServer() as server:
        yield server


@pytest.fixture
def node(services: Services, redis: RedisServer) -> MakeNode:
    """One more application of the same installation, counting on Redis."""

    def make() -> FlaskClient:
        settings = replace(services.settings, redis_url=Secret(redis.url))
        app: Flask = create_app(services=replace(services, settings=settings))
        return app.test_client()

    return make


def guess(client: FlaskClient, name: str = "ana.agente") -> Page:
    return send(client, get(client, "/account/sign-in"), name=name, password="errada-errada")


@pytest.mark.sqlite_only
def test_wrong_tries_on_two_nodes_count_together(node: MakeNode) -> None:
    first, second = node(), node()

    for number in range(MOST):
        assert guess((first, second)[number % 2]).status == 401

    assert [guess(client).status for client in (first, second)] == [429, 429]
    assert guess(second, "bia.outra").status == 401


@pytest.mark.sqlite_only
def test_when_redis_goes_away_limits_hold_in_memory_and_the_log_says_so_once(
    node: MakeNode, redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    client = node()
    assert guess(client).status == 401

    redis.stop()
    with caplog.at_level(logging.INFO, logger="kbwizard.limits"):
        said = [guess(client).status for _ in range(MOST + 1)]

    assert said == [401] * MOST + [429]
    messages = [one.getMessage() for one in caplog.records if one.name == "kbwizard.limits"]
    assert messages == ["limites: o Redis não responde; cada processo conta por si"]


@pytest.mark.sqlite_only
def test_when_redis_comes_back_it_counts_again(
    node: MakeNode, redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = node(), node()
    redis.stop()
    guess(first)
    redis.start()

    with caplog.at_level(logging.INFO, logger="kbwizard.limits"):
        ends = time.monotonic() + 10
        while BACK not in caplog.messages:
            assert time.monotonic() < ends, caplog.messages
            time.sleep(0.7)
            guess(first, "outro.nome")
    for _ in range(MOST):
        guess(first)

    assert guess(second).status == 429


@pytest.mark.sqlite_only
def test_a_redis_that_was_never_there_keeps_nobody_out(services: Services) -> None:
    settings = replace(services.settings, redis_url=Secret("redis://127.0.0.1:1/0"))
    client = create_app(services=replace(services, settings=settings)).test_client()

    page = send(client, get(client, "/account/sign-in"), name="ana.agente", password="demonstracao")

    assert page.status == 200


@pytest.mark.parametrize(
    "address", ["redis:x", "http://127.0.0.1:6379", "redis://", "redis://h:x/0", "redis://h/um", "redis://[::1"]
)  # fmt: skip
def test_an_address_that_is_none_is_refused_without_repeating_it(
    address: str, tmp_path: object
) -> None:
    with pytest.raises(SetupError) as refused:
        read_settings(
            {"KBWIZARD_DATA_DIR": str(tmp_path), "KBWIZARD_REDIS_URL": address}, demo=True
        )

    assert "KBWIZARD_REDIS_URL" in str(refused.value)
    assert address not in str(refused.value).partition("exemplo")[0]


def test_valkey_is_spoken_to_as_redis(tmp_path: object) -> None:
    env = {"KBWIZARD_DATA_DIR": str(tmp_path), "KBWIZARD_REDIS_URL": "valkey://:segredo@h:6380/2"}

    assert read_settings(env, demo=True).redis_url == Secret("redis://:segredo@h:6380/2")

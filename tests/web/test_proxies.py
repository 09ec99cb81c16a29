"""Who is asking: the connection's own end, or what as many proxies as are trusted say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from kbwizard.app import create_app
from kbwizard.config import Settings
from kbwizard.db import make_engine
from kbwizard.web.security import public
from kbwizard.web.services import Services
from tests.helpers.clock import FrozenClock
from tests.helpers.databases import SqliteFiles, every_table

FORGED, CLIENT, INNER = "198.51.100.66", "203.0.113.7", "192.0.2.1"
HEADERS = {
    "X-Forwarded-For": f"{FORGED}, {CLIENT}, {INNER}",
    "X-Forwarded-Proto": "http, https, https",
    "X-Forwarded-Host": "forjado.example, ajuda.example, dentro.example",
}
Site = Callable[[int], FlaskClient]


@pytest.fixture
def behind(settings: Settings, sqlite_files: SqliteFiles, tmp_path: Path) -> Iterator[Site]:
    """A real installation with so many trusted proxies, and a page that says whom it sees."""
    engine = make_engine(sqlite_files.fresh(every_table, tmp_path))

    def make(hops: int) -> FlaskClient:
        real = replace(settings, trusted_proxies=hops, demo=False)
        return with_mirror(create_app(services=Services(real, engine, FrozenClock()))).test_client()

    yield make
    engine.dispose()


def with_mirror(app: Flask) -> Flask:
    @app.get("/mirror")
    @public
    def mirror() -> str:
        return f"{request.remote_addr} {request.scheme} {request.host}"

    return app


@pytest.mark.parametrize(
    ("hops", "seen"),
    [
        (0, "127.0.0.1 http localhost"),
        (1, f"{INNER} https dentro.example"),
        (2, f"{CLIENT} https ajuda.example"),
        (3, f"{FORGED} http forjado.example"),
    ],
)
def test_each_trusted_proxy_reveals_one_more_hop(behind: Site, hops: int, seen: str) -> None:
    assert behind(hops).get("/mirror", headers=HEADERS).text == seen


def test_fewer_hops_than_promised_reveal_nobody(behind: Site) -> None:
    answer = behind(2).get("/mirror", headers={"X-Forwarded-For": FORGED})

    assert answer.text == "127.0.0.1 http localhost"


@pytest.mark.sqlite_only
def test_the_demo_behind_a_proxy_answers_nobody_from_outside(services: Services) -> None:
    app = create_app(
        services=replace(services, settings=replace(services.settings, trusted_proxies=1))
    )

    assert app.test_client().get("/account/sign-in", headers=HEADERS).status_code == 403

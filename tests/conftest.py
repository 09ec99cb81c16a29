"""What every test may ask for: settings, a database, the app, a client of each role, a clock.

No test leaves the machine: a connection to anything but loopback fails at once.
"""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import SQLModel
from werkzeug.serving import make_server

from kbwizard.accounts.demo import is_loopback, make_demo_users
from kbwizard.accounts.people import find_user
from kbwizard.accounts.signins import sign_in
from kbwizard.config import Settings, read_settings
from kbwizard.db import make_engine
from kbwizard.web.security import COOKIE
from kbwizard.web.services import Services
from tests.helpers.background import checks_ending
from tests.helpers.clock import START, FrozenClock
from tests.helpers.databases import Databases, PostgresDatabases, Prepare, SqliteFiles, every_table
from tests.helpers.missing_parts import (  # noqa: F401 - hooks of the whole run
    pytest_collection_modifyitems,
    pytest_sessionfinish,
    pytest_terminal_summary,
)
from tests.helpers.postgres import MISSING, Cluster, find_binary

pytest_plugins = ["pytester"]

DEMO_NAMES = {
    "agent": "ana.agente",
    "n2": "nilo.n2",
    "n3": "nadia.n3",
    "lead": "lia.lider",
    "author": "aldo.autor",
    "admin": "ada.admin",
    "trainee": "tito.treino",
}

SignedIn = Callable[[str], FlaskClient]
FreshDatabase = Callable[[Prepare, Path], str]
"""The address of a database as `prepare` leaves one; SQLite's file is in the folder."""
BACKENDS = ("sqlite", "postgresql")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="rewrite golden files; review the diff"
    )


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    def guard(call: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(self: socket.socket, *arguments: Any) -> Any:
            address = arguments[-1]  # of `sendto` too: the address comes last
            if isinstance(address, tuple) and not is_loopback(str(address[0])):
                raise AssertionError(f"a test tried to reach {address[0]}")
            return call(self, *arguments)

        return guarded

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, guard(getattr(socket.socket, name)))


@pytest.fixture
def frozen() -> FrozenClock:
    """A clock at Saturday, 14:02 in São Paulo."""
    return FrozenClock()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whatever touches a database runs on both, but for pages in a browser: those are slow."""
    if "backend" in metafunc.fixturenames:
        one = metafunc.definition.get_closest_marker("sqlite_only")
        slow = one or "playwright" in metafunc.fixturenames
        metafunc.parametrize("backend", BACKENDS[:1] if slow else BACKENDS, indirect=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """The run's PostgreSQL, started when the first test asks for it."""
    if find_binary("postgres") is None or find_binary("initdb") is None:
        pytest.skip(MISSING)
    cluster = Cluster()
    cluster.start()
    yield cluster
    cluster.remove()


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    return SqliteFiles(tmp_path_factory.mktemp("templates"))


@pytest.fixture(scope="session")
def postgres_databases(postgres: Cluster) -> PostgresDatabases:
    return PostgresDatabases(postgres)


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> str:
    """`sqlite` or `postgresql`: a test that asks for it, even from afar, runs on each."""
    return str(request.param)


@pytest.fixture
def fresh_database(backend: str, request: pytest.FixtureRequest) -> Iterator[FreshDatabase]:
    """Gives out databases of this test's own."""
    name = "sqlite_files" if backend == "sqlite" else "postgres_databases"
    databases: Databases = request.getfixturevalue(name)
    given: list[str] = []

    def fresh(prepare: Prepare, folder: Path) -> str:
        given.append(databases.fresh(prepare, folder))
        return given[-1]

    yield fresh
    for url in given:
        databases.forget(url)


@pytest.fixture
def postgres_engine(postgres_databases: PostgresDatabases, tmp_path: Path) -> Iterator[Engine]:
    """For what only PostgreSQL does: a database with the demo users."""
    url = postgres_databases.fresh(tables_and_people, tmp_path)
    made = make_engine(url)
    yield made
    made.dispose()
    postgres_databases.forget(url)


@pytest.fixture(scope="session")
def demo_database(sqlite_files: SqliteFiles, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every table known so far and the demo users, to be copied."""
    folder = tmp_path_factory.mktemp("database")
    sqlite_files.fresh(tables_and_people, folder)
    return folder / "kbwizard.db"


def tables_and_people(engine: Engine) -> None:
    """Every table known so far, and the demo users."""
    every_table(engine)
    make_demo_users(engine, now=START)


@pytest.fixture
def settings(tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """Demo settings with a data folder of their own, and `engine`'s database if it is asked for."""
    found = read_settings({"KBWIZARD_DATA_DIR": str(tmp_path / "data")}, demo=True)
    if "fresh_database" not in request.fixturenames:
        return found
    fresh: FreshDatabase = request.getfixturevalue("fresh_database")
    training = found.data_dir / "training.db"  # who trains is sent there on signing in
    shutil.copy(request.getfixturevalue("demo_database"), training)
    return replace(
        found,
        database_url=fresh(tables_and_people, found.data_dir),
        training_database_url=f"sqlite:///{training}",
    )


@pytest.fixture
def engine(settings: Settings, fresh_database: FreshDatabase) -> Iterator[Engine]:
    """A database of this test's own, with the demo users."""
    made = make_engine(settings.database_url)
    with checks_ending():
        yield made
    made.dispose()


@pytest.fixture
def services(settings: Settings, engine: Engine, frozen: FrozenClock) -> Services:
    """The bundle that views work with."""
    return Services(settings=settings, engine=engine, clock=frozen)


@pytest.fixture
def app(services: Services) -> Flask:
    """The application over this test's database and clock."""
    from kbwizard.app import create_app

    SQLModel.metadata.create_all(services.engine)  # the tables of every screen
    return create_app(services=services)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser of somebody who has not signed in."""
    return app.test_client()


@pytest.fixture
def client_as(app: Flask, services: Services) -> SignedIn:
    """`client_as("lead")`: a browser of somebody of that role, signed in without the form."""

    def open_browser(role: str) -> FlaskClient:
        user = find_user(services.engine, DEMO_NAMES[role])
        assert user is not None
        token = sign_in(services.engine, user, now=services.clock(), hours=12)
        browser = app.test_client()
        browser.set_cookie(COOKIE, token)
        return browser

    return open_browser


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """The app on a real port of loopback, for tests with a browser: its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(timeout=5)


@pytest.fixture(scope="session")
def base_url() -> None:
    """Takes the place of pytest-playwright's own, which warns under this pytest; see `site`."""


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium, for the `page` fixture of pytest-playwright."""
    return {
        "executable_path": "/usr/bin/chromium",
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }

"""The desk over a directory of customers and no device: every reading is unavailable at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, inspect, text

import kbwizard.app  # every table is known before the first database is made
from kbwizard.config import read_settings
from kbwizard.db import make_engine
from kbwizard.demo import CUSTOMERS
from kbwizard.directory.importer import import_file
from kbwizard.web.services import Services
from tests.conftest import BACKENDS, SignedIn, tables_and_people
from tests.helpers.background import checks_ending
from tests.helpers.clock import FrozenClock
from tests.helpers.databases import Databases
from tests.helpers.page import Page, get

Snapshot = Callable[[], dict[str, list[tuple[object, ...]]]]
NOT_COMPARED = {"audit_row", "account_sign_in", "walk_check", "published_version"}
"""Tables that change without anybody writing: who looked, what was read, what was loaded."""


@pytest.fixture(scope="session", params=BACKENDS)
def services(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    """One database for the folder: these tests prove that nothing is written, or use their own
    customer."""
    folder = tmp_path_factory.mktemp("desk") / "data"
    settings = read_settings({"KBWIZARD_DATA_DIR": str(folder)}, demo=True)
    kind = "sqlite_files" if request.param == "sqlite" else "postgres_databases"
    databases: Databases = request.getfixturevalue(kind)
    url = databases.fresh(tables_and_people, settings.data_dir)
    settings = replace(settings, database_url=url)
    engine = make_engine(url)
    clock = FrozenClock()
    assert import_file(engine, settings, CUSTOMERS, now=clock()).problems == ()
    with checks_ending():
        yield Services(settings=settings, engine=engine, clock=clock)
    engine.dispose()


@pytest.fixture(scope="session")
def engine(services: Services) -> Engine:
    return services.engine


@pytest.fixture(scope="session")
def app(services: Services) -> Flask:
    return kbwizard.app.create_app(services=services)


@pytest.fixture
def agent(client_as: SignedIn) -> FlaskClient:
    return client_as("agent")


@pytest.fixture
def case(agent: FlaskClient) -> str:
    """The protocol of the open case of Maria Gomes, at its first question; nobody moves it."""
    return open_case(agent, "maria.gomes")["#protocol"]


@pytest.fixture
def written(engine: Engine) -> Snapshot:
    """What the tables hold: taken before and after, it tells whether anything was written."""

    def take() -> dict[str, list[tuple[object, ...]]]:
        with engine.connect() as db:
            tables = [name for name in inspect(db).get_table_names() if name not in NOT_COMPARED]
            return {
                name: sorted(map(tuple, db.execute(text(f'select * from "{name}"'))), key=repr)
                for name in tables
            }

    return take


def open_case(client: FlaskClient, login: str) -> Page:
    """Search, and open the case of the first line found."""
    home = get(client, "/desk/")
    found = Page(client.post("/desk/customers", data={"who": login, "csrf_token": home.token()}))
    return Page(
        client.post("/desk/cases", data=found.fields("#customers form"), follow_redirects=True)
    )

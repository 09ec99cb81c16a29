"""The help pages over the real trees and a directory of customers; no device answers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlmodel import SQLModel

import kbwizard.app  # every table is known before the first database is made
from kbwizard.config import read_settings
from kbwizard.db import make_engine
from kbwizard.demo import CUSTOMERS
from kbwizard.directory.importer import import_file
from kbwizard.selfservice.service import SelfService
from kbwizard.web.help.parts import HelpParts
from kbwizard.web.services import Services
from tests.helpers.clock import FrozenClock
from tests.helpers.customer import Customer


@pytest.fixture(scope="session")
def services(tmp_path_factory: pytest.TempPathFactory, demo_database: Path) -> Iterator[Services]:
    """One database for the folder; every test has visits of its own."""
    folder = tmp_path_factory.mktemp("help") / "data"
    settings = read_settings({"KBWIZARD_DATA_DIR": str(folder)}, demo=True)
    shutil.copy(demo_database, settings.data_dir / "kbwizard.db")
    engine = make_engine(settings.database_url)
    SQLModel.metadata.create_all(engine)
    clock = FrozenClock()
    assert import_file(engine, settings, CUSTOMERS, now=clock()).problems == ()
    yield Services(settings=settings, engine=engine, clock=clock)
    engine.dispose()


@pytest.fixture(scope="session")
def clock(services: Services) -> FrozenClock:
    assert isinstance(services.clock, FrozenClock)
    return services.clock


@pytest.fixture(scope="session")
def app(services: Services) -> Flask:
    """Without limits by address, which all these customers share; `test_limits` has its own."""
    made = kbwizard.app.create_app(services=services)
    made.extensions["kbwizard-limiter"].enabled = False
    return made


@pytest.fixture(scope="session")
def selfservice(app: Flask) -> SelfService:
    """What an agent would press on the desk."""
    found: HelpParts = app.extensions["kbwizard.help"]
    return found.selfservice


@pytest.fixture
def customer(app: Flask, clock: FrozenClock) -> Customer:
    return Customer(app.test_client(), clock)


@pytest.fixture
def other_phone(app: Flask, clock: FrozenClock) -> Customer:
    return Customer(app.test_client(), clock)

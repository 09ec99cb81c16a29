"""The study screens over one lab and one training database; exercises are really begun."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import SQLModel

import kbwizard.app  # every table is known before the first database is made
from kbwizard.assembly_training import load_lines, training_url
from kbwizard.checks import loop
from kbwizard.config import read_settings
from kbwizard.db import make_engine
from kbwizard.demo import CUSTOMERS, add_devices
from kbwizard.directory.importer import import_file
from kbwizard.lab import start_lab
from kbwizard.lab.endpoints import write_endpoints
from kbwizard.migrations.tables import import_tables
from kbwizard.web.services import Services, system_clock
from tests.conftest import SignedIn
from tests.helpers.page import Page, get, send

EASY = "linha-muda"
LAB_SPEED = 100.0


@pytest.fixture(scope="session")
def services(tmp_path_factory: pytest.TempPathFactory, demo_database: Path) -> Iterator[Services]:
    """A real desk without devices, beside a training desk whose lab runs."""
    folder = tmp_path_factory.mktemp("study") / "data"
    settings = read_settings({"KBWIZARD_DATA_DIR": str(folder)}, demo=True)
    shutil.copy(demo_database, settings.data_dir / "kbwizard.db")
    import_tables()
    engine, training = make_engine(settings.database_url), make_engine(training_url(settings))
    for each in (engine, training):
        SQLModel.metadata.create_all(each)
    now = system_clock()
    assert import_file(engine, settings, CUSTOMERS, now=now).problems == ()
    load_lines(training, settings, now)
    with start_lab(speed=LAB_SPEED) as lab:
        file = folder / "lab.json"
        write_endpoints(lab.endpoints, file)
        add_devices(training, settings, lab.endpoints.devices)
        yield Services(settings=replace(settings, training_lab_file=file), engine=engine)
        loop.close()
    engine.dispose()
    training.dispose()


@pytest.fixture(scope="session")
def engine(services: Services) -> Engine:
    return services.engine


@pytest.fixture(scope="session")
def training_engine(services: Services) -> Iterator[Engine]:
    """The exercises' database, to be looked into."""
    made = make_engine(training_url(services.settings))
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def app(services: Services) -> Flask:
    return kbwizard.app.create_app(services=services)


@pytest.fixture
def trainee(client_as: SignedIn) -> FlaskClient:
    return client_as("trainee")


@pytest.fixture
def tutor(client_as: SignedIn) -> FlaskClient:
    return client_as("lead")


@pytest.fixture
def begin(trainee: FlaskClient) -> Iterator[Callable[..., Page]]:
    """`begin("los-vermelha", seed=3)`: the first screen of a try of Tito's; ended afterwards."""
    begun: list[str] = []

    def one(exercise: str = EASY, *, seed: int = 1) -> Page:
        home = get(trainee, "/study")
        page = Page(
            trainee.post(
                f"/study/exercises/{exercise}/begin",
                data={"csrf_token": home.token(), "seed": str(seed)},
                follow_redirects=True,
            )
        )
        begun.append(page["#protocol"])
        return page

    yield one
    for protocol in begun:
        home = get(trainee, "/study")
        for form in home.soup.select("form[action$='/stop']"):
            trainee.post(str(form["action"]), data={"csrf_token": home.token()})
        assert protocol


def act(client: FlaskClient, page: Page, deed: str, **typed: str) -> Page:
    """Post one deed of the call's screen that is shown, and see what comes of it."""
    return send(client, page, f"form[action$='/{deed}']", **typed)


def to_the_answer(client: FlaskClient, page: Page) -> Page:
    """Choose the first option of the margin, so that the step takes an answer."""
    option = page.find("#study-coach .answer")
    return act(client, page, "choose", option=str(option["value"]))

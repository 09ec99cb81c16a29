"""A demo installation in this process, on a file database, and walks played on it up to a point.

What is measured on it is measured elsewhere; here nothing is timed.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from kbwizard.accounts.demo import make_demo_users
from kbwizard.accounts.people import find_user
from kbwizard.accounts.signins import sign_in
from kbwizard.app import create_app
from kbwizard.checks import loop
from kbwizard.config import Settings, read_settings
from kbwizard.db import make_engine
from kbwizard.demo import add_devices, load_customers
from kbwizard.lab.running import LabProcess, run_lab_process
from kbwizard.migrations import migrate
from kbwizard.web.desk import parts as desk_parts
from kbwizard.web.desk.parts import DeskParts
from kbwizard.web.security import COOKIE
from kbwizard.web.services import Services

AGENT = "ana.agente"


@dataclass(frozen=True, slots=True)
class Installation:
    """The real application over demo data, and one agent's browser."""

    settings: Settings
    engine: Engine
    app: Flask
    browser: FlaskClient
    lab: LabProcess

    @property
    def desk(self) -> DeskParts:
        found: DeskParts = self.app.extensions[desk_parts._NAME]
        return found


@contextmanager
def installed() -> Iterator[Installation]:
    """An installation in a scratch folder with a lab of its own; gone when the block ends."""
    logging.getLogger("kbwizard").setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="kbwizard-bench-") as scratch:
        settings = read_settings({"KBWIZARD_DATA_DIR": scratch}, demo=True)
        engine = make_engine(settings.database_url)
        fill(engine, settings)
        lab = run_lab_process(ready_file=Path(scratch) / "lab.json")
        try:
            add_devices(engine, settings, lab.endpoints.devices)
            app = create_app(services=Services(settings=settings, engine=engine))
            yield Installation(settings, engine, app, browser_of(app, engine), lab)
        finally:
            loop.close()
            lab.stop()
            engine.dispose()


def fill(engine: Engine, settings: Settings) -> None:
    """Tables, demo users and demo customers, by the product's own doors."""
    migrate(engine)
    now = datetime.now(UTC)
    make_demo_users(engine, now=now)
    load_customers(engine, settings, now)


def token_of(engine: Engine) -> str:
    """The cookie of a signed-in agent."""
    user = find_user(engine, AGENT)
    assert user is not None
    return sign_in(engine, user, now=datetime.now(UTC), hours=12)


def browser_of(app: Flask, engine: Engine) -> FlaskClient:
    """A signed-in agent's browser, in this process."""
    browser = app.test_client()
    browser.set_cookie(COOKIE, token_of(engine))
    return browser

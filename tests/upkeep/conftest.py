from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from kbwizard.config import Settings, read_settings
from kbwizard.db import make_engine
from kbwizard.migrations import migrate
from tests.cases.conftest import Desk
from tests.conftest import FreshDatabase
from tests.helpers.clock import FrozenClock


@dataclass
class Installation:
    """A migrated database with two calls in it, one concluded and one under way."""

    settings: Settings
    engine: Engine
    desk: Desk

    @property
    def engines(self) -> dict[str, Engine]:
        return {"main": self.engine}


@pytest.fixture
def installation(
    tmp_path: Path, fresh_database: FreshDatabase, frozen: FrozenClock
) -> Iterator[Installation]:
    settings = read_settings({"KBWIZARD_DATA_DIR": str(tmp_path / "data")}, demo=True)
    settings = replace(settings, database_url=fresh_database(migrate, settings.data_dir))
    engine = make_engine(settings.database_url)
    desk = Desk(engine, frozen)
    desk.call(1, "os", onu__state="los", onu__rx_dbm=-28.4)
    desk.open(2)
    yield Installation(settings, engine, desk)
    engine.dispose()


@pytest.fixture
def empty(tmp_path: Path, fresh_database: FreshDatabase) -> Iterator[Engine]:
    """Another migrated database with nothing in it."""
    folder = tmp_path / "other"
    folder.mkdir()
    engine = make_engine(fresh_database(migrate, folder))
    yield engine
    engine.dispose()

"""Readership over a database of every table, and searches and reads in a few words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from kbwizard.db import make_engine
from kbwizard.readership.service import Readership
from tests.conftest import FreshDatabase
from tests.helpers.clock import FrozenClock
from tests.helpers.databases import every_table

ZONE = ZoneInfo("America/Sao_Paulo")


@pytest.fixture
def engine(tmp_path: Path, fresh_database: FreshDatabase) -> Iterator[Engine]:
    made = make_engine(fresh_database(every_table, tmp_path))
    yield made
    made.dispose()


@pytest.fixture
def readership(engine: Engine, frozen: FrozenClock) -> Readership:
    return Readership(engine, frozen, zone=ZONE)

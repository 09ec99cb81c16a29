"""A migrated database of each test's own, and walks on the small bundle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from kbwizard.checks import loop
from kbwizard.config import Settings
from kbwizard.db import make_engine
from kbwizard.walks.service import Walks
from tests.conftest import FreshDatabase
from tests.helpers.attending import FixedVersions, settings_for, small_bundle, utc_now
from tests.helpers.databases import every_table


@pytest.fixture
def settings(tmp_path: Path, fresh_database: FreshDatabase) -> Settings:
    return replace(settings_for(tmp_path), database_url=fresh_database(every_table, tmp_path))


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    made = make_engine(settings.database_url)
    yield made
    made.dispose()


@pytest.fixture
def walks(engine: Engine) -> Walks:
    return Walks(engine, FixedVersions(small_bundle()), utc_now)


@pytest.fixture(scope="module", autouse=True)
def _loop_ends() -> Iterator[None]:
    yield
    loop.close()

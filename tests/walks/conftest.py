"""A migrated database file of each test's own, and walks on the small bundle."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from kbwizard.checks import loop
from kbwizard.config import Settings
from kbwizard.db import make_engine
from kbwizard.migrations import migrate
from kbwizard.walks.service import Walks
from tests.helpers.attending import FixedVersions, settings_for, small_bundle, utc_now


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("migrated") / "kbwizard.db"
    engine = make_engine(f"sqlite:///{file}")
    migrate(engine)
    engine.dispose()
    return file


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path)


@pytest.fixture
def engine(settings: Settings, migrated: Path) -> Iterator[Engine]:
    shutil.copy(migrated, settings.data_dir / "kbwizard.db")
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

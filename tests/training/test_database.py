"""The training database, on SQLite a file of its own and on PostgreSQL a schema of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, inspect
from sqlmodel import func, select

from kbwizard.assembly_training import prepare_training, training_url
from kbwizard.config import Settings
from kbwizard.db import make_engine, reading
from kbwizard.directory.models import Line
from tests.conftest import FreshDatabase

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def nothing(engine: Engine) -> None:
    """An empty database; SQLite makes its file when somebody looks."""
    engine.connect().close()


def lines_in(url: str) -> int:
    engine = make_engine(url)
    with reading(engine) as db:
        found = db.exec(select(func.count()).select_from(Line)).one()
    engine.dispose()
    return found


def tables_in(url: str) -> list[str]:
    engine = make_engine(url)
    names = inspect(engine).get_table_names()
    engine.dispose()
    return names


def test_training_has_its_own_tables_and_lines_and_the_real_database_none(
    fresh_database: FreshDatabase, settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    own = replace(
        settings,
        data_dir=folder,
        database_url=fresh_database(nothing, folder),
        training_database_url="",
    )

    prepare_training(own, NOW)
    prepare_training(own, NOW)

    assert lines_in(training_url(own)) == 17
    assert "training_attempt" in tables_in(training_url(own))
    assert tables_in(own.database_url) == []

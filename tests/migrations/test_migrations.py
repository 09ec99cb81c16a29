"""The schema is the models', and a database we cannot use is refused in one readable line."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect
from sqlmodel import SQLModel

from kbwizard.config import ROOT
from kbwizard.db import make_engine
from kbwizard.errors import SetupError
from kbwizard.migrations import FOLDER, current_revision, migrate
from kbwizard.migrations.tables import MODULES, import_tables


def engine_of(file: Path) -> Engine:
    return make_engine(f"sqlite:///{file}")


def refusal(address: str) -> str:
    engine = make_engine(address)
    try:
        with pytest.raises(SetupError) as refused:
            migrate(engine)
    finally:
        engine.dispose()
    return str(refused.value)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kbwizard.db"


@pytest.fixture
def migrated(file: Path) -> Path:
    engine = engine_of(file)
    migrate(engine)
    engine.dispose()
    return file


def test_the_schema_is_that_of_the_models(empty: Engine) -> None:
    import_tables()
    migrate(empty)

    with empty.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "render_as_batch": True}
        )
        difference = compare_metadata(context, SQLModel.metadata)

    assert difference == []


def test_every_module_with_tables_is_compared() -> None:
    with_tables = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in (ROOT / "kbwizard").rglob("*.py")
        if "table=True" in path.read_text(encoding="utf-8")
    }

    assert with_tables == set(MODULES)


def test_an_empty_database_gets_every_table_and_a_second_time_changes_nothing(file: Path) -> None:
    engine = engine_of(file)

    first, second = migrate(engine), migrate(engine)

    with engine.connect() as connection:
        assert current_revision(connection) == first == second
    assert set(inspect(engine).get_table_names()) == {*SQLModel.metadata.tables, "alembic_version"}
    engine.dispose()


def test_two_that_migrate_at_once_both_find_it_done(file: Path) -> None:
    def run(_number: int) -> str:
        engine = engine_of(file)
        try:
            return migrate(engine)
        finally:
            engine.dispose()

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(run, range(2)))) == 1


def test_revisions_are_one_line_from_the_first_to_the_head() -> None:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    scripts = ScriptDirectory.from_config(config)

    assert len(scripts.get_heads()) == len(scripts.get_bases()) == 1


def test_a_database_of_a_newer_version_is_refused_and_left_alone(migrated: Path) -> None:
    with sqlite3.connect(migrated) as connection:
        connection.execute("UPDATE alembic_version SET version_num='9999'")
    connection.close()

    said = refusal(f"sqlite:///{migrated}")

    assert "mais nova" in said
    assert "9999" in said
    connection = sqlite3.connect(migrated)
    assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]
    connection.close()


def test_a_file_that_is_no_database_is_refused_and_left_alone(file: Path) -> None:
    file.write_bytes(b"isto nao e um banco de dados\n" * 100)
    before = file.read_bytes()

    said = refusal(f"sqlite:///{file}")

    assert "banco de dados" in said
    assert "\n" not in said
    assert file.read_bytes() == before


def test_a_read_only_database_that_needs_a_revision_is_refused(file: Path) -> None:
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE something (x)")
    connection.close()

    assert "\n" not in refusal(f"sqlite:///file:{file}?mode=ro&uri=true")


def test_a_database_in_a_folder_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    assert "\n" not in refusal(f"sqlite:///{tmp_path}/none/kbwizard.db")

"""A fresh database for each test, on SQLite and on PostgreSQL, copied from one made ready once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine, text
from sqlmodel import SQLModel

from kbwizard.db import make_engine
from kbwizard.migrations.tables import import_tables
from tests.helpers.postgres import Cluster

Prepare = Callable[[Engine], object]
"""Fills a template, for instance `migrate`; what it made is copied for every test that names it."""


class Databases(Protocol):
    """Gives out databases of one kind."""

    def fresh(self, prepare: Prepare, folder: Path) -> str:
        """The address of a new database as `prepare` leaves it. SQLite's file is in `folder`."""
        ...

    def forget(self, url: str) -> None:
        """Remove one that was given out."""
        ...


class SqliteFiles:
    """One file per test; pytest removes its folder."""

    def __init__(self, templates: Path) -> None:
        self._templates = templates
        self._made: dict[Prepare, Path] = {}

    def fresh(self, prepare: Prepare, folder: Path) -> str:
        if prepare not in self._made:
            file = self._templates / f"{len(self._made)}.db"
            _fill(f"sqlite:///{file}", prepare)
            self._made[prepare] = file
        copy = folder / "kbwizard.db"
        shutil.copy(self._made[prepare], copy)
        return f"sqlite:///{copy}"

    def forget(self, url: str) -> None:
        """Nothing to do: its folder goes."""


class PostgresDatabases:
    """One database per test in the run's cluster."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self._made: dict[Prepare, str] = {}
        self._count = 0

    def fresh(self, prepare: Prepare, folder: Path) -> str:
        if prepare not in self._made:
            template = f"template_{len(self._made)}"
            self.cluster.run(f"CREATE DATABASE {template}")
            _fill(self.cluster.url(template), prepare)
            self._made[prepare] = template
        self._count += 1
        name = f"test_{self._count}"
        self.cluster.run(f"CREATE DATABASE {name} TEMPLATE {self._made[prepare]}")
        return self.cluster.url(name)

    def forget(self, url: str) -> None:
        self.cluster.run(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")


def every_table(engine: Engine) -> None:
    """The tables of the models; that revisions lead to the same is proven in tests/migrations."""
    import_tables()
    SQLModel.metadata.create_all(engine)


REFUSED = "recusado pelo teste"


def refuse_rows_of(table: str, engine: Engine) -> None:
    """From now on the database answers any insert into the table with the error `REFUSED`."""
    if engine.dialect.name == "sqlite":
        body = f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    else:
        body = "FOR EACH ROW EXECUTE FUNCTION no_rows()"
    with engine.begin() as db:
        if engine.dialect.name == "postgresql":
            raising = f"BEGIN RAISE EXCEPTION '{REFUSED}'; END"
            db.execute(
                text(f"CREATE FUNCTION no_rows() RETURNS trigger LANGUAGE plpgsql AS $${raising}$$")
            )
        db.execute(text(f'CREATE TRIGGER no BEFORE INSERT ON "{table}" {body}'))


def _fill(url: str, prepare: Prepare) -> None:
    engine = make_engine(url)
    prepare(engine)
    engine.dispose()

"""Installations of several real servers on one database, reading the lab's network."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from kbwizard.accounts.demo import make_demo_users
from kbwizard.config import Settings, read_settings
from kbwizard.db import make_engine
from kbwizard.demo import add_devices, load_customers
from kbwizard.lab import RunningLab, start_lab
from kbwizard.migrations import migrate
from tests.helpers.databases import PostgresDatabases, SqliteFiles
from tests.helpers.installation import KEYS, Served
from tests.nodes.elsewhere import ElsewhereServed

LAB_SPEED = 60.0


@dataclass
class Installation:
    """One database; `node()` adds a server to it. All end with the fixture."""

    url: str
    folder: Path
    variables: Mapping[str, str]
    stack: ExitStack
    nodes: list[Served] = field(default_factory=list)

    def node(self, *, elsewhere: bool = False, **variables: str) -> Served:
        """A server with a data folder of its own; `elsewhere`: as on another machine."""
        kind = ElsewhereServed if elsewhere else Served
        data = self.folder / f"node-{len(self.nodes)}"
        data.mkdir(exist_ok=True)
        served = kind(data, ("serve",), {**self.variables, **variables})
        self.nodes.append(self.stack.enter_context(served))
        return served

    @property
    def engine(self) -> Engine:
        """For looking at what the nodes wrote."""
        return make_engine(self.url, pooled=False)


Install = Callable[..., Installation]


@pytest.fixture(scope="module")
def lab() -> Iterator[RunningLab]:
    with start_lab(speed=LAB_SPEED) as running:
        yield running


@pytest.fixture(scope="module")
def install(lab: RunningLab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Install]:
    """`install(url)`: the database filled, no node running yet."""
    with ExitStack() as stack:

        def fill(url: str, **variables: str) -> Installation:
            folder = tmp_path_factory.mktemp("nodes")
            given = {
                "KBWIZARD_DEMO": "1",
                "KBWIZARD_DATABASE_URL": url,
                "KBWIZARD_TRAINING_DATABASE_URL": f"sqlite:///{folder / 'training.db'}",
                **KEYS,
                **variables,
            }
            settings = read_settings({**given, "KBWIZARD_DATA_DIR": str(folder)}, demo=True)
            _fill(settings, lab)
            return Installation(url, folder, given, stack)

        yield fill


def _fill(settings: Settings, lab: RunningLab) -> None:
    engine = make_engine(settings.database_url, pooled=False)
    migrate(engine)
    make_demo_users(engine, now=datetime.now(UTC))
    load_customers(engine, settings, datetime.now(UTC))
    add_devices(engine, settings, lab.endpoints.devices)


@pytest.fixture(scope="module")
def on_postgresql(postgres_databases: PostgresDatabases, install: Install) -> Installation:
    """An installation on PostgreSQL, for the whole module."""
    name = f"nodes_{len(postgres_databases.cluster.run('SELECT datname FROM pg_database'))}"
    postgres_databases.cluster.run(f"CREATE DATABASE {name}")
    return install(postgres_databases.cluster.url(name), KBWIZARD_NODES="2")


@pytest.fixture(scope="module")
def two_nodes(on_postgresql: Installation) -> tuple[Served, Served]:
    return on_postgresql.node(), on_postgresql.node()


@pytest.fixture(scope="module")
def on_sqlite(
    sqlite_files: SqliteFiles, install: Install, tmp_path_factory: pytest.TempPathFactory
) -> Installation:
    """An installation of one node with two processes, on a file."""
    file = tmp_path_factory.mktemp("shared") / "kbwizard.db"
    return install(f"sqlite:///{file}", KBWIZARD_PROCESSES="2")


def copied(folder: Path, to: Path) -> Path:
    """A folder of content of this node's own."""
    return Path(shutil.copytree(folder, to))

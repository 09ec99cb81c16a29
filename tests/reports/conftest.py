"""Reports over a real database, and articles, trees and people made up for the test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from kbwizard.accounts.models import User
from kbwizard.content.articles import Article
from kbwizard.db import make_engine
from kbwizard.readership.service import Readership
from kbwizard.reports.articles import ArticleReports
from kbwizard.wizard.facts import Registry
from kbwizard.wizard.model import Bundle
from tests.conftest import FreshDatabase
from tests.helpers.clock import START, FrozenClock
from tests.helpers.databases import every_table

ZONE = ZoneInfo("America/Sao_Paulo")


def person(name: str, role: str = "agent", *, disabled: bool = False) -> User:
    full_name = name.replace(".", " ").title()
    return User(
        name=name, full_name=full_name, role=role, password_hash="", disabled=disabled,
        created_at=START,
    )  # fmt: skip


@dataclass
class Shelf:
    """Content that a test puts together."""

    shown: dict[str, Article] = field(default_factory=dict)
    bundle: Bundle = field(default_factory=lambda: Bundle({}, Registry({}, (), {}, {})))

    def put(self, *articles: Article) -> None:
        self.shown.update({one.slug: one for one in articles})

    def articles(self) -> Mapping[str, Article]:
        return self.shown

    def current(self) -> Bundle:
        return self.bundle


@pytest.fixture
def engine(tmp_path: Path, fresh_database: FreshDatabase) -> Iterator[Engine]:
    made = make_engine(fresh_database(every_table, tmp_path))
    yield made
    made.dispose()


@pytest.fixture
def readership(engine: Engine, frozen: FrozenClock) -> Readership:
    return Readership(engine, frozen, zone=ZONE)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def people() -> list[User]:
    return []


@pytest.fixture
def reports(
    readership: Readership, shelf: Shelf, people: list[User], frozen: FrozenClock
) -> ArticleReports:
    return ArticleReports(readership, shelf, lambda: people, frozen, ZONE)

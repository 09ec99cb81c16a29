"""An office that writes articles: a folder of a few, a database, people."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from kbwizard.accounts.models import AuditRow
from kbwizard.db import make_engine, reading
from kbwizard.editing.disk import DiskContent
from kbwizard.editing.service import Editing
from kbwizard.editing.values import Draft, Publication
from tests.conftest import FreshDatabase, tables_and_people
from tests.helpers.clock import FrozenClock
from tests.helpers.content import ARTICLE, PUBLIC, write_content
from tests.helpers.databases import every_table

ZONE = ZoneInfo("America/Sao_Paulo")
ARTICLES = {
    "luzes": ARTICLE,
    "publico": PUBLIC.replace("As luzes do aparelho", "Luzes, para você"),
    "outro": ARTICLE.replace("As luzes do aparelho", "Outro artigo"),
}


@dataclass
class Office:
    """Editing over a folder of its own, and what tests do in a few words."""

    engine: Engine
    root: Path
    clock: FrozenClock
    content: DiskContent = field(init=False)
    editing: Editing = field(init=False)

    def __post_init__(self) -> None:
        self.content = DiskContent(self.root / "decision_trees", self.folder)
        self.editing = Editing(self.engine, self.content, self.folder, self.clock, zone=ZONE)

    @property
    def folder(self) -> Path:
        return self.root / "articles"

    def text(self, slug: str) -> str:
        return (self.folder / f"{slug}.md").read_text(encoding="utf-8")

    def names(self) -> list[str]:
        """Everything in the folder that is not ours to hide, images with their folder."""
        found = (path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*"))
        return sorted(name for name in found if name != ".kbwizard.lock" and name != "images")

    def edit_by_hand(self, slug: str, old: str, new: str) -> None:
        changed = self.text(slug).replace(old, new)
        assert changed != self.text(slug)
        (self.folder / f"{slug}.md").write_text(changed, encoding="utf-8")

    def change(self, draft: Draft, old: str, new: str, **more: Any) -> Draft:
        """The draft's author puts `new` in place of `old`."""
        assert old in draft.source
        source = draft.source.replace(old, new)
        return self.editing.save(
            draft.id, by=draft.author, revision=draft.revision, source=source, **more
        )  # fmt: skip

    def in_review(self, slug: str = "luzes", by: str = "aldo.autor", **more: Any) -> Draft:
        """A draft that says something more, waiting for a reviewer."""
        draft = self.change(
            self.editing.begin(by, slug=slug), "A luz LOS", "Olhe bem. A luz LOS", **more
        )
        return self.editing.send(draft.id, by=by)

    def publish(self, slug: str = "luzes", **more: Any) -> Publication:
        """Written by the author, approved by the lead."""
        return self.editing.approve(self.in_review(slug, **more).id, by="lia.lider")

    def audit(self) -> list[tuple[str, str, str]]:
        with reading(self.engine) as db:
            rows = db.exec(select(AuditRow).order_by(col(AuditRow.id)))
            return [(row.who, row.action, row.record) for row in rows]

    def git(self, *arguments: str) -> str:
        return git(self.folder, *arguments)


def git(folder: Path, *arguments: str) -> str:
    """What git says in that folder, as somebody with a name."""
    command = ["git", "-C", str(folder), "-c", "user.name=Teste", "-c", "user.email=t@localhost"]
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture
def database(tmp_path: Path, fresh_database: FreshDatabase) -> str:
    """The address of a database with every table."""
    return fresh_database(every_table, tmp_path)


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    made = make_engine(database)
    yield made
    made.dispose()


@pytest.fixture
def engine_with_people(tmp_path: Path, fresh_database: FreshDatabase) -> Iterator[Engine]:
    """A database with the demo users."""
    made = make_engine(fresh_database(tables_and_people, tmp_path))
    yield made
    made.dispose()


@pytest.fixture
def office(engine: Engine, tmp_path: Path, frozen: FrozenClock) -> Office:
    write_content(tmp_path, {}, articles=ARTICLES)
    return Office(engine, tmp_path, frozen)


@pytest.fixture
def checkout(office: Office) -> Office:
    """The same, in a git work tree with one commit."""
    git(office.root, "init", "--quiet", "--initial-branch=main")
    git(office.root, "add", "articles", "decision_trees")
    git(office.root, "commit", "--quiet", "--message=Primeiro")
    return office

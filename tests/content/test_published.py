"""Published versions: a walk keeps its content, and a broken file keeps its last good version."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import SQLModel

from kbwizard.content import published
from kbwizard.content.published import bundle_for, is_published, latest_version, publish
from kbwizard.content.unavailable import DISPOSITION
from kbwizard.db import make_engine
from kbwizard.errors import NotFound
from kbwizard.wizard.model import Outcome, Result, Tree
from tests.conftest import FreshDatabase
from tests.content.test_library import tree
from tests.helpers.content import library_of

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
PARENT = """tree: atendimento
title: "Raiz"
audiences: [agent]
root: true
entry: a
nodes:
  a:
    subtree: boa
    returns: {escalate: fim}
  fim:
    outcome: escalate
    disposition: N2_FIM
    level: n2
    deadline: n2
    agent: "O N2 liga."
"""


@pytest.fixture
def engine(tmp_path: Path, fresh_database: FreshDatabase) -> Iterator[Engine]:
    found = make_engine(fresh_database(content_tables, tmp_path))
    yield found
    found.dispose()


def content_tables(engine: Engine) -> None:
    tables = [published.PublishedVersion.__table__, published.PublishedSource.__table__]  # type: ignore[attr-defined]
    SQLModel.metadata.create_all(engine, tables=tables)


@pytest.fixture
def cold(monkeypatch: pytest.MonkeyPatch) -> None:
    """No bundle in memory, as after a restart."""
    monkeypatch.setattr(published, "_MEMORY", published._Memory(4))


def title(found: Tree) -> str:
    return found.title


def test_publishing_twice_is_one_version(engine: Engine, tmp_path: Path) -> None:
    library = library_of(tmp_path, {"atendimento": PARENT, "boa": tree("boa")})

    first = publish(engine, library, NOW)

    assert publish(engine, library, NOW + timedelta(hours=1)) == first == library.bundle.version
    assert is_published(engine, first)


@pytest.mark.usefixtures("cold")
def test_a_version_is_rebuilt_from_the_database_as_it_was(engine: Engine, tmp_path: Path) -> None:
    library = library_of(tmp_path, {"atendimento": PARENT, "boa": tree("boa")})
    version = publish(engine, library, NOW)
    published._MEMORY = published._Memory(4)

    bundle = bundle_for(engine, version)

    assert bundle.version == version
    assert bundle.trees["boa"].nodes == library.bundle.trees["boa"].nodes
    assert bundle.registry == library.bundle.registry
    assert bundle_for(engine, version) is bundle


def test_an_edit_makes_a_new_version_and_keeps_the_old_one(engine: Engine, tmp_path: Path) -> None:
    old = publish(engine, library_of(tmp_path, {"boa": tree("boa")}), NOW)
    edited = tree("boa").replace("Teste", "Outro")

    new = publish(engine, library_of(tmp_path, {"boa": edited}), NOW + timedelta(hours=1))

    assert new != old
    assert latest_version(engine) == new
    assert title(bundle_for(engine, old).trees["boa"]) == "Teste"
    assert title(bundle_for(engine, new).trees["boa"]) == "Outro"


def test_going_back_to_old_content_serves_the_old_version_again(
    engine: Engine, tmp_path: Path
) -> None:
    old = publish(engine, library_of(tmp_path, {"boa": tree("boa")}), NOW)
    edited = library_of(tmp_path, {"boa": tree("boa").replace("Teste", "Outro")})
    publish(engine, edited, NOW + timedelta(hours=1))

    again = library_of(tmp_path, {"boa": tree("boa")})

    assert publish(engine, again, NOW + timedelta(hours=2)) == old == latest_version(engine)


@pytest.mark.usefixtures("cold")
def test_the_last_good_version_of_a_broken_tree_serves_on(engine: Engine, tmp_path: Path) -> None:
    trees = {"atendimento": PARENT, "boa": tree("boa")}
    publish(engine, library_of(tmp_path, trees), NOW)
    broken = {"atendimento": PARENT.replace("Raiz", "Raiz nova"), "boa": "tree: boa\n\t[\n"}

    version = publish(engine, library_of(tmp_path, broken), NOW + timedelta(hours=1))

    bundle = bundle_for(engine, version)
    assert title(bundle.trees["boa"]) == "Teste"
    assert title(bundle.trees["atendimento"]) == "Raiz nova"


def test_a_refused_tree_is_treated_as_broken(engine: Engine, tmp_path: Path) -> None:
    publish(engine, library_of(tmp_path, {"boa": tree("boa")}), NOW)
    edited = library_of(tmp_path, {"boa": tree("boa").replace("Teste", "Ruim")})

    version = publish(engine, edited, NOW + timedelta(hours=1), refused={"boa"})

    assert title(bundle_for(engine, version).trees["boa"]) == "Teste"


def test_on_a_fresh_database_a_missing_tree_is_an_escalation(
    engine: Engine, tmp_path: Path
) -> None:
    version = publish(engine, library_of(tmp_path, {"atendimento": PARENT, "boa": "["}), NOW)

    stand_in = bundle_for(engine, version).trees["boa"]
    node = stand_in.nodes[stand_in.entry]
    assert isinstance(node, Outcome)
    assert (node.result, node.disposition, node.deadline) == (Result.ESCALATE, DISPOSITION, "n2")
    assert node.texts.agent
    assert node.texts.customer


@pytest.mark.usefixtures("cold")
def test_with_nothing_readable_at_all_a_call_can_still_begin(
    engine: Engine, tmp_path: Path
) -> None:
    version = publish(engine, library_of(tmp_path, {"atendimento": "["}, registry="["), NOW)
    published._MEMORY = published._Memory(4)

    root = bundle_for(engine, version).trees["atendimento"]

    assert root.root
    assert isinstance(root.nodes[root.entry], Outcome)


def test_a_broken_registry_serves_the_last_good_one(engine: Engine, tmp_path: Path) -> None:
    old = publish(engine, library_of(tmp_path, {"atendimento": PARENT, "boa": tree("boa")}), NOW)
    trees = {"atendimento": PARENT, "boa": tree("boa")}

    version = publish(engine, library_of(tmp_path, trees, registry="["), NOW + timedelta(hours=1))

    assert version == old


def test_drafts_are_not_served(engine: Engine, tmp_path: Path) -> None:
    draft = tree("boa").replace("audiences:", "status: draft\naudiences:")

    version = publish(engine, library_of(tmp_path, {"boa": draft}), NOW)

    assert "boa" not in bundle_for(engine, version).trees


def test_a_version_nobody_published_is_not_found(engine: Engine) -> None:
    with pytest.raises(NotFound):
        bundle_for(engine, "0" * 64)
    assert latest_version(engine) == ""

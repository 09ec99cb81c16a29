"""Every revision can be reached from those beside it, with data, and none is lost unasked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import IntegrityError

from kbwizard import migrations
from kbwizard.cli import main
from kbwizard.config import Settings
from kbwizard.db import make_engine
from kbwizard.errors import SetupError
from kbwizard.migrations import NOTHING, migrate, migrate_to, revisions
from tests.conftest import FreshDatabase
from tests.migrations.conftest import nothing
from tests.migrations.rows import common, fill, rows_of

History = tuple[str, ...]


def test_every_step_forward_keeps_what_is_there(empty: Engine, history: History) -> None:
    for before, after in pairwise(history[1:]):
        migrate_to(empty, NOTHING, discard=True)
        migrate_to(empty, before)
        fill(empty)
        held = rows_of(empty)

        assert migrate_to(empty, after) == after
        now = rows_of(empty)
        assert common(held, now) == common(now, held)
        assert set(held) <= set(now)


def test_every_step_back_keeps_what_the_older_one_knows(empty: Engine, history: History) -> None:
    for before, after in pairwise(history[1:]):
        migrate_to(empty, NOTHING, discard=True)
        migrate_to(empty, after)
        fill(empty)
        held = rows_of(empty)

        assert migrate_to(empty, before, discard=True) == before
        now = rows_of(empty)
        assert common(held, now) == common(now, held)
        assert set(now) <= set(held)


def test_all_the_way_back_leaves_nothing_and_it_goes_on_again(
    empty: Engine, history: History
) -> None:
    migrate(empty)
    fill(empty)

    assert migrate_to(empty, NOTHING, discard=True) == NOTHING
    assert set(inspect(empty).get_table_names()) <= {"alembic_version"}
    assert migrate(empty) == history[-1]


def test_going_back_over_data_is_refused_and_says_what_would_go(
    empty: Engine, history: History
) -> None:
    migrate(empty)
    fill(empty)
    held = rows_of(empty)

    with pytest.raises(SetupError) as refused:
        migrate_to(empty, history[-3])

    assert "1 linha(s) de gift" in str(refused.value)
    assert "1 valor(es) de case.mood" in str(refused.value)
    assert "--discard-data" in str(refused.value)
    assert rows_of(empty) == held


def test_going_back_over_nothing_of_worth_needs_no_leave(empty: Engine, history: History) -> None:
    migrate_to(empty, history[-3])
    fill(empty)
    held = rows_of(empty)
    migrate(empty)

    assert migrate_to(empty, history[-3]) == history[-3]
    assert rows_of(empty) == held


def test_a_revision_that_fails_half_way_changes_nothing(empty: Engine, history: History) -> None:
    migrate_to(empty, history[-3])
    fill(empty)
    held = rows_of(empty)
    with empty.begin() as db:
        db.execute(text("CREATE TABLE gift (x INTEGER)"))  # the last revision will stumble on it

    with pytest.raises(SetupError):
        migrate(empty)

    found = rows_of(empty)
    assert found.pop("gift") == []
    assert found == held


@pytest.mark.usefixtures("history")
def test_the_same_rules_hold_after_a_change_as_before(empty: Engine) -> None:
    migrate(empty)

    with pytest.raises(IntegrityError), empty.begin() as db:
        db.execute(text("INSERT INTO gift (id, case_id) VALUES (1, 404)"))


def test_a_revision_that_does_not_exist_is_refused_with_those_that_do(empty: Engine) -> None:
    with pytest.raises(SetupError) as refused:
        migrate_to(empty, "0404")

    assert all(revision in str(refused.value) for revision in revisions())


def test_nodes_that_start_at_once_migrate_once(
    tmp_path: Path, fresh_database: FreshDatabase
) -> None:
    url = fresh_database(nothing, tmp_path)

    def run(_number: int) -> str:
        engine = make_engine(url, pooled=False)
        return migrate(engine)

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(run, range(4))) == {revisions()[-1]}


def test_a_database_that_cannot_hold_every_letter_is_refused(postgres_latin: Engine) -> None:
    with pytest.raises(SetupError, match="LATIN1"):
        migrate(postgres_latin)


def test_the_command_goes_back_only_when_told_twice(
    settings: Settings,
    fresh_database: FreshDatabase,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    url = fresh_database(nothing, settings.data_dir)
    monkeypatch.setenv("KBWIZARD_DEMO", "1")
    monkeypatch.setenv("KBWIZARD_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("KBWIZARD_DATABASE_URL", url)
    newest, oldest = revisions()[-1], NOTHING

    assert main(["migrate"]) == 0
    engine = make_engine(url, pooled=False)
    fill(engine)
    refused = main(["migrate", "--to", oldest])
    alone = main(["migrate", "--discard-data"])
    said = capsys.readouterr()

    assert (refused, alone) == (1, 1)
    assert newest in said.out
    assert [line.startswith("kbwizard: ") for line in said.err.splitlines()] == [True, True]
    assert main(["migrate", "--to", oldest, "--discard-data"]) == 0
    assert main(["migrate"]) == 0
    assert migrations.revisions()[-1] in capsys.readouterr().out

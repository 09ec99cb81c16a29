"""`kill -9` of the process that runs a check, at any moment: nothing said is lost, the check ends."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from kbwizard.config import Settings
from kbwizard.db import core_reading
from kbwizard.walks.owner import owner_is_gone, owner_of_this_process
from kbwizard.walks.runs import CHECK
from kbwizard.walks.service import Walks
from kbwizard.wizard.events import Read
from kbwizard.wizard.facts import Reason, Unavailable
from tests.helpers.attending import FakeSource, FixedVersions, make_runs, small_bundle, utc_now

ROOT = Path(__file__).parents[2]
RANDOM = random.Random(20261121)


@contextmanager
def checking(settings: Settings, walk_id: int, delay_s: float) -> Iterator[subprocess.Popen[str]]:
    """A process that has begun the walk's check; killed at the end whatever happens."""
    command = [
        sys.executable, "-m", "tests.helpers.check_process", settings.database_url, str(walk_id), str(delay_s), "8",
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "started"
        yield process
    finally:
        process.kill()
        process.wait(10)
        process.stdout.close()


def begin(walks: Walks) -> int:
    walk_id = walks.start(root="atendimento", audience="agent", by="ana", line="7")
    walks.answer(walk_id, visit=1, said={"caller.name": "Ana"}, by="ana")
    return walk_id


def row_of(engine: Engine, walk_id: int):  # type: ignore[no-untyped-def]
    with core_reading(engine) as connection:
        return connection.execute(select(CHECK).where(CHECK.c.walk_id == walk_id)).one()


def test_a_killed_check_is_taken_over_once_and_then_ends(
    engine: Engine, settings: Settings, walks: Walks
) -> None:
    walk_id = begin(walks)
    with checking(settings, walk_id, delay_s=30):
        pass
    source = FakeSource("onu", {"onu.state": "online"})
    again = Walks(engine, FixedVersions(small_bundle()), utc_now)
    runs = make_runs(engine, again, settings, source)

    ends = time.monotonic() + 8
    while (standing := runs.advance(walk_id, inline_s=0.1)).position.node.name != "boa":
        assert time.monotonic() < ends

    assert standing.position.facts["caller.name"].reading.value == "Ana"
    assert row_of(engine, walk_id).attempt == 2
    assert source.asked == [("onu.state",)]


def test_a_check_whose_second_process_dies_too_is_interrupted(
    engine: Engine, settings: Settings, walks: Walks
) -> None:
    walk_id = begin(walks)
    for _ in range(2):
        with checking(settings, walk_id, delay_s=30):
            pass
    source = FakeSource("onu", {"onu.state": "online"})
    runs = make_runs(engine, walks, settings, source)

    standing = runs.collect(walk_id)

    (read,) = [event for event in standing.events if isinstance(event, Read)]
    assert isinstance(read.readings[0].value, Unavailable)
    assert read.readings[0].value.reason is Reason.INTERRUPTED
    assert standing.position.node.name == "luz"
    assert source.asked == []


@pytest.mark.parametrize("after_s", [RANDOM.uniform(0.0, 0.25) for _ in range(4)])
def test_killed_at_any_moment_the_reading_is_written_once(
    engine: Engine, settings: Settings, walks: Walks, after_s: float
) -> None:
    walk_id = begin(walks)
    with checking(settings, walk_id, delay_s=0.1):
        time.sleep(after_s)
    again = Walks(engine, FixedVersions(small_bundle()), utc_now)
    runs = make_runs(engine, again, settings, FakeSource("onu", {"onu.state": "los"}))

    ends = time.monotonic() + 8
    while (standing := runs.advance(walk_id, inline_s=0.1)).position.node.name != "cabo":
        assert time.monotonic() < ends

    assert [type(event).__name__ for event in standing.events] == [
        "Started",
        "LineBound",
        "Answered",
        "Read",
    ]
    assert row_of(engine, walk_id).written_at is not None


def test_this_process_is_not_gone_and_one_with_its_pid_but_another_birth_is() -> None:
    me = owner_of_this_process()
    host, pid, _birth = me.rsplit(":", 2)

    assert not owner_is_gone(me)
    assert owner_is_gone(f"{host}:{pid}:1")
    assert not owner_is_gone(f"another-host:{pid}:1")

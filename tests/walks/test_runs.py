"""Checks as rows: begun once, brought in once, by whatever process, or told as interrupted."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, update

from kbwizard.checks import loop
from kbwizard.checks.reader import Reader
from kbwizard.config import Settings
from kbwizard.db import core_reading, core_writing
from kbwizard.walks.runs import CHECK, READ_AGAIN_S, CheckRuns
from kbwizard.walks.service import Standing, Walks
from kbwizard.wizard.events import Read
from kbwizard.wizard.facts import Reason, Unavailable
from tests.helpers import flows
from tests.helpers.attending import (
    FakeSource,
    FixedVersions,
    kinds,
    make_runs,
    small_bundle,
    subject_of,
    utc_now,
)
from tests.helpers.clock import FrozenClock

START = utc_now()


@pytest.fixture
def source() -> FakeSource:
    return FakeSource("onu", {"onu.state": "los"})


@pytest.fixture
def runs(engine: Engine, walks: Walks, settings: Settings, source: FakeSource) -> CheckRuns:
    return make_runs(engine, walks, settings, source)


def at_check(walks: Walks, line: str | None = "7") -> int:
    walk_id = walks.start(root="atendimento", audience="agent", by="ana", line=line)
    walks.answer(walk_id, visit=1, said={"caller.name": "Ana"}, by="ana")
    return walk_id


def rows(engine: Engine, walk_id: int) -> list[object]:
    with core_reading(engine) as connection:
        return list(connection.execute(select(CHECK).where(CHECK.c.walk_id == walk_id)))


def reads(standing: Standing) -> list[Read]:
    return [event for event in standing.events if isinstance(event, Read)]


def until(
    runs: CheckRuns, walk_id: int, done: Callable[[Standing], bool], within_s: float = 8.0
) -> Standing:
    ends = time.monotonic() + within_s
    while not done(standing := runs.advance(walk_id, inline_s=0)):
        assert time.monotonic() < ends, f"the walk stands at {standing.position.node.name}"
        time.sleep(0.01)
    return standing


def test_a_fast_answer_comes_within_the_request_that_asked(walks: Walks, runs: CheckRuns) -> None:
    standing = runs.advance(at_check(walks), inline_s=2.0)

    assert standing.position.node.name == "cabo"
    assert len(reads(standing)) == 1


def test_a_slow_answer_is_polled_and_the_question_is_offered_meanwhile(
    walks: Walks, runs: CheckRuns, source: FakeSource
) -> None:
    source.delay_s = 0.3
    walk_id = at_check(walks)

    waiting = runs.advance(walk_id, inline_s=0.02)
    under_way = runs.running(walk_id)
    arrived = until(runs, walk_id, lambda now: bool(reads(now)))

    assert waiting.position.pending.person == ("led.los",)
    assert [check.facts for check in under_way] == [("onu.state",)]
    assert arrived.position.node.name == "cabo"
    assert runs.running(walk_id) == ()


def test_a_fast_answer_brings_the_walk_on_to_the_next_check_in_the_same_request(
    engine: Engine, settings: Settings
) -> None:
    walks = Walks(engine, FixedVersions(_two_checks()), utc_now)
    sources = (
        FakeSource("onu", {"onu.state": "online"}),
        FakeSource("session", {"session.state": "online"}),
    )
    runs = make_runs(engine, walks, settings, *sources)

    standing = runs.advance(walks.start(root="dois", audience="agent", by="ana"), inline_s=2.0)

    assert standing.position.node.name == "fim"


def _two_checks() -> flows.Bundle:
    facts = flows.registry(
        flows.network("onu.state", "online", "los"),
        flows.network("session.state", "online", "offline", read_by="session"),
    )
    tree = flows.tree(
        "dois",
        flows.check("um", "onu.state", branches=(flows.to("dois", onu__state="online"),), unknown="fim", otherwise="fim"),
        flows.check("dois", "session.state", branches=(flows.to("fim", session__state="online"),), unknown="fim", otherwise="fim"),
        *flows.ends("fim"),
    )  # fmt: skip
    return replace(flows.bundle(facts, tree), version="v1")


def test_eight_requests_at_once_start_one_reading_and_write_it_once(
    engine: Engine, settings: Settings, source: FakeSource
) -> None:
    source.delay_s = 0.2
    # Each with walks of its own, as in different processes.
    several = [
        make_runs(engine, Walks(engine, FixedVersions(small_bundle()), utc_now), settings, source)
        for _ in range(8)
    ]
    walks = Walks(engine, FixedVersions(small_bundle()), utc_now)
    walk_id = at_check(walks)

    def look(runs: CheckRuns) -> None:
        until(runs, walk_id, lambda now: bool(reads(now)))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(look, several))

    assert source.asked == [("onu.state",)]
    assert len(reads(walks.stand(walk_id))) == 1


def test_what_was_read_ahead_is_not_read_again(
    walks: Walks, runs: CheckRuns, source: FakeSource
) -> None:
    source.delay_s = 0.1
    walk_id = walks.start(root="atendimento", audience="agent", by="ana", line="7")
    runs.prefetch(walk_id, ["onu.state"])
    runs.prefetch(walk_id, ["onu.state"])
    walks.answer(walk_id, visit=1, said={"caller.name": "Ana"}, by="ana")

    standing = until(runs, walk_id, lambda now: now.position.node.name == "cabo")

    assert source.asked == [("onu.state",)]
    assert len(reads(standing)) == 1


def test_a_source_that_fails_is_told_as_interrupted_and_the_person_is_asked(
    walks: Walks, runs: CheckRuns, source: FakeSource
) -> None:
    source.fails = True

    standing = runs.advance(at_check(walks), inline_s=2.0)

    value = reads(standing)[0].readings[0].value
    assert isinstance(value, Unavailable)
    assert value.reason is Reason.INTERRUPTED
    assert standing.position.node.name == "luz"


def test_a_reader_that_breaks_does_not_leave_the_walk_waiting(engine: Engine, walks: Walks) -> None:
    from kbwizard.checks import loop
    from tests.helpers.attending import subject_of

    class Broken:
        async def read(
            self, subject: object, facts: object, *, timeout_s: float
        ) -> dict[str, object]:
            raise RuntimeError("a bug")

    runs = CheckRuns(engine, walks, Broken(), loop.submit, subject_of, utc_now)  # type: ignore[arg-type]

    standing = runs.advance(at_check(walks), inline_s=2.0)

    assert standing.position.node.name == "luz"


def test_a_source_that_could_not_say_is_not_asked_again_within_30_s(
    engine: Engine, walks: Walks, settings: Settings, runs: CheckRuns, source: FakeSource
) -> None:
    source.values["onu.state"] = Unavailable(Reason.TIMEOUT)
    walk_id = at_check(walks)
    runs.advance(walk_id, inline_s=2.0)
    walks.back(walk_id, by="ana")
    walks.answer(walk_id, visit=1, said={"caller.name": "Bia"}, by="ana")

    standing = runs.advance(walk_id, inline_s=0.2)

    assert standing.position.node.name == "luz"
    assert source.asked == [("onu.state",)]


def test_a_device_that_only_knows_an_older_value_is_asked_once_and_the_walk_goes_on(
    walks: Walks, runs: CheckRuns, source: FakeSource
) -> None:
    walk_id = at_check(walks)
    standing = runs.advance(walk_id, inline_s=2.0)
    walks.confirm(walk_id, visit=standing.position.visit, by="ana")
    source.measured_at = START - timedelta(minutes=4)
    before = len(source.asked)

    standing = until(runs, walk_id, lambda standing: standing.position.node.name != "final")

    assert standing.position.node.name == "ruim"
    assert len(source.asked) - before == 1


def test_a_reading_asked_for_before_the_change_is_asked_again_after_it(
    walks: Walks, runs: CheckRuns, source: FakeSource
) -> None:
    walk_id = at_check(walks)
    standing = runs.advance(walk_id, inline_s=2.0)
    source.delay_s, source.measured_at = 0.3, utc_now()
    runs.prefetch(walk_id, ["onu.state"])
    walks.confirm(walk_id, visit=standing.position.visit, by="ana")
    source.values["onu.state"], before = "online", len(source.asked)
    first = until(runs, walk_id, lambda standing: len(reads(standing)) == 2)
    source.measured_at = None

    standing = until(runs, walk_id, lambda standing: standing.position.node.name != "final")

    assert first.position.node.name == "final"
    assert standing.position.node.name == "boa"
    assert len(source.asked) > before


def test_a_poll_that_hears_an_older_value_asks_again_after_a_while(
    engine: Engine, settings: Settings, source: FakeSource
) -> None:
    clock = FrozenClock()
    poll = flows.poll(flows.when(onu__state="los"), every_s=10, up_to_s=60)
    walks = Walks(engine, FixedVersions(small_bundle(poll=poll, refresh=True)), clock)
    runs = make_runs(engine, walks, settings, source, clock=clock)
    source.measured_at = clock() - timedelta(minutes=4)
    walk_id = at_check(walks)

    asked = []
    for seconds in (0, 1, READ_AGAIN_S + 1):
        clock.pass_time(seconds=seconds)
        standing = runs.advance(walk_id, inline_s=0.3)
        asked.append(len(source.asked))

    assert asked == [1, 1, 2]
    assert standing.position.node.name == "onu"


def test_what_functions_conclude_is_recorded_once_beside_the_readings(
    engine: Engine, settings: Settings
) -> None:
    pon = flows.Derived(("pon.total", "pon.los", "pon.gasp"), function="pon_pattern")
    counts = {"pon.total": 32, "pon.los": 9, "pon.gasp": 0}
    numbers = [flows.number(name, flows.FactType.INT, read_by="pon") for name in counts]
    bundle = flows.bundle(
        flows.registry(*numbers, flows.derived("pon.pattern", pon)),
        flows.tree(
            "atendimento",
            flows.check("total", "pon.total", otherwise="pon", unknown="pon"),
            flows.check("pon", "pon.pattern", otherwise="fim", unknown="fim"),
            *flows.ends("fim"),
        ),
    )
    walks = Walks(engine, FixedVersions(replace(bundle, version="v1")), utc_now)
    reader = Reader(
        engine,
        settings,
        read_by=dict.fromkeys(counts, "pon"),
        extra_sources=[FakeSource("pon", counts)],
        clock=utc_now,
    )
    runs = CheckRuns(engine, walks, reader, loop.submit, subject_of, utc_now)
    walk_id = walks.start(root="atendimento", audience="agent", by="ana")

    until(runs, walk_id, lambda standing: standing.position.node.name == "fim")
    standing = runs.collect(walk_id)

    recorded = [[(one.fact, one.value) for one in event.readings] for event in reads(standing)]
    assert recorded[0] == [("pon.total", 32)]
    assert sorted(recorded[1][:-1]) == [("pon.gasp", 0), ("pon.los", 9)]
    assert recorded[1][-1] == ("pon.pattern", "cut")
    assert len(recorded) == 2


def test_a_poll_reads_again_when_it_is_due_and_not_before(
    engine: Engine, settings: Settings, source: FakeSource
) -> None:
    clock = FrozenClock()
    poll = flows.poll(flows.when(onu__state="online"), every_s=10, up_to_s=60)
    walks = Walks(engine, FixedVersions(small_bundle(poll=poll)), clock)
    runs = make_runs(engine, walks, settings, source, clock=clock)
    source.measured_at = None
    source._clock = clock
    walk_id = at_check(walks)

    asked = []
    for seconds in (0, 3, 3, 5, 3, 8):
        clock.pass_time(seconds=seconds)
        standing = runs.advance(walk_id, inline_s=0.3)
        asked.append(len(source.asked))
    source.values["onu.state"] = "online"
    clock.pass_time(seconds=11)
    standing = runs.advance(walk_id, inline_s=2.0)

    assert asked == [1, 1, 1, 2, 2, 3]
    assert standing.position.node.name == "boa"


def test_a_row_past_its_deadline_reads_as_interrupted_and_its_late_result_is_kept(
    engine: Engine, settings: Settings, source: FakeSource
) -> None:
    clock = FrozenClock()
    walks = Walks(engine, FixedVersions(small_bundle()), clock)
    runs = make_runs(engine, walks, settings, source, clock=clock)
    source.delay_s = 0.4
    walk_id = at_check(walks)
    runs.advance(walk_id, inline_s=0.02)

    clock.pass_time(seconds=8.0 + 1.9)
    within_grace = reads(runs.collect(walk_id))
    clock.pass_time(seconds=0.2)
    standing = runs.collect(walk_id)

    value = reads(standing)[0].readings[0].value
    assert within_grace == []
    assert isinstance(value, Unavailable)
    assert value.reason is Reason.INTERRUPTED
    assert standing.position.node.name == "luz"
    ends = time.monotonic() + 5
    while rows(engine, walk_id)[0].finished_at is None:  # type: ignore[attr-defined]
        assert time.monotonic() < ends
        time.sleep(0.02)
    assert rows(engine, walk_id)[0].readings[0]["value"] == "los"  # type: ignore[attr-defined]
    assert len(reads(runs.advance(walk_id, inline_s=0))) == 1


def test_what_arrives_after_the_end_is_kept_in_its_row_and_not_written(
    engine: Engine, walks: Walks, runs: CheckRuns, source: FakeSource
) -> None:
    from kbwizard.wizard.events import Ended

    source.delay_s = 0.3
    walk_id = at_check(walks)
    standing = runs.advance(walk_id, inline_s=0.02)
    walks.give_up(walk_id, visit=standing.position.visit, by="ana")
    standing = walks.answer(
        walk_id, visit=walks.stand(walk_id).position.visit, said={"led.los": "off"}, by="ana"
    )
    visit = standing.position.visit
    walks.append(walk_id, lambda _s, seq, now: Ended(seq=seq, at=now, by="ana", visit=visit))
    ends = time.monotonic() + 5
    while rows(engine, walk_id)[0].finished_at is None:  # type: ignore[attr-defined]
        assert time.monotonic() < ends
        time.sleep(0.02)

    after = runs.advance(walk_id)

    (row,) = rows(engine, walk_id)
    assert reads(after) == []
    assert row.readings[0]["value"] == "los"  # type: ignore[attr-defined]
    assert row.written_at is not None  # type: ignore[attr-defined]
    assert runs.running(walk_id) == ()


def test_a_reading_is_in_the_log_only_once_it_has_been_brought_in(
    engine: Engine, walks: Walks, runs: CheckRuns
) -> None:
    walk_id = at_check(walks)

    standing = runs.advance(walk_id, inline_s=2.0)

    (row,) = rows(engine, walk_id)
    assert row.readings is None  # type: ignore[attr-defined]
    assert reads(standing)[0].check == row.id  # type: ignore[attr-defined]


def test_a_row_of_another_host_waits_for_its_deadline(
    engine: Engine, walks: Walks, runs: CheckRuns, source: FakeSource
) -> None:
    source.delay_s = 5.0
    walk_id = at_check(walks)
    runs.advance(walk_id, inline_s=0.01)
    with core_writing(engine) as connection:
        connection.execute(update(CHECK).values(taken_by="another-host:1:99"))

    standing = runs.collect(walk_id)

    assert reads(standing) == []
    assert kinds(standing)[-1] == "Answered"

"""One fetch of a router's log serves everybody who asks at about the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest

from kbwizard.checks.adapters import routeros_shared_log
from kbwizard.checks.adapters.routeros import SessionSource
from kbwizard.checks.ports import LineRef, Subject
from kbwizard.wizard.facts import Reading, Reason, Unavailable
from tests.helpers.clock import FrozenClock
from tests.helpers.router_double import Caller, RouterDouble, fits, silence
from tests.helpers.routers import NOW, ZONE, concentrator, log_line, pool_for

FACTS = ["session.attempts"]


def who(login: str) -> Subject:
    return Subject(line=LineRef(id=login, login=login))


def slow_log(double: RouterDouble, seconds: float) -> None:
    async def manner(caller: Caller, words: list[str]) -> None:
        await asyncio.sleep(seconds)
        await caller.rows([row for row in double.tables["/log"] if fits(row, words)])

    double.manners["/log/print"] = manner


def busy_concentrator() -> RouterDouble:
    double = concentrator()
    double.tables["/log"] += [
        log_line("10:59:00", f"<1>: user login{n} authentication failed") for n in range(0, 20, 2)
    ]
    return double


def test_many_checks_at_once_fetch_the_log_once_and_each_gets_its_own() -> None:
    async def scenario() -> tuple[list[Mapping[str, Reading]], int]:
        double = busy_concentrator()
        slow_log(double, 0.1)
        async with double, pool_for(double) as pool:
            source = SessionSource([pool], zone=ZONE, clock=lambda: NOW)
            reads = (source.read(who(f"login{n}"), FACTS, deadline_s=3) for n in range(20))
            return list(await asyncio.gather(*reads)), len(double.asked("/log/print"))

    answers, fetches = asyncio.run(scenario())

    assert fetches == 1
    assert [answer["session.attempts"].value for answer in answers] == [
        "rejected",
        "none_seen",
    ] * 10


def test_a_log_is_fetched_again_when_it_has_grown_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routeros_shared_log, "KEPT_S", 0.1)

    async def scenario() -> list[object]:
        double = concentrator()
        async with double, pool_for(double) as pool:
            source = SessionSource([pool], zone=ZONE, clock=lambda: NOW)
            before = await source.read(who("ana"), FACTS, deadline_s=2)
            double.tables["/log"].append(log_line("10:59:59", "<pppoe-ana>: connected"))
            await asyncio.sleep(0.15)
            after = await source.read(who("ana"), FACTS, deadline_s=2)
            return [before["session.attempts"].value, after["session.attempts"].value]

    assert asyncio.run(scenario()) == ["none_seen", "accepted"]


def test_a_shared_log_counts_as_measured_when_it_was_asked_for() -> None:
    clock = FrozenClock(NOW)

    async def scenario() -> Mapping[str, Reading]:
        double = concentrator()
        async with double, pool_for(double) as pool:
            source = SessionSource([pool], zone=ZONE, clock=clock)
            await source.read(who("ana"), FACTS, deadline_s=2)
            clock.pass_time(seconds=1)
            return await source.read(who("bia"), [*FACTS, "session.state"], deadline_s=2)

    readings = asyncio.run(scenario())

    assert readings["session.attempts"].measured_at == NOW
    assert readings["session.state"].measured_at > NOW


def test_somebody_elses_shorter_deadline_does_not_cut_ours() -> None:
    async def scenario() -> list[Mapping[str, Reading]]:
        double = concentrator()
        slow_log(double, 0.5)
        async with double, pool_for(double) as pool:
            source = SessionSource([pool], zone=ZONE, clock=lambda: NOW)
            hasty = asyncio.create_task(source.read(who("ana"), FACTS, deadline_s=0.4))
            await asyncio.sleep(0.05)
            patient = await source.read(who("bia"), FACTS, deadline_s=3)
            return [await hasty, patient]

    hasty, patient = asyncio.run(scenario())

    assert isinstance(hasty["session.attempts"].value, Unavailable)
    assert patient["session.attempts"].value == "none_seen"


def test_a_log_that_hangs_ends_everybodys_wait_at_their_own_deadline() -> None:
    async def scenario() -> list[object]:
        double = concentrator()
        double.manners["/log/print"] = silence
        async with double, pool_for(double) as pool:
            source = SessionSource([pool], zone=ZONE, clock=lambda: NOW)
            reads = (source.read(who(f"l{n}"), FACTS, deadline_s=0.4) for n in range(5))
            return [answer["session.attempts"].value for answer in await asyncio.gather(*reads)]

    said = asyncio.run(scenario())

    assert [value.reason for value in said if isinstance(value, Unavailable)] == [
        Reason.TIMEOUT
    ] * 5

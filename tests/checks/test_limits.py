"""Places at a device, and its pause."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kbwizard.checks.limits import (
    FIRST_PAUSE_S,
    LONGEST_PAUSE_S,
    Busy,
    Gate,
    Paused,
    paused_detail,
    share,
)
from tests.helpers.clock import FrozenClock

START = datetime(2026, 10, 7, 14, 0, tzinfo=UTC)


def failing(gate: Gate, times: int) -> None:
    for _ in range(times):
        gate.failed()


@pytest.mark.parametrize(
    ("total", "processes", "places"), [(6, 1, 6), (6, 2, 3), (6, 4, 1), (2, 8, 1), (6, 0, 6)]
)
def test_a_limit_is_shared_by_the_processes_and_never_none(
    total: int, processes: int, places: int
) -> None:
    assert share(total, processes) == places


def test_two_failures_do_not_pause_and_a_third_does() -> None:
    gate = Gate(places=1, clock=lambda: START)

    failing(gate, 2)
    before = gate.paused_until
    failing(gate, 1)

    assert before is None
    assert gate.paused_until == START + timedelta(seconds=FIRST_PAUSE_S)


def test_a_success_in_between_starts_the_count_again() -> None:
    gate = Gate(places=1, clock=lambda: START)

    failing(gate, 2)
    gate.succeeded()
    failing(gate, 2)

    assert gate.paused_until is None


def test_the_pause_grows_with_each_failure_after_it_up_to_a_limit() -> None:
    clock = FrozenClock(START)
    gate = Gate(places=1, clock=clock)
    failing(gate, 3)
    pauses = []

    for _ in range(7):
        until = gate.paused_until
        assert until is not None
        pauses.append((until - clock.moment).total_seconds())
        clock.pass_time(seconds=pauses[-1])
        gate.failed()

    assert pauses == [15.0, 30.0, 60.0, 120.0, 240.0, LONGEST_PAUSE_S, LONGEST_PAUSE_S]


def test_failures_already_under_way_do_not_lengthen_a_pause() -> None:
    gate = Gate(places=1, clock=lambda: START)

    failing(gate, 8)

    assert gate.paused_until == START + timedelta(seconds=FIRST_PAUSE_S)


def test_a_success_ends_the_pause_and_its_growth() -> None:
    clock = FrozenClock(START)
    gate = Gate(places=1, clock=clock)
    failing(gate, 3)
    clock.pass_time(seconds=60)
    gate.failed()
    clock.pass_time(seconds=60)

    gate.succeeded()
    failing(gate, 3)

    assert gate.paused_until == clock.moment + timedelta(seconds=FIRST_PAUSE_S)


def test_a_paused_device_refuses_at_once() -> None:
    gate = Gate(places=1, clock=lambda: START)
    failing(gate, 3)

    async def scenario() -> None:
        async with gate.place(5):
            raise AssertionError("a paused device was asked")

    with pytest.raises(Paused):
        asyncio.run(scenario())


def test_who_waited_while_the_device_was_paused_does_not_ask_it() -> None:
    async def scenario() -> list[object]:
        gate = Gate(places=1, clock=lambda: START)

        async def wait() -> None:
            async with gate.place(5):
                raise AssertionError("a paused device was asked")

        async with gate.place(1):
            waiting = [asyncio.create_task(wait()) for _ in range(3)]
            await asyncio.sleep(0.01)
            failing(gate, 3)
        return await asyncio.gather(*waiting, return_exceptions=True)

    assert [type(said) for said in asyncio.run(scenario())] == [Paused] * 3


def test_a_full_queue_is_busy_and_the_place_is_still_there_afterwards() -> None:
    async def scenario() -> bool:
        gate = Gate(places=1)
        async with gate.place(1):
            with pytest.raises(Busy):
                async with gate.place(0.02):
                    pass
        async with gate.place(0.5):
            return True

    assert asyncio.run(scenario())


def test_the_pause_is_told_in_local_time() -> None:
    assert "11:00:00" in paused_detail("bng-1", START, ZoneInfo("America/Sao_Paulo"))

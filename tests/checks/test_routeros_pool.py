"""Pooled connections: reused, bounded, dropped after trouble, paused after repeated trouble."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from kbwizard.checks.adapters.routeros_pool import RouterPool
from kbwizard.checks.adapters.routeros_trouble import RouterTrap, RouterTrouble
from kbwizard.checks.limits import FAILURES_BEFORE_PAUSE, Gate
from kbwizard.config import Secret
from kbwizard.wizard.facts import Reason
from tests.helpers.router_double import (
    RouterDouble,
    late,
    says,
    says_and_hangs_up,
    sentence,
    silence,
)
from tests.helpers.routers import NOW, after, concentrator, pool_for

IDENTITY = "/system/identity/print"


async def ask(pool: RouterPool, command: str = IDENTITY, *, within_s: float = 2.0) -> None:
    deadline = after(within_s)
    async with pool.lease(deadline) as connection:
        await connection.ask(command, deadline=deadline)


async def trouble(
    pool: RouterPool, command: str = IDENTITY, *, within_s: float = 2.0
) -> RouterTrouble:
    with pytest.raises(RouterTrouble) as caught:
        await ask(pool, command, within_s=within_s)
    return caught.value


def test_one_login_serves_many_checks() -> None:
    async def scenario() -> int:
        async with concentrator() as double, pool_for(double) as pool:
            for _ in range(20):
                await ask(pool)
            return double.logins

    assert asyncio.run(scenario()) == 1


def test_no_more_connections_than_places() -> None:
    async def scenario() -> tuple[int, int]:
        double = concentrator()
        double.manners[IDENTITY] = late(0.03, [])
        async with double, pool_for(double, places=3) as pool:
            await asyncio.gather(*(ask(pool) for _ in range(12)))
            return double.most_open, double.logins

    assert asyncio.run(scenario()) == (3, 3)


def test_the_connection_used_last_is_used_first() -> None:
    async def scenario() -> bool:
        async with concentrator() as double, pool_for(double) as pool:
            async with pool.lease(after(2)) as first, pool.lease(after(2)) as second:
                pass
            async with pool.lease(after(2)) as third:
                # `second` left first, so `first` came back last.
                return third is first and third is not second

    assert asyncio.run(scenario())


def test_a_connection_that_timed_out_is_never_used_again() -> None:
    async def scenario() -> tuple[list[dict[str, str]], int]:
        double = concentrator()
        async with double, pool_for(double, places=1) as pool:
            await ask(pool)
            double.manners["/ppp/active/print"] = late(0.3, [{"name": "ana"}])
            await trouble(pool, "/ppp/active/print", within_s=0.1)
            await asyncio.sleep(0.4)
            async with pool.lease(after(2)) as connection:
                rows = await connection.ask(IDENTITY, deadline=after(2))
            return rows, double.logins

    assert asyncio.run(scenario()) == ([{"name": "bng-teste"}], 2)


@pytest.mark.parametrize(
    "reply", [says(sentence("!re", "=x")), says_and_hangs_up(b""), says(sentence("!fatal", "x"))]
)
def test_after_anything_but_a_trap_the_connection_is_gone(reply: object) -> None:
    async def scenario() -> int:
        double = concentrator()
        async with double, pool_for(double) as pool:
            double.manners["/spoilt"] = reply  # type: ignore[assignment]
            await trouble(pool, "/spoilt")
            await ask(pool)
            return double.logins

    assert asyncio.run(scenario()) == 2


def test_after_a_trap_the_connection_is_kept() -> None:
    async def scenario() -> int:
        async with concentrator() as double, pool_for(double) as pool:
            assert isinstance(await trouble(pool, "/nothing/print"), RouterTrap)
            await ask(pool)
            return double.logins

    assert asyncio.run(scenario()) == 1


def test_a_connection_the_router_closed_meanwhile_is_replaced_without_a_failure() -> None:
    async def scenario() -> int:
        double = concentrator()
        async with double, pool_for(double) as pool:
            await ask(pool)
            for task in tuple(double._tasks):
                task.cancel()
            await asyncio.sleep(0.05)
            await ask(pool)
            return double.logins

    assert asyncio.run(scenario()) == 2


def test_a_connection_with_words_nobody_asked_for_is_not_reused() -> None:
    async def scenario() -> int:
        double = concentrator()
        double.manners["/twice"] = says(
            sentence("!done") + sentence("!re", "=name=bia") + sentence("!done")
        )
        async with double, pool_for(double) as pool:
            await ask(pool, "/twice")
            await asyncio.sleep(0.05)
            await ask(pool)
            return double.logins

    assert asyncio.run(scenario()) == 2


def test_an_old_idle_connection_is_probed_and_a_dead_one_replaced() -> None:
    async def scenario() -> tuple[int, int]:
        double = concentrator()
        async with double, pool_for(double, probe_after_s=0.05) as pool:
            await ask(pool, "/ppp/active/print")
            await asyncio.sleep(0.1)
            await ask(pool, "/ppp/active/print")
            probes = len(double.asked(IDENTITY))
            double.manners[IDENTITY] = silence
            await asyncio.sleep(0.1)
            await ask(pool, "/ppp/active/print", within_s=4)
            return probes, double.logins

    assert asyncio.run(scenario()) == (1, 2)


def test_an_idle_connection_is_closed_after_a_while() -> None:
    async def scenario() -> int:
        async with concentrator() as double, pool_for(double, idle_close_s=0.05) as pool:
            await ask(pool)
            async with asyncio.timeout(5):
                while double.open_now:
                    await asyncio.sleep(0.05)
            return double.open_now

    assert asyncio.run(scenario()) == 0


def test_closing_the_pool_closes_what_is_idle_and_what_comes_back() -> None:
    async def scenario() -> int:
        async with concentrator() as double, pool_for(double) as pool:
            async with pool.lease(after(2)):
                await ask(pool)
                pool.close()
            await asyncio.sleep(0.1)
            return double.open_now

    assert asyncio.run(scenario()) == 0


def test_waiting_too_long_for_a_place_is_busy_and_never_counts_against_the_router() -> None:
    async def scenario() -> tuple[Reason, object]:
        gate = Gate(places=1)
        async with (
            concentrator() as double,
            pool_for(double, gate=gate) as pool,
            pool.lease(after(5)),
        ):
            for _ in range(FAILURES_BEFORE_PAUSE + 1):
                said = await trouble(pool, within_s=0.05)
            return said.reason, gate.paused_until

    assert asyncio.run(scenario()) == (Reason.BUSY, None)


def test_repeated_failures_pause_the_router_and_it_is_not_touched() -> None:
    async def scenario() -> tuple[list[Reason], int]:
        double = RouterDouble(manners={"/login": says(sentence("!fatal", "too many sessions"))})
        async with double, pool_for(double) as pool:
            reasons = [(await trouble(pool)).reason for _ in range(FAILURES_BEFORE_PAUSE + 2)]
            return reasons, double.accepted

    reasons, accepted = asyncio.run(scenario())

    assert reasons == [Reason.REFUSED] * FAILURES_BEFORE_PAUSE + [Reason.PAUSED] * 2
    assert accepted == FAILURES_BEFORE_PAUSE


def test_a_wrong_password_pauses_too_so_that_the_user_is_not_locked() -> None:
    async def scenario() -> Reason:
        async with RouterDouble() as double, pool_for(double, password=Secret("errada")) as pool:
            for _ in range(FAILURES_BEFORE_PAUSE):
                await trouble(pool)
            return (await trouble(pool)).reason

    assert asyncio.run(scenario()) is Reason.PAUSED


def test_traps_do_not_pause() -> None:
    async def scenario() -> Reason:
        async with concentrator() as double, pool_for(double) as pool:
            for _ in range(FAILURES_BEFORE_PAUSE + 2):
                said = await trouble(pool, "/nothing/print")
            return said.reason

    assert asyncio.run(scenario()) is Reason.NO_SUCH_OBJECT


def test_a_timeout_we_gave_no_fair_chance_does_not_count() -> None:
    async def scenario() -> object:
        gate = Gate(places=2)
        double = concentrator()
        double.manners[IDENTITY] = silence
        async with double, pool_for(double, gate=gate) as pool:
            for _ in range(FAILURES_BEFORE_PAUSE + 1):
                await trouble(pool, within_s=0.1)
            return gate.paused_until

    assert asyncio.run(scenario()) is None


def test_a_router_that_stays_silent_for_long_is_paused() -> None:
    async def scenario() -> object:
        gate = Gate(places=6, clock=lambda: NOW)
        double = concentrator()
        double.manners[IDENTITY] = silence
        async with double, pool_for(double, gate=gate) as pool:
            await asyncio.gather(
                *(trouble(pool, within_s=1.2) for _ in range(FAILURES_BEFORE_PAUSE))
            )
            return gate.paused_until

    assert asyncio.run(scenario()) == NOW + timedelta(seconds=15)


def test_a_hundred_checks_at_once_share_the_places() -> None:
    async def scenario() -> tuple[int, int]:
        async with concentrator() as double, pool_for(double) as pool:
            await asyncio.gather(*(ask(pool, within_s=10) for _ in range(100)))
            return double.most_open, len(double.asked(IDENTITY))

    most_open, answered = asyncio.run(scenario())

    assert most_open <= 6
    assert answered == 100


@pytest.mark.parametrize("places", [6, 2])
def test_slow_questions_leave_places_for_quick_ones(places: int) -> None:
    async def scenario() -> int:
        double = concentrator()
        double.manners["/ping"] = silence
        async with double, pool_for(double, places=places) as pool:

            async def slow() -> None:
                deadline = after(0.6)
                async with pool.slow_lease(deadline) as connection:
                    await connection.ask("/ping", deadline=deadline)

            pings = [asyncio.create_task(slow()) for _ in range(12)]
            await asyncio.sleep(0.1)
            await ask(pool, within_s=0.3)
            asked = len(double.asked("/ping"))
            said = await asyncio.gather(*pings, return_exceptions=True)
            assert {type(one) for one in said} == {RouterTrouble}
            return asked

    assert asyncio.run(scenario()) == places // 2

"""The groups of facts read about one login, each by its own leased connection.

Each group answers values; a group that cannot be read answers why, and the others go on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from kbwizard.checks.adapters import routeros_queries as queries
from kbwizard.checks.adapters.routeros_connection import RouterConnection
from kbwizard.checks.adapters.routeros_log import (
    LogPatterns,
    LogView,
    attempt_values,
    end_kind,
    ends_count,
    events_of,
    last_end,
)
from kbwizard.checks.adapters.routeros_pool import RouterPool
from kbwizard.checks.adapters.routeros_shared_log import SharedLog
from kbwizard.checks.adapters.routeros_trouble import RouterTrap, RouterTrouble
from kbwizard.checks.session_readings import (
    Row,
    Value,
    blocking_list,
    interface_of,
    is_answered,
    ping_values,
    profile_values,
    traffic_values,
)
from kbwizard.wizard.facts import Reason, Unavailable

PROBES_PER_ROUND = 5
"""Two rounds of five: all lost in the first is answer enough, and sooner."""

Lease = Callable[[float], AbstractAsyncContextManager[RouterConnection]]


@dataclass(frozen=True, slots=True)
class Question:
    """What one check wants of one login, until when (the loop's clock)."""

    login: str
    facts: Collection[str]
    deadline: float
    window_s: float
    sample_s: float
    patterns: LogPatterns

    def wants(self, *facts: str) -> bool:
        return any(fact in self.facts for fact in facts)


async def read_traffic(pool: RouterPool, row: Row, question: Question) -> dict[str, Value]:
    """Two samples of the session's counters. The connection is free between them."""
    interface = interface_of(row)
    sample = partial(queries.counters, interface=interface, deadline=question.deadline)
    async with pool.lease(question.deadline) as connection:
        before, started = await sample(connection)
    if before is None:
        return traffic_values(None, None, 0.0)
    await asyncio.sleep(min(question.sample_s, _left(question.deadline)))
    async with pool.lease(question.deadline) as connection:
        after, ended = await sample(connection)
    return traffic_values(before, after, ended - started)


async def read_ping(pool: RouterPool, address: str, question: Question) -> dict[str, Value]:
    """Ping the customer from the router. What the first round said stands if time runs out."""
    async with pool.slow_lease(question.deadline) as connection:
        ask = partial(
            queries.ping, connection, address, count=PROBES_PER_ROUND, deadline=question.deadline
        )
        rows = list(await ask())
    if not any(is_answered(row) for row in rows):
        return ping_values(rows)
    try:
        async with pool.slow_lease(question.deadline) as connection:
            rows += await queries.ping(
                connection, address, count=PROBES_PER_ROUND, deadline=question.deadline
            )
    except RouterTrouble:
        return ping_values(rows)
    return ping_values(rows)


async def read_profile(pool: RouterPool, row: Row, question: Question) -> dict[str, Value]:
    """The speed that the router's queue enforces on a session."""
    async with pool.lease(question.deadline) as connection:
        return profile_values(
            await queries.queues(
                connection, interface_of(row), row.get("address", ""), deadline=question.deadline
            )
        )


async def read_blocked(pool: RouterPool, address: str, deadline: float) -> tuple[Value, str]:
    """Whether an address is in a block list, and in which.

    The lists' names are each provider's own, so without them nothing can be said.
    """
    if not pool.access.block_lists:
        detail = f"{pool.access.name}: nenhuma lista de bloqueio cadastrada"
        return Unavailable(Reason.NOT_CONFIGURED, detail), ""
    if not address:
        return Unavailable(Reason.NO_VALUE, "sessão sem endereço IP"), ""
    async with pool.lease(deadline) as connection:
        lists = await queries.address_lists(connection, address, deadline=deadline)
    name = blocking_list(lists, pool.access.block_lists)
    return name != "", name


async def read_history(
    places: Sequence[tuple[RouterPool, SharedLog]], question: Question, *, all_read: bool
) -> tuple[dict[str, Value], datetime]:
    """Attempts and the last end, from the logs and local credentials of these routers.

    `all_read` false: a router that could hold attempts is not among them. Also tells when the
    oldest of the logs was asked for. Raises `RouterTrouble` when none could be read.
    """
    outcomes = await asyncio.gather(
        *(_history(pool, log, question) for pool, log in places), return_exceptions=True
    )
    for item in outcomes:
        if isinstance(item, BaseException) and not isinstance(item, RouterTrouble):
            raise item
    troubles = [item for item in outcomes if isinstance(item, RouterTrouble)]
    seen = [item for item in outcomes if isinstance(item, _History)]
    if not seen:
        raise troubles[0]
    views = [item.view for item in seen]
    values = attempt_values(views, question.window_s, all_read=all_read and not troubles)
    reasons = [item.secret_reason for item in seen]
    values["session.ends_count"] = ends_count(views, all_read=all_read and not troubles)
    values["session.last_disconnect"] = _last_disconnect(reasons, views, question.patterns)
    return values, min(item.asked_at for item in seen)


def _last_disconnect(
    reasons: Sequence[str], views: Sequence[LogView], patterns: LogPatterns
) -> Value:
    # The log first: a local credential keeps the reason of the last session it saw end properly.
    named = last_end(views) or next((reason for reason in reasons if reason), "")
    if not named:
        return Unavailable(Reason.NO_VALUE, "nem o cadastro local nem o log dizem")
    return end_kind(named, patterns)


@dataclass(frozen=True, slots=True)
class _History:
    view: LogView
    secret_reason: str
    asked_at: datetime


async def _history(pool: RouterPool, log: SharedLog, question: Question) -> _History:
    reason = ""
    if question.wants("session.last_disconnect"):
        async with pool.lease(question.deadline) as connection:
            reason = await _secret_reason(connection, question)
    lines = await log.read(deadline=question.deadline)
    events = events_of(lines.rows, question.login, question.patterns, lines.now)
    return _History(LogView(events, lines.reaches_s), reason, lines.asked_at)


async def _secret_reason(connection: RouterConnection, question: Question) -> str:
    try:
        row = await queries.secret(connection, question.login, deadline=question.deadline)
    except RouterTrap:
        # A reader without the right to see local credentials: the log may still tell.
        return ""
    return (row or {}).get("last-disconnect-reason", "")


def _left(deadline: float) -> float:
    return max(0.0, deadline - asyncio.get_running_loop().time())

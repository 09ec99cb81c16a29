"""One router's log, fetched once for all who ask at about the same time.

A thousand lines cost some 20 ms of processor time to receive, whoever they are about; a hundred
agents on one mass failure all want the same thousand.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from kbwizard.checks.adapters import routeros_queries as queries
from kbwizard.checks.adapters.routeros_connection import RouterConnection, Row
from kbwizard.checks.adapters.routeros_log import LogPatterns, reach_s, router_now
from kbwizard.checks.adapters.routeros_pool import RouterPool
from kbwizard.checks.adapters.routeros_trouble import RouterTrap, RouterTrouble
from kbwizard.checks.limits import Clock
from kbwizard.wizard.facts import Reason

KEPT_S = 2.0
FIRST_LINES = 50
"""Enough of the oldest lines to see how far back these topics go."""


@dataclass(frozen=True, slots=True)
class LogRows:
    """The lines of the patterns' topics, and the router's clock when they were read.

    `asked_at` is ours (aware UTC); `reaches_s` is None when no time in the log can be read.
    """

    rows: Sequence[Row]
    now: datetime
    reaches_s: float | None
    asked_at: datetime


class SharedLog:
    """The log of one router. Lives with the pool, on its event loop."""

    def __init__(
        self,
        pool: RouterPool,
        patterns: LogPatterns,
        *,
        window_s: float,
        zone: ZoneInfo,
        clock: Clock,
    ) -> None:
        self._pool = pool
        self._patterns = patterns
        self._window_s = window_s
        self._zone = zone
        self._clock = clock
        self._fetch: asyncio.Task[LogRows] | None = None
        self._ends = 0.0

    async def read(self, *, deadline: float) -> LogRows:
        """The log as of at most two seconds ago. Raises `RouterTrouble`."""
        while True:
            fetch, is_ours = self._under_way(deadline)
            try:
                async with asyncio.timeout_at(deadline):
                    return await asyncio.shield(fetch)
            except TimeoutError:
                raise RouterTrouble(Reason.TIMEOUT, "não respondeu no prazo") from None
            except RouterTrouble as trouble:
                # Somebody else's deadline, shorter than ours, says nothing about ours.
                if is_ours or trouble.reason not in (Reason.TIMEOUT, Reason.BUSY):
                    raise

    def _under_way(self, deadline: float) -> tuple[asyncio.Task[LogRows], bool]:
        now = asyncio.get_running_loop().time()
        task = self._fetch
        if task is not None and (not task.done() or self._is_fresh(task, now)):
            return task, False
        task = asyncio.create_task(self._read(deadline))
        task.add_done_callback(self._done)
        self._fetch = task
        return task, True

    def _is_fresh(self, task: asyncio.Task[LogRows], now: float) -> bool:
        return not task.cancelled() and task.exception() is None and now < self._ends + KEPT_S

    def _done(self, task: asyncio.Task[LogRows]) -> None:
        self._ends = task.get_loop().time()
        if not task.cancelled():
            task.exception()  # looked at, or Python warns when every waiter has left

    async def _read(self, deadline: float) -> LogRows:
        asked_at = self._clock()
        async with self._pool.lease(deadline) as connection:
            now = await self._router_now(connection, asked_at, deadline)
            rows = await queries.log_lines(connection, self._patterns.topics, deadline=deadline)
            reach = reach_s([row.get("time", "") for row in rows[:FIRST_LINES]], now)
            if reach is None or reach < self._window_s:
                # Few lines of these topics: the log itself may still reach back far enough.
                reach = reach_s(await queries.log_times(connection, deadline=deadline), now)
        return LogRows(rows, now, reach, asked_at)

    async def _router_now(
        self, connection: RouterConnection, asked_at: datetime, deadline: float
    ) -> datetime:
        """The router's clock; ours in local time when it would not tell."""
        try:
            told = router_now(await queries.router_clock(connection, deadline=deadline))
        except RouterTrap:
            told = None
        return told or asked_at.astimezone(self._zone).replace(tzinfo=None)

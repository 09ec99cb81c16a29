"""A few connections to one router, reused last in, first out, never after trouble.

A TLS handshake for every check is what makes checks slow, and every login writes a line into the
router's log that pushes the useful ones out; so connections are kept. One pool lives on one event
loop and is closed there.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from kbwizard.checks.adapters.routeros_access import RouterAccess, tls_context
from kbwizard.checks.adapters.routeros_connection import RouterConnection, open_connection
from kbwizard.checks.adapters.routeros_trouble import (
    DEVICE_FAILURES,
    RouterTrap,
    RouterTrouble,
)
from kbwizard.checks.limits import Busy, Gate, Paused, busy_detail, paused_detail
from kbwizard.config import Secret
from kbwizard.wizard.facts import Reason

CONNECT_TIMEOUT_S = 3.0
IDLE_CLOSE_S = 60.0
PROBE_AFTER_S = 15.0
PROBE_TIMEOUT_S = 1.0
FAIR_WAIT_S = 1.0
"""A timeout counts against the router only when it had at least this long to answer."""


@dataclass(slots=True)
class _Idle:
    connection: RouterConnection
    since: float
    expiry: asyncio.TimerHandle


class RouterPool:
    """Connections to one router. `gate` holds its places and its pause."""

    def __init__(
        self,
        access: RouterAccess,
        gate: Gate,
        *,
        zone: ZoneInfo,
        idle_close_s: float = IDLE_CLOSE_S,
        probe_after_s: float = PROBE_AFTER_S,
    ) -> None:
        self.access = access
        self._gate = gate
        self._zone = zone
        self._tls = tls_context(access) if access.tls else None
        self._idle_close_s = idle_close_s
        self._probe_after_s = probe_after_s
        self._idle: list[_Idle] = []
        self._is_closed = False
        # Half of the places at most for what keeps a connection for seconds.
        self._slow = asyncio.Semaphore(max(1, gate.places // 2))

    @asynccontextmanager
    async def slow_lease(self, deadline: float) -> AsyncIterator[RouterConnection]:
        """As `lease`, for a ping: a crowd of them leaves places for quick questions."""
        try:
            async with asyncio.timeout_at(deadline):
                await self._slow.acquire()
        except TimeoutError:
            raise RouterTrouble(Reason.BUSY, busy_detail(self.access.name)) from None
        try:
            async with self.lease(deadline) as connection:
                yield connection
        finally:
            self._slow.release()

    @asynccontextmanager
    async def lease(self, deadline: float) -> AsyncIterator[RouterConnection]:
        """One connection for the block's questions. Raises `RouterTrouble`.

        `deadline` is a moment of the loop's clock. What happens in the block counts for the
        router: trouble against it, an answer or a trap for it.
        """
        async with self._place(deadline), self._judged():
            connection = await self._checkout(deadline)
            try:
                yield connection
            finally:
                self._checkin(connection)

    @asynccontextmanager
    async def lease_for_action(self, deadline: float) -> AsyncIterator[RouterConnection]:
        """A connection of the user that may write, made for this block and closed after it."""
        access = self.access
        async with self._place(deadline), self._judged():
            connection = await self._open(access.action_user, access.action_password, deadline)
            try:
                yield connection
            finally:
                connection.drop()

    def close(self) -> None:
        """Drop what is idle now, and what is in use as it comes back."""
        self._is_closed = True
        while self._idle:
            self._take_idle().drop()

    @asynccontextmanager
    async def _place(self, deadline: float) -> AsyncIterator[None]:
        name = self.access.name
        wait_s = deadline - asyncio.get_running_loop().time()
        try:
            async with self._gate.place(wait_s):
                yield
        except Busy:
            raise RouterTrouble(Reason.BUSY, busy_detail(name)) from None
        except Paused as pause:
            detail = paused_detail(name, pause.until, self._zone)
            raise RouterTrouble(Reason.PAUSED, detail) from None

    @asynccontextmanager
    async def _judged(self) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            yield
        except RouterTrap:
            self._gate.succeeded()
            raise
        except RouterTrouble as trouble:
            was_fair = trouble.reason is not Reason.TIMEOUT or loop.time() - started >= FAIR_WAIT_S
            if trouble.reason in DEVICE_FAILURES and was_fair:
                self._gate.failed()
            raise
        else:
            self._gate.succeeded()

    async def _checkout(self, deadline: float) -> RouterConnection:
        while self._idle:
            age_s = asyncio.get_running_loop().time() - self._idle[-1].since
            connection = self._take_idle()
            if await self._still_good(connection, age_s, deadline):
                return connection
            connection.drop()
        return await self._open(self.access.user, self.access.password, deadline)

    async def _still_good(
        self, connection: RouterConnection, age_s: float, deadline: float
    ) -> bool:
        try:
            if not await connection.is_quiet():
                return False
            if age_s < self._probe_after_s:
                return True
            limit = min(deadline, asyncio.get_running_loop().time() + PROBE_TIMEOUT_S)
            await connection.ask("/system/identity/print", deadline=limit)
        except RouterTrap:
            return True
        except RouterTrouble:
            return False
        except BaseException:
            connection.drop()
            raise
        return True

    async def _open(self, user: str, password: Secret, deadline: float) -> RouterConnection:
        limit = min(deadline, asyncio.get_running_loop().time() + CONNECT_TIMEOUT_S)
        return await open_connection(
            self.access, self._tls, user=user, password=password, deadline=limit
        )

    def _checkin(self, connection: RouterConnection) -> None:
        if connection.is_dropped:
            return
        if self._is_closed:
            connection.drop()
            return
        loop = asyncio.get_running_loop()
        expiry = loop.call_later(self._idle_close_s, self._expire, connection)
        self._idle.append(_Idle(connection, loop.time(), expiry))

    def _take_idle(self) -> RouterConnection:
        idle = self._idle.pop()
        idle.expiry.cancel()
        return idle.connection

    def _expire(self, connection: RouterConnection) -> None:
        self._idle = [idle for idle in self._idle if idle.connection is not connection]
        connection.drop()

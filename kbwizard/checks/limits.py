"""How much one device is asked at a time, and when it is left alone for a while.

Limits are for the whole installation, so each process takes its share. Waiting for a place is
ours, never the device's fault. A gate belongs to one event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

ROUTER_CONNECTIONS = 6
"""Per router and installation: RouterOS allows 20 API sessions, shared with other tools."""
OLT_PDUS = 2
"""Per OLT and installation: a management card answers slowly and drops what it cannot queue."""
FAILURES_BEFORE_PAUSE = 3
FIRST_PAUSE_S = 15.0
LONGEST_PAUSE_S = 300.0

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The clock of the running product; tests pass their own."""
    return datetime.now(UTC)


def share(total: int, processes: int) -> int:
    """One process's part of a limit of the whole installation, at least 1."""
    return max(1, total // max(1, processes))


class Busy(Exception):
    """No place became free in time. Says nothing about the device."""


class Paused(Exception):
    """The device failed repeatedly and is left alone until `until` (aware UTC)."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__(until.isoformat())


class Gate:
    """Places at one device, and its pause.

    Whoever used a place says how the device did, by `succeeded` or `failed`; saying nothing (a
    cancelled check, a wait that was ours) counts for neither.
    """

    def __init__(self, *, places: int, clock: Clock = utc_now) -> None:
        self.places = places
        self._free = asyncio.Semaphore(places)
        self._clock = clock
        self._failures = 0
        self._pause_s = 0.0
        self._paused_until: datetime | None = None

    @property
    def paused_until(self) -> datetime | None:
        """When the device may be asked again; None when it may be asked now."""
        until = self._paused_until
        return until if until is not None and self._clock() < until else None

    @asynccontextmanager
    async def place(self, wait_s: float) -> AsyncIterator[None]:
        """Hold one place. Raises `Paused` at once, `Busy` after `wait_s` seconds in the queue."""
        self._refuse_while_paused()
        await self._enter(wait_s)
        try:
            self._refuse_while_paused()
            yield
        finally:
            self._free.release()

    async def _enter(self, wait_s: float) -> None:
        try:
            async with asyncio.timeout(max(0.0, wait_s)):
                await self._free.acquire()
        except TimeoutError:
            raise Busy from None

    def _refuse_while_paused(self) -> None:
        until = self.paused_until
        if until is not None:
            raise Paused(until)

    def succeeded(self) -> None:
        """The device answered: forget its failures and its pause."""
        self._failures = 0
        self._pause_s = 0.0
        self._paused_until = None

    def failed(self) -> None:
        """The device itself failed. Those that were under way when it was paused count once."""
        if self.paused_until is not None:
            return
        self._failures += 1
        if self._failures < FAILURES_BEFORE_PAUSE:
            return
        self._pause_s = min(LONGEST_PAUSE_S, self._pause_s * 2 or FIRST_PAUSE_S)
        self._paused_until = self._clock() + timedelta(seconds=self._pause_s)


def paused_detail(name: str, until: datetime, zone: ZoneInfo) -> str:
    """What the agent reads about a device that is being left alone, in the local time."""
    return (
        f"{name} falhou {FAILURES_BEFORE_PAUSE} vezes seguidas; "
        f"nova tentativa a partir das {until.astimezone(zone):%H:%M:%S}"
    )


def busy_detail(name: str) -> str:
    """What the agent reads when our own queue for a device was too long."""
    return f"fila cheia para consultar {name}; tente de novo em instantes"

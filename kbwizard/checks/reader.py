"""Runs sources under limits: every fact asked for is answered, in time, or says why not.

Sources run in parallel; the same question about the same line, asked twice at once, is read once.
A reader lives on one event loop (`checks.loop`); request threads hand it work.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import partial

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from kbwizard.checks.adapters.routeros_drop import DropResult, drop_session
from kbwizard.checks.devices import OltAccess, all_devices
from kbwizard.checks.fleet import Fleet, Fleets, Lookup, OltSources
from kbwizard.checks.limits import Clock, Gate, utc_now
from kbwizard.checks.ports import FactSource, LineRef, Subject
from kbwizard.config import Settings
from kbwizard.wizard.facts import Reading, Reason, Source, Unavailable

log = logging.getLogger(__name__)

CHECK_TIMEOUT_S = 8.0
GRACE_S = 0.2
"""A source that does not end by itself is cancelled this long after its deadline."""
DEVICE_SOURCES = frozenset({"session", "onu", "pon"})

Readings = Mapping[str, Reading]


@dataclass(frozen=True, slots=True)
class _InFlight:
    facts: frozenset[str]
    task: asyncio.Task[Readings]


class Reader:
    """Reads facts for a subject from devices and from the other parts' sources."""

    def __init__(
        self,
        devices: Engine | Lookup,
        settings: Settings,
        *,
        read_by: Mapping[str, str] | Callable[[str], str],
        olt_sources: OltSources | None = None,
        extra_sources: Sequence[FactSource] = (),
        clock: Clock = utc_now,
    ) -> None:
        """`read_by` is the registry's: fact name to source name, as a mapping or as a function
        where the registry may change while this runs. `devices`: the database, or a blocking
        function that gives the device rows.
        """
        lookup = partial(all_devices, devices) if isinstance(devices, Engine) else devices
        self._fleets = Fleets(
            lookup, settings, clock=clock, olt_sources=olt_sources or _shipped_olt_sources
        )
        self._read_by = read_by if callable(read_by) else _lookup_of(read_by)
        self._extra = {source.name: source for source in extra_sources}
        self._clock = clock
        self._in_flight: dict[tuple[object, ...], list[_InFlight]] = {}

    async def read(
        self, subject: Subject, facts: Collection[str], timeout_s: float = CHECK_TIMEOUT_S
    ) -> dict[str, Reading]:
        """A reading of every fact asked for, within `timeout_s` of wall clock. Never raises."""
        started = asyncio.get_running_loop().time()
        began_at = self._clock()
        readings: dict[str, Reading] = {}
        tasks: list[asyncio.Task[Readings]] = []
        try:
            async with asyncio.timeout(timeout_s):
                fleet = await self._fleet()
                left_s = timeout_s - (asyncio.get_running_loop().time() - started)
                tasks = self._start(fleet, subject, frozenset(facts), left_s, readings)
                if tasks:
                    await asyncio.wait(tasks)
        except TimeoutError:
            log.info("a check did not end within %.1f s", timeout_s)
        for task in tasks:
            if task.done() and not task.cancelled():
                readings |= task.result()
        late = Unavailable(Reason.TIMEOUT, "a leitura não terminou no prazo")
        took_ms = round((asyncio.get_running_loop().time() - started) * 1000)
        for fact in facts:
            readings.setdefault(fact, _reading(subject, fact, late, at=began_at, took_ms=took_ms))
        return {fact: readings[fact] for fact in facts}

    async def drop_session(
        self, line: LineRef, *, session_id: str = "", timeout_s: float = CHECK_TIMEOUT_S
    ) -> DropResult:
        """End the line's PPPoE session. Who may, and the audit of it, are the caller's."""
        if line.auth != "pppoe" or not line.login:
            return DropResult("refused", "a conexão não tem login PPPoE")
        fleet = await self._fleet()
        if fleet is None:
            return DropResult("error", "o cadastro de equipamentos não pôde ser lido")
        result = await drop_session(
            fleet.pools,
            line.login,
            concentrator=line.concentrator,
            session_id=session_id,
            deadline_s=timeout_s,
            broken=fleet.broken["router"],
        )
        # Whoever reads from here on must not be given an answer from before.
        for key in [key for key in self._in_flight if key[1] == line]:
            del self._in_flight[key]
        return result

    async def warm_up(self) -> None:
        """Read the device table and build the sources, so that the first check need not."""
        await self._fleet()

    async def close(self) -> None:
        """Cancel what still runs and close every connection. Await it on the reader's loop."""
        tasks = [item.task for items in self._in_flight.values() for item in items]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._fleets.close()
        await asyncio.sleep(0)  # transports close on the next turn of the loop

    async def _fleet(self) -> Fleet | None:
        try:
            return await self._fleets.present()
        except SQLAlchemyError:
            log.exception("the device table could not be read")
            return None

    def _start(
        self,
        fleet: Fleet | None,
        subject: Subject,
        facts: frozenset[str],
        timeout_s: float,
        readings: dict[str, Reading],
    ) -> list[asyncio.Task[Readings]]:
        """A task for each source; what no source can be asked is answered at once."""
        by_source: dict[str, set[str]] = {}
        for fact in facts:
            by_source.setdefault(self._read_by(fact), set()).add(fact)
        tasks: list[asyncio.Task[Readings]] = []
        for name, wanted in by_source.items():
            source = self._source(name, fleet, subject)
            if isinstance(source, Unavailable):
                now = self._clock()
                readings |= {fact: _reading(subject, fact, source, at=now) for fact in wanted}
            else:
                tasks += self._shared(source, subject, frozenset(wanted), timeout_s)
        return tasks

    def _source(self, name: str, fleet: Fleet | None, subject: Subject) -> FactSource | Unavailable:
        if name in self._extra:
            return self._extra[name]
        if name not in DEVICE_SOURCES:
            return Unavailable(Reason.NOT_CONFIGURED, "nenhuma fonte lê este fato")
        if fleet is None:
            return Unavailable(Reason.REFUSED, "o cadastro de equipamentos não pôde ser lido")
        if name == "session":
            return fleet.session
        return _olt_source(name, fleet, subject.line)

    def _shared(
        self, source: FactSource, subject: Subject, wanted: frozenset[str], timeout_s: float
    ) -> list[asyncio.Task[Readings]]:
        """Tasks that will answer `wanted`: those already on their way, and one for the rest."""
        key = (source, subject.line, subject.case_id, subject.customer_id, _context(subject))
        on_their_way = self._in_flight.setdefault(key, [])
        joined = [item for item in on_their_way if item.facts & wanted]
        rest = wanted.difference(*(item.facts for item in joined))
        if not rest:
            return [item.task for item in joined]
        task = asyncio.create_task(self._ask(source, subject, rest, timeout_s))
        item = _InFlight(rest, task)
        on_their_way.append(item)
        task.add_done_callback(lambda _: self._landed(key, on_their_way, item))
        return [*(item.task for item in joined), task]

    def _landed(
        self, key: tuple[object, ...], on_their_way: list[_InFlight], item: _InFlight
    ) -> None:
        on_their_way.remove(item)
        if not on_their_way and self._in_flight.get(key) is on_their_way:
            del self._in_flight[key]

    async def _ask(
        self, source: FactSource, subject: Subject, facts: frozenset[str], timeout_s: float
    ) -> Readings:
        """One source, under a deadline it cannot overrun; a bug in it is one unread source."""
        began_at = self._clock()
        try:
            async with asyncio.timeout(timeout_s + GRACE_S):
                return await source.read(subject, facts, deadline_s=timeout_s)
        except TimeoutError:
            why = Unavailable(Reason.TIMEOUT, "a leitura não terminou no prazo")
        except Exception:
            log.exception("source %s failed", source.name)
            why = Unavailable(Reason.INTERRUPTED, "erro interno na leitura; veja o log do servidor")
        return {fact: _reading(subject, fact, why, at=began_at) for fact in facts}


def _lookup_of(read_by: Mapping[str, str]) -> Callable[[str], str]:
    kept = dict(read_by)
    return lambda fact: kept.get(fact, "")


def _olt_source(name: str, fleet: Fleet, line: LineRef | None) -> FactSource | Unavailable:
    """The OLT of the line. Reasons say what is missing, so that a record can be corrected."""
    if line is None:
        return Unavailable(Reason.NOT_CONFIGURED, "nenhuma conexão escolhida")
    if line.technology != "fibre":
        return Unavailable(Reason.NOT_CONFIGURED, "a conexão não é de fibra")
    if not line.olt:
        return Unavailable(Reason.NOT_CONFIGURED, "conexão sem OLT no cadastro")
    broken = fleet.broken["olt"]
    if line.olt in broken:
        return Unavailable(Reason.NOT_CONFIGURED, broken[line.olt])
    source = fleet.olts.get(line.olt, {}).get(name)
    if source is None:
        return Unavailable(Reason.NOT_CONFIGURED, f"a OLT {line.olt} não está cadastrada ou ativa")
    return source


def _shipped_olt_sources(
    access: OltAccess, gate: Gate, *, zone: tzinfo, clock: Clock
) -> Sequence[FactSource]:
    # Imported on the first OLT: pysnmp takes half a second that other commands need not wait.
    from kbwizard.checks.olt_sources import olt_sources

    return olt_sources(access, gate, zone=zone, clock=clock)


def _context(subject: Subject) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((subject.context or {}).items()))


def _reading(
    subject: Subject, fact: str, value: Unavailable, *, at: datetime, took_ms: int | None = None
) -> Reading:
    line = subject.line.id if subject.line is not None else None
    return Reading(fact, value, Source.NETWORK, at, took_ms=took_ms, line=line)

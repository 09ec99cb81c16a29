"""What the sources of an OLT share: its address and profile, and how answers become readings."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta, tzinfo

from kbwizard.checks.adapters.snmp_engine import Credentials
from kbwizard.checks.adapters.snmp_session import Binding, Range, SnmpSession
from kbwizard.checks.adapters.snmp_trouble import SnmpTrouble, place_trouble
from kbwizard.checks.limits import Busy, Clock, Gate, Paused, busy_detail, utc_now
from kbwizard.checks.onu_index import BadPlace, Place, checked_onu, split_pon
from kbwizard.checks.onu_readings import Value
from kbwizard.checks.ports import LineRef, Subject
from kbwizard.checks.profile_model import Column, OltProfile
from kbwizard.wizard.facts import Reading, Reason, Source, Unavailable


@dataclass(frozen=True, slots=True)
class Olt:
    """One OLT as a source needs it. `zone` is the zone its clock is set to.

    `gate` bounds the PDUs in flight to it and is shared by everything that asks this OLT.
    """

    name: str
    host: str
    profile: OltProfile
    credentials: Credentials
    port: int = 161
    zone: tzinfo = UTC
    gate: Gate | None = None

    def session(self) -> SnmpSession:
        return SnmpSession(self.host, self.port, self.credentials, gate=self.gate)


class SnmpSource:
    """What both sources share: one OLT, a clock, and how an answer becomes readings."""

    name: str
    provides: frozenset[str]

    def __init__(self, olt: Olt, *, clock: Clock = utc_now) -> None:
        self._olt = olt
        self._profile = olt.profile
        self._session = olt.session()
        self._clock = clock

    async def read(
        self, subject: Subject, facts: Collection[str], *, deadline_s: float
    ) -> Mapping[str, Reading]:
        """As `FactSource.read`: one GET (`onu`) or one bounded GETBULK walk (`pon`)."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        line = subject.line
        asked = [fact for fact in facts if fact in self.provides]
        try:
            values = await self._values(line, asked, began + deadline_s)
        except BadPlace as error:
            values = dict.fromkeys(asked, place_trouble(error))
        except SnmpTrouble as trouble:
            values = dict.fromkeys(asked, trouble.as_unavailable(self._olt.name))
        except Busy:
            values = dict.fromkeys(asked, Unavailable(Reason.BUSY, busy_detail(self._olt.name)))
        except Paused as pause:
            values = dict.fromkeys(asked, self._paused(pause))
        took_ms = round((loop.time() - began) * 1000)
        foreign = Unavailable(Reason.NOT_CONFIGURED, f"{self._olt.name} não lê este fato")
        return {
            fact: self._reading(fact, values.get(fact, foreign), took_ms, line) for fact in facts
        }

    async def _values(
        self, line: LineRef | None, asked: Collection[str], deadline: float
    ) -> dict[str, Value]:
        raise NotImplementedError

    def _paused(self, pause: Paused) -> Unavailable:
        until = pause.until.astimezone(self._olt.zone)
        return Unavailable(
            Reason.PAUSED, f"{self._olt.name} falhou várias vezes; volta às {until:%H:%M:%S}"
        )

    def _reading(self, fact: str, value: Value, took_ms: int, line: LineRef | None) -> Reading:
        """`measured_at` is the earliest moment at which the value may have been measured."""
        column = self._profile.columns.get(fact)
        old_s = column.old_s if column and not isinstance(value, Unavailable) else 0
        return Reading(
            fact=fact,
            value=value,
            source=Source.NETWORK,
            measured_at=self._clock() - timedelta(seconds=old_s),
            origin=self._olt.name,
            took_ms=took_ms,
            line=line.id if line else None,
        )

    def _place(self, line: LineRef | None) -> Place:
        """Where the line's ONU stands. Raises `BadPlace` when the record does not say."""
        if line is None:
            raise BadPlace("não há conexão escolhida")
        if self._profile.by_serial:
            return Place(serial=line.serial.strip())
        encoder = self._profile.encoder
        pon = split_pon(line.pon, encoder)
        onu = None if line.onu is None else checked_onu(line.onu, encoder)
        return Place(pon=pon, onu=onu, serial=line.serial.strip())

    async def _rows(
        self, columns: Iterable[Column], place: Place, deadline: float
    ) -> list[list[Binding]]:
        """The rows of one PON, and nothing beyond it."""
        ranges = []
        for column in columns:
            bounds = column.range_of(place.pon)
            assert bounds is not None
            ranges.append(Range(*bounds))
        return await self._session.walk(ranges, deadline=deadline)

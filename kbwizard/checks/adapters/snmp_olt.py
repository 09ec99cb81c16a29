"""OLTs by SNMP: the sources `onu` (one customer's ONU) and `pon` (its neighbours) of facts.

The adapter only fetches. Which OIDs, and what their values mean, is the family's profile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from kbwizard.checks.adapters.snmp_engine import Credentials
from kbwizard.checks.adapters.snmp_session import Binding, Range, SnmpSession
from kbwizard.checks.adapters.snmp_trouble import SnmpTrouble, place_trouble
from kbwizard.checks.limits import Busy, Clock, Gate, Paused, busy_detail, utc_now
from kbwizard.checks.onu_index import BadPlace, Place, checked_onu, split_pon
from kbwizard.checks.onu_readings import (
    Missing,
    Raw,
    Value,
    down_for,
    plain_serial,
    read_column,
    shape,
)
from kbwizard.checks.pon_pattern import PON_FACTS, Neighbour, count_pon
from kbwizard.checks.ports import LineRef, Subject
from kbwizard.checks.profile_model import (
    CAUSE,
    DOWN_FOR,
    FACTS,
    LAST_DOWN,
    SERIAL,
    SERIAL_MATCHES,
    STATE,
    Column,
    Oid,
    OltProfile,
)
from kbwizard.wizard.facts import Reading, Reason, Source, Unavailable

ONU_FACTS = frozenset({*FACTS, SERIAL_MATCHES, DOWN_FOR})

_NEEDS: Mapping[str, tuple[str, ...]] = {
    SERIAL_MATCHES: (SERIAL,),
    DOWN_FOR: (STATE, CAUSE, LAST_DOWN),
    STATE: (STATE, CAUSE),
    "onu.uptime_s": ("onu.uptime_s", STATE),
    "onu.lan_speed_mbps": ("onu.lan_speed_mbps", "onu.lan_link"),
    "onu.lan_duplex": ("onu.lan_duplex", "onu.lan_link"),
}
"""Facts that follow from other columns than their own."""


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


class _SnmpSource:
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


class OnuSource(_SnmpSource):
    """One ONU by one GET PDU at its exact index; by serial where the record has no number."""

    name = "onu"
    provides = ONU_FACTS

    async def _values(
        self, line: LineRef | None, asked: Collection[str], deadline: float
    ) -> dict[str, Value]:
        place = self._place(line)
        if place.onu is None and not self._profile.by_serial:
            found = await self._find(place, deadline)
            if found is None:
                return dict.fromkeys(asked, self._not_found(place))
            place = found
        raws = await self._fetch(asked, place, deadline)
        if all(isinstance(raw, Missing) for raw in raws.values()):
            return dict.fromkeys(asked, self._not_found(place))
        known = {fact: raw for fact, raw in raws.items() if fact}
        values = shape(self._profile, known, now=self._clock(), zone=self._olt.zone)
        values[DOWN_FOR] = down_for(values, self._clock())
        values |= self._compared(values.get(SERIAL), place)
        if values[SERIAL_MATCHES] is False:
            self._withhold(values, place)
        return {fact: values.get(fact, self._unsupported()) for fact in asked}

    async def _fetch(
        self, asked: Collection[str], place: Place, deadline: float
    ) -> dict[str, Raw]:
        """Raw values by fact. Keys without a fact's name only say that the row exists."""
        needed = {STATE, SERIAL}
        for fact in asked:
            needed.update(_NEEDS.get(fact, (fact,)))
        columns = {f: column for f, column in self._profile.columns.items() if f in needed}
        oids: dict[Oid, str] = {column.oid_of(place): f for f, column in columns.items()}
        extra = [column.oid_of(place) for column in self._profile.presence]
        answer = await self._session.get([*oids, *extra], deadline=deadline)
        raws = {fact: answer[oid] for oid, fact in oids.items()}
        if any(not isinstance(answer[oid], Missing) for oid in extra):
            raws[""] = b""
        return raws

    async def _find(self, place: Place, deadline: float) -> Place | None:
        """The ONU with the line's serial on the line's PON, None when it is not there."""
        column = self._profile.columns.get(SERIAL)
        if not place.serial:
            raise BadPlace("o número da ONU e o serial não estão no cadastro")
        if column is None or column.range_of(place.pon) is None:
            raise BadPlace("esta OLT não permite achar a ONU pelo serial; cadastre o número dela")
        (rows,) = await self._rows([column], place, deadline)
        wanted = plain_serial(place.serial)
        for oid, raw in rows:
            said = read_column(column, raw, now=self._clock(), zone=self._olt.zone)
            number = column.onu_number(oid)
            if isinstance(said, str) and plain_serial(said) == wanted and number is not None:
                return Place(place.pon, number, place.serial)
        return None

    def _not_found(self, place: Place) -> Unavailable:
        pon = "/".join(map(str, place.pon))
        where = f"PON {pon} ONU {place.onu}" if place.onu is not None else f"serial {place.serial}"
        return Unavailable(Reason.NOT_FOUND, f"{self._olt.name} não tem ONU em {where}")

    def _unsupported(self) -> Unavailable:
        return Unavailable(
            Reason.NO_SUCH_OBJECT, f"{self._profile.label} não informa isto por SNMP"
        )

    def _compared(self, said: Value | None, place: Place) -> dict[str, Value]:
        if not place.serial:
            nothing = Unavailable(Reason.NOT_CONFIGURED, "o serial não está no cadastro")
            return {SERIAL_MATCHES: nothing}
        if said is None or isinstance(said, Unavailable):
            return {SERIAL_MATCHES: said or self._unsupported()}
        return {SERIAL_MATCHES: plain_serial(str(said)) == plain_serial(place.serial)}

    def _withhold(self, values: dict[str, Value], place: Place) -> None:
        """Another ONU stands where the record puts this one: nothing of it is this customer's."""
        other = Unavailable(
            Reason.NOT_FOUND,
            f"na posição do cadastro está outra ONU ({values[SERIAL]}), não a {place.serial[:40]}",
        )
        for fact in values:
            if fact not in (SERIAL, SERIAL_MATCHES):
                values[fact] = other
        for fact in ONU_FACTS:
            values.setdefault(fact, other)


class PonSource(_SnmpSource):
    """The state and last down time of every ONU of one PON, by one bounded GETBULK walk."""

    name = "pon"
    provides = frozenset(PON_FACTS)

    async def _values(
        self, line: LineRef | None, asked: Collection[str], deadline: float
    ) -> dict[str, Value]:
        if not self._profile.neighbours:
            refusal = Unavailable(
                Reason.NO_SUCH_OBJECT, f"{self._profile.label} não permite ler uma PON só"
            )
            return dict.fromkeys(asked, refusal)
        place = self._place(line)
        columns = [
            column
            for fact in (STATE, CAUSE, LAST_DOWN)
            if (column := self._profile.columns.get(fact)) and column.range_of(place.pon)
        ]
        rows = await self._rows(columns, place, deadline)
        raws = _by_onu(columns, rows)
        if not any(STATE in row for row in raws.values()):
            return dict.fromkeys(asked, self._empty(line))
        neighbours = {number: self._neighbour(row) for number, row in raws.items()}
        return count_pon(neighbours, own=place.onu, now=self._clock())

    def _empty(self, line: LineRef | None) -> Unavailable:
        pon = line.pon if line else ""
        return Unavailable(
            Reason.NOT_FOUND, f"{self._olt.name} não informa o estado de nenhuma ONU na PON {pon}"
        )

    def _neighbour(self, raws: Mapping[str, Raw]) -> Neighbour:
        complete = {STATE: Missing.INSTANCE, **raws}
        values = shape(self._profile, complete, now=self._clock(), zone=self._olt.zone)
        moment = values.get(LAST_DOWN)
        down_at = datetime.fromisoformat(moment) if isinstance(moment, str) else None
        return Neighbour(values[STATE], down_at)


def _by_onu(
    columns: Collection[Column], rows: Iterable[Iterable[Binding]]
) -> dict[int, dict[str, Raw]]:
    found: dict[int, dict[str, Raw]] = {}
    for column, bindings in zip(columns, rows, strict=True):
        for oid, raw in bindings:
            number = column.onu_number(oid)
            if number is not None:
                found.setdefault(number, {})[column.fact] = raw
    return found

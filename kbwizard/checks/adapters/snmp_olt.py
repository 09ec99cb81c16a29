"""OLTs by SNMP: the sources `onu` (one customer's ONU) and `pon` (its neighbours) of facts.

The adapter only fetches. Which OIDs, and what their values mean, is the family's profile.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from kbwizard.checks.adapters.snmp_session import Binding
from kbwizard.checks.adapters.snmp_source import Olt, SnmpSource
from kbwizard.checks.onu_index import BadPlace, Place
from kbwizard.checks.onu_readings import (
    Value,
    down_for,
    plain_serial,
    read_column,
    shape,
)
from kbwizard.checks.pon_pattern import PON_FACTS, Neighbour, count_pon
from kbwizard.checks.ports import LineRef
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
)
from kbwizard.checks.raw_values import Missing, Raw
from kbwizard.wizard.facts import Reason, Unavailable

__all__ = ["ONU_FACTS", "Olt", "OnuSource", "PonSource"]

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


class OnuSource(SnmpSource):
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
        if all(raw in (Missing.INSTANCE, Missing.OBJECT) for raw in raws.values()):
            return dict.fromkeys(asked, self._not_found(place))
        known = {fact: raw for fact, raw in raws.items() if fact}
        values = shape(self._profile, known, now=self._clock(), zone=self._olt.zone)
        values[DOWN_FOR] = down_for(values, self._clock())
        values |= self._compared(values.get(SERIAL), place)
        if values[SERIAL_MATCHES] is False:
            self._withhold(values, place)
        return {fact: values.get(fact, self._unsupported()) for fact in asked}

    async def _fetch(self, asked: Collection[str], place: Place, deadline: float) -> dict[str, Raw]:
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


class PonSource(SnmpSource):
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

"""An OLT's object tree: rows that are computed when asked, in the order GETNEXT wants.

Vendor modules fill a `Mib` with `Row`s; what a row reads is the subscriber's ONU at the moment
of the request, so the tree itself never changes while the lab runs.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from kbwizard.lab import ber
from kbwizard.lab.ber import Oid, Value
from kbwizard.lab.observe import OnuView
from kbwizard.lab.plant import Subscriber
from kbwizard.lab.state import Scene

OLT_ZONE = ZoneInfo("America/Sao_Paulo")
"""OLTs keep local time, and say so nowhere (8 octets) or by an offset (11 octets)."""

Row = tuple[Oid, Oid, "Reader"]
"""Column, index, and how to read the value."""
Reader = Callable[["Look"], Value | None]
Cell = Callable[[Subscriber, OnuView], Value | None]
"""One column of the ONU table; None: the OLT has no such instance."""


@dataclass(frozen=True, slots=True)
class Look:
    """One request's view: the scene, and the misbehaviours of this OLT."""

    scene: Scene
    neighbour_rows: bool = False
    """Answer with the next ONU's values (a confused line card)."""
    no_values: bool = False
    """Answer every optical value with the vendor's "none"."""
    hidden: Oid = ()
    """A column this firmware does not have."""

    def onu(self, subscriber: Subscriber) -> tuple[Subscriber, OnuView]:
        seen = subscriber
        if self.neighbour_rows:
            neighbours = self.scene.state.plant.neighbours(subscriber)
            seen = neighbours[(neighbours.index(subscriber) + 1) % len(neighbours)]
        return seen, self.scene.onu(seen)


class Mib:
    """Sorted rows with GET and GETNEXT. `arcs` tells which PON a large index belongs to."""

    def __init__(self, rows: Iterable[Row], arcs: dict[int, str]) -> None:
        kept = list(rows)
        self._rows = {column + index: reader for column, index, reader in kept}
        self._order = sorted(self._rows)
        self._columns = {column for column, _, _ in kept}
        self._arcs = arcs

    def get(self, oid: Oid, look: Look) -> Value:
        """The value, or which of the two absences it is (RFC 3416, 4.2.1)."""
        if look.hidden and oid[: len(look.hidden)] == look.hidden:
            return ber.NO_SUCH_OBJECT
        reader = self._rows.get(oid)
        if reader is not None:
            value = reader(look)
            return ber.NO_SUCH_INSTANCE if value is None else value
        known = any(oid[:-arcs] in self._columns for arcs in (1, 2, 3))
        return ber.NO_SUCH_INSTANCE if known else ber.NO_SUCH_OBJECT

    def following(self, oid: Oid, look: Look) -> tuple[Oid, Value]:
        """The next row that has a value, or the end of the tree."""
        for found in self._order[bisect_right(self._order, oid) :]:
            value = self.get(found, look)
            if value[0] < 0x80:
                return found, value
        return oid, ber.END_OF_MIB

    def pon_at(self, oid: Oid) -> str | None:
        """The PON that an object, with or without a row, speaks of."""
        return next((self._arcs[arc] for arc in oid[-3:] if arc in self._arcs), None)


def onu_rows(
    subscriber: Subscriber, columns: dict[str, Cell], base: str, index: Oid
) -> Iterable[Row]:
    """Every column of one ONU, readable under `base` and `index`."""
    for column, cell in columns.items():
        yield ber.oid(f"{base}.{column}"), index, _reader(subscriber, cell)


def _reader(subscriber: Subscriber, cell: Cell) -> Reader:
    def read(look: Look) -> Value | None:
        seen, view = look.onu(subscriber)
        if view.state == "absent":
            return None
        return cell(seen, without_levels(view) if look.no_values else view)

    return read


def without_levels(view: OnuView) -> OnuView:
    """The same ONU whose optics answer nothing."""
    return replace(view, rx_dbm=None, tx_dbm=None, olt_rx_dbm=None, temperature_c=None)


def fixed(value: Value) -> Reader:
    """A row that never changes."""
    return lambda _look: value


def system_rows(sys_object_id: str, description: str, name: str) -> Iterable[Row]:
    """The system group that detection asks for."""
    yield ber.oid("1.3.6.1.2.1.1.1"), (0,), fixed(ber.octets(description))
    yield ber.oid("1.3.6.1.2.1.1.2"), (0,), fixed(ber.object_id(ber.oid(sys_object_id)))
    yield ber.oid("1.3.6.1.2.1.1.3"), (0,), _uptime
    yield ber.oid("1.3.6.1.2.1.1.5"), (0,), fixed(ber.octets(name))


def _uptime(look: Look) -> Value:
    since = look.scene.state.epoch - timedelta(days=63, seconds=4_211)
    return ber.gauge(int((look.scene.now - since).total_seconds() * 100) % 2**32, ber.TIME_TICKS)


def if_name_rows(names: dict[int, str]) -> Iterable[Row]:
    """ifDescr, ifOperStatus and ifName of the given interfaces, all up."""
    for index, name in names.items():
        yield ber.oid("1.3.6.1.2.1.2.2.1.2"), (index,), fixed(ber.octets(name))
        yield ber.oid("1.3.6.1.2.1.2.2.1.8"), (index,), fixed(ber.integer(1))
        yield ber.oid("1.3.6.1.2.1.31.1.1.1.1"), (index,), fixed(ber.octets(name))


def date_and_time(moment: datetime, *, offset: bool) -> bytes:
    """SNMPv2-TC DateAndTime in the OLT's local time: 11 octets with the offset, or 8 without.

    >>> from datetime import UTC
    >>> date_and_time(datetime(2026, 3, 1, 15, 0, 5, tzinfo=UTC), offset=False).hex()
    '07ea03010c000500'
    """
    local = moment.astimezone(OLT_ZONE)
    stamp = local.year.to_bytes(2, "big") + bytes(
        (local.month, local.day, local.hour, local.minute, local.second, 0)
    )
    if not offset:
        return stamp
    minutes = int((local.utcoffset() or timedelta()).total_seconds() // 60)
    return stamp + (b"-" if minutes < 0 else b"+") + bytes(divmod(abs(minutes), 60))


def vendor_serial(serial: str) -> bytes:
    """`HWTC7D4630C3` as the 8 octets most OLTs keep: four letters, four bytes."""
    return serial[:4].encode() + bytes.fromhex(serial[4:])


def centi(dbm: float | None, none: int) -> Value:
    """A level in hundredths of a dBm, or the vendor's "none"."""
    return ber.integer(none if dbm is None else round(dbm * 100))

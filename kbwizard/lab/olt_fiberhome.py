"""A FiberHome AN5516: GEPON-OLT-COMMON-MIB, status and optics by the packed ONU index.

Zero is "none" for every optical value here. Up and down times are text in local time.
"""

from __future__ import annotations

from collections.abc import Iterable

from kbwizard.lab import ber
from kbwizard.lab.ber import Value
from kbwizard.lab.mib import (
    OLT_ZONE,
    Cell,
    Mib,
    Row,
    centi,
    fixed,
    onu_rows,
    system_rows,
)
from kbwizard.lab.observe import OnuView
from kbwizard.lab.plant import Olt, Plant, Subscriber

BASE = "1.3.6.1.4.1.5875.800.3"
STATUS = {"online": 1, "los": 0, "dying_gasp": 2}
"""Everything else is 3, offline: this family does not say "not authorised"."""
LAN_SPEEDS = {0: 0, 10: 0, 100: 1, 1000: 2}


def pon_index(pon: str) -> int:
    """`slot/pon` packed.

    >>> pon_index("18/4")
    606076928
    """
    slot, port = (int(part) for part in pon.split("/"))
    return slot << 25 | port << 19


def onu_index(pon: str, onu: int, port: int = 0) -> int:
    """`slot/pon`, ONU and LAN port packed.

    >>> onu_index("18/4", 50, 5)
    606089733
    """
    return pon_index(pon) | onu << 8 | port


def build(olt: Olt, plant: Plant) -> Mib:
    """The whole tree of this OLT."""
    subscribers = plant.on_olt(olt.name)
    rows: list[Row] = [*system_rows("1.3.6.1.4.1.5875.800.1001.11", "AN5516-01 RP1000", olt.name)]
    for pon in sorted({one.pon for one in subscribers}):
        rows += _pon_rows(olt, plant, pon)
    for one in subscribers:
        index = onu_index(one.pon, one.onu)
        rows += onu_rows(one, COLUMNS, BASE, (index,))
        rows += onu_rows(one, LAN_COLUMNS, BASE, (onu_index(one.pon, one.onu, 1),))
        rows += onu_rows(one, {"9.3.7.1.2": _olt_rx}, BASE, (pon_index(one.pon), one.onu))
    arcs = {pon_index(one.pon): one.pon for one in subscribers}
    for one in subscribers:
        arcs |= {onu_index(one.pon, one.onu, port): one.pon for port in (0, 1)}
    return Mib(rows, arcs)


def _pon_rows(olt: Olt, plant: Plant, pon: str) -> Iterable[Row]:
    index, members = pon_index(pon), plant.pons[olt.name, pon]
    yield ber.oid(f"{BASE}.9.3.4.1.12"), (index,), fixed(ber.integer(len(members)))
    yield ber.oid(f"{BASE}.9.3.4.1.8"), (index,), fixed(ber.integer(352))


def _text_time(kind: str) -> Cell:
    def cell(_: Subscriber, onu: OnuView) -> Value:
        moment = onu.last_up_at if kind == "up" else onu.last_down_at
        return ber.octets(moment.astimezone(OLT_ZONE).strftime("%Y-%m-%d %H:%M:%S"))

    return cell


def _olt_rx(_: Subscriber, onu: OnuView) -> Value:
    return centi(onu.olt_rx_dbm, 0)


def _status(_: Subscriber, onu: OnuView) -> Value:
    return ber.integer(STATUS.get(onu.state, 3))


def _slot(one: Subscriber, _: OnuView) -> Value:
    return ber.integer(int(one.pon.split("/")[0]))


def _pon(one: Subscriber, _: OnuView) -> Value:
    return ber.integer(int(one.pon.split("/")[1]))


COLUMNS: dict[str, Cell] = {
    "10.1.1.2": _slot,
    "10.1.1.3": _pon,
    "10.1.1.4": lambda one, _: ber.integer(one.onu),
    "10.1.1.5": lambda _, __: ber.integer(765),
    "10.1.1.7": lambda one, _: ber.octets(one.login),
    "10.1.1.10": lambda _, onu: ber.octets(onu.serial),
    "10.1.1.11": _status,
    "10.1.1.12": lambda _, __: ber.octets("RP2740"),
    "10.1.1.13": lambda _, __: ber.octets("WKE2.134.285A7G"),
    "10.1.1.16": lambda _, onu: ber.integer(11 if onu.is_online else 0),
    "10.1.1.17": lambda _, onu: ber.integer(38 if onu.is_online else 0),
    "10.1.1.30": _text_time("up"),
    "10.1.1.31": _text_time("down"),
    "10.1.1.37": lambda _, __: ber.octets("AN5506-04-FA"),
    "9.3.3.1.6": lambda _, onu: centi(onu.rx_dbm, 0),
    "9.3.3.1.7": lambda _, onu: centi(onu.tx_dbm, 0),
    "9.3.3.1.8": lambda _, onu: ber.integer(331 if onu.is_online else 0),
    "9.3.3.1.9": lambda _, onu: ber.integer(1210 if onu.is_online else 0),
    "9.3.3.1.10": lambda _, onu: ber.integer((onu.temperature_c or 0) * 100),
    "9.3.3.1.11": lambda _, __: ber.integer(1),
    "9.6.1.1": lambda _, onu: ber.integer(onu.distance_m or 0),
}
LAN_COLUMNS: dict[str, Cell] = {
    "9.3.1.1.3": lambda _, __: ber.integer(1),
    "9.3.1.1.4": lambda _, onu: ber.integer(1 if onu.lan_mbps else 0),
    "9.3.1.1.5": lambda _, onu: ber.integer(LAN_SPEEDS[onu.lan_mbps or 0]),
    "9.3.1.1.8": lambda _, onu: ber.integer(1 if onu.lan_mbps else 0),
    "9.3.1.1.12": lambda _, __: ber.integer(1),
}
OPTICS = f"{BASE}.9.3.7.1.2"
"""The column that `no_such_column` hides when nobody names another."""

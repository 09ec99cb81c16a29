"""A Huawei MA5600-family OLT: HUAWEI-XPON-MIB's ONT columns that a check may ask for.

Columns, scales and "none" values: `docs/lab.md`, after the vendor's MIB; no live device was
measured for the ONT rows.
"""

from __future__ import annotations

from collections.abc import Iterable

from kbwizard.lab import ber
from kbwizard.lab.ber import Value
from kbwizard.lab.mib import (
    Cell,
    Look,
    Mib,
    Row,
    centi,
    date_and_time,
    fixed,
    if_name_rows,
    onu_rows,
    system_rows,
    vendor_serial,
)
from kbwizard.lab.observe import OnuView, spread
from kbwizard.lab.plant import Olt, Plant, Subscriber

BASE = "1.3.6.1.4.1.2011.6.128.1.1.2"
NONE = 2147483647
CAUSES = {"los": 1, "dying_gasp": 13, "offline": -1, "auth_failed": -1, "disabled": 8}
LAN_SPEEDS = {0: 4, 10: 5, 100: 6, 1000: 7}
"""Negotiated speeds; 4 is "auto" without a link."""


def if_index(pon: str) -> int:
    """The 32-bit interface of `frame/slot/port`.

    >>> if_index("0/1/15")
    4194316032
    """
    _frame, slot, port = (int(part) for part in pon.split("/"))
    return 0xFA000000 + slot * 0x2000 + port * 0x100


def build(olt: Olt, plant: Plant) -> Mib:
    """The whole tree of this OLT."""
    subscribers = plant.on_olt(olt.name)
    rows: list[Row] = [
        *system_rows("1.3.6.1.4.1.2011.2.123", "Huawei Integrated Access Software", olt.name)
    ]
    pons = sorted({one.pon for one in subscribers})
    rows += if_name_rows({if_index(pon): f"GPON {pon}" for pon in pons})
    for pon in pons:
        rows += _pon_rows(olt, plant, pon)
    for one in subscribers:
        rows += onu_rows(one, COLUMNS, BASE, (if_index(one.pon), one.onu))
        rows += onu_rows(one, LAN_COLUMNS, BASE, (if_index(one.pon), one.onu, 1))
    return Mib(rows, {if_index(pon): pon for pon in pons})


def _pon_rows(olt: Olt, plant: Plant, pon: str) -> Iterable[Row]:
    members = plant.pons[olt.name, pon]

    def link(look: Look) -> Value:
        alive = any(look.scene.onu(one).is_online for one in members)
        return ber.integer(1 if alive else 2)

    index = if_index(pon)
    yield ber.oid(f"{BASE}.21.1.16"), (index,), fixed(ber.integer(len(members)))
    yield ber.oid(f"{BASE}.21.1.10"), (index,), link


def _olt_rx(_: Subscriber, onu: OnuView) -> Value:
    return ber.integer(NONE if onu.olt_rx_dbm is None else round(onu.olt_rx_dbm * 100) + 10000)


def _cause(subscriber: Subscriber, onu: OnuView) -> Value:
    if onu.last_down_cause == "los" and spread(subscriber.login, 0, 1):
        return ber.integer(2)
    return ber.integer(CAUSES[onu.last_down_cause])


def _config_state(_: Subscriber, onu: OnuView) -> Value:
    return ber.integer({"registering": 1, "auth_failed": 3, "online": 2}.get(onu.state, 1))


def _lan_speed(_: Subscriber, onu: OnuView) -> Value:
    return ber.integer(-1 if onu.lan_mbps is None else LAN_SPEEDS[onu.lan_mbps])


def _lan_link(_: Subscriber, onu: OnuView) -> Value:
    return ber.integer(-1 if onu.lan_mbps is None else 1 if onu.lan_mbps else 2)


def _lan_duplex(_: Subscriber, onu: OnuView) -> Value:
    return ber.integer(-1 if onu.lan_mbps is None else 5 if onu.lan_mbps else 3)


def _or_minus_one(value: int | None) -> Value:
    return ber.integer(-1 if value is None else value)


def _or_none(value: int | None) -> Value:
    return ber.integer(NONE if value is None else value)


COLUMNS: dict[str, Cell] = {
    "43.1.3": lambda _, onu: ber.octets(vendor_serial(onu.serial)),
    "43.1.7": lambda one, _: ber.octets(f"plano-{one.down_mbps}"),
    "43.1.8": lambda _, __: ber.octets("srv-internet"),
    "43.1.9": lambda one, _: ber.octets(one.login),
    "45.1.1": lambda _, __: ber.octets("1E2C.A"),
    "45.1.2": lambda _, __: ber.octets("HWTC"),
    "45.1.4": lambda _, __: ber.octets("EG8145V5"),
    "45.1.5": lambda _, __: ber.octets("V5R019C00S115"),
    "46.1.15": lambda _, onu: ber.integer(1 if onu.is_online else 2),
    "46.1.16": _config_state,
    "46.1.18": lambda _, onu: ber.integer(3 if onu.state == "auth_failed" else 2),
    "46.1.20": lambda _, onu: _or_minus_one(onu.distance_m),
    "46.1.21": lambda _, onu: ber.integer(2 if onu.is_online else 0),
    "46.1.22": lambda _, onu: ber.octets(date_and_time(onu.last_up_at, offset=True)),
    "46.1.23": lambda _, onu: ber.octets(date_and_time(onu.last_down_at, offset=True)),
    "46.1.24": _cause,
    "46.1.25": lambda _, onu: ber.octets(
        date_and_time(onu.last_down_at, offset=True) if onu.last_down_cause == "dying_gasp" else b""
    ),
    "46.1.29": lambda one, _: ber.integer(one.distance_m),
    "46.1.30": lambda _, onu: ber.octets(vendor_serial(onu.serial)),
    "51.1.1": lambda _, onu: _or_none(onu.temperature_c),
    "51.1.2": lambda _, onu: _or_none(13 if onu.is_online else None),
    "51.1.3": lambda _, onu: centi(onu.tx_dbm, NONE),
    "51.1.4": lambda _, onu: centi(onu.rx_dbm, NONE),
    "51.1.5": lambda _, onu: _or_none(3320 if onu.is_online else None),
    "51.1.6": _olt_rx,
}
LAN_COLUMNS: dict[str, Cell] = {
    "62.1.3": _lan_duplex,
    "62.1.4": _lan_speed,
    "62.1.5": lambda _, __: ber.integer(1),
    "62.1.22": _lan_link,
    "62.1.26": lambda _, __: ber.integer(2),
}
OPTICS = f"{BASE}.51.1.6"
"""The column that `no_such_column` hides when nobody names another."""

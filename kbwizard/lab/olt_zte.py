"""A ZTE C320 (V2.x): the .1012 tree for status and ONU levels, .1082.500 for the rest.

The trees have two index systems and phases that differ by one; both are answered, as the C320
does. IF-MIB counts ports from zero under look-alike numbers: a trap that the lab keeps.
"""

from __future__ import annotations

from kbwizard.lab import ber
from kbwizard.lab.ber import Value
from kbwizard.lab.mib import (
    Cell,
    Mib,
    Row,
    date_and_time,
    if_name_rows,
    onu_rows,
    system_rows,
    vendor_serial,
)
from kbwizard.lab.observe import OnuView, spread
from kbwizard.lab.plant import Olt, Plant, Subscriber

T1 = "1.3.6.1.4.1.3902.1012.3"
T2 = "1.3.6.1.4.1.3902.1082.500"
OLT_RX_T1 = "1.3.6.1.4.1.3902.1015.1010.11.2.1"
NO_RX, NO_OLT_RX = 65535, -80000
PHASES_T1 = {
    "los": 1,
    "registering": 2,
    "online": 3,
    "dying_gasp": 4,
    "auth_failed": 5,
    "offline": 6,
    "disabled": 6,
}
CAUSES_T1 = {"los": 1, "dying_gasp": 9, "offline": 0, "auth_failed": 0, "disabled": 8}
CAUSES_T2 = {"los": 2, "dying_gasp": 9, "offline": 1, "auth_failed": 8, "disabled": 13}


def t1_port(pon: str) -> int:
    """Port index of the .1012 tree.

    >>> t1_port("1/1/1"), t1_port("1/3/1")
    (268501248, 268632320)
    """
    _shelf, slot, port = (int(part) for part in pon.split("/"))
    return 0x10000000 | slot << 16 | port << 8


def t2_port(pon: str) -> int:
    """Port index of the .1082.500 tree.

    >>> t2_port("1/3/1")
    285278977
    """
    _shelf, slot, port = (int(part) for part in pon.split("/"))
    return 0x11010000 | slot << 8 | port


def build(olt: Olt, plant: Plant) -> Mib:
    """The whole tree of this OLT."""
    subscribers = plant.on_olt(olt.name)
    description = "C320 Version V2.1.0 Software, ZTE family access node"
    rows: list[Row] = [
        *system_rows("1.3.6.1.4.1.3902.1082.1001.320.2.1", description, olt.name),
        *if_name_rows(_if_names({one.pon for one in subscribers})),
    ]
    for one in subscribers:
        first, second = (t1_port(one.pon), one.onu), (t2_port(one.pon), one.onu)
        rows += onu_rows(one, T1_COLUMNS, T1, first)
        rows += onu_rows(one, T1_LEVELS, T1, (*first, 1))
        rows += onu_rows(one, {"2": _olt_rx}, OLT_RX_T1, first)
        rows += onu_rows(one, T2_COLUMNS, T2, second)
        rows += onu_rows(one, T2_LEVELS, T2, (*second, 1))
    pons = {one.pon for one in subscribers}
    return Mib(rows, {port(pon): pon for pon in pons for port in (t1_port, t2_port)})


def _if_names(pons: set[str]) -> dict[int, str]:
    """IF-MIB on the same box counts slot and port from zero."""
    names = {}
    for pon in sorted(pons):
        _shelf, slot, port = (int(part) for part in pon.split("/"))
        names[0x10000000 | (slot - 1) << 16 | (port - 1) << 8] = f"gpon_{pon}"
    return names


def _phase_t1(_: Subscriber, onu: OnuView) -> Value:
    return ber.integer(PHASES_T1[onu.state])


def _phase_t2(_: Subscriber, onu: OnuView) -> Value:
    return ber.integer(PHASES_T1[onu.state] + 1)


def _cause(causes: dict[str, int]) -> Cell:
    def cell(subscriber: Subscriber, onu: OnuView) -> Value:
        number = causes[onu.last_down_cause]
        is_losi = onu.last_down_cause == "los" and spread(subscriber.login, 0, 1) == 1
        return ber.integer(number + 1 if is_losi else number)

    return cell


def _level(dbm: float | None) -> Value:
    """raw * 0.002 - 30 dBm."""
    return ber.integer(NO_RX if dbm is None else round((dbm + 30) / 0.002))


def _rx(_: Subscriber, onu: OnuView) -> Value:
    return _level(onu.rx_dbm)


def _tx(_: Subscriber, onu: OnuView) -> Value:
    return _level(onu.tx_dbm)


def _olt_rx(_: Subscriber, onu: OnuView) -> Value:
    return ber.integer(NO_OLT_RX if onu.olt_rx_dbm is None else round(onu.olt_rx_dbm * 1000))


def _admin(_: Subscriber, onu: OnuView) -> Value:
    return ber.integer(2 if onu.state == "disabled" else 1)


def _distance(one: Subscriber, onu: OnuView) -> Value:
    return ber.integer(one.distance_m if onu.is_online else -1)


def _last_online(_: Subscriber, onu: OnuView) -> Value:
    return ber.octets(date_and_time(onu.last_up_at, offset=False))


def _last_offline(_: Subscriber, onu: OnuView) -> Value:
    return ber.octets(date_and_time(onu.last_down_at, offset=False))


T1_COLUMNS: dict[str, Cell] = {
    "11.4.1.1": lambda one, _: ber.integer(260_000 - one.distance_m * 10),
    "11.4.1.2": _distance,
    "28.1.1.1": lambda _, __: ber.octets("ZTE-F660"),
    "28.1.1.2": lambda one, _: ber.octets(one.login),
    "28.1.1.3": lambda one, _: ber.octets(f"plano-{one.down_mbps}"),
    "28.1.1.5": lambda _, onu: ber.octets(vendor_serial(onu.serial)),
    "28.1.1.17": _admin,
    "28.2.1.4": _phase_t1,
    "28.2.1.7": _cause(CAUSES_T1),
    "50.11.2.1.17": lambda _, __: ber.octets("F670L"),
}
T1_LEVELS: dict[str, Cell] = {"50.12.1.1.10": _rx, "50.12.1.1.14": _tx}
T2_COLUMNS: dict[str, Cell] = {
    "1.2.4.2.1.2": _olt_rx,
    "10.2.3.3.1.2": lambda one, _: ber.octets(one.login),
    "10.2.3.3.1.3": lambda one, _: ber.octets(f"plano-{one.down_mbps}"),
    "10.2.3.3.1.18": lambda _, onu: ber.octets(f"1,{onu.serial}"),
    "10.2.3.8.1.1": _admin,
    "10.2.3.8.1.4": _phase_t2,
    "10.2.3.8.1.5": _last_online,
    "10.2.3.8.1.6": _last_offline,
    "10.2.3.8.1.7": _cause(CAUSES_T2),
    "10.2.3.10.1.1": lambda one, _: ber.integer(260_000 - one.distance_m * 10),
    "10.2.3.10.1.2": _distance,
    "20.2.1.2.1.1": lambda _, __: ber.octets("ZTEG"),
    "20.2.1.2.1.2": lambda _, __: ber.octets("V9.0.10P2N12"),
    "20.2.1.2.1.3": lambda _, onu: ber.octets(onu.serial),
    "20.2.1.2.1.8": lambda _, __: ber.octets("F670L"),
}
T2_LEVELS: dict[str, Cell] = {"20.2.2.2.1.10": _rx}
OPTICS = f"{T2}.1.2.4.2.1.2"
"""The column that `no_such_column` hides when nobody names another."""

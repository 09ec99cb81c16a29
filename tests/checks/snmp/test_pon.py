"""Neighbours of a PON: counting without a network, and a walk that never leaves the PON."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kbwizard.checks.adapters.snmp_olt import PonSource
from kbwizard.checks.adapters.snmp_session import MOST_PDUS
from kbwizard.checks.onu_readings import Value
from kbwizard.checks.pon_pattern import Neighbour, count_pon
from kbwizard.lab import ber
from kbwizard.lab.snmp_message import GET_BULK, RESPONSE, Pdu
from kbwizard.wizard.facts import Reason, Unavailable
from tests.helpers.olt_double import OltDouble

from .conftest import Desk, double_olt, plain

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
H = "1.3.6.1.4.1.2011.6.128.1.1.2"
HERE: dict[str, Any] = {"pon": "0/1/3", "onu": 7}


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def pon(*groups: tuple[int, Value, datetime | None]) -> dict[int, Neighbour]:
    """ONUs in groups of (how many, state, last down)."""
    found: dict[int, Neighbour] = {}
    for count, state, moment in groups:
        for _ in range(count):
            found[len(found)] = Neighbour(state, moment)
    return found


def counted(neighbours: dict[int, Neighbour], own: int | None = None) -> dict[str, object]:
    values = count_pon(neighbours, own=own, now=NOW)
    return {fact.removeprefix("pon."): plain(value) for fact, value in values.items()}


def test_a_recent_cut_of_most_of_the_pon_is_a_mass_failure() -> None:
    said = counted(pon((20, "online", ago(9000)), (22, "los", ago(3))))

    assert said == {
        "onus_total": 42,
        "onus_down": 22,
        "recent_los": 22,
        "recent_dying_gasp": 0,
        "pattern": "cut",
        "extent": "mass",
    }


@pytest.mark.parametrize(
    ("dark", "pattern", "extent"),
    [(2, "none", "none"), (5, "none", "none"), (6, "cut", "suspected"), (15, "cut", "mass")],
)
def test_the_share_decides_between_chance_suspicion_and_mass(
    dark: int, pattern: str, extent: str
) -> None:
    said = counted(pon((30 - dark, "online", None), (dark, "los", ago(1))))

    assert (said["pattern"], said["extent"]) == (pattern, extent)


def test_two_of_three_onus_are_not_enough() -> None:
    assert counted(pon((1, "online", None), (2, "los", ago(1))))["pattern"] == "none"


def test_onus_dark_for_weeks_are_down_but_make_no_pattern() -> None:
    said = counted(pon((10, "online", None), (10, "los", ago(30000)), (1, "los", ago(2))), own=20)

    assert (said["onus_down"], said["recent_los"], said["pattern"]) == (11, 1, "none")


def test_dying_gasps_in_the_same_minutes_are_a_power_failure() -> None:
    said = counted(pon((6, "online", None), (6, "dying_gasp", ago(4))))

    assert (said["pattern"], said["extent"]) == ("power", "mass")


def test_a_cut_of_an_hour_ago_still_shows_to_the_customer_it_hit() -> None:
    neighbours = pon((8, "online", None), (12, "los", ago(62)), (1, "los", ago(60)))

    assert counted(neighbours, own=20)["pattern"] == "cut"
    assert counted(neighbours, own=0)["pattern"] == "none"


def test_onus_switched_off_by_the_provider_are_not_down() -> None:
    said = counted(pon((5, "online", None), (5, "disabled", ago(1)), (5, "auth_failed", ago(1))))

    assert (said["onus_down"], said["pattern"]) == (0, "none")


def test_without_times_recent_is_unknown_and_not_zero() -> None:
    said = counted(pon((5, "online", None), (5, "los", None)))

    assert (said["onus_total"], said["onus_down"]) == (10, 5)
    assert {said[fact] for fact in ("recent_los", "recent_dying_gasp", "pattern", "extent")} == {
        "<no_value>"
    }


def test_an_olt_whose_clock_is_ahead_gives_no_pattern() -> None:
    said = counted(pon((5, "online", None), (5, "los", NOW + timedelta(hours=3))))

    assert said["pattern"] == "<no_value>"


def test_states_that_could_not_be_read_leave_the_pattern_open() -> None:
    unread = Unavailable(Reason.BAD_REPLY)

    assert counted(pon((5, "online", None), (1, unread, None)))["pattern"] == "<bad_reply>"


def fill(double: OltDouble, port_letters: str, count: int, status: int = 1) -> None:
    """`count` ONUs on a Huawei PON, with status, cause and time."""
    slot, port = (int(part) for part in port_letters.split("/"))
    index = 0xFA000000 + slot * 0x2000 + port * 0x100
    long_ago = bytes([0x07, 0xE8, 1, 1, 0, 0, 0, 0])
    for onu in range(count):
        for column, value in (("46.1.15", status), ("46.1.24", 1), ("46.1.23", long_ago)):
            double.put(f"{H}.{column}.{index}.{onu}", value)


def test_the_walk_asks_and_counts_nothing_beyond_the_pon(double: OltDouble, desk: Desk) -> None:
    fill(double, "1/2", 40)
    fill(double, "1/3", 60)
    fill(double, "1/4", 40, status=2)

    said = desk.values(PonSource(double_olt(double)), **HERE)

    assert (said["pon.onus_total"], said["pon.onus_down"]) == (60, 0)
    index = 0xFA000000 + 0x2000 + 3 * 0x100
    assert {pdu.kind for pdu in double.seen} == {GET_BULK}
    assert all(index in oid for pdu in double.seen for oid, _ in pdu.bindings)


def test_a_full_pon_takes_at_most_six_pdus(double: OltDouble, desk: Desk) -> None:
    fill(double, "1/3", 128)

    said = desk.values(PonSource(double_olt(double)), **HERE)

    assert said["pon.onus_total"] == 128
    assert len(double.seen) <= 6


def test_answers_cut_to_a_packet_in_the_middle_of_a_row_are_joined(
    double: OltDouble, desk: Desk
) -> None:
    fill(double, "1/3", 64)
    double.most_bindings = 31

    said = desk.values(PonSource(double_olt(double)), **HERE)

    assert said["pon.onus_total"] == 64
    assert len(double.seen) <= MOST_PDUS


def test_an_olt_that_says_too_big_is_asked_for_less(double: OltDouble, desk: Desk) -> None:
    fill(double, "1/3", 10)
    double.twist = lambda reply: (
        Pdu(RESPONSE, reply.request_id, 1, 0, ()) if len(reply.bindings) > 20 else reply
    )

    assert desk.values(PonSource(double_olt(double)), **HERE)["pon.onus_total"] == 10


def test_an_olt_that_runs_in_circles_is_stopped(double: OltDouble, desk: Desk) -> None:
    fill(double, "1/3", 4)
    first = min(double.rows)

    def again(reply: Pdu) -> Pdu:
        return Pdu(
            RESPONSE, reply.request_id, 0, 0, tuple((first, value) for _, value in reply.bindings)
        )

    double.twist = again

    assert set(desk.values(PonSource(double_olt(double)), **HERE).values()) == {"<bad_reply>"}
    assert len(double.seen) <= 2


def test_a_pon_without_end_is_given_up(double: OltDouble, desk: Desk) -> None:
    fill(double, "1/3", 3000)
    double.most_bindings = 30

    assert set(desk.values(PonSource(double_olt(double)), **HERE).values()) == {"<bad_reply>"}
    assert len(double.seen) == MOST_PDUS


def test_the_end_of_the_mib_is_the_end_of_the_pon(double: OltDouble, desk: Desk) -> None:
    index = 0xFA000000 + 0x2000 + 3 * 0x100
    double.rows[ber.oid(f"{H}.46.1.15.{index}.1")] = ber.integer(1)

    said = desk.values(PonSource(double_olt(double)), **HERE)

    assert (said["pon.onus_total"], said["pon.pattern"]) == (1, "none")


def test_an_empty_pon_is_not_found(double: OltDouble, desk: Desk) -> None:
    assert set(desk.values(PonSource(double_olt(double)), **HERE).values()) == {"<not_found>"}


def test_a_family_whose_pon_cannot_be_read_alone_is_never_walked(
    double: OltDouble, desk: Desk
) -> None:
    said = desk.values(PonSource(double_olt(double, "ubiquiti-ufiber")), serial="UBNT201d6370")

    assert set(said.values()) == {"<no_such_object>"}
    assert double.seen == []

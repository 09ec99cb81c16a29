"""What an agent on a call may see of an OLT that answers badly, late, for another, or not at all."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from kbwizard.checks.adapters.snmp_engine import V2c
from kbwizard.checks.adapters.snmp_olt import Olt, OnuSource, PonSource
from kbwizard.checks.limits import FAILURES_BEFORE_PAUSE, Gate
from kbwizard.checks.profiles import find_profile
from kbwizard.config import Secret
from kbwizard.lab import RunningLab, ber
from kbwizard.lab.snmp_message import RESPONSE, Pdu
from kbwizard.wizard.facts import Unavailable
from tests.helpers.olt_double import OltDouble

from .conftest import Desk, double_olt, lab_olt

H = "1.3.6.1.4.1.2011.6.128.1.1.2"
PORT = 0xFA000000 + 1 * 0x2000 + 3 * 0x100
HERE: dict[str, Any] = {"pon": "0/1/3", "onu": 7}
SERIAL = bytes.fromhex("485754437d4630c3")


def healthy(double: OltDouble, onu: int = 7, serial: bytes = SERIAL) -> None:
    """A Huawei ONU that is online at -21,50 dBm."""
    for column, value in {
        "43.1.3": serial,
        "46.1.15": 1,
        "46.1.24": 13,
        "46.1.20": 1234,
        "51.1.3": 230,
        "51.1.4": -2150,
        "51.1.6": 7680,
        "51.1.1": 45,
    }.items():
        double.put(f"{H}.{column}.{PORT}.{onu}", value)
    for column, value in {"62.1.22": 1, "62.1.4": 7, "62.1.3": 5}.items():
        double.put(f"{H}.{column}.{PORT}.{onu}.1", value)


def test_a_healthy_onu_is_read_whole(double: OltDouble, desk: Desk) -> None:
    healthy(double)

    said = desk.values(OnuSource(double_olt(double)), serial="HWTC7D4630C3", **HERE)

    wanted = {
        "onu.state": "online",
        "onu.rx_dbm": -21.5,
        "onu.tx_dbm": 2.3,
        "onu.olt_rx_dbm": -23.2,
        "onu.distance_m": 1234,
        "onu.temperature_c": 45,
        "onu.serial": "HWTC7D4630C3",
        "onu.serial_matches": True,
        "onu.lan_link": "up",
        "onu.lan_speed_mbps": 1000,
        "onu.lan_duplex": "full",
        "onu.last_down_cause": "dying_gasp",
    }
    assert {fact: said[fact] for fact in wanted} == wanted
    assert len(double.seen) == 1


def test_silence_is_a_timeout_that_mentions_the_community(double: OltDouble, desk: Desk) -> None:
    double.twist = lambda reply: None

    readings = desk.readings(OnuSource(double_olt(double)), ["onu.state"], deadline_s=1.5, **HERE)

    value = readings["onu.state"].value
    assert isinstance(value, Unavailable)
    assert value.reason == "timeout"
    assert "community" in value.detail
    assert len(double.seen) == 2  # it tries twice


def test_a_wrong_community_is_a_timeout(double: OltDouble, desk: Desk) -> None:
    olt = Olt("OLT", "127.0.0.1", find_profile("huawei-ma5600"), V2c(Secret("outra")), double.port)

    said = desk.values(OnuSource(olt), ["onu.state"], deadline_s=1.5, **HERE)

    assert said == {"onu.state": "<timeout>"}


def test_an_answer_after_the_first_try_still_counts(double: OltDouble, desk: Desk) -> None:
    healthy(double)
    double.twist = lambda reply: reply if len(double.seen) > 1 else None

    said = desk.values(OnuSource(double_olt(double)), ["onu.state"], deadline_s=3.0, **HERE)

    assert said == {"onu.state": "online"}


def test_an_answer_after_the_deadline_is_never_taken_for_the_next_one(
    double: OltDouble, desk: Desk
) -> None:
    healthy(double)
    source = OnuSource(double_olt(double))
    double.delay_s = 1.2
    late = desk.values(source, ["onu.state"], deadline_s=0.8, **HERE)
    double.delay_s = 0.0
    double.put(f"{H}.46.1.15.{PORT}.7", 2)

    said = desk.values(source, ["onu.state"], deadline_s=6.0, **HERE)

    assert late == {"onu.state": "<timeout>"}
    assert said == {"onu.state": "dying_gasp"}


@pytest.mark.parametrize("rubbish", [b"\x00", b"garbage", b"0\x82\xff\xff\x02\x01", b"0" * 400])
def test_rubbish_is_a_bad_reply_and_not_silence(
    double: OltDouble, desk: Desk, rubbish: bytes
) -> None:
    double.twist = lambda reply: rubbish

    said = desk.values(OnuSource(double_olt(double)), ["onu.state"], deadline_s=1.5, **HERE)

    assert said == {"onu.state": "<bad_reply>"}


def test_the_row_of_another_index_is_never_shown(double: OltDouble, desk: Desk) -> None:
    healthy(double)

    def neighbour(reply: Pdu) -> Pdu:
        moved = tuple(((*oid[:-1], oid[-1] + 1), value) for oid, value in reply.bindings)
        return Pdu(RESPONSE, reply.request_id, 0, 0, moved)

    double.twist = neighbour

    said = desk.values(OnuSource(double_olt(double)), **HERE)

    assert set(said.values()) == {"<bad_reply>"}


def test_an_answer_with_fewer_values_than_asked_is_not_shifted(
    double: OltDouble, desk: Desk
) -> None:
    healthy(double)
    double.twist = lambda reply: Pdu(RESPONSE, reply.request_id, 0, 0, reply.bindings[1:])

    said = desk.values(OnuSource(double_olt(double)), ["onu.state", "onu.rx_dbm"], **HERE)

    assert set(said.values()) == {"<bad_reply>"}


def test_another_onu_in_this_place_shows_nothing_but_its_serial(
    double: OltDouble, desk: Desk
) -> None:
    healthy(double)

    said = desk.values(OnuSource(double_olt(double)), serial="HWTC00000001", **HERE)

    assert said.pop("onu.serial") == "HWTC7D4630C3"
    assert said.pop("onu.serial_matches") is False
    assert set(said.values()) == {"<not_found>"}


def test_the_serial_is_compared_even_when_nobody_asked_for_it(
    double: OltDouble, desk: Desk
) -> None:
    healthy(double)

    said = desk.values(OnuSource(double_olt(double)), ["onu.state"], serial="HWTC00000001", **HERE)

    assert said == {"onu.state": "<not_found>"}


def test_an_onu_that_the_olt_does_not_know_is_not_found(double: OltDouble, desk: Desk) -> None:
    healthy(double, onu=8)

    said = desk.values(OnuSource(double_olt(double)), **HERE)

    assert set(said.values()) == {"<not_found>"}


def test_one_missing_column_leaves_the_others(double: OltDouble, desk: Desk) -> None:
    healthy(double)
    del double.rows[ber.oid(f"{H}.51.1.6.{PORT}.7")]

    said = desk.values(OnuSource(double_olt(double)), **HERE)

    assert said["onu.olt_rx_dbm"] == "<no_such_object>"
    assert (said["onu.state"], said["onu.rx_dbm"]) == ("online", -21.5)


def test_a_missing_status_is_unknown_and_not_offline(double: OltDouble, desk: Desk) -> None:
    healthy(double)
    del double.rows[ber.oid(f"{H}.46.1.15.{PORT}.7")]
    double.put(f"{H}.51.1.4.{PORT}.7", 2147483647)

    said = desk.values(OnuSource(double_olt(double)), **HERE)

    assert said["onu.state"] == "<no_such_object>"
    assert said["onu.rx_dbm"] == "<no_value>"


def test_sentinels_are_no_value_while_the_state_stands(double: OltDouble, desk: Desk) -> None:
    healthy(double)
    for column in ("51.1.1", "51.1.3", "51.1.4", "51.1.6"):
        double.put(f"{H}.{column}.{PORT}.7", 2147483647)

    said = desk.values(OnuSource(double_olt(double)), **HERE)

    powers = ("onu.rx_dbm", "onu.tx_dbm", "onu.olt_rx_dbm", "onu.temperature_c")
    assert {said[fact] for fact in powers} == {"<no_value>"}
    assert said["onu.state"] == "online"


@pytest.mark.parametrize(
    ("raw", "reason"), [(12345, "no_value"), (-9000, "no_value"), ("?", "bad_reply")]
)
def test_an_impossible_power_keeps_its_raw_value_in_the_detail(
    double: OltDouble, desk: Desk, raw: int | str, reason: str
) -> None:
    healthy(double)
    double.put(f"{H}.51.1.4.{PORT}.7", raw)

    value = desk.readings(OnuSource(double_olt(double)), **HERE)["onu.rx_dbm"].value

    assert isinstance(value, Unavailable)
    assert (value.reason, str(raw) in value.detail) == (reason, True)


def test_an_unknown_status_number_is_a_bad_reply(double: OltDouble, desk: Desk) -> None:
    healthy(double)
    double.put(f"{H}.46.1.15.{PORT}.7", 77)

    assert desk.values(OnuSource(double_olt(double)), ["onu.state"], **HERE) == {
        "onu.state": "<bad_reply>"
    }


def test_one_failing_column_does_not_take_the_others_with_it(double: OltDouble, desk: Desk) -> None:
    healthy(double)
    optics = ber.oid(f"{H}.51.1.4.{PORT}.7")

    def failing(reply: Pdu) -> Pdu:
        names = [oid for oid, _ in reply.bindings]
        if optics not in names:
            return reply
        place = names.index(optics) + 1
        return Pdu(RESPONSE, reply.request_id, 5, place, reply.bindings)

    double.twist = failing

    said = desk.values(OnuSource(double_olt(double)), **HERE)

    assert said["onu.rx_dbm"] == "<bad_reply>"
    assert said["onu.state"] == "online"
    assert len(double.seen) == 2


def test_an_error_for_the_whole_pdu_is_a_bad_reply(double: OltDouble, desk: Desk) -> None:
    double.twist = lambda reply: Pdu(RESPONSE, reply.request_id, 5, 0, reply.bindings)

    assert set(desk.values(OnuSource(double_olt(double)), **HERE).values()) == {"<bad_reply>"}


def test_no_access_to_anything_is_an_access_problem(double: OltDouble, desk: Desk) -> None:
    double.twist = lambda reply: Pdu(RESPONSE, reply.request_id, 16, 1, reply.bindings)

    assert set(desk.values(OnuSource(double_olt(double)), **HERE).values()) == {"<auth>"}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ({"onu": 7}, "PON não está"),
        ({"pon": "1/3", "onu": 7}, "quadro/slot/porta"),
        ({"pon": "0/1/3", "onu": 128}, "0 a 127"),
        ({"pon": "0/1/3"}, "não estão no cadastro"),
        ({"pon": "0/x/3", "onu": 7}, "quadro/slot/porta"),
    ],
)
def test_a_record_that_leads_nowhere_asks_the_olt_nothing(
    double: OltDouble, desk: Desk, line: dict[str, Any], words: str
) -> None:
    value = desk.readings(OnuSource(double_olt(double)), ["onu.state"], **line)["onu.state"].value

    assert isinstance(value, Unavailable)
    assert value.reason == "not_configured"
    assert words in value.detail
    assert double.seen == []


def test_a_host_without_an_address_is_refused(desk: Desk) -> None:
    olt = Olt("OLT", "olt.invalid", find_profile("huawei-ma5600"), V2c(Secret("leitura")))

    assert desk.values(OnuSource(olt), ["onu.state"], deadline_s=3, **HERE) == {
        "onu.state": "<refused>"
    }


def test_a_fact_of_another_source_is_answered_and_not_dropped(
    double: OltDouble, desk: Desk
) -> None:
    healthy(double)

    said = desk.values(OnuSource(double_olt(double)), ["onu.state", "session.state"], **HERE)

    assert said == {"onu.state": "online", "session.state": "<not_configured>"}


def test_a_full_queue_is_busy_and_says_nothing_about_the_olt(double: OltDouble, desk: Desk) -> None:
    healthy(double)

    async def both_places_taken() -> dict[str, object]:
        gate = Gate(places=1)
        source = OnuSource(double_olt(double, gate=gate))
        async with gate.place(1):
            readings = await source.read(_subject(), ["onu.state"], deadline_s=0.6)
        value = readings["onu.state"].value
        return {"value": value, "paused": gate.paused_until}

    said = desk.thread.run(both_places_taken(), 5)

    assert isinstance(said["value"], Unavailable)
    assert said["value"].reason == "busy"
    assert said["paused"] is None
    assert double.seen == []


def test_no_more_pdus_are_in_flight_than_the_gate_allows(double: OltDouble, desk: Desk) -> None:
    healthy(double)
    double.delay_s = 0.1

    async def many() -> list[float]:
        gate = Gate(places=2)
        source = OnuSource(double_olt(double, gate=gate))
        loop = asyncio.get_running_loop()
        began = loop.time()
        await asyncio.gather(
            *(source.read(_subject(), ["onu.state"], deadline_s=6) for _ in range(6))
        )
        return [loop.time() - began]

    (took,) = desk.thread.run(many(), 10)

    assert took >= 0.6  # the double answers one at a time
    assert len(double.seen) == 6


def test_an_olt_that_fails_again_and_again_is_left_alone(double: OltDouble, desk: Desk) -> None:
    double.twist = lambda reply: None
    source = OnuSource(double_olt(double, gate=Gate(places=2)))
    for _ in range(FAILURES_BEFORE_PAUSE):
        desk.values(source, ["onu.state"], deadline_s=0.8, **HERE)
    asked = len(double.seen)

    said = desk.values(source, ["onu.state"], **HERE)

    assert said == {"onu.state": "<paused>"}
    assert len(double.seen) == asked


def test_a_not_found_onu_does_not_count_against_the_olt(double: OltDouble, desk: Desk) -> None:
    source = OnuSource(double_olt(double, gate=Gate(places=2)))
    for _ in range(FAILURES_BEFORE_PAUSE + 1):
        said = desk.values(source, ["onu.state"], **HERE)

    assert said == {"onu.state": "<not_found>"}


MISCHIEF = {
    "silence": {"<timeout>"},
    "garbage": {"<bad_reply>"},
    "half": {"<bad_reply>"},
    "late:9": {"<timeout>"},
    "refuse": {"<timeout>"},
    "generic_error": {"<bad_reply>"},
    "wrong_name": {"<not_found>"},
}


@pytest.mark.parametrize(
    ("olt", "mischief"),
    [("olt-huawei", mischief) for mischief in MISCHIEF]
    + [(olt, "wrong_name") for olt in ("olt-zte", "olt-fiberhome")],
)
def test_no_misbehaviour_of_the_lab_is_ever_a_state(
    lab: RunningLab, desk: Desk, olt: str, mischief: str
) -> None:
    one = next(
        one
        for one in lab.client.subscribers()
        if one["olt"] == olt and one["onu_state"] == "online"
    )
    lab.client.misbehave(olt, mischief)

    said = desk.values(
        OnuSource(lab_olt(lab, olt)),
        ["onu.state", "onu.rx_dbm"],
        deadline_s=0.8,
        pon=one["pon"],
        onu=one["onu"],
        serial=one["serial"],
    )

    lab.client.behave(olt)
    assert set(said.values()) == MISCHIEF[mischief]


@pytest.mark.parametrize("mischief", ["silence", "garbage", "half", "generic_error"])
def test_no_misbehaviour_is_ever_a_pattern(lab: RunningLab, desk: Desk, mischief: str) -> None:
    lab.client.misbehave("olt-zte", mischief)

    said = desk.values(PonSource(lab_olt(lab, "olt-zte")), deadline_s=0.8, pon="1/2/3", onu=3)

    lab.client.behave("olt-zte")
    assert set(said.values()) <= {"<timeout>", "<bad_reply>"}


def _subject() -> Any:
    from kbwizard.checks.ports import LineRef, Subject

    return Subject(line=LineRef(id="linha", **HERE))

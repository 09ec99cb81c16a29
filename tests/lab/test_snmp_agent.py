"""The agents over real datagrams: what is asked, what is counted, how they misbehave."""

from __future__ import annotations

import time

import pytest

from kbwizard.lab import RunningLab, ber
from kbwizard.lab.olt_fiberhome import onu_index, pon_index
from kbwizard.lab.olt_huawei import if_index
from kbwizard.lab.olt_zte import t1_port, t2_port
from kbwizard.lab.snmp_message import GENERIC_ERROR, GET, GET_BULK, GET_NEXT, SET, Pdu
from tests.lab.raw_snmp import NOT_WRITABLE, ask, ask_pdu, ask_raw, number

H = "1.3.6.1.4.1.2011.6.128.1.1.2"
Z1 = "1.3.6.1.4.1.3902.1012.3"
Z2 = "1.3.6.1.4.1.3902.1082.500"
F = "1.3.6.1.4.1.5875.800.3"
HEALTHY = f"{if_index('0/1/0')}.1"
RX = f"{H}.51.1.4.{HEALTHY}"


def test_huawei_says_no_value_by_its_largest_number(lab: RunningLab) -> None:
    dark = f"{if_index('0/1/5')}.1"

    answers = ask(
        lab.endpoints.device("olt-huawei"),
        f"{H}.46.1.15.{dark}", f"{H}.51.1.4.{dark}", f"{H}.51.1.6.{dark}", f"{H}.46.1.20.{dark}",
        f"{H}.62.1.22.{dark}.1",
    )  # fmt: skip

    assert [number(value) for _, value in answers] == [2, 2147483647, 2147483647, -1, -1]


def test_huawei_counts_the_olt_side_from_ten_thousand(lab: RunningLab) -> None:
    (_, value), (_, onu_side) = ask(lab.endpoints.device("olt-huawei"), f"{H}.51.1.6.{HEALTHY}", RX)

    assert -3 < (number(value) - 10000) / 100 - number(onu_side) / 100 < 0


def test_zte_answers_both_trees_with_phases_that_differ_by_one(lab: RunningLab) -> None:
    device = lab.endpoints.device("olt-zte")
    first, second = f"{t1_port('1/2/3')}.3", f"{t2_port('1/2/3')}.3"

    answers = ask(
        device, f"{Z1}.28.2.1.4.{first}", f"{Z2}.10.2.3.8.1.4.{second}",
        f"{Z1}.50.12.1.1.10.{first}.1", f"{Z2}.1.2.4.2.1.2.{second}",
    )  # fmt: skip

    assert [number(value) for _, value in answers] == [1, 2, 65535, -80000]


def test_fiberhome_says_no_value_by_zero_and_keeps_times_as_text(lab: RunningLab) -> None:
    index = onu_index("2/1", 2)

    answers = ask(
        lab.endpoints.device("olt-fiberhome"),
        f"{F}.10.1.1.11.{index}", f"{F}.9.3.3.1.6.{index}", f"{F}.9.3.7.1.2.{pon_index('2/1')}.2",
        f"{F}.10.1.1.31.{index}",
    )  # fmt: skip

    assert [number(value) for _, value in answers[:3]] == [2, 0, 0]
    assert time.strptime(answers[3][1][1].decode(), "%Y-%m-%d %H:%M:%S")


def test_an_onu_the_olt_does_not_know_is_no_such_instance(lab: RunningLab) -> None:
    ((_, value),) = ask(
        lab.endpoints.device("olt-fiberhome"), f"{F}.10.1.1.11.{onu_index('2/1', 8)}"
    )

    assert value == ber.NO_SUCH_INSTANCE


def test_a_column_nobody_has_is_no_such_object_and_the_others_stay_valid(lab: RunningLab) -> None:
    answers = ask(lab.endpoints.device("olt-huawei"), f"{H}.99.1.1.{HEALTHY}", RX)

    assert answers[0][1] == ber.NO_SUCH_OBJECT
    assert number(answers[1][1]) == -2240


def test_getnext_and_getbulk_go_on_in_order(lab: RunningLab) -> None:
    device = lab.endpoints.device("olt-huawei")
    column = f"{H}.46.1.15.{if_index('0/1/0')}"

    following = ask_pdu(device, GET_NEXT, column)
    bulk = ask_pdu(device, GET_BULK, "1.3.6.1.2.1.1.1", column, first=1, second=4)

    assert following.bindings[0][0][-1] == 1
    assert [oid[-1] for oid, _ in bulk.bindings] == [0, 1, 2, 3, 4]


def test_writing_is_refused(lab: RunningLab) -> None:
    answer = ask_pdu(lab.endpoints.device("olt-huawei"), SET, RX)

    assert answer.first == NOT_WRITABLE


def test_a_wrong_community_is_answered_by_silence_and_counted(lab: RunningLab) -> None:
    pdu = Pdu(GET, 1, 0, 0, ((ber.oid(RX), ber.NOTHING),))

    with pytest.raises(TimeoutError):
        ask_raw(lab.endpoints.device("olt-huawei"), pdu, community="errada", timeout_s=0.2)

    assert lab.client.counts()["olt-huawei"]["wrong_community"] == 1


def test_pdus_are_counted_per_olt(lab: RunningLab) -> None:
    ask(lab.endpoints.device("olt-huawei"), RX, f"{H}.46.1.15.{HEALTHY}")

    counts = lab.client.counts()

    assert counts["olt-huawei"] == {"pdus": 1, "get": 1, "bindings": 2}
    assert counts["olt-zte"] == {}


def test_a_silent_pon_leaves_the_others_of_the_olt_answering(lab: RunningLab) -> None:
    device = lab.endpoints.device("olt-huawei")

    with pytest.raises(TimeoutError):
        ask_raw(
            device,
            Pdu(GET, 1, 0, 0, ((ber.oid(f"{H}.46.1.15.{if_index('0/2/1')}.2"), ber.NOTHING),)),
            timeout_s=0.2,
        )

    assert number(ask(device, RX)[0][1]) == -2240


def test_silence_and_late_answers(lab: RunningLab) -> None:
    device = lab.endpoints.device("olt-huawei")
    pdu = Pdu(GET, 1, 0, 0, ((ber.oid(RX), ber.NOTHING),))

    lab.client.misbehave("olt-huawei", "silence")
    with pytest.raises(TimeoutError):
        ask_raw(device, pdu, timeout_s=0.2)
    lab.client.behave("olt-huawei")
    lab.client.misbehave("olt-huawei", "late:0.4")
    started = time.monotonic()
    ask_raw(device, pdu)

    assert time.monotonic() - started >= 0.35


def test_refusing_closes_the_port_and_behaving_opens_the_same_one(lab: RunningLab) -> None:
    device = lab.endpoints.device("olt-huawei")
    pdu = Pdu(GET, 1, 0, 0, ((ber.oid(RX), ber.NOTHING),))

    lab.client.misbehave("olt-huawei", "refuse")
    with pytest.raises(ConnectionRefusedError):
        ask_raw(device, pdu)
    lab.client.behave("olt-huawei", "refuse")

    assert number(ask(device, RX)[0][1]) == -2240


@pytest.mark.parametrize("how", ["garbage", "half"])
def test_broken_datagrams_are_not_ber(lab: RunningLab, how: str) -> None:
    lab.client.misbehave("olt-huawei", how)

    raw = ask_raw(
        lab.endpoints.device("olt-huawei"), Pdu(GET, 1, 0, 0, ((ber.oid(RX), ber.NOTHING),))
    )

    with pytest.raises(ber.BerError):
        ber.expect(ber.read(raw)[:2], ber.SEQUENCE)


def test_wrong_name_answers_the_next_onu_and_its_serial_shows_it(lab: RunningLab) -> None:
    device = lab.endpoints.device("olt-huawei")
    serial = f"{H}.43.1.3.{HEALTHY}"
    own = ask(device, serial)[0][1]

    lab.client.misbehave("olt-huawei", "wrong_name")

    assert ask(device, serial)[0][1] != own
    assert number(ask(device, RX)[0][1]) == -2650  # the weak one beside it


def test_sentinels_take_every_level_and_leave_the_state(lab: RunningLab) -> None:
    lab.client.misbehave("olt-huawei", "sentinels")

    answers = ask(
        lab.endpoints.device("olt-huawei"), RX, f"{H}.51.1.6.{HEALTHY}", f"{H}.46.1.15.{HEALTHY}"
    )

    assert [number(value) for _, value in answers] == [2147483647, 2147483647, 1]


def test_a_firmware_may_lack_a_column(lab: RunningLab) -> None:
    device = lab.endpoints.device("olt-huawei")

    lab.client.misbehave("olt-huawei", "no_such_column")
    default = ask(device, f"{H}.51.1.6.{HEALTHY}", RX)
    lab.client.misbehave("olt-huawei", f"no_such_column:{H}.51.1.4")
    named = ask(device, f"{H}.51.1.6.{HEALTHY}", RX)

    assert [value == ber.NO_SUCH_OBJECT for _, value in default] == [True, False]
    assert [value == ber.NO_SUCH_OBJECT for _, value in named] == [False, True]


def test_generic_errors(lab: RunningLab) -> None:
    lab.client.misbehave("olt-huawei", "generic_error")

    assert ask_pdu(lab.endpoints.device("olt-huawei"), GET, RX).first == GENERIC_ERROR


def test_bytes_that_are_no_snmp_are_counted_and_harm_nothing(lab: RunningLab) -> None:
    import socket

    device = lab.endpoints.device("olt-huawei")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        for junk in (
            b"",
            b"\x30",
            b"\x30\x84\xff\xff\xff\xff",
            b"\x30\x03\x02\x01\x03",
            bytes(300),
        ):
            client.sendto(junk, (device.host, device.port))

    assert number(ask(device, RX)[0][1]) == -2240
    assert lab.client.counts()["olt-huawei"]["malformed"] >= 3

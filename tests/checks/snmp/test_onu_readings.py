"""Raw values to facts: the vectors of public documents, and every vendor's way to say "none"."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from kbwizard.checks.onu_readings import (
    down_for,
    plain_serial,
    read_column,
    read_state,
    shape,
)
from kbwizard.checks.profiles import find_profile
from kbwizard.checks.raw_values import Missing, Raw, show_raw
from kbwizard.wizard.facts import Unavailable

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ZONE = ZoneInfo("America/Sao_Paulo")


def said(profile: str, fact: str, raw: Raw) -> object:
    value = read_column(find_profile(profile).columns[fact], raw, now=NOW, zone=ZONE)
    return f"<{value.reason}>" if isinstance(value, Unavailable) else value


@pytest.mark.parametrize(
    ("profile", "fact", "raw", "value"),
    [
        ("zte-c320", "onu.rx_dbm", 2525, -24.95),
        ("zte-c320", "onu.rx_dbm", 880, -28.24),
        ("zte-c320", "onu.rx_dbm", 5635, -18.73),
        ("zte-c600", "onu.rx_dbm", 6227, -17.546),
        ("zte-c600", "onu.rx_dbm", 5340, -19.32),
        ("zte-c600", "onu.rx_dbm", 6901, -16.198),
        ("zte-c320", "onu.tx_dbm", 16107, 2.214),
        ("zte-c320", "onu.rx_dbm", -24500, -24.5),
        ("zte-c320", "onu.rx_dbm", -245, -24.5),
        ("zte-c320", "onu.olt_rx_dbm", -24120, -24.12),
        ("huawei-ma5600", "onu.olt_rx_dbm", 8775, -12.25),
        ("huawei-ma5600", "onu.olt_rx_dbm", 8413, -15.87),
        ("huawei-ma5600", "onu.olt_rx_dbm", 8565, -14.35),
        ("huawei-ma5600", "onu.olt_rx_dbm", 8630, -13.70),
        ("huawei-ma5600", "onu.rx_dbm", -2250, -22.5),
        ("huawei-ma5600", "onu.serial", bytes.fromhex("485754437d4630c3"), "HWTC7D4630C3"),
        ("huawei-ma5600", "onu.lan_speed_mbps", 6, 100),
        ("huawei-ma5600", "onu.last_down_cause", 13, "dying_gasp"),
        ("zte-c600", "onu.serial", b"1,ZTEGC0FFEE01", "ZTEGC0FFEE01"),
        ("fiberhome-an5516", "onu.rx_dbm", -2215, -22.15),
        ("fiberhome-an5516", "onu.serial", b"FHTT01020304", "FHTT01020304"),
        ("vsol-v1600d", "onu.rx_dbm", b"0.03 mW (-14.61 dBm)", -14.61),
        ("vsol-v1600d", "onu.rx_dbm", b"0.00 mW (-28.24 dBm)", -28.24),
        ("vsol-v1600d", "onu.tx_dbm", b"6.56 dbm", 6.56),
        ("vsol-v1600d", "onu.temperature_c", b"30.67 C", 30.67),
        ("vsol-v1600d", "onu.temperature_c", b"27.84 .C", 27.84),
        ("ubiquiti-ufiber", "onu.rx_dbm", -2698, -26.98),
        ("ubiquiti-ufiber", "onu.uptime_s", 166_700, 1667),
    ],
)
def test_a_raw_value_reads_as_documented(profile: str, fact: str, raw: Raw, value: object) -> None:
    assert said(profile, fact, raw) == value


@pytest.mark.parametrize(
    ("profile", "fact", "raw"),
    [
        ("huawei-ma5600", "onu.rx_dbm", 2147483647),
        ("huawei-ma5600", "onu.rx_dbm", -1),
        ("huawei-ma5600", "onu.distance_m", -1),
        ("huawei-ma5600", "onu.lan_link", -1),
        ("huawei-ma5600", "onu.lan_speed_mbps", 4),
        ("zte-c320", "onu.rx_dbm", 65535),
        ("zte-c320", "onu.rx_dbm", 30000),
        ("zte-c320", "onu.rx_dbm", -80000),
        ("zte-c320", "onu.olt_rx_dbm", -80000),
        ("zte-c600", "onu.olt_rx_dbm", 65535000),
        ("zte-c320", "onu.last_down_cause", 0),
        ("fiberhome-an5516", "onu.rx_dbm", 0),
        ("fiberhome-an5516", "onu.olt_rx_dbm", 0),
        ("fiberhome-an5516", "onu.last_down_at", b""),
        ("ubiquiti-ufiber", "onu.rx_dbm", 0),
        ("vsol-v1600d", "onu.rx_dbm", b""),
        ("vsol-v1600d", "onu.rx_dbm", b"na"),
        ("vsol-v1600d", "onu.rx_dbm", b"--"),
        ("vsol-v1600d", "onu.rx_dbm", b"N/A"),
        ("vsol-v1600d", "onu.rx_dbm", b"0.00 mW (-inf dBm)"),
        ("huawei-ma5600", "onu.last_down_at", bytes(8)),
        ("huawei-ma5600", "onu.last_down_at", bytes(11)),
        ("huawei-ma5600", "onu.rx_dbm", 1100),
        ("huawei-ma5600", "onu.rx_dbm", -5001),
    ],
)
def test_no_value_is_never_a_number(profile: str, fact: str, raw: Raw) -> None:
    assert said(profile, fact, raw) == "<no_value>"


@pytest.mark.parametrize(
    ("profile", "fact", "raw"),
    [
        ("huawei-ma5600", "onu.rx_dbm", b"-22.5"),
        ("huawei-ma5600", "onu.state", 9),
        ("huawei-ma5600", "onu.serial", b"\x00\x01\x02\x03\x04\x05\x06\x07"),
        ("huawei-ma5600", "onu.serial", 7),
        ("huawei-ma5600", "onu.last_down_at", 20261122),
        ("huawei-ma5600", "onu.last_down_at", b"\x07\xea\x0d\x01\x00\x00\x00\x00"),
        ("huawei-ma5600", "onu.last_down_at", b"\x07\xea\x0b\x01\x00\x00\x00\x00*\x03\x00"),
        ("fiberhome-an5516", "onu.last_down_at", b"ontem"),
        ("fiberhome-an5516", "onu.serial", b"\x1b[31mFHTT0001"),
        ("vsol-v1600d", "onu.rx_dbm", b"forte"),
        ("vsol-v1600d", "onu.rx_dbm", 3),
        ("vsol-v1600d", "onu.temperature_c", b"\xff\xfe"),
    ],
)
def test_what_is_not_understood_says_so(profile: str, fact: str, raw: Raw) -> None:
    assert said(profile, fact, raw) == "<bad_reply>"


@pytest.mark.parametrize("missing", [Missing.INSTANCE, Missing.OBJECT])
def test_a_missing_varbind_is_no_such_object(missing: Missing) -> None:
    assert said("huawei-ma5600", "onu.state", missing) == "<no_such_object>"


def test_a_column_that_the_olt_fails_on_is_a_bad_reply() -> None:
    assert said("huawei-ma5600", "onu.rx_dbm", Missing.ERROR) == "<bad_reply>"


def test_date_and_time_without_offset_is_the_olt_local_time() -> None:
    raw = bytes([0x07, 0xEA, 11, 22, 8, 30, 5, 0])

    assert said("zte-c600", "onu.last_down_at", raw) == "2026-11-22T11:30:05+00:00"


def test_date_and_time_with_offset_carries_its_own() -> None:
    raw = bytes([0x07, 0xEA, 11, 22, 8, 30, 5, 0]) + b"-\x04\x00"

    assert said("huawei-ma5600", "onu.last_down_at", raw) == "2026-11-22T12:30:05+00:00"


@pytest.mark.parametrize(
    "text", [b"2026-11-22 08:30:05", b"2026/11/22 8:30:05", b"2026-11-22,08:30:05"]
)
def test_a_time_in_words_is_the_olt_local_time(text: bytes) -> None:
    assert said("fiberhome-an5516", "onu.last_down_at", text) == "2026-11-22T11:30:05+00:00"


def test_uptime_counts_from_the_moment_it_came_up() -> None:
    assert said("fiberhome-an5516", "onu.uptime_s", b"2026-11-22 08:30:00") == 1800


def test_an_olt_whose_clock_is_ahead_gives_no_uptime() -> None:
    assert said("fiberhome-an5516", "onu.uptime_s", b"2026-11-22 09:30:00") == "<bad_reply>"


@pytest.mark.parametrize(
    ("profile", "status", "cause", "state"),
    [
        ("huawei-ma5600", 1, 13, "online"),
        ("huawei-ma5600", 2, 1, "los"),
        ("huawei-ma5600", 2, 2, "los"),
        ("huawei-ma5600", 2, 13, "dying_gasp"),
        ("huawei-ma5600", 2, 8, "disabled"),
        ("huawei-ma5600", 2, -1, "offline"),
        ("huawei-ma5600", 2, Missing.INSTANCE, "offline"),
        ("zte-c320", 0, 0, "registering"),
        ("zte-c320", 1, 1, "los"),
        ("zte-c320", 3, 9, "online"),
        ("zte-c320", 4, 9, "dying_gasp"),
        ("zte-c320", 5, 0, "auth_failed"),
        ("zte-c320", 6, 0, "offline"),
        ("zte-c320", 6, 8, "disabled"),
        ("zte-c600", 1, 1, "registering"),
        ("zte-c600", 2, 2, "los"),
        ("zte-c600", 3, 1, "registering"),
        ("zte-c600", 4, 9, "online"),
        ("zte-c600", 5, 9, "dying_gasp"),
        ("zte-c600", 6, 8, "auth_failed"),
        ("zte-c600", 7, 1, "offline"),
        ("vsol-v1600d", 1, 0, "online"),
        ("vsol-v1600d", 0, 0, "los"),
        ("vsol-v1600d", 0, 1, "dying_gasp"),
    ],
)
def test_the_state_follows_from_status_and_cause(
    profile: str, status: int, cause: Raw, state: str
) -> None:
    raws = {"onu.state": status, "onu.last_down_cause": cause}

    assert shape(find_profile(profile), raws, now=NOW, zone=ZONE)["onu.state"] == state


@pytest.mark.parametrize(
    ("status", "state"), [(0, "los"), (1, "online"), (2, "dying_gasp"), (3, "offline")]
)
def test_fiberhome_tells_the_cause_in_its_status(status: int, state: str) -> None:
    assert read_state(find_profile("fiberhome-an5516"), status, None) == state


def test_the_phases_of_the_two_zte_trees_differ_by_one() -> None:
    first, second = find_profile("zte-c320"), find_profile("zte-c600")

    for phase in range(7):
        both = read_state(first, phase, None), read_state(second, phase + 1, None)
        assert both[0] == both[1]


def test_a_port_without_a_cable_has_no_speed() -> None:
    raws: dict[str, Raw] = {"onu.lan_link": 0, "onu.lan_speed_mbps": 0, "onu.lan_duplex": 0}

    values = shape(find_profile("fiberhome-an5516"), raws, now=NOW, zone=ZONE)

    assert values["onu.lan_link"] == "down"
    assert isinstance(values["onu.lan_speed_mbps"], Unavailable)
    assert isinstance(values["onu.lan_duplex"], Unavailable)


def test_down_for_is_only_said_of_an_onu_that_is_down() -> None:
    moment = (NOW - timedelta(seconds=90)).isoformat()

    assert down_for({"onu.state": "los", "onu.last_down_at": moment}, NOW) == 90
    assert isinstance(
        down_for({"onu.state": "online", "onu.last_down_at": moment}, NOW), Unavailable
    )
    assert isinstance(down_for({"onu.state": "los"}, NOW), Unavailable)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("HWTC7D4630C3", "HWTC7D4630C3"),
        ("hwtc-7d4630c3", "HWTC7D4630C3"),
        ("485754437D4630C3", "HWTC7D4630C3"),
        ("48 57 54 43 7d 46 30 c3", "HWTC7D4630C3"),
        ("UBNT201d6370", "UBNT201D6370"),
        ("1234567890123456", "1234567890123456"),
    ],
)
def test_serials_compare_whatever_way_they_were_written(written: str, plain: str) -> None:
    assert plain_serial(written) == plain


def test_raw_values_in_details_cannot_carry_control_characters() -> None:
    assert show_raw(b"\x1b[2Jabc") == "0x1b5b324a616263"
    assert len(show_raw(b"x" * 500)) < 60


def test_a_moment_outside_the_calendar_is_refused_whatever_the_zone() -> None:
    fixed = timezone(timedelta(hours=-3))
    column = find_profile("zte-c600").columns["onu.last_down_at"]

    value = read_column(column, bytes([7, 0xEA, 2, 30, 1, 1, 1, 0]), now=NOW, zone=fixed)

    assert isinstance(value, Unavailable)

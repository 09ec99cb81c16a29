"""RouterOS's words as numbers, of every version, and never a number where there is none."""

from __future__ import annotations

import pytest

from kbwizard.checks.session_readings import (
    duration_s,
    interface_of,
    newest,
    ping_values,
    profile_values,
    rate_bps,
    session_values,
    traffic_values,
)
from kbwizard.wizard.facts import Reason, Unavailable


def reason(value: object) -> Reason:
    assert isinstance(value, Unavailable)
    return value.reason


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1w2d3h4m5s", 788645), ("5w4d3h2m1s", 3380521), ("01:22:53", 4973), ("2d03:04:05", 183845),
        ("1w2d03:04:05", 788645), ("10s", 10), ("0s", 0), ("1ms287us", 0.001287), ("107us", 0.000107),
        ("12ms", 0.012), ("1s5ms", 1.005), ("100:00:00", 360000),
    ],
)  # fmt: skip
def test_a_duration_is_seconds(text: str, seconds: float) -> None:
    assert duration_s(text) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "text", ["", "never", "5", "1x", "1:2", "3h-2m", "00:00:10 ago", "d", "1d 2h"]
)
def test_what_is_no_duration_is_none(text: str) -> None:
    assert duration_s(text) is None


@pytest.mark.parametrize(
    ("text", "bps"),
    [
        ("25000000", 25e6),
        ("25M", 25e6),
        ("512k", 512e3),
        ("1G", 1e9),
        ("0bps", 0.0),
        ("x", None),
        ("", None),
    ],
)
def test_a_rate_is_bits_per_second(text: str, bps: float | None) -> None:
    assert rate_bps(text) == bps


def test_an_uptime_that_cannot_be_read_is_a_bad_reply_and_not_zero() -> None:
    values = session_values({"name": "ana", "uptime": "muito"}, count=1)

    assert reason(values["session.uptime_s"]) is Reason.BAD_REPLY
    assert values["session.state"] == "online"


def test_a_session_without_an_address_has_no_value_there() -> None:
    values = session_values({"name": "ana", "uptime": "1s"}, count=1)

    assert reason(values["session.address"]) is Reason.NO_VALUE


def test_the_newest_of_several_is_the_one_with_the_shortest_readable_uptime() -> None:
    rows = [{"uptime": "1w"}, {"uptime": "00:00:09"}, {"uptime": "?"}]

    assert newest(rows) == {"uptime": "00:00:09"}


def test_the_interface_is_named_after_the_service() -> None:
    assert interface_of({"name": "ana", "service": "l2tp"}) == "<l2tp-ana>"


def test_no_queue_is_no_value() -> None:
    assert reason(profile_values([])["session.profile_down_mbps"]) is Reason.NO_VALUE


def test_missing_counters_are_no_value_and_a_missing_interface_is_not_found() -> None:
    values = traffic_values({"rx-byte": "1"}, {"rx-byte": "1"}, 1.0)

    assert values["traffic.up_mbps"] == 0.0
    assert reason(values["traffic.down_mbps"]) is Reason.NO_VALUE
    assert reason(traffic_values(None, None, 0.0)["traffic.up_mbps"]) is Reason.NOT_FOUND


def test_rates_use_the_time_that_really_passed() -> None:
    values = traffic_values(
        {"rx-byte": "0", "tx-byte": "0"}, {"rx-byte": "0", "tx-byte": "1000000"}, 2.0
    )

    assert values["traffic.down_mbps"] == 4.0


@pytest.mark.parametrize("status", ["timeout", "host unreachable"])
def test_lost_probes_count_and_have_no_time(status: str) -> None:
    values = ping_values([{"seq": "0", "status": status}, {"seq": "1", "time": "4ms"}])

    assert values["ping.loss_pct"] == 50.0
    assert values["ping.rtt_ms"] == 4.0
    assert reason(values["ping.jitter_ms"]) is Reason.NO_VALUE


def test_an_answer_of_a_router_on_the_way_is_not_the_customers() -> None:
    values = ping_values(
        [{"seq": "0", "status": "TTL exceeded", "host": "192.0.2.9", "time": "3ms"}]
    )

    assert values["ping.loss_pct"] == 100.0
    assert reason(values["ping.rtt_ms"]) is Reason.NO_VALUE


def test_a_ping_that_says_nothing_is_a_bad_reply() -> None:
    assert {reason(value) for value in ping_values([{"sent": "1"}]).values()} == {Reason.BAD_REPLY}

"""What a concentrator's log says about one login, whatever its version writes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from kbwizard.checks.adapters.routeros_log import (
    LogView,
    age_s,
    attempt_values,
    end_kind,
    ends_count,
    events_of,
    parse_moment,
    reach_s,
    read_patterns,
    router_now,
)
from kbwizard.errors import SetupError
from kbwizard.wizard.facts import Reason, Unavailable

NOW = datetime(2026, 10, 7, 11, 0)


def means(message: str, login: str = "ana") -> list[str]:
    row = {"time": "10:59:00", "topics": "pppoe,ppp,info", "message": message}
    return [event.means for event in events_of([row], login, read_patterns(), NOW)]


@pytest.mark.parametrize(
    ("message", "meaning"),
    [
        ("<pppoe-ana>: authenticated", "accepted"),
        ("<pppoe-ana>: connected", "accepted"),
        ("ana logged in, 100.64.0.7 from 00:00:5E:00:53:01", "accepted"),
        ("ana logged out, 3600 1 2 3 4 from 00:00:5E:00:53:01", "ended"),
        ("<pppoe-ana>: terminating...", "ended"),
        ("<pppoe-ana>: terminating... - peer is not responding", "ended"),
        ("<pppoe-ana>: disconnected", "ended"),
        ("<0010>: user ana authentication failed", "rejected"),
        ("<0010>: user ana authentication failed - radius timeout", "other"),
        ("<0010>: user ana authentication failed - wrong password", "wrong_password"),
        ("<0010>: user ana authentication failed - unknown user", "unknown_login"),
        ("<0010>: user ana authentication failed - MAC address mismatch", "mac_mismatch"),
        ("user ana: You are already logged in - access denied", "already_connected"),
        ("<pppoe-ana>: terminating... - could not determine remote address", "no_pool"),
        ("<pppoe-ana>: pool clientes is empty", "no_pool"),
    ],
)
def test_a_line_about_the_login_has_one_meaning(message: str, meaning: str) -> None:
    assert means(message) == [meaning]


@pytest.mark.parametrize(
    "message",
    [
        "<pppoe-ana.lima>: connected",
        "<pppoe-juliana>: connected",
        "<pppoe-x-ana>: connected",
        "<pppoe-ana-1>: connected",
        "<pppoe-ana@exemplo>: connected",
        "<1>: user mariana authentication failed",
        "<1>: user ana.lima authentication failed",
        "<1>: user x-ana authentication failed",
        "user ana logged in from 192.0.2.7 via api",
        "ppp secret <ana> changed by noc",
    ],
)
def test_a_line_about_somebody_else_says_nothing(message: str) -> None:
    assert means(message) == []


@pytest.mark.parametrize(
    "login", ["12345678909", "a+b", "ana@exemplo.net", "x.*", "(", "[a]", "ana-1"]
)
def test_a_login_is_never_a_pattern(login: str) -> None:
    assert means(f"<pppoe-{login}>: connected", login) == ["accepted"]
    assert means("<pppoe-qualquer>: connected", login) == []


def test_the_reason_of_an_end_is_kept_and_sorted_by_kind() -> None:
    row = {"time": "10:59:00", "message": "<pppoe-ana>: terminating... - peer is not responding"}

    (event,) = events_of([row], "ana", read_patterns(), NOW)

    assert event.reason == "peer is not responding"
    assert end_kind(event.reason, read_patterns()) == "no_answer"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("10:29:34", datetime(2026, 10, 7, 10, 29, 34)),
        ("23:59:50", datetime(2026, 10, 6, 23, 59, 50)),
        ("oct/06 23:59:00", datetime(2026, 10, 6, 23, 59)),
        ("dec/31 23:59:00", datetime(2025, 12, 31, 23, 59)),
        ("feb/05/2024 13:47:44", datetime(2024, 2, 5, 13, 47, 44)),
        ("2026-10-07 10:29:34", datetime(2026, 10, 7, 10, 29, 34)),
        ("10-07 10:29:34", datetime(2026, 10, 7, 10, 29, 34)),
        ("jan/02/1970 00:00:10", datetime(1970, 1, 2, 0, 0, 10)),
        ("2026-10-07 10:29:34.123", datetime(2026, 10, 7, 10, 29, 34)),
    ],
)
def test_every_versions_time_is_read_by_the_routers_clock(text: str, moment: datetime) -> None:
    assert parse_moment(text, NOW) == moment


@pytest.mark.parametrize(
    "text",
    ["", "now", "25:00:00", "feb/30 10:00:00", "foo/01 10:00:00", "10:00", "1-2-3-4 10:00:00"],
)
def test_a_time_that_cannot_be_read_is_none(text: str) -> None:
    assert parse_moment(text, NOW) is None
    assert age_s(text, NOW) is None


def test_a_router_without_a_date_does_not_say_what_time_it_is() -> None:
    assert router_now({"time": "11:00:00"}) is None
    assert router_now({"time": "11:00:00", "date": "oct/07/2026"}) == NOW
    assert router_now({"time": "11:00:00", "date": "2026-10-07"}) == NOW


def view(*lines: tuple[str, str], reaches_s: float | None = 3600) -> LogView:
    rows = [{"time": time, "message": message} for time, message in lines]
    return LogView(events_of(rows, "ana", read_patterns(), NOW), reaches_s)


def test_an_attempt_before_the_window_is_not_an_attempt_now() -> None:
    values = attempt_values(
        [view(("10:00:00", "<1>: user ana authentication failed"))], 900, all_read=True
    )

    assert values["session.attempts"] == "none_seen"


def test_of_two_routers_the_newer_attempt_counts() -> None:
    rejected = view(("10:58:00", "<1>: user ana authentication failed"))
    accepted = view(("10:59:00", "<pppoe-ana>: connected"))

    values = attempt_values([accepted, rejected], 900, all_read=True)

    assert values["session.attempts"] == "accepted"


def dropped(*times: str) -> LogView:
    """A log in which a session ended at these times, with the two lines that an end writes."""
    words = ("terminating... - peer is not responding", "disconnected")
    return view(*((time, f"<pppoe-ana>: {word}") for time in times for word in words))


def test_the_lines_of_one_drop_are_one_drop() -> None:
    assert ends_count([dropped("08:00:00", "09:30:00", "10:59:00")], all_read=True) == 3


def test_a_drop_of_the_day_before_yesterday_is_not_counted() -> None:
    assert ends_count([dropped("oct/05 10:00:00", "10:59:00")], all_read=True) == 1


def test_drops_at_two_concentrators_are_added() -> None:
    assert ends_count([dropped("10:00:00"), dropped("10:30:00")], all_read=True) == 2


def test_no_drop_is_not_said_when_a_log_could_not_be_read() -> None:
    nothing = ends_count([view()], all_read=False)

    assert isinstance(nothing, Unavailable)
    assert nothing.reason is Reason.NO_VALUE
    assert ends_count([dropped("10:00:00")], all_read=False) == 1


def test_one_short_log_of_two_is_too_short() -> None:
    values = attempt_values([view(), view(reaches_s=10)], 900, all_read=True)

    assert values["session.attempts"] == "log_too_short"


def test_a_log_whose_times_cannot_be_read_is_too_short() -> None:
    assert reach_s(["", "?"], NOW) is None
    assert (
        attempt_values([view(reaches_s=None)], 900, all_read=True)["session.attempts"]
        == "log_too_short"
    )


def test_nothing_seen_is_not_said_of_a_log_that_was_not_read() -> None:
    said = attempt_values([view()], 900, all_read=False)["session.attempts"]

    assert isinstance(said, Unavailable)
    assert said.reason is Reason.NO_VALUE


@pytest.mark.parametrize(
    "text",
    [
        "topics: [a]\nlines: [{match: 'x', means: accepted}]\nends: []\n",
        "topics: [a]\nlines: [{match: '{login}(', means: accepted}]\nends: []\n",
        "topics: [a]\nlines: [{match: '{login}', means: talvez}]\nends: []\n",
        "topics: [a]\nlines: []\nends: [{match: x, means: talvez}]\n",
        "lines: []\n",
        "- x\n",
        "a: [",
    ],
)
def test_a_broken_pattern_file_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "meu_log.yaml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(SetupError, match=r"meu_log\.yaml"):
        read_patterns(file)

"""What a router's log says about one login's last attempts. Pure; the patterns are data.

Log lines carry the router's own clock, in the form of its version and without a zone, so ages are
counted against that clock and never against ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from kbwizard.checks.session_readings import Row, Value
from kbwizard.errors import SetupError
from kbwizard.wizard.facts import Reason, Unavailable

PATTERNS_FILE = Path(__file__).with_name("routeros_log.yaml")
AUTH_FAILURES = frozenset({
    "rejected", "wrong_password", "unknown_login", "mac_mismatch", "no_pool",
    "already_connected", "other",
})  # fmt: skip
ENDS = frozenset({"no_answer", "hung_up", "by_admin", "replaced", "auth", "other"})
"""What `session.last_disconnect` may say."""
_MEANINGS = AUTH_FAILURES | {"accepted", "ended"}
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
DAY_S = 86400.0
SAME_END_S = 30.0
_AHEAD = timedelta(minutes=5)
"""A line this far in the future is of the day, or year, before."""

# A login is whole: neither part of a longer login nor the tail of "<pppoe-other-login>".
_BEFORE = r"(?:(?<=<pppoe-)|(?<=<l2tp-)|(?<=<pptp-)|(?<=<sstp-)|(?<=<ovpn-)|(?<![\w.@+-]))"
_AFTER = r"(?![\w@+-]|\.\w)"


@dataclass(frozen=True, slots=True)
class LogPatterns:
    """Topic strings to ask for, and (pattern with `{login}`, meaning) in order."""

    topics: tuple[str, ...]
    lines: tuple[tuple[str, str], ...]
    ends: tuple[tuple[str, str], ...]
    """(pattern, value of `session.last_disconnect`) in order."""


@dataclass(frozen=True, slots=True)
class LoginEvent:
    """One line about the login. `age_s` by the router's clock; None where it cannot be read."""

    means: str
    reason: str
    age_s: float | None


@dataclass(frozen=True, slots=True)
class LogView:
    """One router's log about one login, oldest event first.

    `reaches_s` is how far back the log goes, None when nothing in it shows that.
    """

    events: tuple[LoginEvent, ...]
    reaches_s: float | None


@lru_cache(maxsize=8)
def read_patterns(file: Path = PATTERNS_FILE) -> LogPatterns:
    """The patterns of a file. Raises `SetupError` naming what is wrong in it."""
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        patterns = LogPatterns(
            topics=tuple(str(topic) for topic in content["topics"]),
            lines=tuple((str(line["match"]), str(line["means"])) for line in content["lines"]),
            ends=tuple((str(end["match"]), str(end["means"])) for end in content["ends"]),
        )
        for match, means in patterns.lines:
            _check_line(match, means)
        for match, means in patterns.ends:
            _check_end(match, means)
    except (OSError, yaml.YAMLError, LookupError, TypeError, re.error) as error:
        raise SetupError(f"{file.name}: padrões do log ilegíveis ({error}).") from error
    return patterns


def _check_end(match: str, means: str) -> None:
    re.compile(match)
    if means not in ENDS:
        raise LookupError(f"significado {means!r} desconhecido")


def _check_line(match: str, means: str) -> None:
    if "{login}" not in match:
        raise LookupError(f"falta {{login}} em {match!r}")
    if means not in _MEANINGS:
        raise LookupError(f"significado {means!r} desconhecido")
    _compiled(match, "x")


def _compiled(match: str, login: str) -> re.Pattern[str]:
    # After a literal "<service-" the login is already whole on its left.
    before = "" if match.startswith(r"<\w+-{login}") else _BEFORE
    return re.compile(match.replace("{login}", before + re.escape(login) + _AFTER))


def events_of(
    rows: Iterable[Row], login: str, patterns: LogPatterns, router_now: datetime
) -> tuple[LoginEvent, ...]:
    """The lines about this login, and only those: others' lines are dropped here."""
    compiled = [(_compiled(match, login), means) for match, means in patterns.lines]
    events = []
    for row in rows:
        message = row.get("message", "")
        if login not in message:
            continue
        for pattern, means in compiled:
            found = pattern.search(message)
            if found:
                reason = (found.groupdict().get("reason") or "").strip()
                events.append(LoginEvent(means, reason, age_s(row.get("time", ""), router_now)))
                break
    return tuple(events)


def reach_s(times: Sequence[str], router_now: datetime) -> float | None:
    """How far back the oldest readable line goes."""
    ages = [age for age in (age_s(time, router_now) for time in times) if age is not None]
    return max(ages) if ages else None


def age_s(text: str, router_now: datetime) -> float | None:
    """Seconds between a log line's time and the router's now; None when it cannot be read."""
    moment = parse_moment(text, router_now)
    return (router_now - moment).total_seconds() if moment is not None else None


def parse_moment(text: str, router_now: datetime) -> datetime | None:
    """A RouterOS moment, of any version, by the router's own clock (without a zone).

    >>> now = datetime(2026, 10, 7, 11, 0)
    >>> for text in ("10:29:34", "oct/06 23:59:00", "feb/05/2024 13:47:44", "10-07 10:29:34"):
    ...     print(parse_moment(text, now))
    2026-10-07 10:29:34
    2026-10-06 23:59:00
    2024-02-05 13:47:44
    2026-10-07 10:29:34
    """
    day, _, clock = text.strip().rpartition(" ")
    try:
        hour, minute, second = (int(part) for part in clock.split(".")[0].split(":"))
        date = _date(day, router_now)
        moment = datetime(date[0], date[1], date[2], hour, minute, second)
        if moment <= router_now + _AHEAD or len(date_parts(day)) == 3:
            return moment
        return moment.replace(year=moment.year - 1) if day else moment - timedelta(days=1)
    except ValueError:
        return None


def date_parts(day: str) -> list[str]:
    """The parts of `oct/07/2024`, `oct/07`, `2026-10-07` or `10-07`."""
    return re.split(r"[/-]", day) if day else []


def _date(day: str, router_now: datetime) -> tuple[int, int, int]:
    parts = date_parts(day)
    if not parts:
        return router_now.year, router_now.month, router_now.day
    if parts[0].isalpha():
        month = _MONTHS.index(parts[0].lower()[:3]) + 1
        return (int(parts[2]) if len(parts) == 3 else router_now.year), month, int(parts[1])
    numbers = [int(part) for part in parts]
    year, month, date = numbers if len(numbers) == 3 else (router_now.year, *numbers)
    return year, month, date


def router_now(row: Row) -> datetime | None:
    """The moment of /system/clock, None when the router would not say."""
    text = f"{row.get('date', '')} {row.get('time', '')}"
    return parse_moment(text, datetime.max - _AHEAD) if row.get("date") else None


def attempt_values(views: Sequence[LogView], window_s: float, *, all_read: bool) -> dict[str, Any]:
    """`session.attempts` and `session.auth_failure` of every log that was read.

    Nothing seen is only said when every log that could hold an attempt was read and reaches back
    over the whole window.
    """
    last = _last_attempt(views, window_s)
    if last is not None:
        is_accepted = last.means == "accepted"
        nothing = Unavailable(Reason.NO_VALUE, "a última tentativa foi aceita")
        return {
            "session.attempts": "accepted" if is_accepted else "rejected",
            "session.auth_failure": nothing if is_accepted else last.means,
        }
    attempts: Value = "none_seen"
    if not all_read:
        attempts = Unavailable(Reason.NO_VALUE, "nem todos os logs puderam ser lidos")
    elif any(view.reaches_s is None or view.reaches_s < window_s for view in views):
        attempts = "log_too_short"
    failure = Unavailable(Reason.NO_VALUE, "nenhuma tentativa recusada no log")
    return {"session.attempts": attempts, "session.auth_failure": failure}


def _last_attempt(views: Sequence[LogView], window_s: float) -> LoginEvent | None:
    recent = [
        (-(event.age_s or 0.0), place, event)
        for view in views
        for place, event in enumerate(view.events)
        if event.means != "ended" and event.age_s is not None and event.age_s <= window_s
    ]
    return max(recent, key=lambda item: item[:2])[2] if recent else None


def last_end(views: Sequence[LogView]) -> str:
    """Why the last session ended, in the router's words; empty when the log does not say."""
    ends = [
        (-(event.age_s or 0.0), place, event.reason)
        for view in views
        for place, event in enumerate(view.events)
        if event.means == "ended" and event.reason
    ]
    return max(ends)[2] if ends else ""


def ends_count(views: Sequence[LogView], *, all_read: bool) -> Value:
    """How many sessions of this login ended within a day, as far as the logs reach.

    A drop writes two or three lines, so ends less than half a minute apart are one. Logs that
    could not be read may hold more: then a number is said only when there is something to count.
    """
    count = 0
    for view in views:
        ages = sorted(
            event.age_s
            for event in view.events
            if event.means == "ended" and event.age_s is not None and event.age_s <= DAY_S
        )
        apart = [later - sooner > SAME_END_S for sooner, later in pairwise(ages)]
        count += sum(apart) + (1 if ages else 0)
    if count == 0 and not all_read:
        return Unavailable(Reason.NO_VALUE, "nem todos os logs puderam ser lidos")
    return count


def end_kind(reason: str, patterns: LogPatterns) -> str:
    """One of `ENDS`, from the words of the log or of the local credential."""
    for match, means in patterns.ends:
        if re.search(match, reason, re.IGNORECASE):
            return means
    return "other"

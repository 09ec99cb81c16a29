"""What a router's words say about a session, as values of facts. Pure: no network, no clock.

RouterOS writes durations, rates and totals as text, differently from version to version; here
they become seconds, Mbps and percentages. What is missing becomes `Unavailable`, never 0.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from kbwizard.wizard.facts import Reason, Scalar, Unavailable

Value = Scalar | Unavailable
Row = Mapping[str, str]

_UNIT_S = {
    "w": 604800.0, "d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0,
    "ms": 1e-3, "us": 1e-6, "ns": 1e-9,
}  # fmt: skip
_LETTERS = re.compile(r"(\d+(?:\.\d+)?)(ms|us|ns|w|d|h|m|s)")
_CLOCK = re.compile(r"(\d{1,3}):(\d{2}):(\d{2}(?:\.\d+)?)")
_RATE = re.compile(r"(\d+(?:\.\d+)?)([kMG]?)(?:bps)?")
_MULTIPLE = {"": 1.0, "k": 1e3, "M": 1e6, "G": 1e9}


def duration_s(text: str) -> float | None:
    """Seconds of a RouterOS duration, None when it is none.

    >>> duration_s("1w2d3h4m5s"), duration_s("01:22:53"), duration_s("1d02:00:00")
    (788645.0, 4973.0, 93600.0)
    >>> duration_s("1ms287us"), duration_s("never")
    (0.001287, None)
    """
    rest = text.strip()
    if not rest:
        return None
    total = 0.0
    clock = _CLOCK.search(rest)
    if clock:
        hours, minutes, seconds = clock.groups()
        total = int(hours) * 3600 + int(minutes) * 60 + float(seconds)
        if clock.end() != len(rest):
            return None
        rest = rest[: clock.start()]
    letters = _LETTERS.findall(rest)
    if "".join(number + unit for number, unit in letters) != rest:
        return None
    return round(total + sum(float(number) * _UNIT_S[unit] for number, unit in letters), 9)


def rate_bps(text: str) -> float | None:
    """Bits per second of `25000000`, `25M` or `512kbps`.

    >>> rate_bps("25M"), rate_bps("0bps"), rate_bps("25 M")
    (25000000.0, 0.0, None)
    """
    match = _RATE.fullmatch(text.strip())
    return float(match[1]) * _MULTIPLE[match[2]] if match else None


def session_values(row: Row, *, count: int) -> dict[str, Value]:
    """Facts of one row of /ppp/active; `count` is how many sessions the login has."""
    uptime = duration_s(row.get("uptime", ""))
    return {
        "session.state": "online",
        "session.count": count,
        "session.uptime_s": int(uptime) if uptime is not None else _unread("uptime", row),
        "session.address": row.get("address") or _none("sessão sem endereço IP"),
        "session.caller_id": row.get("caller-id") or _none("sessão sem caller-id"),
    }


def newest(rows: Sequence[Row]) -> Row:
    """The row with the shortest uptime: in a double session, the one that dialled last."""

    def uptime(row: Row) -> float:
        seconds = duration_s(row.get("uptime", ""))
        return float("inf") if seconds is None else seconds

    return min(rows, key=uptime)


def interface_of(row: Row) -> str:
    """The dynamic interface of a session; its name begins with the service.

    >>> interface_of({"name": "joao", "service": "pppoe"})
    '<pppoe-joao>'
    """
    return f"<{row.get('service') or 'pppoe'}-{row.get('name', '')}>"


def profile_values(queues: Sequence[Row]) -> dict[str, Value]:
    """The speed the router enforces. `max-limit` is upload/download, seen from the customer."""
    if not queues:
        return {"session.profile_down_mbps": _none("sem fila para esta sessão")}
    limit = queues[0].get("max-limit", "")
    _, _, down = limit.partition("/")
    bps = rate_bps(down)
    if bps is None:
        value: Value = Unavailable(Reason.BAD_REPLY, f"limite da fila ilegível: {limit[:40]!r}")
    elif bps == 0:
        value = _none("a fila não limita a velocidade")
    else:
        value = round(bps / 1e6, 2)
    return {"session.profile_down_mbps": value}


def blocking_list(lists: Sequence[str], block_lists: Sequence[str]) -> str:
    """The first of the address's lists that means "blocked"; empty: it is in none of them.

    >>> blocking_list(["clientes", "pgcorte"], ["bloqueados", "pgcorte"])
    'pgcorte'
    """
    return next((name for name in lists if name in block_lists), "")


def traffic_values(before: Row | None, after: Row | None, seconds: float) -> dict[str, Value]:
    """Rates between two samples. The router's rx is what the customer sends."""
    return {
        "traffic.down_mbps": _rate(before, after, "tx-byte", seconds),
        "traffic.up_mbps": _rate(before, after, "rx-byte", seconds),
    }


def _rate(before: Row | None, after: Row | None, counter: str, seconds: float) -> Value:
    if before is None or after is None:
        return Unavailable(Reason.NOT_FOUND, "interface da sessão não encontrada")
    try:
        count = int(after[counter]) - int(before[counter])
    except (KeyError, ValueError):
        return _none(f"sem contador {counter}")
    if count < 0 or seconds <= 0:
        return Unavailable(Reason.BAD_REPLY, "o contador voltou a zero entre as duas leituras")
    return round(count * 8 / seconds / 1e6, 3)


def ping_values(rows: Sequence[Row]) -> dict[str, Value]:
    """Loss in percent, mean round trip and jitter in ms, over the probes of `rows`.

    Jitter is the mean difference between successive answers (RFC 3550's idea, unsmoothed). With
    everything lost, time and jitter have no value; that does not make the session offline.
    """
    probes = [row for row in rows if "time" in row or "status" in row]
    if not probes:
        return dict.fromkeys(PING_FACTS, Unavailable(Reason.BAD_REPLY, "ping sem resultado"))
    times = [duration_s(row["time"]) for row in probes if is_answered(row)]
    answered = [time * 1000 for time in times if time is not None]
    loss = round(100 * (len(probes) - len(answered)) / len(probes), 1)
    return {
        "ping.loss_pct": loss,
        "ping.rtt_ms": (
            round(sum(answered) / len(answered), 2) if answered else _none("ping sem resposta")
        ),
        "ping.jitter_ms": _jitter(answered),
    }


def is_answered(probe: Row) -> bool:
    """Whether the address asked for answered. "TTL exceeded" has a time too: somebody else's."""
    return "time" in probe and not probe.get("status")


def _jitter(times_ms: Sequence[float]) -> Value:
    if len(times_ms) < 2:
        return _none("menos de duas respostas ao ping")
    steps = [abs(later - sooner) for sooner, later in pairwise(times_ms)]
    return round(sum(steps) / len(steps), 2)


def _none(detail: str) -> Unavailable:
    return Unavailable(Reason.NO_VALUE, detail)


def _unread(name: str, row: Row) -> Unavailable:
    return Unavailable(Reason.BAD_REPLY, f"{name} ilegível: {row.get(name, '')[:40]!r}")


PING_FACTS = ("ping.loss_pct", "ping.rtt_ms", "ping.jitter_ms")
TRAFFIC_FACTS = ("traffic.down_mbps", "traffic.up_mbps")
ATTEMPT_FACTS = ("session.attempts", "session.auth_failure")
ROW_FACTS = (
    "session.state", "session.count", "session.uptime_s", "session.address",
    "session.caller_id", "session.concentrator",
)  # fmt: skip
RECORD_FACTS = (
    *ATTEMPT_FACTS, "session.last_disconnect", "session.ends_count", "session.blocked_list",
    "session.profile_down_mbps",
)  # fmt: skip
SESSION_FACTS = frozenset((*ROW_FACTS, *RECORD_FACTS, *TRAFFIC_FACTS, *PING_FACTS))
"""Every fact that a concentrator can tell."""

"""The right-hand column: what the network said, each value in its fixed place with age and source.

Rows stand in one order and never appear from nowhere: an arriving reading fills its place.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from kbwizard.cases.words import REASONS, show_value
from kbwizard.walks.service import Standing
from kbwizard.wizard.facts import FactSpec, Reading, Reason, Source, Unavailable
from kbwizard.wizard.position import Known

GOOD, ATTENTION, CRITICAL, UNKNOWN, NEUTRAL = "good", "attention", "critical", "unknown", ""

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Fibra",
        (
            "onu.state",
            "onu.rx_dbm",
            "onu.olt_rx_dbm",
            "onu.last_down_cause",
            "onu.distance_m",
            "onu.lan_speed_mbps",
            "pon.pattern",
            "pon.onus_down",
        ),
    ),
    (
        "Sessão",
        (
            "session.state",
            "session.uptime_s",
            "session.attempts",
            "session.auth_failure",
            "session.blocked_list",
            "session.profile_down_mbps",
            "traffic.down_mbps",
            "traffic.up_mbps",
            "ping.loss_pct",
        ),
    ),
)
ALWAYS = frozenset({"onu.state", "onu.rx_dbm", "pon.pattern", "session.state"})
"""Rows that keep their place even before anything was read."""

QUIET = frozenset({Reason.NOT_FOUND, Reason.NOT_CONFIGURED, Reason.NO_VALUE, Reason.NO_SUCH_OBJECT})

JUDGED_BY = {
    "onu.rx_dbm": "onu.rx_class",
    "ping.loss_pct": "ping.class",
    "session.profile_down_mbps": "session.profile_class",
    "traffic.down_mbps": "traffic.down_class",
    "traffic.up_mbps": "traffic.up_class",
    "onu.temperature_c": "onu.temperature_class",
}
"""Numbers are judged by their derived class, never by a threshold here."""
STATES: Mapping[str, Mapping[object, str]] = {
    "onu.state": {"online": GOOD, "registering": ATTENTION, "los": CRITICAL,
                  "dying_gasp": CRITICAL, "offline": CRITICAL, "auth_failed": CRITICAL,
                  "disabled": CRITICAL},
    "onu.rx_class": {"good": GOOD, "attention": ATTENTION, "limit": ATTENTION,
                     "critical": CRITICAL, "saturated": CRITICAL},
    "ping.class": {"good": GOOD, "attention": ATTENTION, "bad": CRITICAL, "no_answer": UNKNOWN},
    "pon.pattern": {"none": GOOD, "cut": CRITICAL, "power": CRITICAL, "mixed": ATTENTION},
    "session.state": {"online": GOOD, "offline": CRITICAL},
    "session.attempts": {"rejected": CRITICAL, "accepted": GOOD, "none_seen": ATTENTION,
                         "log_too_short": UNKNOWN},
    "session.profile_class": {"below": ATTENTION, "as_sold": GOOD},
    "traffic.down_class": {"full": ATTENTION, "free": GOOD},
    "traffic.up_class": {"full": ATTENTION, "free": GOOD},
    "session.blocked_list": {True: CRITICAL, False: GOOD},
    "onu.temperature_class": {"good": GOOD, "attention": ATTENTION, "critical": CRITICAL},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One line of evidence. `state` is one of the four meanings, or "" for a plain value."""

    fact: str
    label: str
    value: str
    state: str
    word: str
    """The judgement in a word ("crítico"), or the state's own word."""
    source: str
    measured_at: datetime | None
    took_ms: int | None
    running: bool
    seq: int
    detail: str
    others: tuple[str, ...]


def evidence(
    standing: Standing, running: Collection[str], zone: ZoneInfo
) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    """The groups of rows to show; `running` are the facts being read at this moment."""
    groups = []
    for title, facts in GROUPS:
        rows = tuple(
            row_of(standing, fact, running, zone)
            for fact in facts
            if fact in ALWAYS or fact in running or _worth_showing(standing, fact)
        )
        if rows:
            groups.append((title, rows))
    return tuple(groups)


def _worth_showing(standing: Standing, fact: str) -> bool:
    """Values, and sources in trouble. "There is none" of a detail is noise: its own row says it."""
    known = standing.position.facts.get(fact)
    if known is None:
        return False
    return known.reading.known or getattr(known.reading.value, "reason", None) not in QUIET


def row_of(standing: Standing, fact: str, running: Collection[str], zone: ZoneInfo) -> Row:
    """One row, filled or waiting to be."""
    spec = standing.bundle.registry.facts.get(fact)
    label = spec.label if spec else fact
    known = standing.position.facts.get(fact)
    if known is None:
        word = "lendo…" if fact in running else "ainda não lido"
        return Row(fact, label, "", UNKNOWN, word, "", None, None, fact in running, 0, "", ())
    reading = known.reading
    value, word = _value_and_word(standing, spec, reading, zone)
    return Row(
        fact=fact,
        label=label,
        value=value,
        state=state_of(standing, reading),
        word=word,
        source=_source(reading),
        measured_at=reading.measured_at,
        took_ms=reading.took_ms,
        running=fact in running,
        seq=known.seq,
        detail=reading.value.detail if isinstance(reading.value, Unavailable) else "",
        others=tuple(_other(spec, other, zone) for other in _differing(known)),
    )


def state_of(standing: Standing, reading: Reading) -> str:
    """Which of the four meanings a reading has."""
    if isinstance(reading.value, Unavailable):
        return UNKNOWN
    judge = JUDGED_BY.get(reading.fact, reading.fact)
    judged = standing.position.facts.get(judge)
    value = judged.reading.value if judged is not None else reading.value
    if isinstance(value, Unavailable):
        return NEUTRAL
    return STATES.get(judge, {}).get(value, NEUTRAL)


def _value_and_word(
    standing: Standing, spec: FactSpec | None, reading: Reading, zone: ZoneInfo
) -> tuple[str, str]:
    if isinstance(reading.value, Unavailable):
        return "", REASONS[str(reading.value.reason)]
    value = show_value(spec, reading, zone)
    if reading.fact in STATES and reading.fact not in JUDGED_BY:
        return "", value  # the label is the judgement's own word
    judge = JUDGED_BY.get(reading.fact)
    judged = standing.position.facts.get(judge) if judge else None
    if judge is None or judged is None or isinstance(judged.reading.value, Unavailable):
        return value, ""
    judging = standing.bundle.registry.facts.get(judge)
    return value, judging.label_of(judged.reading.value) if judging else ""


def _differing(known: Known) -> list[Reading]:
    """Other sources that said something else: shown beside, never hidden."""
    return [other for other in known.others if other.known and other.value != known.reading.value]


def _other(spec: FactSpec | None, reading: Reading, zone: ZoneInfo) -> str:
    return f"{_source(reading)}: {show_value(spec, reading, zone)}"


def _source(reading: Reading) -> str:
    words = {
        Source.CUSTOMER: "cliente",
        Source.AGENT: f"informado por {reading.origin}",
        Source.CONTRACT: "cadastro",
        Source.CASE: reading.origin or "registro",
    }
    return words.get(reading.source, reading.origin or "rede")

"""What texts for customers may insert: never a name, a reading, or what only agents should know."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kbwizard.selfservice.values import PublicOutage, Visit
from kbwizard.walks.service import Standing
from kbwizard.web.format import clock
from kbwizard.web.help.parts import parts
from kbwizard.web.services import now, services
from kbwizard.wizard.facts import Ask

_SETTINGS = ("fees", "absence_rule", "connector_policy")

DAYS = (
    ("mon", "seg"),
    ("tue", "ter"),
    ("wed", "qua"),
    ("thu", "qui"),
    ("fri", "sex"),
    ("sat", "sáb"),
    ("sun", "dom"),
)


class CustomerWords(Mapping[str, str]):
    """Values by name, looked up only when a text mentions them; empty for what is not theirs."""

    def __init__(self, standing: Standing, visit: Visit, outage: PublicOutage | None) -> None:
        self._standing = standing
        self._reserved: Mapping[str, Callable[[], str]] = {
            "protocol": lambda: visit.case_protocol,
            "company": lambda: services().settings.company,
            "district": lambda: visit.district,
            "now": lambda: clock(now(), services().settings.timezone, now()),
            "forecast": lambda: _forecast(outage),
            **{name: _setting(name) for name in _SETTINGS},
        }

    def __getitem__(self, name: str) -> str:
        reserved = self._reserved.get(name)
        return reserved() if reserved is not None else self._answer(name)

    def __iter__(self) -> Iterator[str]:
        yield from self._reserved

    def __len__(self) -> int:
        return len(self._reserved)

    def _answer(self, fact: str) -> str:
        """What the customer said themselves, in their own words; nothing personal, no reading."""
        spec = self._standing.bundle.registry.facts.get(fact)
        known = self._standing.position.facts.get(fact)
        if spec is None or spec.ask is not Ask.CUSTOMER or spec.personal:
            return ""
        value = known.reading.value if known is not None and known.reading.known else None
        return spec.label_of(value, "customer") if isinstance(value, str | bool) else ""


def _forecast(outage: PublicOutage | None) -> str:
    at = outage.forecast_at if outage is not None else None
    return clock(at, services().settings.timezone, now()) if at is not None else ""


def _setting(name: str) -> Callable[[], str]:
    return lambda: str(parts().setting(name))


def hours_in_words(hours: Mapping[str, Any]) -> str:
    """Opening hours as one line; days with the same hours in a row together.

    >>> hours_in_words({"mon": "08:00-20:00", "tue": "08:00-20:00", "sat": "08:00-14:00"})
    'seg a ter 8h às 20h · sáb 8h às 14h'
    """
    runs: list[tuple[str, str, str]] = []
    before = ""
    for key, day in DAYS:
        span = str(hours.get(key, ""))
        if span and span == before and runs:
            runs[-1] = (runs[-1][0], day, span)
        elif span:
            runs.append((day, day, span))
        before = span
    return " · ".join(
        f"{first if first == last else f'{first} a {last}'} {_span(span)}"
        for first, last, span in runs
    )


def _span(span: str) -> str:
    return " às ".join(_hour(one) for one in span.split("-"))


def _hour(text: str) -> str:
    hour, _, minute = text.strip().partition(":")
    return f"{int(hour)}h" + (minute if minute not in ("", "00") else "")

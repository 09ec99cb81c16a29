"""Deadline policies: how long, by segment, on which clock. Computed when told, stored as told.

A business clock runs only inside opening hours and stands still on holidays (national and state
ones from the package `holidays`, local ones from the settings).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from kbwizard.errors import EngineError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HORIZON_DAYS = 60
"""A deadline further away than this is a wrong setting, not a promise."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Hours until the promised contact or visit, for each segment."""

    residential_h: float
    business_h: float
    business_clock: bool = True
    """False: the clock never stops (business customers without service)."""


POLICIES: Mapping[str, Policy] = {
    "n2_sem_acesso": Policy(residential_h=4, business_h=0.5),
    "n2_degradado": Policy(residential_h=8, business_h=2),
    "n2_prioridade": Policy(residential_h=2, business_h=0.5),
    "n3_massa": Policy(residential_h=4, business_h=2, business_clock=False),
    "visita_urgente": Policy(residential_h=12, business_h=4, business_clock=False),
    "visita_sem_acesso": Policy(residential_h=24, business_h=4, business_clock=False),
    "visita_preventiva": Policy(residential_h=72, business_h=24, business_clock=False),
    "retorno": Policy(residential_h=4, business_h=1),
    "financeiro": Policy(residential_h=8, business_h=4),
    "comercial": Policy(residential_h=16, business_h=8),
    "supervisor": Policy(residential_h=2, business_h=0.5),
    "acompanhamento": Policy(residential_h=24, business_h=12),
    "empresarial_parado": Policy(residential_h=0.5, business_h=0.5, business_clock=False),
}
"""Defaults of technical-notes T8 and its neighbours: house policy, not regulation. The names are
those of `_facts.yaml` `deadlines`; a test keeps both lists equal."""


class BusinessCalendar:
    """Opening hours and holidays of the installation, in its own zone."""

    def __init__(
        self,
        hours: Mapping[str, str],
        zone: ZoneInfo,
        *,
        state: str = "SP",
        local_holidays: Mapping[str, str] | None = None,
    ) -> None:
        self._zone = zone
        self._hours = {day: opening_span(text) for day, text in hours.items()}
        self._state = state
        self._local = set(local_holidays or {})

    def open_span(self, day: date) -> tuple[datetime, datetime] | None:
        """When the desk is open on that local day, in UTC; None when it is closed."""
        span = self._hours.get(WEEKDAYS[day.weekday()])
        if span is None or day in _national(self._state, day.year):
            return None
        if day.isoformat() in self._local:
            return None
        return (
            datetime.combine(day, span[0], tzinfo=self._zone).astimezone(UTC),
            datetime.combine(day, span[1], tzinfo=self._zone).astimezone(UTC),
        )

    def add_business(self, start: datetime, length: timedelta) -> datetime:
        """The moment at which `length` of opening time has passed since `start`."""
        left = length
        first = start.astimezone(self._zone).date()
        for offset in range(HORIZON_DAYS):
            span = self.open_span(first + timedelta(days=offset))
            if span is None:
                continue
            begins = max(span[0], start)
            if begins >= span[1]:
                continue
            if left <= span[1] - begins:
                return begins + left
            left -= span[1] - begins
        raise EngineError("o expediente configurado não comporta o prazo em 60 dias")


def deadline_at(
    policy_name: str, segment: str, now: datetime, calendar: BusinessCalendar
) -> datetime:
    """When the promise ends. An unknown policy is a bug: the linter checks the trees' names."""
    policy = POLICIES.get(policy_name)
    if policy is None:
        raise EngineError(f"a política de prazo {policy_name!r} não existe")
    hours = policy.business_h if segment == "business" else policy.residential_h
    length = timedelta(hours=hours)
    if not policy.business_clock:
        return now + length
    return calendar.add_business(now, length)


@lru_cache(maxsize=64)
def _national(state: str, year: int) -> frozenset[date]:
    """National and state holidays of a year."""
    return frozenset(holidays.country_holidays("BR", subdiv=state, years=year))


def opening_span(text: str) -> tuple[time, time]:
    """`08:00-20:00`. Raises `ValueError` for anything else."""
    begins, _, ends = text.partition("-")
    span = time.fromisoformat(begins.strip()), time.fromisoformat(ends.strip())
    if span[0] >= span[1]:
        raise ValueError(f"{text!r} does not begin before it ends")
    return span

"""The names that texts may insert beside facts: protocol, holder, greeting, forecast…"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from kbwizard.cases.models import Case
from kbwizard.cases.words import PERIODS, show_value
from kbwizard.walks.service import Standing
from kbwizard.web.wording import greeting


@dataclass(frozen=True, slots=True)
class Known:
    """What the reserved names are made of, beside the walk itself."""

    case: Case
    company: str
    agent: str
    holder: str
    district: str
    plan: str
    setting: Callable[[str], str]
    """fees, absence_rule, connector_policy as they stand; read only when a text names one."""
    deadline: datetime | None
    forecast: Callable[[], datetime | None]
    """Of the outage that covers the line; looked up only when a text names it."""
    zone: ZoneInfo
    now: datetime


class Values(Mapping[str, str]):
    """Fact values and reserved names, looked up only when a text mentions them."""

    def __init__(self, standing: Standing, known: Known) -> None:
        self._standing = standing
        self._known = known

    def __getitem__(self, name: str) -> str:
        reserved = RESERVED.get(name)
        if reserved is not None:
            return reserved(self._standing, self._known)
        return _fact(self._standing, name, self._known.zone)

    def __iter__(self) -> Iterator[str]:
        yield from RESERVED
        yield from self._standing.position.facts

    def __len__(self) -> int:
        return len(RESERVED) + len(self._standing.position.facts)


def told_time(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """A moment as it is said on the phone.

    >>> # today: "16h30"; another day: "23/11 às 9h"
    """
    local, today = moment.astimezone(zone), now.astimezone(zone)
    hour = f"{local.hour}h{local.minute:02d}" if local.minute else f"{local.hour}h"
    return hour if local.date() == today.date() else f"{local:%d/%m} às {hour}"


def _fact(standing: Standing, name: str, zone: ZoneInfo) -> str:
    known = standing.position.facts.get(name)
    if known is None or not known.reading.known:
        return ""
    return show_value(standing.bundle.registry.facts.get(name), known.reading, zone)


def _forecast(_standing: Standing, known: Known) -> str:
    """Never a forecast that has passed."""
    moment = known.forecast()
    if moment is None or moment <= known.now:
        return ""
    return told_time(moment, known.now, known.zone)


def _visit_window(standing: Standing, known: Known) -> str:
    day = _fact(standing, "order.date", known.zone)
    period = standing.position.facts.get("order.period")
    word = PERIODS.get(str(period.reading.value), "") if period is not None else ""
    return " ".join(part for part in (day, f"({word})" if word else "") if part)


RESERVED: Mapping[str, Callable[[Standing, Known], str]] = {
    "protocol": lambda _s, k: k.case.protocol,
    "company": lambda _s, k: k.company,
    "agent": lambda _s, k: k.agent,
    "greeting": lambda _s, k: greeting(k.now.astimezone(k.zone).hour),
    "holder": lambda _s, k: k.holder,
    "caller": lambda s, k: _fact(s, "caller.name", k.zone),
    "forecast": _forecast,
    "deadline": lambda _s, k: told_time(k.deadline, k.now, k.zone) if k.deadline else "",
    "district": lambda _s, k: k.district,
    "plan": lambda _s, k: k.plan,
    "visit_window": _visit_window,
    "fees": lambda _s, k: k.setting("fees"),
    "absence_rule": lambda _s, k: k.setting("absence_rule"),
    "connector_policy": lambda _s, k: k.setting("connector_policy"),
    "now": lambda _s, k: told_time(k.now, k.now, k.zone),
}

"""How a customer's neighbours on one PON are doing: how many went dark lately, and by which cause.

Needs no network. The rule itself (how many of how many make a cut or a power failure) is the
engine's, in `wizard/derive.py`; here the neighbours are counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from kbwizard.checks.onu_readings import Value
from kbwizard.checks.raw_values import CLOCK_SLACK_S
from kbwizard.wizard.derive import pon_extent, pon_pattern
from kbwizard.wizard.facts import Reason, Unavailable

TOTAL, DOWN = "pon.onus_total", "pon.onus_down"
RECENT_LOS, RECENT_DYING_GASP = "pon.recent_los", "pon.recent_dying_gasp"
PATTERN, EXTENT = "pon.pattern", "pon.extent"
PON_FACTS = (TOTAL, DOWN, RECENT_LOS, RECENT_DYING_GASP, PATTERN, EXTENT)
TIMED = (RECENT_LOS, RECENT_DYING_GASP, PATTERN, EXTENT)

WINDOW = timedelta(minutes=10)
"""What "recently" and "together" mean (technical notes, mass suspicion)."""

DARK = ("los", "dying_gasp", "offline")
"""States of an ONU that went down; `disabled` and `auth_failed` are the provider's own doing."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One ONU of the PON: what the OLT said of its state, and when it last went down."""

    state: Value
    last_down_at: datetime | None = None

    def went_dark(self, cause: str) -> bool:
        return self.state == cause and self.last_down_at is not None


def count_pon(
    neighbours: Mapping[int, Neighbour],
    *,
    own: int | None,
    now: datetime,
    window: timedelta = WINDOW,
) -> dict[str, Value]:
    """The facts of a PON. `own` is the customer's ONU number.

    An ONU is *recently* down when it went down within `window` before now, or within `window` of
    the moment the customer's own ONU went down: a cut of an hour ago is still one cut.
    """
    known = [one for one in neighbours.values() if not isinstance(one.state, Unavailable)]
    counts: dict[str, Value] = {
        TOTAL: len(neighbours),
        DOWN: sum(one.state in DARK for one in known),
    }
    refusal = _no_times(neighbours, known, now)
    if refusal is not None:
        return counts | dict.fromkeys(TIMED, refusal)
    moments = _moments(neighbours, own, now)
    for fact, cause in ((RECENT_LOS, "los"), (RECENT_DYING_GASP, "dying_gasp")):
        counts[fact] = sum(
            one.went_dark(cause) and _near(one.last_down_at, moments, window) for one in known
        )
    return counts | _judged(counts)


def _no_times(
    neighbours: Mapping[int, Neighbour], known: list[Neighbour], now: datetime
) -> Unavailable | None:
    """Why "recent" cannot be said of this PON, if it cannot."""
    if len(known) < len(neighbours):
        return Unavailable(Reason.BAD_REPLY, "a OLT não disse o estado de todas as ONUs da PON")
    timed = [one.last_down_at for one in known if one.last_down_at is not None]
    if any(moment > now + timedelta(seconds=CLOCK_SLACK_S) for moment in timed):
        return Unavailable(Reason.NO_VALUE, "horários no futuro: o relógio da OLT está adiantado")
    dark = [one for one in known if one.state in DARK]
    if dark and not any(one.last_down_at for one in dark):
        return Unavailable(Reason.NO_VALUE, "a OLT não informa quando cada ONU caiu")
    return None


def _moments(
    neighbours: Mapping[int, Neighbour], own: int | None, now: datetime
) -> tuple[datetime, ...]:
    mine = neighbours.get(own) if own is not None else None
    if mine is None or mine.state not in DARK or mine.last_down_at is None:
        return (now,)
    return (now, mine.last_down_at)


def _near(moment: datetime | None, moments: tuple[datetime, ...], window: timedelta) -> bool:
    return moment is not None and any(abs(moment - other) <= window for other in moments)


def _judged(counts: Mapping[str, Value]) -> dict[str, Value]:
    numbers = [counts[fact] for fact in (TOTAL, RECENT_LOS, RECENT_DYING_GASP)]
    plain = [number for number in numbers if not isinstance(number, Unavailable)]
    unknown = Unavailable(Reason.NO_VALUE, "faltam contagens")
    pattern, extent = pon_pattern(plain), pon_extent(plain)
    return {
        PATTERN: unknown if pattern is None else pattern,
        EXTENT: unknown if extent is None else extent,
    }

"""What has happened to one subscriber, and how a fault, a restart, a repair or a drop changes it.

A condition holds moments, never timers: `observe` reads it for any `now`. `speed` divides the
delays of a recovery, and only those of events that come after it was set.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kbwizard.lab.faults import Fault, find_fault

UNPLUGGED_S = 25.0
"""A restart as a customer does it: unplug, count, plug in."""
REGISTER_S = 10.0
"""From light and power to the OLT's registration."""
DIAL_S = 8.0
"""From a registered ONU to an authenticated session."""
KEEPALIVE_S = 15.0
"""How long a concentrator believes in a peer that went silent."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A fault and the moments that still matter. All moments are UTC."""

    fault: str = "none"
    since: datetime | None = None
    renews_s: float = 0.0
    """A planned mass failure begins again this often, so that it is always recent."""
    onu_down_at: datetime | None = None
    onu_down_cause: str = ""
    onu_back_at: datetime | None = None
    """Power and light are back, the ONU registers."""
    onu_up_at: datetime | None = None
    session_ends_at: datetime | None = None
    session_up_at: datetime | None = None
    session_lost_traffic: bool = False
    session_before_at: datetime | None = None
    """Start of the session that `session_ends_at` ends; None: the one of long ago."""

    def began(self, now: datetime) -> datetime:
        """When the fault in force began, as seen at `now`."""
        since = self.since or now
        if self.renews_s <= 0 or now <= since:
            return since
        rounds = int((now - since).total_seconds() // self.renews_s)
        return since + timedelta(seconds=rounds * self.renews_s)


def struck(fault: Fault, now: datetime, *, age_s: float | None = None) -> Condition:
    """A fault that began `age_s` seconds ago; whatever was there before is forgotten."""
    age = fault.age_s if age_s is None else age_s
    return Condition(fault=fault.name, since=now - timedelta(seconds=age))


def restarted(condition: Condition, now: datetime, speed: float) -> Condition:
    """The customer unplugged everything and plugged it in again.

    A dark ONU gives the OLT nothing to notice. What a restart cures is cured, the rest returns.
    """
    fault = find_fault(condition.fault)
    if fault.is_dark:
        return condition
    back = now + timedelta(seconds=UNPLUGGED_S / speed)
    up = back + timedelta(seconds=REGISTER_S / speed)
    keeps_stuck = fault.session == "stuck"
    lingers_s = KEEPALIVE_S / speed if _has_session(condition, fault, now) else 0.0
    return replace(
        _cured(condition, fault, by_restart=True),
        onu_down_at=now,
        onu_down_cause="dying_gasp",
        onu_back_at=back,
        onu_up_at=up,
        session_ends_at=None if keeps_stuck else now + timedelta(seconds=lingers_s),
        session_up_at=None if keeps_stuck else up + timedelta(seconds=DIAL_S / speed),
        session_lost_traffic=not keeps_stuck,
        session_before_at=condition.session_up_at,
    )


def dropped(condition: Condition, now: datetime, speed: float) -> Condition:
    """The concentrator ended the session; a router that is there dials again."""
    fault = find_fault(condition.fault)
    up = now + timedelta(seconds=DIAL_S / speed)
    if condition.session_up_at and condition.session_up_at > now:
        up = max(up, condition.session_up_at)
    cured = _cured(condition, fault, by_restart=False)
    return replace(
        cured,
        session_ends_at=now,
        session_up_at=up,
        session_lost_traffic=False,
        session_before_at=condition.session_up_at,
    )


def repaired(condition: Condition, now: datetime, speed: float) -> Condition:
    """Somebody mended it: light, power or registration returns, then the session."""
    fault = find_fault(condition.fault)
    since = condition.began(now)
    if not fault.is_dark:
        up = now + timedelta(seconds=DIAL_S / speed)
        healthy = fault.session == "up"
        return replace(
            condition,
            fault="none",
            since=now,
            renews_s=0.0,
            session_ends_at=condition.session_ends_at if healthy else since,
            session_up_at=condition.session_up_at if healthy else up,
            session_lost_traffic=False,
        )
    return relit(fault.onu, since, now, speed)


def relit(cause: str, dark_since: datetime, now: datetime, speed: float) -> Condition:
    """Healthy again after darkness: registers now, online and dialled in a little later."""
    up = now + timedelta(seconds=REGISTER_S / speed)
    return Condition(
        since=now,
        onu_down_at=dark_since,
        onu_down_cause=cause,
        onu_back_at=now,
        onu_up_at=up,
        session_ends_at=dark_since + timedelta(seconds=KEEPALIVE_S),
        session_up_at=up + timedelta(seconds=DIAL_S / speed),
    )


def _has_session(condition: Condition, fault: Fault, now: datetime) -> bool:
    started = condition.session_up_at is None or condition.session_up_at <= now
    return started and fault.session != "none"


def _cured(condition: Condition, fault: Fault, *, by_restart: bool) -> Condition:
    cure = "restart" if by_restart else "drop"
    return replace(condition, fault="none") if cure in fault.cured_by else condition

"""The concentrator's log, written from what happened to its subscribers.

Lines about subscribers follow from their conditions, so that they are the same after a restart
of the lab; lines about API logins are kept as they happen, and push the others out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from kbwizard.lab.condition import Condition
from kbwizard.lab.faults import Fault, Reject, find_fault
from kbwizard.lab.observe import FLAP_GAP_S, FLAP_PERIOD_S, flap_began, other_mac, spread
from kbwizard.lab.plant import Subscriber
from kbwizard.lab.state import Scene

DIAL_EVERY_S = 60
WINDOW = timedelta(hours=3)
INFO, ERROR, SEEN = "pppoe,ppp,info", "pppoe,ppp,error", "pppoe,info"
ACCOUNT = "system,info,account"
REASONS: dict[Reject, str] = {
    "password": " - wrong password",
    "unknown": " - unknown user",
    "mac": " - MAC address mismatch",
    "already": " - You are already logged in - access denied",
    "blocked": " - contrato bloqueado",
    "radius": " - radius timeout",
}
"""What RADIUS adds to "authentication failed". A local secret gives no reason."""


@dataclass(frozen=True, slots=True)
class LogLine:
    at: datetime
    topics: str
    message: str


def subscriber_lines(subscriber: Subscriber, scene: Scene, *, radius: bool) -> list[LogLine]:
    """What the log holds of one subscriber within the last hours, oldest first."""
    if subscriber.auth != "pppoe":
        return []
    condition = scene.condition(subscriber)
    fault = find_fault(condition.fault)
    lines = [*_endings(subscriber, condition, fault, scene.now)]
    lines += _returns(subscriber, condition, scene.now)
    lines += _flaps(subscriber, condition, fault, scene.now)
    lines += _refusals(subscriber, condition, fault, scene.now, radius=radius)
    first = scene.now - WINDOW
    return sorted(
        (line for line in lines if first <= line.at <= scene.now), key=lambda line: line.at
    )


def _endings(
    subscriber: Subscriber, condition: Condition, fault: Fault, now: datetime
) -> Iterator[LogLine]:
    interface = f"<pppoe-{subscriber.login}>"
    if condition.session_ends_at:
        reason = " - peer is not responding" if condition.session_lost_traffic else ""
        yield LogLine(condition.session_ends_at, INFO, f"{interface}: terminating...{reason}")
        yield LogLine(condition.session_ends_at, INFO, f"{interface}: disconnected")
    elif condition.since and fault.session == "none":
        ended = condition.began(now) + timedelta(seconds=15)
        reason = "" if fault.reject else " - peer is not responding"
        yield LogLine(ended, INFO, f"{interface}: terminating...{reason}")
        yield LogLine(ended, INFO, f"{interface}: disconnected")


def _returns(subscriber: Subscriber, condition: Condition, now: datetime) -> Iterator[LogLine]:
    up = condition.session_up_at
    if up and up <= now and find_fault(condition.fault).session not in ("none", "stuck"):
        yield from _connected(subscriber, up)


def _connected(subscriber: Subscriber, at: datetime) -> Iterator[LogLine]:
    interface = f"<pppoe-{subscriber.login}>"
    yield _dialled(subscriber.mac, at)
    yield LogLine(at, INFO, f"{interface}: authenticated")
    yield LogLine(at, INFO, f"{interface}: connected")


def _dialled(mac: str, at: datetime) -> LogLine:
    return LogLine(at - timedelta(seconds=1), SEEN, f"PPPoE connection established from {mac}")


def _flaps(
    subscriber: Subscriber, condition: Condition, fault: Fault, now: datetime
) -> Iterator[LogLine]:
    if fault.session != "flapping":
        return
    at = flap_began(condition, now)
    while at > now - WINDOW and at > condition.began(now):
        down = at - timedelta(seconds=FLAP_GAP_S)
        interface = f"<pppoe-{subscriber.login}>"
        yield LogLine(down, INFO, f"{interface}: terminating... - peer is not responding")
        yield LogLine(down, INFO, f"{interface}: disconnected")
        yield from _connected(subscriber, at)
        at -= timedelta(seconds=FLAP_PERIOD_S)


def _refusals(
    subscriber: Subscriber, condition: Condition, fault: Fault, now: datetime, *, radius: bool
) -> Iterator[LogLine]:
    """One attempt a minute since the fault began, none while the ONU restarts."""
    if fault.reject is None:
        return
    reason = REASONS.get(fault.reject, "") if radius else ""
    at = condition.began(now) + timedelta(seconds=spread(subscriber.login, 16, 30))
    first = now - WINDOW
    if at < first:
        skipped = int((first - at).total_seconds() // DIAL_EVERY_S)
        at += timedelta(seconds=skipped * DIAL_EVERY_S)
    number = spread(subscriber.login, 16, 4000)
    while at <= now:
        if not _is_away(condition, at):
            yield from _refused(subscriber, fault.reject, at, number, reason)
        at, number = at + timedelta(seconds=DIAL_EVERY_S), number + 1


def _is_away(condition: Condition, at: datetime) -> bool:
    down, up = condition.onu_down_at, condition.onu_up_at
    return down is not None and up is not None and down <= at < up


def _refused(
    subscriber: Subscriber, reject: Reject, at: datetime, number: int, reason: str
) -> Iterator[LogLine]:
    login = subscriber.login
    yield _dialled(other_mac(subscriber) if reject == "mac" else subscriber.mac, at)
    if reject == "pool":
        yield LogLine(at, INFO, f"<pppoe-{login}>: authenticated")
        yield LogLine(
            at, INFO, f"<pppoe-{login}>: terminating... - could not determine remote address"
        )
        return
    message = f"<{number:04x}>: user {login} authentication failed{reason}"
    yield LogLine(at, ERROR, message)


def background_lines(name: str, scene: Scene) -> Iterator[LogLine]:
    """The noise every router has: somebody looks in each half hour, for two days."""
    step = 1800
    last = int(scene.now.timestamp()) // step * step
    for back in range(96):
        at = datetime.fromtimestamp(last - back * step + spread(name, 0, 900), tz=scene.now.tzinfo)
        if at <= scene.now:
            verb = "in" if back % 2 else "out"
            yield LogLine(at, ACCOUNT, f"user noc logged {verb} from 192.0.2.7 via winbox")

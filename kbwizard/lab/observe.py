"""What a device would see of one subscriber at one moment. Pure: plant, condition and clock in.

Whatever real equipment varies by chance (uptime, temperature, use of the line) follows from a
checksum of the login, so that two looks at the same moment agree.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zlib import crc32

from kbwizard.lab.condition import Condition
from kbwizard.lab.faults import Fault, OnuState, find_fault
from kbwizard.lab.plant import Subscriber

FULL_SHARE = 0.97
"""What a full queue lets through: the plan, less the packets it drops."""
FLAP_PERIOD_S = 420
FLAP_GAP_S = 12
"""How long a flapping ONU is away; over before the period that is looked at begins."""


@dataclass(frozen=True, slots=True)
class OnuView:
    """The ONU as its OLT sees it. None is "no value", never zero."""

    state: OnuState
    serial: str
    rx_dbm: float | None
    tx_dbm: float | None
    olt_rx_dbm: float | None
    temperature_c: int | None
    distance_m: int | None
    last_down_at: datetime
    last_down_cause: str
    last_up_at: datetime
    lan_mbps: int | None
    """0 is no link, None is unknown because the ONU is away."""

    @property
    def is_online(self) -> bool:
        return self.state == "online"


@dataclass(frozen=True, slots=True)
class SessionView:
    """One PPPoE session on a concentrator. Rates in bit/s, from the customer's side."""

    login: str
    started_at: datetime
    caller_id: str
    address: str
    number: int
    down_bps: int
    up_bps: int

    @property
    def has_traffic(self) -> bool:
        return self.down_bps > 0

    def bytes_down(self, now: datetime) -> int:
        return self._bytes(self.down_bps, now)

    def bytes_up(self, now: datetime) -> int:
        return self._bytes(self.up_bps, now)

    def _bytes(self, rate_bps: int, now: datetime) -> int:
        """Without traffic the counter stands where the last packet left it."""
        seconds = max(0.0, (now - self.started_at).total_seconds())
        return int(rate_bps * seconds / 8) if rate_bps else 48_213 + self.number % 9_000


def spread(text: str, least: int, most: int) -> int:
    """A number from `least` to `most` that belongs to the text.

    >>> spread("a", 1, 1)
    1
    """
    return least + crc32(text.encode()) % (most - least + 1)


def observe_onu(
    subscriber: Subscriber, condition: Condition, now: datetime, epoch: datetime
) -> OnuView:
    """The ONU at `now`; `epoch` is when the lab first started, the origin of old history."""
    fault = find_fault(condition.fault)
    state, down_at, cause, up_at = _onu_history(subscriber, condition, fault, now, epoch)
    online = state == "online"
    rx = (fault.rx_dbm if fault.rx_dbm is not None else subscriber.base_rx_dbm) if online else None
    login = subscriber.login
    lan = subscriber.lan_mbps if fault.lan_mbps is None else fault.lan_mbps
    return OnuView(
        state=state,
        serial=other_serial(subscriber) if fault.swapped else subscriber.serial,
        rx_dbm=rx,
        tx_dbm=2.0 + spread(login + "tx", 0, 60) / 100 if online else None,
        olt_rx_dbm=round(rx - 1.0 - spread(login + "up", 0, 150) / 100, 2) if rx else None,
        temperature_c=spread(login + "c", 39, 52) if online else None,
        distance_m=subscriber.distance_m if online else None,
        last_down_at=down_at,
        last_down_cause=cause,
        last_up_at=up_at,
        lan_mbps=lan if online else None,
    )


def _onu_history(
    subscriber: Subscriber, condition: Condition, fault: Fault, now: datetime, epoch: datetime
) -> tuple[OnuState, datetime, str, datetime]:
    """State, last down, its cause, last up."""
    old_down = epoch - timedelta(seconds=spread(subscriber.login + "down", 1_000_000, 7_800_000))
    old_up = old_down + timedelta(seconds=spread(subscriber.login + "up", 300, 2400))
    if fault.is_dark:
        began = condition.began(now)
        return fault.onu, began, fault.onu, min(old_up, began - timedelta(days=1))
    if condition.onu_down_at and condition.onu_back_at and condition.onu_up_at:
        down, cause = condition.onu_down_at, condition.onu_down_cause
        if now < condition.onu_back_at:
            return _state_of(cause), down, cause, old_up
        if now < condition.onu_up_at:
            return "registering", down, cause, old_up
        if fault.session != "flapping" or fault.falls == "session":
            return "online", down, cause, condition.onu_up_at
    if fault.session == "flapping" and fault.falls != "session":
        up = flap_began(condition, now)
        if condition.onu_up_at and condition.onu_down_at and up < condition.onu_up_at <= now:
            return "online", condition.onu_down_at, condition.onu_down_cause, condition.onu_up_at
        return "online", up - timedelta(seconds=FLAP_GAP_S), fault.falls, up
    return "online", old_down, "dying_gasp", old_up


def _state_of(cause: str) -> OnuState:
    return "los" if cause == "los" else "dying_gasp" if cause == "dying_gasp" else "offline"


def flap_began(condition: Condition, now: datetime) -> datetime:
    """Start of the period of a flapping line that `now` is in."""
    began = condition.began(now)
    rounds = int((now - began).total_seconds() // FLAP_PERIOD_S)
    return began + timedelta(seconds=rounds * FLAP_PERIOD_S)


def observe_sessions(
    subscriber: Subscriber, condition: Condition, now: datetime, epoch: datetime
) -> tuple[SessionView, ...]:
    """The subscriber's PPPoE sessions at `now`: none, one, or two where a fault says so."""
    if subscriber.auth != "pppoe":
        return ()
    fault = find_fault(condition.fault)
    old = epoch - timedelta(seconds=spread(subscriber.login + "s", 20_000, 2_400_000))
    if condition.session_ends_at and now < condition.session_ends_at:
        before = condition.session_before_at or old
        return (_session(subscriber, before, traffic=not condition.session_lost_traffic),)
    if condition.session_up_at and now < condition.session_up_at:
        return ()
    return _by_mode(subscriber, condition, fault, now, condition.session_up_at or old)


def _by_mode(
    subscriber: Subscriber, condition: Condition, fault: Fault, now: datetime, started: datetime
) -> tuple[SessionView, ...]:
    if fault.session == "none":
        return ()
    if fault.session == "flapping":
        began = max(flap_began(condition, now), started)
        return (_session(subscriber, began, traffic=True),)
    if fault.session == "double":
        second = _session(subscriber, condition.began(now), traffic=True)
        return (_session(subscriber, started, traffic=False, mac=other_mac(subscriber)), second)
    usual = _session(subscriber, started, traffic=fault.traffic, queue_share=fault.queue_share)
    return (_filled(subscriber, usual, fault),)


def _filled(subscriber: Subscriber, usual: SessionView, fault: Fault) -> SessionView:
    """The same session where the customer's own use takes all of one direction."""
    share = FULL_SHARE * fault.queue_share * 1_000_000
    if fault.fills == "up":
        return replace(usual, up_bps=int(subscriber.up_mbps * share))
    if fault.fills == "down":
        return replace(usual, down_bps=int(subscriber.down_mbps * share))
    return usual


def _session(
    subscriber: Subscriber,
    started: datetime,
    *,
    traffic: bool,
    mac: str = "",
    queue_share: float = 1.0,
) -> SessionView:
    share = spread(subscriber.login + "use", 2, 15) / 100 * queue_share
    down = int(subscriber.down_mbps * 1_000_000 * share) if traffic else 0
    number = crc32(f"{subscriber.login}{started.isoformat()}{mac}".encode()) & 0xFFFFFF
    return SessionView(
        login=subscriber.login,
        started_at=started,
        caller_id=mac or subscriber.mac,
        address=subscriber.address,
        number=0x80000000 | number,
        down_bps=down,
        up_bps=down // 9,
    )


def other_mac(subscriber: Subscriber) -> str:
    """The MAC of the router the customer had before: same maker, other number."""
    return subscriber.mac[:-2] + f"{(int(subscriber.mac[-2:], 16) + 0x31) % 256:02X}"


def other_serial(subscriber: Subscriber) -> str:
    """The serial of the ONU that was put in its place: same maker, other number."""
    return subscriber.serial[:4] + f"{crc32(subscriber.serial.encode()):08X}"

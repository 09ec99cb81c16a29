"""Which fault of the lab would show what a case showed, as far as one does."""

from __future__ import annotations

from collections.abc import Mapping

from kbwizard.walks.service import Standing
from kbwizard.wizard.events import Read
from kbwizard.wizard.facts import Scalar

BY_SIGNS: tuple[tuple[Mapping[str, Scalar], str], ...] = (
    ({"pon.extent": "mass", "pon.pattern": "power"}, "mass_power"),
    ({"pon.extent": "mass"}, "mass_los"),
    ({"pon.extent": "suspected"}, "suspect_los"),
    ({"onu.state": "los", "onu.down_class": "old"}, "old_dark"),
    ({"onu.state": "los"}, "los"),
    ({"onu.state": "dying_gasp"}, "dying_gasp"),
    ({"onu.state": "offline"}, "offline"),
    ({"onu.state": "auth_failed"}, "not_authorised"),
    ({"onu.state": "disabled"}, "onu_disabled"),
    ({"onu.rx_class": "limit"}, "weak"),
    ({"onu.rx_class": "critical"}, "critical"),
    ({"onu.rx_class": "saturated"}, "saturated"),
    ({"session.blocked_list": True}, "blocked"),
    ({"session.auth_failure": "wrong_password"}, "wrong_password"),
    ({"session.auth_failure": "unknown_login"}, "unknown_login"),
    ({"session.auth_failure": "mac_mismatch"}, "mac_locked"),
    ({"session.auth_failure": "no_pool"}, "no_pool"),
    ({"session.auth_failure": "already_connected"}, "stuck_session"),
    ({"session.state": "online", "traffic.class": "none"}, "stuck_session"),
    ({"session.count_class": "several"}, "double_session"),
    ({"session.state": "offline", "onu.lan_link": "down"}, "router_off"),
    ({"session.state": "offline", "session.attempts": "none_seen"}, "no_attempt"),
    ({"session.profile_class": "below"}, "wrong_profile"),
    ({"traffic.up_class": "full"}, "saturated_uplink"),
    ({"traffic.down_class": "full"}, "saturated_downlink"),
    ({"onu.lan_class": "up_to_100"}, "cable_100"),
    ({"ping.class": "bad"}, "business_loss"),
    ({"ping.class": "no_answer"}, "business_down"),
    ({"session.ends_class": "many"}, "flapping"),
)
"""The first whose signs were all seen before anything was done about it."""


def likely_fault(standing: Standing) -> str:
    """The fault's name; empty when nothing seemed wrong on the network."""
    seen = _first_seen(standing)
    for signs, fault in BY_SIGNS:
        if all(seen.get(fact) == value for fact, value in signs.items()):
            return fault
    return ""


def _first_seen(standing: Standing) -> dict[str, object]:
    """What was read first of each fact; what follows from readings, as it stands at the end."""
    seen: dict[str, object] = {}
    for event in standing.events:
        if isinstance(event, Read):
            for reading in event.readings:
                if reading.known:
                    seen.setdefault(reading.fact, reading.value)
    for fact, known in standing.position.facts.items():
        if known.reading.known:
            seen.setdefault(fact, known.reading.value)
    return seen

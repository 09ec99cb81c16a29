"""What a concentrator's menus hold at one moment, as rows of words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from kbwizard.lab.command_words import Row
from kbwizard.lab.faults import Fault, find_fault
from kbwizard.lab.mischief import Mischief
from kbwizard.lab.observe import SessionView, spread
from kbwizard.lab.plant import Concentrator, Subscriber
from kbwizard.lab.router_log import LogLine, background_lines, subscriber_lines
from kbwizard.lab.router_text import ROUTER_ZONE, duration, log_moment, moment
from kbwizard.lab.state import Scene

LOG_SIZE = 1000
BLOCK_LIST = "bloqueados"
ETHERNET = ("ether1", "sfp-sfpplus1", "vlan-olt")


@dataclass
class RouterView:
    """One concentrator during one request."""

    router: Concentrator
    scene: Scene
    mischief: Mischief
    events: tuple[LogLine, ...] = ()

    @cached_property
    def subscribers(self) -> tuple[Subscriber, ...]:
        return self.scene.state.plant.on_concentrator(self.router.name)

    @cached_property
    def sessions(self) -> list[tuple[Subscriber, SessionView, str]]:
        """Every session with the name of its interface."""
        found = []
        for one in self.subscribers:
            for number, session in enumerate(self.scene.sessions(one)):
                suffix = f"-{number}" if number else ""
                found.append((one, session, f"<pppoe-{one.login}{suffix}>"))
        return found

    def rows(self, menu: str) -> list[Row] | None:
        """The rows of a menu that can be printed, None where there is no such menu."""
        maker = MENUS.get(menu)
        return None if maker is None else list(maker(self))

    def duration(self, since_s: float) -> str:
        return duration(since_s, modern=self.router.is_modern)

    def active(self) -> Iterator[Row]:
        for one, session, _ in self.sessions:
            yield {
                ".id": identifier(session),
                "name": one.login,
                "service": "pppoe",
                "caller-id": session.caller_id,
                "address": session.address,
                "uptime": self.duration((self.scene.now - session.started_at).total_seconds()),
                "session-id": f"0x{session.number:08x}",
                "limit-bytes-in": "0",
                "limit-bytes-out": "0",
                "radius": "true" if self.router.radius else "false",
            }
        yield from self._crowd()

    def _crowd(self) -> Iterator[Row]:
        for number in range(int(float(self.mischief.get("crowd", "0")))):
            yield {
                ".id": f"*{0x90000000 + number:X}",
                "name": f"teste{number:05d}",
                "service": "pppoe",
                "caller-id": f"02:00:5E:{number >> 16:02X}:{number >> 8 & 255:02X}:"
                f"{number & 255:02X}",
                "address": f"100.{80 + number // 62_500}.{number // 250 % 250}.{number % 250 + 1}",
                "uptime": self.duration(number * 17 + 5),
                "session-id": f"0x{0x90000000 + number:08x}",
                "radius": "false",
            }

    def secrets(self) -> Iterator[Row]:
        for number, one in enumerate(self.subscribers, 1):
            fault = find_fault(self.scene.condition(one).fault)
            if self.router.radius or one.auth != "pppoe" or fault.reject == "unknown":
                continue
            yield {
                ".id": f"*{number:X}",
                "name": one.login,
                "service": "pppoe",
                "caller-id": one.mac if fault.reject == "mac" else "",
                "password": "segredo-do-laboratorio",
                "profile": f"plano-{one.down_mbps}",
                "remote-address": one.address,
                "disabled": "true" if fault.reject == "blocked" else "false",
                "comment": self._comment(one),
                **self._last_end(one),
            }

    def _comment(self, one: Subscriber) -> str | bytes:
        text = f"Conexão de {one.login} - instalação"
        return text.encode("latin-1") if "latin1" in self.mischief else text

    def _last_end(self, one: Subscriber) -> Row:
        condition = self.scene.condition(one)
        onu = self.scene.onu(one)
        lost = condition.session_lost_traffic or onu.state in ("los", "dying_gasp")
        ended = condition.session_ends_at or onu.last_down_at + timedelta(seconds=15)
        return {
            "last-logged-out": moment(min(ended, self.scene.now), modern=self.router.is_modern),
            "last-caller-id": one.mac,
            "last-disconnect-reason": "hung-up" if lost else "peer-request",
        }

    def interfaces(self) -> Iterator[Row]:
        for number, name in enumerate(ETHERNET, 1):
            yield {
                ".id": f"*{number:X}",
                "name": name,
                "type": "vlan" if name.startswith("vlan") else "ether",
                "actual-mtu": "1500",
                "running": "true",
                "disabled": "false",
            }
        for one, session, name in self.sessions:
            yield self._interface(one, session, name)

    def _interface(self, one: Subscriber, session: SessionView, name: str) -> Row:
        now = self.scene.now
        down, up = session.bytes_down(now), session.bytes_up(now)
        return {
            ".id": f"*F{session.number:08X}",
            "name": name,
            "type": "pppoe-in",
            "actual-mtu": str(actual_mtu(one)),
            "last-link-up-time": moment(session.started_at, modern=self.router.is_modern),
            "link-downs": "0",
            "rx-byte": str(up),
            "tx-byte": str(down),
            "rx-packet": str(up // 310),
            "tx-packet": str(down // 1180),
            "rx-drop": "0",
            "tx-drop": "0",
            "rx-error": "0",
            "tx-error": "0",
            "running": "true",
            "dynamic": "true",
            "disabled": "false",
        }

    def queues(self) -> Iterator[Row]:
        now = self.scene.now
        for one, session, name in self.sessions:
            share = find_fault(self.scene.condition(one).fault).queue_share
            up, down = (int(mbps * 1_000_000 * share) for mbps in (one.up_mbps, one.down_mbps))
            yield {
                ".id": f"*E{session.number:08X}",
                "name": name,
                "target": name,
                "max-limit": f"{up}/{down}",
                "bytes": f"{session.bytes_up(now)}/{session.bytes_down(now)}",
                "rate": f"{min(session.up_bps, up)}/{min(session.down_bps, down)}",
                "dropped": "0/0",
                "queued-bytes": "0/0",
                "dynamic": "true",
                "disabled": "false",
            }

    def arp(self) -> Iterator[Row]:
        for number, one in enumerate(self.subscribers, 1):
            if one.auth != "pppoe" and self.scene.onu(one).is_online:
                yield {
                    ".id": f"*{number:X}",
                    "address": one.address,
                    "mac-address": one.mac,
                    "interface": "vlan-olt",
                    "complete": "true",
                    "dynamic": "true",
                }

    def address_lists(self) -> Iterator[Row]:
        for number, one in enumerate(self.subscribers, 1):
            condition = self.scene.condition(one)
            if find_fault(condition.fault).blocked:
                began = condition.began(self.scene.now)
                yield {
                    ".id": f"*{number:X}",
                    "list": BLOCK_LIST,
                    "address": one.address,
                    "creation-time": moment(began, modern=self.router.is_modern),
                    "dynamic": "true",
                    "disabled": "false",
                }

    def log(self) -> Iterator[Row]:
        lines = [*background_lines(self.router.name, self.scene), *self.events]
        for one in self.subscribers:
            lines += subscriber_lines(one, self.scene, radius=self.router.radius)
        lines.sort(key=lambda line: line.at)
        size = int(float(self.mischief.get("short_log", LOG_SIZE)))
        for number, line in enumerate(lines[-size:] if size else [], 1):
            yield {
                ".id": f"*{number:X}",
                "time": log_moment(line.at, self.scene.now, modern=self.router.is_modern),
                "topics": line.topics,
                "message": line.message,
            }

    def resource(self) -> Iterator[Row]:
        since = self.scene.state.epoch - timedelta(days=41, seconds=9_001)
        yield {
            "uptime": self.duration((self.scene.now - since).total_seconds()),
            "version": self.router.version,
            "cpu-load": "7",
            "cpu-count": "16",
            "free-memory": "14889435136",
            "total-memory": "17179869184",
            "board-name": self.router.board,
            "platform": "MikroTik",
        }

    def clock(self) -> Iterator[Row]:
        date, _, time = moment(self.scene.now, modern=self.router.is_modern).partition(" ")
        yield {
            "time": time,
            "date": date,
            "time-zone-autodetect": "false",
            "time-zone-name": str(ROUTER_ZONE),
            "gmt-offset": "-03:00",
            "dst-active": "false",
        }

    def identity(self) -> Iterator[Row]:
        yield {"name": self.router.name}

    def reachable(self, address: str) -> tuple[Subscriber, Fault] | None:
        """Who answers at an address, and the fault that loses or delays echoes; None: nobody."""
        for one in self.subscribers:
            if one.address != address:
                continue
            fault = find_fault(self.scene.condition(one).fault)
            if one.auth == "pppoe":
                alive = any(session.has_traffic for session in self.scene.sessions(one))
            else:
                alive = self.scene.onu(one).is_online
            return (one, fault) if alive else None
        return None


def identifier(session: SessionView) -> str:
    """The `.id` of a session's row in `/ppp/active`."""
    return f"*{session.number:X}"


def actual_mtu(subscriber: Subscriber) -> int:
    """1492, or RouterOS's default where nobody changed it."""
    return 1480 if spread(subscriber.login + "mtu", 0, 3) == 0 else 1492


MENUS: dict[str, Callable[[RouterView], Iterator[Row]]] = {
    "/ppp/active": RouterView.active,
    "/ppp/secret": RouterView.secrets,
    "/interface": RouterView.interfaces,
    "/queue/simple": RouterView.queues,
    "/ip/arp": RouterView.arp,
    "/ip/firewall/address-list": RouterView.address_lists,
    "/log": RouterView.log,
    "/system/clock": RouterView.clock,
    "/system/resource": RouterView.resource,
    "/system/identity": RouterView.identity,
}

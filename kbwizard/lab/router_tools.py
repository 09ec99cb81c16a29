"""The two commands that take time: `/ping` and `/interface/monitor-traffic`."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from ipaddress import AddressValueError, IPv4Address
from itertools import count
from typing import TYPE_CHECKING

from kbwizard.lab.command_words import Command, Row
from kbwizard.lab.observe import spread
from kbwizard.lab.router_menus import RouterView, actual_mtu
from kbwizard.lab.router_text import rtt
from kbwizard.lab.router_trap import Trap

if TYPE_CHECKING:
    from kbwizard.lab.router_server import RouterServer

SHORTEST_S = 0.001
"""Bound of the interval, so that an endless ping cannot take the whole loop."""


async def ping(server: RouterServer, command: Command) -> AsyncIterator[Row]:
    """One row per echo, with running totals; without `count` it never ends."""
    given = command.attributes
    address = _address(given.get("address", ""))
    limit = _whole_number(given.get("count", ""))
    size = _whole_number(given.get("size", "")) or 56
    interval_s = max(SHORTEST_S, _interval(given.get("interval", "1s")) / server.state.speed)
    times: list[int] = []
    for sequence in count() if limit is None else range(limit):
        if sequence:
            await asyncio.sleep(interval_s)
        view = server.view()
        took = _echo(view, address, size, sequence, "do-not-fragment" in given)
        if isinstance(took, int):
            times.append(took)
        yield _ping_row(view, address, size, sequence, took, times)


def _address(text: str) -> str:
    try:
        return str(IPv4Address(text))
    except AddressValueError:
        raise Trap("invalid value for argument address", 1) from None


def _whole_number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else None


def _interval(text: str) -> float:
    found = re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]{1,6})?)(ms|s)?", text)
    if found is None:
        raise Trap("invalid value for argument interval", 1)
    return float(found[1]) / (1000 if found[2] == "ms" else 1)


def _echo(
    view: RouterView, address: str, size: int, sequence: int, unfragmented: bool
) -> int | str:
    """Microseconds of an answer, or the status of one that did not come."""
    answers = view.reachable(address)
    if answers is None:
        return "timeout"
    subscriber, fault = answers
    if unfragmented and size > actual_mtu(subscriber):
        return "packet too large and cannot be fragmented"
    if fault.loss_every and sequence % fault.loss_every == fault.loss_every - 1:
        return "timeout"
    waits = fault.delay_ms * 10 * spread(f"{subscriber.login}queue{sequence}", 70, 130)
    return spread(f"{subscriber.login}{sequence}", 1_800, 4_600) + waits


def _ping_row(
    view: RouterView, address: str, size: int, sequence: int, took: int | str, times: list[int]
) -> Row:
    modern = view.router.is_modern
    sent, received = sequence + 1, len(times)
    row: Row = {"seq": str(sequence), "host": address}
    if isinstance(took, int):
        row |= {"size": str(size), "ttl": "64", "time": rtt(took, modern=modern)}
    else:
        row |= {"status": took}
    row |= {
        "sent": str(sent),
        "received": str(received),
        "packet-loss": str((sent - received) * 100 // sent),
    }
    if times:
        row |= {
            "min-rtt": rtt(min(times), modern=modern),
            "avg-rtt": rtt(sum(times) // received, modern=modern),
            "max-rtt": rtt(max(times), modern=modern),
        }
    return row


async def monitor_traffic(server: RouterServer, command: Command) -> AsyncIterator[Row]:
    """The rate of one interface, once or each second until cancelled."""
    name = command.attributes.get("interface", "")
    while True:
        yield _rates(server.view(), name)
        if "once" in command.attributes:
            return
        await asyncio.sleep(1 / server.state.speed)


def _rates(view: RouterView, name: str) -> Row:
    down = up = 0
    for _, session, interface in view.sessions:
        if interface == name:
            down, up = session.down_bps, session.up_bps
            break
    else:
        if not any(row["name"] == name for row in view.interfaces()):
            raise Trap("input does not match any value of interface", 1)
    return {
        "name": name,
        "rx-packets-per-second": str(up // 2500),
        "rx-bits-per-second": str(up),
        "fp-rx-bits-per-second": str(up),
        "rx-drops-per-second": "0",
        "tx-packets-per-second": str(down // 9400),
        "tx-bits-per-second": str(down),
        "fp-tx-bits-per-second": str(down),
        "tx-drops-per-second": "0",
        "tx-queue-drops-per-second": "0",
    }

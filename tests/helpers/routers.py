"""Router doubles with a typical concentrator's tables, and pools that ask them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from kbwizard.checks.adapters.routeros_access import LoginMethod, RouterAccess
from kbwizard.checks.adapters.routeros_pool import RouterPool
from kbwizard.checks.limits import Gate
from kbwizard.config import Secret
from tests.helpers.router_double import Caller, RouterDouble, Row, attributes

ZONE = ZoneInfo("America/Sao_Paulo")
NOW = datetime(2026, 10, 7, 14, 0, tzinfo=UTC)
"""Eleven in the morning on the routers' clocks."""


def active(login: str, **changes: str) -> Row:
    row = {
        ".id": "*8000001A",
        "name": login,
        "service": "pppoe",
        "caller-id": "00:00:5E:00:53:01",
        "address": "100.64.0.7",
        "uptime": "2d03:04:05",
        "session-id": "0x81000001",
        "radius": "true",
    }
    return row | changes


def log_line(time: str, message: str, topics: str = "pppoe,ppp,info") -> Row:
    return {"time": time, "topics": topics, "message": message}


def concentrator(*sessions: Row, **tables: list[Row]) -> RouterDouble:
    """A double with these sessions and a log that reaches back an hour."""
    double = RouterDouble()
    double.tables = {
        "/ppp/active": list(sessions),
        "/ppp/secret": [],
        "/interface": [],
        "/queue/simple": [],
        "/ip/firewall/address-list": [],
        "/log": [log_line("10:00:00", "<pppoe-outro>: connected")],
        "/system/clock": [{"time": "11:00:00", "date": "2026-10-07"}],
        "/system/identity": [{"name": "bng-teste"}],
        "/system/resource": [{"version": "7.18.2 (stable)", "board-name": "CHR", "uptime": "1w2d"}],
    }
    double.tables |= {
        "/" + name.replace("__", "/").replace("_", "-"): rows for name, rows in tables.items()
    }
    return double


def access(double: RouterDouble, name: str = "bng-teste", **changes: Any) -> RouterAccess:
    fields: dict[str, Any] = {
        "name": name,
        "host": "127.0.0.1",
        "port": double.port,
        "user": "leitor",
        "password": Secret("senha-lab"),
        "tls": False,
        "login_method": LoginMethod.PLAIN,
    }
    return RouterAccess(**(fields | changes))


@asynccontextmanager
async def pool_for(
    double: RouterDouble,
    name: str = "bng-teste",
    *,
    places: int = 6,
    gate: Gate | None = None,
    idle_close_s: float = 60.0,
    probe_after_s: float = 15.0,
    **changes: Any,
) -> AsyncIterator[RouterPool]:
    pool = RouterPool(
        access(double, name, **changes),
        gate or Gate(places=places),
        zone=ZONE,
        idle_close_s=idle_close_s,
        probe_after_s=probe_after_s,
    )
    try:
        yield pool
    finally:
        pool.close()
        await asyncio.sleep(0)


def after(seconds: float) -> float:
    """A deadline so many seconds from now."""
    return asyncio.get_running_loop().time() + seconds


def pings(*times: str) -> Any:
    """Answers /ping with these times; an empty one is a lost probe."""

    async def manner(caller: Caller, words: list[str]) -> None:
        count = int(attributes(words)["count"])
        rows = []
        for seq, time in enumerate((times * count)[:count]):
            result = {"time": time} if time else {"status": "timeout"}
            rows.append({"seq": str(seq), "host": attributes(words)["address"]} | result)
        await caller.rows(rows)

    return manner

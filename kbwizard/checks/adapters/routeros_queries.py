"""The questions asked about one login, and nothing but fetching.

Every print names its properties (without `.proplist` RouterOS computes slow ones too) and asks by
`?name=`; listing all sessions of a concentrator to pick one is thousands of times slower.
Passwords are never among the properties.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence

from kbwizard.checks.adapters.routeros_connection import RouterConnection, Row
from kbwizard.checks.adapters.routeros_trouble import RouterTrouble
from kbwizard.wizard.facts import Reason

ACTIVE = ".id,name,service,caller-id,address,uptime,session-id,radius"
SECRET = "name,profile,disabled,caller-id,last-logged-out,last-caller-id,last-disconnect-reason"
QUEUE = "name,target,max-limit,disabled"
PING_INTERVAL = "200ms"


async def active_sessions(
    connection: RouterConnection, login: str, *, deadline: float
) -> list[Row]:
    """The login's sessions on this router: none, one, or a double session."""
    return await _named(
        connection, login, "/ppp/active/print", f"=.proplist={ACTIVE}", deadline=deadline
    )


async def secret(connection: RouterConnection, login: str, *, deadline: float) -> Row | None:
    """The local credential's record, without the password; None on a RADIUS-only router."""
    rows = await _named(
        connection, login, "/ppp/secret/print", f"=.proplist={SECRET}", deadline=deadline
    )
    return rows[0] if rows else None


async def counters(
    connection: RouterConnection, interface: str, *, deadline: float
) -> tuple[Row | None, float]:
    """Byte counters of a session's interface, and the loop's moment they were asked at."""
    rows = await _named(
        connection,
        interface,
        "/interface/print",
        "=.proplist=name,rx-byte,tx-byte,running",
        deadline=deadline,
    )
    return (rows[0] if rows else None), asyncio.get_running_loop().time()


async def queues(
    connection: RouterConnection, interface: str, address: str, *, deadline: float
) -> list[Row]:
    """Simple queues of the session, by its interface's name or its address."""
    targets = [address, f"{address}/32", interface] if address else [interface]
    words = [f"?name={interface}", *(f"?target={target}" for target in targets)]
    rows = await connection.ask(
        "/queue/simple/print",
        f"=.proplist={QUEUE}",
        *words,
        "?#" + "|" * (len(words) - 1),
        deadline=deadline,
    )
    wanted = set(targets)
    fitting = [
        row
        for row in rows
        if row.get("name") == interface or wanted & set(row.get("target", "").split(","))
    ]
    return [row for row in fitting if row.get("disabled") not in ("true", "yes")]


async def address_lists(
    connection: RouterConnection, address: str, *, deadline: float
) -> list[str]:
    """Names of the firewall's address lists that hold exactly this address."""
    rows = await connection.ask(
        "/ip/firewall/address-list/print",
        "=.proplist=list,address,disabled",
        f"?address={address}",
        f"?address={address}/32",
        "?#|",
        deadline=deadline,
    )
    return [
        row.get("list", "")
        for row in rows
        if row.get("address", "").removesuffix("/32") == address
        and row.get("disabled") not in ("true", "yes")
    ]


async def log_lines(
    connection: RouterConnection, topics: Sequence[str], *, deadline: float
) -> list[Row]:
    """Log lines whose topics are exactly one of these, oldest first."""
    return await connection.ask(
        "/log/print",
        "=.proplist=time,topics,message",
        *(f"?topics={topic}" for topic in topics),
        *(["?#" + "|" * (len(topics) - 1)] if len(topics) > 1 else []),
        deadline=deadline,
    )


async def log_times(connection: RouterConnection, *, deadline: float) -> list[str]:
    """The times of every line the log still holds: how far back it can be trusted."""
    rows = await connection.ask("/log/print", "=.proplist=time", deadline=deadline)
    return [row["time"] for row in rows if "time" in row]


async def router_clock(connection: RouterConnection, *, deadline: float) -> Row:
    """The router's own date and time: log lines carry them, right or wrong."""
    rows = await connection.ask("/system/clock/print", "=.proplist=time,date", deadline=deadline)
    return rows[0] if rows else {}


async def ping(
    connection: RouterConnection, address: str, *, count: int, deadline: float
) -> list[Row]:
    """One row per probe, with running totals; a lost probe has a `status` and no `time`."""
    return await connection.ask(
        "/ping",
        f"=address={address}",
        f"=count={count}",
        f"=interval={PING_INTERVAL}",
        deadline=deadline,
    )


async def identity(connection: RouterConnection, *, deadline: float) -> tuple[Row, Row]:
    """The router's name, and its version, board and uptime."""
    names = await connection.ask("/system/identity/print", deadline=deadline)
    resources = await connection.ask(
        "/system/resource/print", "=.proplist=uptime,version,board-name", deadline=deadline
    )
    return (names[0] if names else {}), (resources[0] if resources else {})


async def _named(
    connection: RouterConnection, name: str, *words: str, deadline: float
) -> list[Row]:
    rows = await connection.ask(*words, f"?name={name}", deadline=deadline)
    check_names(connection, rows, name)
    return rows


def check_names(connection: RouterConnection, rows: Collection[Row], name: str) -> None:
    """Refuse rows of anybody else, and the connection that brought them."""
    if any(row.get("name") != name for row in rows):
        connection.drop()
        raise RouterTrouble(Reason.BAD_REPLY, "respondeu com a linha de outro login; descartada")

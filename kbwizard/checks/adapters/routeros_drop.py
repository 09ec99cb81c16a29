"""Ending a login's session on its concentrator: the only thing here that writes to a router.

The id is read just before it is used and belongs to the same login and session, and what happened
is looked up afterwards. Who may do this, and the audit of it, are the caller's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kbwizard.checks.adapters import routeros_queries as queries
from kbwizard.checks.adapters.routeros_connection import RouterConnection, Row
from kbwizard.checks.adapters.routeros_pool import RouterPool
from kbwizard.checks.adapters.routeros_search import find_session
from kbwizard.checks.adapters.routeros_trouble import RouterTrap, RouterTrouble
from kbwizard.wizard.facts import Reason

VERIFY_EVERY_S = 0.3
VERIFY_UP_TO_S = 3.0

DropOutcome = Literal["done", "refused", "error"]


@dataclass(frozen=True, slots=True)
class DropResult:
    """`refused`: nothing was changed, and why. `error`: it failed, or nobody knows."""

    result: DropOutcome
    detail: str
    origin: str = ""


async def drop_session(
    pools: Sequence[RouterPool],
    login: str,
    *,
    concentrator: str = "",
    session_id: str = "",
    deadline_s: float = 8.0,
    broken: Mapping[str, str] | None = None,
) -> DropResult:
    """End the login's sessions (or only `session_id`) where they are found. Never raises."""
    deadline = asyncio.get_running_loop().time() + deadline_s
    sighting = await find_session(pools, login, concentrator, deadline=deadline, broken=broken)
    if not sighting.found:
        if sighting.is_offline:
            return DropResult("refused", "não há sessão para derrubar")
        return DropResult("error", f"nada foi feito: {sighting.why_unknown().detail}")
    pool, seen = sighting.found[0]
    wanted = [row for row in seen if session_id in ("", row.get("session-id"))]
    if not wanted:
        return DropResult("refused", "a sessão já é outra; leia de novo", pool.access.name)
    if not pool.access.action_user:
        return DropResult(
            "refused",
            f"{pool.access.name} não tem um usuário com permissão de escrita cadastrado",
            pool.access.name,
        )
    return await _drop(pool, login, wanted, deadline)


async def _drop(pool: RouterPool, login: str, wanted: Sequence[Row], deadline: float) -> DropResult:
    name = pool.access.name
    sent = False
    try:
        async with pool.lease_for_action(deadline) as connection:
            current = await queries.active_sessions(connection, login, deadline=deadline)
            targets = [row for row in current if _is_one_of(row, wanted)]
            if not targets:
                return DropResult("refused", "a sessão caiu ou mudou antes do comando", name)
            sent = True
            for row in targets:
                await _remove(connection, row, deadline)
            gone = await _is_gone(connection, login, targets, deadline)
    except RouterTrap as trap:
        result: DropOutcome = "refused" if trap.reason is Reason.AUTH else "error"
        return DropResult(result, f"{name}: {trap.detail}", name)
    except RouterTrouble as trouble:
        fate = "não se sabe se a sessão caiu" if sent else "nada foi feito"
        return DropResult("error", f"{name}: {trouble.detail}; {fate}", name)
    if not gone:
        return DropResult("error", f"a sessão continua em {name} depois do comando", name)
    return DropResult("done", f"sessão derrubada em {name}", name)


async def _remove(connection: RouterConnection, row: Row, deadline: float) -> None:
    try:
        await connection.ask("/ppp/active/remove", f"=.id={row['.id']}", deadline=deadline)
    except RouterTrap as trap:
        # It ended by itself between the reading and the command: that is what was wanted.
        if trap.reason is not Reason.NO_SUCH_OBJECT:
            raise


async def _is_gone(
    connection: RouterConnection, login: str, targets: Sequence[Row], deadline: float
) -> bool:
    loop = asyncio.get_running_loop()
    until = min(deadline, loop.time() + VERIFY_UP_TO_S)
    while True:
        rows = await queries.active_sessions(connection, login, deadline=deadline)
        if not any(_is_one_of(row, targets) for row in rows):
            return True
        if loop.time() + VERIFY_EVERY_S >= until:
            return False
        await asyncio.sleep(VERIFY_EVERY_S)


def _is_one_of(row: Row, rows: Sequence[Row]) -> bool:
    return _same(row) in {_same(other) for other in rows}


def _same(row: Row) -> tuple[str, str, str]:
    """What makes a session the same one: an id alone may be given again to another."""
    return row.get(".id", ""), row.get("session-id", ""), row.get("name", "")

"""Which router holds a login's session. Found, not there, did not answer: three answers.

"Offline" follows only from every router that could hold the session having said "not here".
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kbwizard.checks.adapters import routeros_queries as queries
from kbwizard.checks.adapters.routeros_connection import Row
from kbwizard.checks.adapters.routeros_pool import RouterPool
from kbwizard.checks.adapters.routeros_trouble import RouterTrouble
from kbwizard.wizard.facts import Reason, Unavailable


@dataclass(slots=True)
class Sighting:
    """Where a login was looked for. `unknown` names a concentrator that is not registered.

    `broken` holds routers that are registered and cannot even be asked, and why.
    """

    found: list[tuple[RouterPool, list[Row]]] = field(default_factory=list)
    absent: list[RouterPool] = field(default_factory=list)
    failed: list[tuple[RouterPool, RouterTrouble]] = field(default_factory=list)
    unknown: str = ""
    broken: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_offline(self) -> bool:
        """Every router that could hold the session answered that it does not."""
        return bool(self.absent) and not (self.found or self.failed or self.unknown or self.broken)

    @property
    def answered(self) -> list[RouterPool]:
        return [pool for pool, _ in self.found] + self.absent

    def why_unknown(self) -> Unavailable:
        """Names what could not be checked, when neither online nor offline can be said."""
        if self.failed:
            pool, trouble = self.failed[0]
            others = len(self.failed) - 1
            more = f" (e mais {others})" if others else ""
            detail = f"não foi possível consultar {pool.access.name}{more}: {trouble.detail}"
            return Unavailable(trouble.reason, detail)
        for name, why in self.broken.items():
            return Unavailable(Reason.NOT_CONFIGURED, f"não foi possível consultar {name}: {why}")
        if self.unknown:
            detail = f"o concentrador {self.unknown} da conexão não está cadastrado ou ativo"
            return Unavailable(Reason.NOT_CONFIGURED, detail)
        return Unavailable(Reason.NOT_CONFIGURED, "nenhum concentrador cadastrado")


async def find_session(
    pools: Sequence[RouterPool],
    login: str,
    concentrator: str,
    *,
    deadline: float,
    broken: Mapping[str, str] | None = None,
) -> Sighting:
    """Ask the line's concentrator first, then all others at once. Never raises.

    `broken` names routers that could hold the session and cannot be asked.
    """
    sighting = Sighting(broken=broken or {})
    first = match_router(pools, concentrator)
    if first is not None:
        await _look(first, login, sighting, _half_way(deadline))
        if sighting.found:
            return sighting
    elif concentrator and concentrator not in sighting.broken:
        sighting.unknown = concentrator
    others = [pool for pool in pools if pool is not first]
    await asyncio.gather(*(_look(pool, login, sighting, deadline) for pool in others))
    return sighting


def match_router(pools: Sequence[RouterPool], concentrator: str) -> RouterPool | None:
    """The router of this name or address."""
    wanted = concentrator.strip().casefold()
    if not wanted:
        return None
    for pool in pools:
        if wanted in (pool.access.name.casefold(), pool.access.host.casefold()):
            return pool
    return None


def _half_way(deadline: float) -> float:
    """The line's own router may use half of the time, so that the others can still answer."""
    now = asyncio.get_running_loop().time()
    return now + (deadline - now) / 2


async def _look(pool: RouterPool, login: str, sighting: Sighting, deadline: float) -> None:
    try:
        async with pool.lease(deadline) as connection:
            rows = await queries.active_sessions(connection, login, deadline=deadline)
    except RouterTrouble as trouble:
        sighting.failed.append((pool, trouble))
        return
    if rows:
        sighting.found.append((pool, rows))
    else:
        sighting.absent.append(pool)

"""Trying one registered device for real: does it answer, and is it what the record says."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from kbwizard.checks.adapters import routeros_queries as queries
from kbwizard.checks.adapters.routeros_access import RouterAccess
from kbwizard.checks.adapters.routeros_pool import RouterPool
from kbwizard.checks.adapters.routeros_trouble import RouterTrouble
from kbwizard.checks.answers import REASONS
from kbwizard.checks.credentials import Vault
from kbwizard.checks.devices import Device, OltAccess, olt_access, router_access
from kbwizard.checks.limits import Gate

TIMEOUT_S = 8.0
SYS_OBJECT_ID = (1, 3, 6, 1, 2, 1, 1, 2, 0)


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it, in lines for a person."""

    ok: bool
    lines: tuple[str, ...]
    took_ms: int = 0


def try_device(device: Device, vault: Vault, zone: ZoneInfo) -> Trial:
    """Read a router's identity and version, or an OLT's sysObjectID.

    Makes a loop of its own: for commands, not for request threads. Raises `SetupError` when the
    credentials do not open.
    """
    if device.kind == "router":
        return asyncio.run(_timed_router(router_access(device, vault), zone))
    return asyncio.run(_timed_olt(olt_access(device, vault), zone))


async def _timed_router(access: RouterAccess, zone: ZoneInfo) -> Trial:
    loop = asyncio.get_running_loop()
    started = loop.time()
    pool = RouterPool(access, Gate(places=1), zone=zone)
    try:
        async with pool.lease(started + TIMEOUT_S) as connection:
            name, resource = await queries.identity(connection, deadline=started + TIMEOUT_S)
    except RouterTrouble as trouble:
        return Trial(False, (f"{REASONS[trouble.reason]}: {trouble.detail}",), _ms(started))
    finally:
        pool.close()
        await asyncio.sleep(0)  # transports close on the next turn of the loop
    lines = (
        f"identidade: {name.get('name', '—')}",
        f"RouterOS {resource.get('version', '—')} em {resource.get('board-name', '—')}",
        f"ligado há {resource.get('uptime', '—')}",
    )
    return Trial(True, lines, _ms(started))


async def _timed_olt(access: OltAccess, zone: ZoneInfo) -> Trial:
    # pysnmp takes half a second to load; routers need not wait for it.
    from kbwizard.checks.adapters import snmp_engine
    from kbwizard.checks.adapters.snmp_trouble import SnmpTrouble
    from kbwizard.checks.olt_sources import make_olt

    started = asyncio.get_running_loop().time()
    try:
        session = make_olt(access, None, zone=zone).session()
        answer = await session.get([SYS_OBJECT_ID], deadline=started + TIMEOUT_S)
    except SnmpTrouble as trouble:
        return Trial(False, (f"{REASONS[trouble.reason]}: {trouble.detail}",), _ms(started))
    finally:
        await snmp_engine.close()
    ok, lines = judge_profile(access.profile, answer[SYS_OBJECT_ID])
    return Trial(ok, lines, _ms(started))


def judge_profile(profile: str, said: object) -> tuple[bool, tuple[str, ...]]:
    """Whether an OLT's sysObjectID is one of its profile's. A family nobody recorded passes."""
    from kbwizard.checks.profiles import detect_profiles

    if not isinstance(said, bytes):
        return True, ("responde SNMP, mas não diz sysObjectID; confira o perfil lendo uma ONU",)
    text = said.decode("ascii", "replace")
    try:
        fitting = detect_profiles(text)
    except ValueError:
        return False, (f"sysObjectID ilegível: {text[:60]!r}",)
    told = f"sysObjectID {text}"
    if profile in fitting:
        return True, (told, f"confere com o perfil {profile}")
    if fitting:
        return False, (told, f"é de {', '.join(fitting)}, não de {profile}: corrija o perfil")
    return True, (told, f"não é de nenhum perfil conhecido; confira {profile} lendo uma ONU")


def _ms(started: float) -> int:
    return round((asyncio.get_running_loop().time() - started) * 1000)

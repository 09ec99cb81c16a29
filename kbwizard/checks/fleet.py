"""The installation's devices as sources of facts: pools and gates that outlive a single check.

The table is read again every few seconds, so a device added, corrected or disabled on a screen
takes effect in every process; one whose settings did not change keeps its connections and its
pause. Lives on the loop of the checks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from kbwizard.checks.adapters.routeros import SessionSource
from kbwizard.checks.adapters.routeros_access import RouterAccess
from kbwizard.checks.adapters.routeros_pool import RouterPool
from kbwizard.checks.credentials import Vault
from kbwizard.checks.devices import Device, OltAccess, olt_access, router_access
from kbwizard.checks.limits import (
    OLT_PDUS,
    ROUTER_CONNECTIONS,
    Clock,
    Gate,
    share,
)
from kbwizard.checks.ports import FactSource
from kbwizard.config import Settings
from kbwizard.errors import InvalidInput, KbwizardError

REREAD_AFTER_S = 3.0

Lookup = Callable[[], Sequence[Device]]
"""Reads the device table; blocking, so it is called on a thread."""


class OltSources(Protocol):
    """Makes the sources of one OLT; each holds to the gate for every PDU."""

    def __call__(
        self, access: OltAccess, gate: Gate, *, zone: tzinfo, clock: Clock
    ) -> Sequence[FactSource]: ...


@dataclass(slots=True)
class Fleet:
    """What can be asked now. `broken`, by kind and name, says why a device cannot be."""

    session: FactSource
    pools: tuple[RouterPool, ...] = ()
    olts: Mapping[str, Mapping[str, FactSource]] = field(default_factory=dict)
    """OLT name, then source name (onu, pon)."""
    broken: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


class Fleets:
    """Keeps the present `Fleet`. One per process, on one event loop."""

    def __init__(
        self, lookup: Lookup, settings: Settings, *, clock: Clock, olt_sources: OltSources
    ) -> None:
        self._lookup = lookup
        self._settings = settings
        self._clock = clock
        self._olt_sources = olt_sources
        self._vault: Vault | None = None
        self._pools: dict[RouterAccess, RouterPool] = {}
        self._olts: dict[OltAccess, Mapping[str, FactSource]] = {}
        self._fleet: Fleet | None = None
        self._read_at = 0.0
        self._turn = asyncio.Lock()

    async def present(self) -> Fleet:
        """The fleet by the table of at most a few seconds ago. Raises `SQLAlchemyError` when the
        table could never be read; a table that cannot be read now leaves the last fleet standing.
        """
        async with self._turn:
            now = asyncio.get_running_loop().time()
            if self._fleet is not None and now - self._read_at < REREAD_AFTER_S:
                return self._fleet
            try:
                devices = await asyncio.to_thread(self._lookup)
            except SQLAlchemyError:
                if self._fleet is None:
                    raise
                return self._fleet
            self._fleet = self._built([device for device in devices if device.enabled])
            self._read_at = now
            return self._fleet

    def close(self) -> None:
        """Close every pooled connection."""
        for pool in self._pools.values():
            pool.close()
        self._pools.clear()
        self._fleet = None

    def _built(self, devices: Sequence[Device]) -> Fleet:
        """The fleet of these rows; the same one as before when nothing in them changed."""
        pools: dict[RouterAccess, RouterPool] = {}
        olts: dict[OltAccess, Mapping[str, FactSource]] = {}
        broken: dict[str, dict[str, str]] = {"router": {}, "olt": {}}
        for device in devices:
            try:
                self._add(device, pools, olts)
            except KbwizardError as error:
                broken.setdefault(device.kind, {})[device.name] = str(error)
        for access in self._pools.keys() - pools.keys():
            self._pools[access].close()
        same = (self._pools, self._olts) == (pools, olts)
        self._pools, self._olts = pools, olts
        if self._fleet is not None and same and self._fleet.broken == broken:
            return self._fleet
        return self._assembled(broken)

    def _assembled(self, broken: Mapping[str, Mapping[str, str]]) -> Fleet:
        pools = tuple(self._pools.values())
        session = SessionSource(
            pools, zone=self._settings.timezone, clock=self._clock, broken=broken["router"]
        )
        by_name = {access.name: sources for access, sources in self._olts.items()}
        return Fleet(session, pools, by_name, broken)

    def _add(
        self,
        device: Device,
        pools: dict[RouterAccess, RouterPool],
        olts: dict[OltAccess, Mapping[str, FactSource]],
    ) -> None:
        if device.kind == "router":
            router = router_access(device, self._open_vault())
            pools[router] = self._pools.get(router) or self._pool(router)
        elif device.kind == "olt":
            olt = olt_access(device, self._open_vault())
            olts[olt] = self._olts.get(olt) or self._sources(olt)
        else:
            raise InvalidInput(f"{device.name}: tipo {device.kind!r} desconhecido.")

    def _open_vault(self) -> Vault:
        if self._vault is None:
            self._vault = Vault(self._settings.credentials_key)
        return self._vault

    def _pool(self, access: RouterAccess) -> RouterPool:
        places = share(ROUTER_CONNECTIONS, self._settings.all_processes)
        gate = Gate(places=places, clock=self._clock)
        return RouterPool(access, gate, zone=self._settings.timezone)

    def _sources(self, access: OltAccess) -> Mapping[str, FactSource]:
        gate = Gate(places=share(OLT_PDUS, self._settings.all_processes), clock=self._clock)
        sources = self._olt_sources(access, gate, zone=self._settings.timezone, clock=self._clock)
        return {source.name: source for source in sources}

"""The running lab: every device on its port, and the control port beside them.

One event loop runs all of it. Ports are taken from the state file when they are free, so that
what was configured against the lab still fits after a restart.
"""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kbwizard.errors import InvalidInput, NotFound, SetupError
from kbwizard.lab import tls
from kbwizard.lab.endpoints import DeviceEndpoint, Endpoints
from kbwizard.lab.mib import OLT_ZONE
from kbwizard.lab.mischief import Kind, parse_mischief
from kbwizard.lab.plant import Concentrator, Olt
from kbwizard.lab.router_server import READER, WRITER, RouterServer
from kbwizard.lab.snmp_agent import V3_AUTH_KEY, V3_PRIV_KEY, SnmpAgent
from kbwizard.lab.state import LabState

LOOPBACK = "127.0.0.1"
LABELS = {"control": "controle"}
Opener = Callable[[str, int], Awaitable[int]]


@dataclass
class Lab:
    """All devices over one state. `base_port` 0 lets the system choose."""

    state: LabState
    tls_folder: Path
    base_port: int = 0

    def __post_init__(self) -> None:
        self.agents = {olt.name: SnmpAgent(olt, self.state) for olt in self.state.plant.olts}
        self.routers: dict[str, RouterServer] = {}
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._offsets: Iterator[int] = iter(range(1, 100))
        for router in self.state.plant.concentrators:
            self.routers[router.name] = RouterServer(router, self.state, self._context(router))

    def _context(self, router: Concentrator) -> ssl.SSLContext | None:
        if not router.tls:
            return None
        tls.prepare(self.tls_folder, router.name, self.state.clock())
        self._contexts[router.name] = tls.context(
            self.tls_folder, router.name, self._variant(router.name)
        )
        return self._contexts[router.name]

    def _variant(self, name: str) -> str:
        mischief = self.state.mischief.get(name, {})
        return next((one for one in tls.BAD if f"tls_{one}" in mischief), "good")

    async def open(self) -> None:
        """Open every device; those told to refuse stay closed, their ports kept."""
        for name in (*self.agents, *self.routers):
            await self._open_device(name)
            if "refuse" in self.state.mischief.get(name, {}):
                self._close_device(name)
        self.state.save()

    def close(self) -> None:
        for name in (*self.agents, *self.routers):
            self._close_device(name)

    async def _open_device(self, name: str) -> None:
        if name in self.agents:
            await self.listen(name, self.agents[name].open)
            return
        server = self.routers[name]
        await self.listen(name, server.open)
        if server.tls is not None:
            await self.listen(
                f"{name}-tls", lambda host, port: server.open(host, port, secure=True)
            )

    def _close_device(self, name: str) -> None:
        if name in self.agents:
            self.agents[name].close()
        else:
            self.routers[name].close()

    async def listen(self, name: str, opener: Opener) -> None:
        """Open on the port kept for this name, or a new one, and remember it."""
        kept = self.state.ports.get(name)
        if kept is None and self.base_port:
            kept = self.base_port + next(self._offsets)
        try:
            self.state.ports[name] = await opener(LOOPBACK, kept or 0)
        except OSError as error:
            if self.base_port:
                raise SetupError(
                    f"A porta {kept} ({LABELS.get(name, name)}) está em uso. "
                    "Escolha outra com --base-port."
                ) from error
            self.state.ports[name] = await opener(LOOPBACK, 0)

    # misbehaviour

    def kind_of(self, device: str) -> Kind:
        if device in self.agents:
            return "olt"
        if device in self.routers:
            return "router"
        known = ", ".join((*self.agents, *self.routers))
        raise NotFound(f"Não há o equipamento {device!r}. Existem: {known}.")

    async def misbehave(self, device: str, what: str) -> None:
        """Add one misbehaviour; raises `NotFound` or `InvalidInput`."""
        name, argument = parse_mischief(what, self.kind_of(device))
        if name == "no_such_column" and argument and not argument.replace(".", "").isdigit():
            raise InvalidInput("Ponha o OID da coluna em números depois dos dois pontos.")
        self.state.mischief.setdefault(device, {})[name] = argument
        if name == "refuse":
            self._close_device(device)
            await asyncio.sleep(0)  # the loop gives a datagram port back in its next turn
        self._after_mischief(device)

    async def behave(self, device: str, what: str = "") -> None:
        """Take one misbehaviour back, or all of them."""
        self.kind_of(device)
        mischief = self.state.mischief.get(device, {})
        was_closed = "refuse" in mischief
        if what:
            mischief.pop(what.partition(":")[0], None)
        else:
            mischief.clear()
        if was_closed and "refuse" not in mischief:
            await self._open_device(device)
        self._after_mischief(device)

    def _after_mischief(self, device: str) -> None:
        if device in self._contexts:
            tls.present(self._contexts[device], self.tls_folder, device, self._variant(device))
        self.state.save()

    # where everything is

    def endpoints(self) -> Endpoints:
        ports = self.state.ports
        plant = self.state.plant
        return Endpoints(
            pid=os.getpid(),
            control_host=LOOPBACK,
            control_port=ports["control"],
            timezone=str(OLT_ZONE),
            devices=(
                *(_olt_endpoint(olt, ports[olt.name]) for olt in plant.olts),
                *(self._router_endpoint(router) for router in plant.concentrators),
            ),
        )

    def _router_endpoint(self, router: Concentrator) -> DeviceEndpoint:
        name, secure = router.name, router.tls
        return DeviceEndpoint(
            kind="router",
            name=name,
            host=LOOPBACK,
            port=self.state.ports[name],
            tls_port=self.state.ports[f"{name}-tls"] if secure else 0,
            tls_ca_file=str(self.tls_folder / tls.CA_FILE) if secure else "",
            tls_name=f"{name}.lab" if secure else "",
            tls_fingerprint=tls.fingerprint(self.tls_folder, name) if secure else "",
            user=READER.name,
            password=READER.password,
            write_user=WRITER.name,
            write_password=WRITER.password,
            version=router.version,
            login="token" if router.token_login else "plain",
        )


def _olt_endpoint(olt: Olt, port: int) -> DeviceEndpoint:
    has_v3 = olt.v3_user != ""
    return DeviceEndpoint(
        kind="olt",
        name=olt.name,
        host=LOOPBACK,
        port=port,
        profile=olt.profile,
        snmp_version="3" if has_v3 else "2c",
        community=olt.community,
        v3_user=olt.v3_user,
        v3_auth_key=V3_AUTH_KEY if has_v3 else "",
        v3_priv_key=V3_PRIV_KEY if has_v3 else "",
    )


async def settle() -> None:
    """Let closed transports finish before the loop ends."""
    await asyncio.sleep(0.02)

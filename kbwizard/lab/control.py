"""The control port: one JSON object a line in, one out, on loopback.

`{"verb": "set-fault", "login": "…", "fault": "los"}` answers `{"ok": true, "result": …}` or
`{"ok": false, "error": "…"}`; the words of an error are for people.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from kbwizard.errors import InvalidInput, KbwizardError
from kbwizard.lab.faults import FAULTS
from kbwizard.lab.network import Lab
from kbwizard.lab.plant import Subscriber
from kbwizard.lab.state import Scene

Request = dict[str, Any]
Verb = Callable[["Control", Request], Awaitable[object]]
MAX_LINE = 65_536
OLDEST_S = 366 * 86_400


class Control:
    """Steers one lab. `stopped` is set by the verb `stop`."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._listener: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self.stopped = asyncio.Event()

    async def open(self, host: str, port: int) -> int:
        self._listener = await asyncio.start_server(self._serve, host, port, limit=MAX_LINE)
        return int(self._listener.sockets[0].getsockname()[1])

    def close(self) -> None:
        if self._listener is not None:
            self._listener.close()
        for writer in self._writers:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while line := await reader.readline():
                reply = await self.answer(line)
                writer.write(json.dumps(reply, ensure_ascii=False).encode() + b"\n")
                await writer.drain()
        except (ConnectionError, ValueError):
            # A client that left, or a line beyond the limit: it gets no more answers.
            return
        finally:
            self._writers.discard(writer)
            writer.close()

    async def answer(self, line: bytes) -> dict[str, Any]:
        """One request's answer; never raises for what a client sent."""
        try:
            request = json.loads(line)
            if not isinstance(request, dict) or request.get("verb") not in VERBS:
                raise InvalidInput(f"Verbo desconhecido. Existem: {', '.join(VERBS)}.")
            return {"ok": True, "result": await VERBS[request["verb"]](self, request)}
        except KbwizardError as error:
            return {"ok": False, "error": str(error)}
        except (ValueError, RecursionError):
            return {"ok": False, "error": "Cada linha deve ser um objeto JSON."}

    # verbs

    async def status(self, _: Request) -> object:
        state = self._lab.state
        devices = (*self._lab.agents, *self._lab.routers)
        return {
            "now": state.clock().isoformat(),
            "speed": state.speed,
            "subscribers": len(state.plant.subscribers),
            "faults": sum(1 for one in state.conditions.values() if one.fault != "none"),
            "endpoints": self._lab.endpoints().as_json(),
            "mischief": {name: state.mischief.get(name, {}) for name in devices},
        }

    async def faults(self, _: Request) -> object:
        return {
            "known": {fault.name: fault.says for fault in FAULTS.values()},
            "in_force": {
                login: {
                    "fault": one.fault,
                    "since": one.since.isoformat() if one.since else None,
                }
                for login, one in self._lab.state.conditions.items()
                if one.fault != "none"
            },
        }

    async def subscribers(self, request: Request) -> object:
        plant, scene = self._lab.state.plant, self._lab.state.scene()
        chosen = (plant.find(request["login"]),) if request.get("login") else plant.subscribers
        return [_description(one, scene) for one in chosen]

    async def set_fault(self, request: Request) -> object:
        age = request.get("age_s")
        if age is not None and not (isinstance(age, int | float) and 0 <= age <= OLDEST_S):
            raise InvalidInput("age_s deve ser um número de segundos, até um ano.")
        self._lab.state.set_fault(_text(request, "login"), _text(request, "fault"), age_s=age)
        return None

    async def clear_fault(self, request: Request) -> object:
        self._lab.state.clear_fault(_text(request, "login"))
        return None

    async def reset(self, _: Request) -> object:
        self._lab.state.reset()
        for device in list(self._lab.state.mischief):
            await self._lab.behave(device)
        return None

    async def restart(self, request: Request) -> object:
        self._lab.state.restart(_text(request, "login"))
        return None

    async def fix(self, request: Request) -> object:
        self._lab.state.fix(_text(request, "login"))
        return None

    async def drop_session(self, request: Request) -> object:
        self._lab.state.drop(_text(request, "login"))
        return None

    async def misbehave(self, request: Request) -> object:
        await self._lab.misbehave(_text(request, "device"), _text(request, "what"))
        return None

    async def behave(self, request: Request) -> object:
        await self._lab.behave(_text(request, "device"), str(request.get("what") or ""))
        return None

    async def counts(self, request: Request) -> object:
        found: dict[str, dict[str, int]] = {}
        for name, agent in self._lab.agents.items():
            found[name] = dict(agent.counts)
        for name, router in self._lab.routers.items():
            found[name] = {**router.counts, "open": router.open_connections}
        if request.get("reset"):
            for agent in self._lab.agents.values():
                agent.counts.clear()
            for router in self._lab.routers.values():
                router.counts.clear()
        return found

    async def speed(self, request: Request) -> object:
        wanted = request.get("speed")
        if wanted is not None:
            if not isinstance(wanted, int | float):
                raise InvalidInput("A velocidade é um número.")
            self._lab.state.set_speed(wanted)
        return self._lab.state.speed

    async def stop(self, _: Request) -> object:
        asyncio.get_running_loop().call_later(0.05, self.stopped.set)
        return None


VERBS: dict[str, Verb] = {
    "status": Control.status,
    "faults": Control.faults,
    "subscribers": Control.subscribers,
    "set-fault": Control.set_fault,
    "clear-fault": Control.clear_fault,
    "reset": Control.reset,
    "restart": Control.restart,
    "fix": Control.fix,
    "drop-session": Control.drop_session,
    "misbehave": Control.misbehave,
    "behave": Control.behave,
    "counts": Control.counts,
    "speed": Control.speed,
    "stop": Control.stop,
}


def _text(request: Request, name: str) -> str:
    value = request.get(name)
    if not isinstance(value, str) or not value:
        raise InvalidInput(f"Falta {name!r} neste pedido.")
    return value


def _description(one: Subscriber, scene: Scene) -> dict[str, Any]:
    """What a test or a trainer wants to know, as it truly is."""
    onu, sessions = scene.onu(one), scene.sessions(one)
    return {
        "login": one.login,
        "fault": scene.condition(one).fault,
        "concentrator": one.concentrator,
        "olt": one.olt,
        "pon": one.pon,
        "onu": one.onu,
        "serial": one.serial,
        "auth": one.auth,
        "address": one.address,
        "onu_state": onu.state if one.has_onu else None,
        "rx_dbm": onu.rx_dbm if one.has_onu else None,
        "last_down_at": onu.last_down_at.isoformat() if one.has_onu else None,
        "sessions": len(sessions),
        "uptime_s": (
            int((scene.now - sessions[0].started_at).total_seconds()) if sessions else None
        ),
    }

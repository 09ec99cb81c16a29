"""A PPPoE session read through the pool, against the raw protocol over a plain socket.

Both ask the same router of the lab for the same row, over a connection that is already open.
"""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass
from time import perf_counter
from zoneinfo import ZoneInfo

from benchmarks.figures import Effort, Figure
from kbwizard.checks.adapters.routeros import SessionSource
from kbwizard.checks.adapters.routeros_access import RouterAccess
from kbwizard.checks.adapters.routeros_pool import RouterPool
from kbwizard.checks.limits import Gate, utc_now
from kbwizard.checks.ports import LineRef, Subject
from kbwizard.config import Secret
from kbwizard.lab.endpoints import DeviceEndpoint
from kbwizard.lab.running import LabProcess

FACTS = ("session.state", "session.uptime_s", "session.address", "session.caller_id")
ZONE = ZoneInfo("America/Sao_Paulo")
ROUTER, LOGIN = "bng-1", "maria.gomes"


@dataclass(slots=True)
class RawRouter:
    """The API's sentences by hand: lengths below 128 bytes, no tags, no errors handled."""

    connection: socket.socket
    left: bytes = b""

    def ask(self, *words: str) -> list[list[str]]:
        """Send a sentence; every sentence of the answer up to `!done`."""
        sent = b"".join(bytes((len(word),)) + word.encode() for word in words)
        self.connection.sendall(sent + b"\0")
        answer = []
        while True:
            answer.append(self._sentence())
            if answer[-1][0] == "!done":
                return answer

    def _sentence(self) -> list[str]:
        words = []
        while size := self._take(1)[0]:
            if size & 0x80:
                size = (size & 0x3F) << 8 | self._take(1)[0]
            words.append(self._take(size).decode("latin-1"))
        return words

    def _take(self, size: int) -> bytes:
        while len(self.left) < size:
            arrived = self.connection.recv(4096)
            assert arrived, "the router closed the connection"
            self.left += arrived
        taken, self.left = self.left[:size], self.left[size:]
        return taken


def run(lab: LabProcess, effort: Effort) -> list[Figure]:
    return [asyncio.run(_measured(lab.endpoints.device(ROUTER), effort))]


async def _measured(device: DeviceEndpoint, effort: Effort) -> Figure:
    access = RouterAccess(
        name=device.name,
        host=device.host,
        port=device.port,
        user=device.user,
        password=Secret(device.password),
        tls=False,
    )
    pool = RouterPool(access, Gate(places=6, clock=utc_now), zone=ZONE)
    source = SessionSource([pool], zone=ZONE)
    subject = Subject(line=LineRef(id="1", login=LOGIN, concentrator=ROUTER, auth="pppoe"))
    with socket.create_connection((device.host, device.port), 5) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        raw = RawRouter(connection)
        raw.ask("/login", f"=name={device.user}", f"=password={device.password}")
        times = effort.of(150, 2)
        await _ours(source, subject, times)
        _floor(raw, times)
        pairs = [
            (await _ours(source, subject, times), _floor(raw, times)) for _ in range(effort.runs)
        ]
    pool.close()
    await asyncio.sleep(0)
    return Figure(
        name="consulta RouterOS pelo pool",
        unit="ms",
        ours=tuple(pair[0] for pair in pairs),
        floor=tuple(pair[1] for pair in pairs),
        floor_is="protocolo à mão num socket já aberto",
    )


async def _ours(source: SessionSource, subject: Subject, times: int) -> float:
    began = perf_counter()
    for _ in range(times):
        readings = await source.read(subject, FACTS, deadline_s=8.0)
        assert readings["session.state"].value == "online", readings["session.state"]
    return (perf_counter() - began) * 1000 / times


def _floor(raw: RawRouter, times: int) -> float:
    began = perf_counter()
    for _ in range(times):
        answer = raw.ask("/ppp/active/print", f"?name={LOGIN}")
        assert len(answer) == 2, answer
    return (perf_counter() - began) * 1000 / times

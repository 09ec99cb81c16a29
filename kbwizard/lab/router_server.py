"""A concentrator's API services: listening, users, limits and counting."""

from __future__ import annotations

import asyncio
import ssl
from collections import Counter, deque
from dataclasses import dataclass, field

from kbwizard.lab.mischief import Mischief
from kbwizard.lab.plant import Concentrator
from kbwizard.lab.router_api import ApiConnection
from kbwizard.lab.router_log import ACCOUNT, LogLine
from kbwizard.lab.router_menus import RouterView
from kbwizard.lab.state import LabState
from kbwizard.lab.words import pack_sentence

MAX_SESSIONS = 20
"""RouterOS's default per service, shared with every other tool that logs in."""
LOGIN_LINES = 1000


@dataclass(frozen=True, slots=True)
class ApiUser:
    name: str
    password: str
    may_write: bool


READER = ApiUser("kbwizard", "lab-somente-leitura", may_write=False)
WRITER = ApiUser("kbwizard-escrita", "lab-derruba-sessao", may_write=True)


@dataclass
class RouterServer:
    """One concentrator. `counts`: logins, failed_logins, commands, connections, refused."""

    router: Concentrator
    state: LabState
    tls: ssl.SSLContext | None = None
    max_sessions: int = MAX_SESSIONS
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._listeners: list[asyncio.Server] = []
        self._connections: dict[ApiConnection, bool] = {}
        self._logins: deque[LogLine] = deque(maxlen=LOGIN_LINES)

    @property
    def mischief(self) -> Mischief:
        return self.state.mischief.get(self.router.name, {})

    @property
    def open_connections(self) -> int:
        return len(self._connections)

    def view(self) -> RouterView:
        """The router as it is now."""
        return RouterView(self.router, self.state.scene(), self.mischief, tuple(self._logins))

    async def open(self, host: str, port: int, *, secure: bool = False) -> int:
        """Listen for the plain or the TLS service; returns the port."""

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self._serve(reader, writer, secure=secure)

        listener = await asyncio.start_server(serve, host, port, ssl=self.tls if secure else None)
        self._listeners.append(listener)
        return int(listener.sockets[0].getsockname()[1])

    def close(self) -> None:
        """Stop listening and cut every connection."""
        for listener in self._listeners:
            listener.close()
        self._listeners.clear()
        for connection in list(self._connections):
            connection.abort()

    def hang_up(self) -> None:
        """Cut every connection and go on listening."""
        for connection in list(self._connections):
            connection.abort()

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, secure: bool
    ) -> None:
        self.counts["connections"] += 1
        in_service = sum(1 for is_secure in self._connections.values() if is_secure == secure)
        if in_service >= self.max_sessions:
            self.counts["refused"] += 1
            writer.write(pack_sentence(("!fatal", "too many sessions")))
            writer.close()
            return
        connection = ApiConnection(self, reader, writer)
        self._connections[connection] = secure
        try:
            await connection.serve()
        finally:
            self._connections.pop(connection, None)

    # users and the log they leave

    def user(self, name: str) -> ApiUser | None:
        return next((one for one in (READER, WRITER) if one.name == name), None)

    def may_write(self, name: str) -> bool:
        user = self.user(name)
        return user is not None and user.may_write

    def note_login(self, name: str) -> None:
        self.counts["logins"] += 1
        self._note(f"user {name} logged in from 127.0.0.1 via api")

    def note_logout(self, name: str) -> None:
        self._note(f"user {name} logged out from 127.0.0.1 via api")

    def note_failure(self, name: str) -> None:
        self.counts["failed_logins"] += 1
        self._note(f"login failure for user {name} from 127.0.0.1 via api", "system,error,critical")

    def _note(self, message: str, topics: str = ACCOUNT) -> None:
        self._logins.append(LogLine(self.state.clock(), topics, message))

"""A RouterOS API server for tests, whose manners can be spoiled one command at a time."""

from __future__ import annotations

import asyncio
import hashlib
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

Row = dict[str, str]
Manner = Callable[["Caller", list[str]], Awaitable[None]]
CHALLENGE = "00112233445566778899aabbccddeeff"
GONE = (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError, ssl.SSLError)
"""What a client that went away looks like, or a test that is over."""


def encode_word(word: bytes) -> bytes:
    size = len(word)
    if size < 0x80:
        return bytes([size]) + word
    if size < 0x4000:
        return (size | 0x8000).to_bytes(2, "big") + word
    return (size | 0xC00000).to_bytes(3, "big") + word


def sentence(*words: str | bytes) -> bytes:
    return (
        b"".join(encode_word(word.encode() if isinstance(word, str) else word) for word in words)
        + b"\0"
    )


async def read_word(reader: asyncio.StreamReader) -> bytes:
    first = (await reader.readexactly(1))[0]
    size = first
    if first >= 0xC0:
        size = ((first & 0x1F) << 16) | int.from_bytes(await reader.readexactly(2), "big")
    elif first >= 0x80:
        size = ((first & 0x3F) << 8) | (await reader.readexactly(1))[0]
    return await reader.readexactly(size)


async def read_sentence(reader: asyncio.StreamReader) -> list[str]:
    words = []
    while word := await read_word(reader):
        words.append(word.decode("latin-1"))
    return words


@dataclass
class Caller:
    """One connection, as a manner sees it."""

    double: RouterDouble
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    user: str = ""

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def rows(self, rows: list[Row]) -> None:
        await self.send(
            b"".join(sentence("!re", *(f"={k}={v}" for k, v in row.items())) for row in rows)
        )
        await self.send((sentence("!empty") if not rows else b"") + sentence("!done"))

    async def trap(self, *words: str) -> None:
        await self.send(sentence("!trap", *words) + sentence("!done"))


@dataclass
class RouterDouble:
    """`tables` maps a print's menu to its rows; `manners` replaces the answer to a command."""

    tables: dict[str, list[Row]] = field(default_factory=dict)
    users: dict[str, str] = field(default_factory=lambda: {"leitor": "senha-lab"})
    token_only: bool = False
    tls: ssl.SSLContext | None = None
    greeting: Manner | None = None
    """Runs instead of everything, as soon as a connection is accepted."""
    manners: dict[str, Manner] = field(default_factory=dict)
    commands: list[list[str]] = field(default_factory=list)
    logins: int = 0
    accepted: int = 0
    open_now: int = 0
    most_open: int = 0
    port: int = 0

    async def __aenter__(self) -> RouterDouble:
        self._tasks: set[asyncio.Task[None]] = set()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    def asked(self, command: str) -> list[list[str]]:
        return [words for words in self.commands if words[0] == command]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.accepted += 1
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        try:
            with suppress(*GONE):
                await self._talk(Caller(self, reader, writer))
        finally:
            self.open_now -= 1
            self._tasks.discard(task)
            writer.transport.abort()

    async def _talk(self, caller: Caller) -> None:
        if self.greeting is not None:
            await self.greeting(caller, [])
            return
        while True:
            words = await read_sentence(caller.reader)
            if not words:
                continue
            self.commands.append(words)
            if words[0] in self.manners:
                await self.manners[words[0]](caller, words)
            elif words[0] == "/login":
                await self._login(caller, words)
            elif not caller.user:
                await caller.send(sentence("!fatal", "not logged in"))
                return
            else:
                await self._answer(caller, words)

    async def _login(self, caller: Caller, words: list[str]) -> None:
        given = attributes(words)
        user, response = given.get("name", ""), given.get("response", "")
        secret = self.users.get(user)
        if self.token_only and not response:
            await caller.send(sentence("!done", f"=ret={CHALLENGE}"))
            return
        if response:
            good = secret is not None and response == token_response(secret)
        else:
            good = secret is not None and given.get("password") == secret
        if not good:
            await caller.trap("=message=invalid user name or password (6)")
            return
        caller.user = user
        self.logins += 1
        await caller.send(sentence("!done"))

    async def _answer(self, caller: Caller, words: list[str]) -> None:
        menu, _, verb = words[0].rpartition("/")
        if menu not in self.tables:
            await caller.trap("=message=no such command prefix")
        elif verb == "print":
            await caller.rows([row for row in self.tables[menu] if fits(row, words)])
        elif verb == "remove":
            await self._remove(caller, menu, attributes(words).get(".id", ""))
        else:
            await caller.trap("=message=no such command")

    async def _remove(self, caller: Caller, menu: str, wanted: str) -> None:
        rows = self.tables[menu]
        if all(row.get(".id") != wanted for row in rows):
            await caller.trap("=message=no such item")
            return
        self.tables[menu] = [row for row in rows if row.get(".id") != wanted]
        await caller.send(sentence("!done"))


def attributes(words: list[str]) -> dict[str, str]:
    return dict(word[1:].split("=", 1) for word in words[1:] if word.startswith("="))  # type: ignore[misc]


def fits(row: Row, words: list[str]) -> bool:
    """The query stack, as far as equality and operators `|`, `&` and `!` go."""
    stack: list[bool] = []
    for word in words:
        if word.startswith("?#"):
            for sign in word[2:]:
                if sign == "!":
                    stack.append(not stack.pop())
                    continue
                right, left = stack.pop(), stack.pop()
                stack.append(left or right if sign == "|" else left and right)
        elif word.startswith("?"):
            key, value = word[1:].lstrip("=").split("=", 1)
            stack.append(row.get(key) == value)
    return all(stack)


def token_response(password: str) -> str:
    digest = hashlib.md5(
        b"\0" + password.encode() + bytes.fromhex(CHALLENGE), usedforsecurity=False
    )
    return "00" + digest.hexdigest()


async def silence(caller: Caller, words: list[str]) -> None:
    """Reads on, never answers."""
    await caller.reader.read()


def says(data: bytes) -> Manner:
    """Answers these bytes, whatever they are."""

    async def manner(caller: Caller, words: list[str]) -> None:
        await caller.send(data)

    return manner


def says_and_hangs_up(data: bytes) -> Manner:
    async def manner(caller: Caller, words: list[str]) -> None:
        await caller.send(data)
        raise ConnectionResetError

    return manner


def late(seconds: float, rows: list[Row]) -> Manner:
    """The right answer, after the client has given up."""

    async def manner(caller: Caller, words: list[str]) -> None:
        await asyncio.sleep(seconds)
        await caller.rows([row for row in rows if fits(row, words)])

    return manner


def drips(every_s: float) -> Manner:
    """One byte at a time, for ever: every recv succeeds, no answer is ever complete."""

    async def manner(caller: Caller, words: list[str]) -> None:
        while True:
            await caller.send(sentence("!re", "=name=x"))
            await asyncio.sleep(every_s)

    return manner

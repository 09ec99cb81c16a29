"""One API connection to a concentrator: login, commands, tags, cancelling, misbehaviour.

Commands with a tag run beside each other and may be cancelled; those without run one after
another. What menus hold is in `router_menus`; listening and counting in `router_server`.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import AsyncIterator, Iterable
from typing import TYPE_CHECKING

from kbwizard.lab.command_words import Command, Row, matches, parse_command
from kbwizard.lab.mischief import seconds
from kbwizard.lab.router_menus import MENUS, RouterView, identifier
from kbwizard.lab.router_tools import monitor_traffic, ping
from kbwizard.lab.router_trap import Trap
from kbwizard.lab.words import BadSentence, Word, pack_sentence, read_sentence

if TYPE_CHECKING:
    from kbwizard.lab.router_server import RouterServer

GARBAGE = (
    bytes((0xFF, 0x03, 0x21, 0x72, 0x65)),
    b"\x04HTTP\x031.1\x00\x07nothing\x00",
    b"\xe0\x3f\xff\xff!re",
)
"""A control byte; words that are no reply; a length that never comes."""
NO_PERMISSION = "not enough permissions (9)"


class ApiConnection:
    """Serves one client until it leaves, is refused, or the lab closes it."""

    def __init__(
        self, server: RouterServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._server, self._reader, self._writer = server, reader, writer
        self._user = ""
        self._challenge = b""
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._turn = asyncio.Lock()
        self._wire = asyncio.Lock()

    def abort(self) -> None:
        """Close without a word, as a router that lost its power."""
        for task in self._tasks.values():
            task.cancel()
        self._writer.transport.abort()

    async def serve(self) -> None:
        """Read sentences until the connection ends."""
        try:
            while True:
                command = parse_command(await read_sentence(self._reader))
                self._server.counts["commands"] += 1
                if not await self._dispatch(command):
                    break
        except (BadSentence, asyncio.IncompleteReadError, ConnectionError):
            self._server.counts["hung_up"] += 1
        finally:
            for task in self._tasks.values():
                task.cancel()
            if self._user:
                self._server.note_logout(self._user)
            self._writer.close()

    async def _dispatch(self, command: Command) -> bool:
        """Whether the connection goes on after this command."""
        mischief = self._server.mischief
        if "silence" in mischief:
            return True
        if "fatal" in mischief:
            return await self._fatal(command, "too many sessions")
        if command.path == "/quit":
            return await self._fatal(command, "session terminated on request")
        if not self._user:
            return await self._login(command)
        if command.path == "/cancel":
            await self._cancel(command)
            return True
        self._start(command)
        return True

    def _start(self, command: Command) -> None:
        """Run a command as a task, under its tag or in its turn."""
        key = command.tag or f"\x00{len(self._tasks)}{secrets.token_hex(4)}"
        task = asyncio.get_running_loop().create_task(self._run(command))
        self._tasks[key] = task
        task.add_done_callback(lambda _done: self._tasks.pop(key, None))

    # login

    async def _login(self, command: Command) -> bool:
        if command.path != "/login":
            return await self._fatal(command, "not logged in")
        given = command.attributes
        is_old = "token_only" in self._server.mischief and "response" not in given
        if "name" not in given or is_old:
            self._challenge = secrets.token_bytes(16)
            await self._send(command, "!done", f"=ret={self._challenge.hex()}")
            return True
        user = self._server.user(given["name"])
        if user is not None and self._is_right(given, user.password):
            self._user = given["name"]
            self._server.note_login(self._user)
            await self._send(command, "!done")
            return True
        self._server.note_failure(given["name"])
        modern = self._server.router.is_modern
        message = "invalid user name or password (6)" if modern else "cannot log in"
        await self._trap(command, Trap(message))
        return True

    def _is_right(self, given: dict[str, str], password: str) -> bool:
        if "response" in given:
            secret = hashlib.md5(
                b"\x00" + password.encode() + self._challenge, usedforsecurity=False
            )
            taken = self._server.router.token_login and self._challenge
            return bool(taken) and given["response"] == "00" + secret.hexdigest()
        return given.get("password") == password

    # commands

    async def _run(self, command: Command) -> None:
        try:
            if command.tag:
                await self._answer(command)
            else:
                async with self._turn:
                    await self._answer(command)
        except ConnectionError:
            self._server.counts["hung_up"] += 1

    async def _answer(self, command: Command) -> None:
        mischief = self._server.mischief
        await asyncio.sleep(seconds(mischief, "late"))
        if "garbage" in mischief:
            await self._garbage(mischief["garbage"])
            return
        try:
            if "trap" in mischief:
                raise Trap("internal error", 4)
            found = 0
            async for row in self._rows(command):
                found += 1
                if "count-only" not in command.attributes:
                    await self._row(command, row)
            counted = (f"=ret={found}",) if "count-only" in command.attributes else ()
            await self._send(command, "!done", *counted)
        except Trap as trap:
            await self._trap(command, trap)

    async def _rows(self, command: Command) -> AsyncIterator[Row]:
        view = self._server.view()
        menu, _, verb = command.path.rpartition("/")
        if command.path == "/ping":
            async for row in ping(self._server, command):
                yield row
        elif command.path == "/interface/monitor-traffic":
            async for row in monitor_traffic(self._server, command):
                yield row
        elif command.path == "/ppp/active/remove":
            self._remove(command, view)
        elif verb in ("print", "getall"):
            async for row in self._printed(command, menu, view):
                yield row
        else:
            raise Trap("no such command" if menu in MENUS else "no such command prefix")

    async def _printed(self, command: Command, menu: str, view: RouterView) -> AsyncIterator[Row]:
        rows = view.rows(menu)
        if rows is None:
            raise Trap("no such command prefix")
        found = [row for row in rows if matches(command.queries, row)]
        if "wrong_name" in self._server.mischief and command.queries:
            found = _another(rows, found)
        counts_only = "count-only" in command.attributes
        if not found and self._server.router.is_modern and not counts_only:
            await self._send(command, "!empty")
        for row in found:
            yield row

    def _remove(self, command: Command, view: RouterView) -> None:
        """End a session by its `.id`; the row may be gone by now."""
        if not self._server.may_write(self._user):
            raise Trap(NO_PERMISSION)
        wanted = [part for part in command.attributes.get(".id", "").split(",") if part]
        if "vanish" in self._server.mischief or not wanted:
            raise Trap("no such item", 0)
        logins = {identifier(session): one.login for one, session, _ in view.sessions}
        for part in wanted:
            if part not in logins:
                raise Trap("no such item", 0)
        for part in wanted:
            self._server.state.drop(logins[part])

    async def _cancel(self, command: Command) -> None:
        wanted = command.attributes.get("tag")
        for key, task in list(self._tasks.items()):
            if wanted is not None and key != wanted:
                continue
            task.cancel()
            tagged = Command("", tag="" if key.startswith("\x00") else key)
            await self._trap(tagged, Trap("interrupted", 2), done=False)
            await self._send(command, "!done")
            await self._send(tagged, "!done")
            return
        await self._send(command, "!done")

    # replies

    async def _row(self, command: Command, row: Row) -> None:
        columns = command.columns
        words: list[Word] = ["!re"]
        for name, value in row.items():
            if value not in ("", b"") and (columns is None or name in columns):
                raw = value.encode() if isinstance(value, str) else value
                words.append(b"=" + name.encode() + b"=" + raw)
        await self._send(command, *words)

    async def _trap(self, command: Command, trap: Trap, *, done: bool = True) -> None:
        words = ["!trap"]
        if trap.category is not None:
            words.append(f"=category={trap.category}")
        if "bare_trap" not in self._server.mischief:
            words.append(f"=message={trap.message}")
        await self._send(command, *words)
        if done:
            await self._send(command, "!done")

    async def _fatal(self, command: Command, text: str) -> bool:
        await self._send(command, "!fatal", text)
        return False

    async def _send(self, command: Command, *words: Word) -> None:
        tag: Iterable[Word] = (f".tag={command.tag}",) if command.tag else ()
        raw = pack_sentence((*words, *tag))
        mischief = self._server.mischief if self._user else {}
        async with self._wire:
            if "half" in mischief and len(raw) > 2:
                self._writer.write(raw[: len(raw) // 2])
                await self._writer.drain()
                self._writer.close()
                return
            await self._put(raw, seconds(mischief, "slow"))

    async def _put(self, raw: bytes, pause_s: float) -> None:
        if pause_s <= 0:
            self._writer.write(raw)
            await self._writer.drain()
            return
        for position in range(len(raw)):
            self._writer.write(raw[position : position + 1])
            await self._writer.drain()
            await asyncio.sleep(pause_s)

    async def _garbage(self, form: str) -> None:
        number = int(form) if form.isdigit() else self._server.counts["commands"]
        async with self._wire:
            self._writer.write(GARBAGE[number % len(GARBAGE)])
            await self._writer.drain()


def _another(rows: list[Row], found: list[Row]) -> list[Row]:
    """As many rows as were found (at least one), of somebody else."""
    others = [row for row in rows if row not in found and "name" in row]
    named = [row for row in others if "pppoe" in str(row.get("service", row["name"]))] or others
    return named[: max(1, len(found))] if named else found

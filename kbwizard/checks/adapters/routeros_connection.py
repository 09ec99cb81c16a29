"""One logged-in connection to a RouterOS device, by librouteros on asyncio.

The library guesses types, drops bytes and keeps no deadline; this module takes none of that over.
A connection that failed in any way but a trap is dropped, because the answer to a question that
timed out would otherwise arrive as the answer to the next one.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Mapping
from typing import Any

from librouteros.api import AsyncApi
from librouteros.connections import AsyncSocketTransport
from librouteros.exceptions import MultiTrapError, ProtocolError, TrapError
from librouteros.login import async_plain, async_token
from librouteros.protocol import AsyncApiProtocol

from kbwizard.checks.adapters.routeros_access import (
    LoginMethod,
    RouterAccess,
    certificate_fits,
)
from kbwizard.checks.adapters.routeros_trouble import (
    RouterTrap,
    RouterTrouble,
    connect_trouble,
    talk_trouble,
    trap_from,
)
from kbwizard.config import Secret
from kbwizard.wizard.facts import Reason

Row = dict[str, str]
"""One reply, every value as the text that came."""

# The library writes every word at DEBUG, the password of /login included.
logging.getLogger("librouteros").setLevel(logging.WARNING)

_REPLY_WORDS = frozenset({"!re", "!done", "!trap", "!empty"})


class TextApi(AsyncApi):
    """The library's API without its guessing: a login such as 12345678909 or `true` stays text."""

    async def readSentence(self) -> tuple[str, Any]:  # noqa: N802 (the library's name)
        reply, words = await self.protocol.readSentence()
        if reply not in _REPLY_WORDS:
            raise ProtocolError(f"unknown reply word {reply[:20]!r}")
        row = dict(_attribute(word) for word in words)
        if reply == "!trap":
            return reply, {"message": row.get("message", ""), "category": row.get("category", "")}
        return reply, row


def _attribute(word: str) -> tuple[str, str]:
    """`=key=value`. Anything else is broken: we send no tags, so none may come back."""
    if not word.startswith("=") or "=" not in word[1:]:
        raise ProtocolError("broken attribute word")
    key, value = word[1:].split("=", 1)
    return key, as_text(value)


def _row(row: Mapping[str, object]) -> Row:
    return {key: str(value) for key, value in row.items()}


def as_text(value: str) -> str:
    """Bytes that came as latin-1, read as UTF-8 when they are UTF-8.

    >>> as_text("JoÃ£o"), as_text("João")
    ('João', 'João')
    """
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


class RouterConnection:
    """One question at a time. Use by `ask`; `is_dropped` connections answer nothing any more."""

    def __init__(
        self, api: TextApi, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._api = api
        self._reader = reader
        self._writer = writer
        self._turn = asyncio.Lock()
        self.is_dropped = False

    async def ask(self, *words: str, deadline: float) -> list[Row]:
        """Send one command, return its rows. `deadline` is a moment of the loop's clock.

        Raises `RouterTrap` (the connection stays) or `RouterTrouble` (it is dropped); a cancelled
        question drops it too.
        """
        async with self._turn:
            if self.is_dropped:
                raise RouterTrouble(Reason.BAD_REPLY, "a conexão já tinha sido encerrada")
            try:
                async with asyncio.timeout_at(deadline):
                    return [_row(row) async for row in self._api.rawCmd(*words)]
            except (TrapError, MultiTrapError) as error:
                raise trap_from(error) from None
            except Exception as error:
                self.drop()
                raise talk_trouble(error) from error
            except BaseException:
                self.drop()
                raise

    async def is_quiet(self) -> bool:
        """Whether it is open and nothing came unasked, which would answer the wrong question."""
        if self.is_dropped:
            return False
        try:
            async with asyncio.timeout(0):
                await self._reader.read(1)
        except TimeoutError:
            return True
        except OSError:
            return False
        return False

    def drop(self) -> None:
        """Close the socket now, without waiting for the other side."""
        self.is_dropped = True
        self._writer.transport.abort()


async def open_connection(
    access: RouterAccess,
    tls: ssl.SSLContext | None,
    *,
    user: str,
    password: Secret,
    deadline: float,
) -> RouterConnection:
    """Connect, check the certificate, log in. Raises `RouterTrouble`; leaves no socket behind."""
    try:
        async with asyncio.timeout_at(deadline):
            reader, writer = await asyncio.open_connection(
                access.host,
                access.port,
                ssl=tls,
                server_hostname=(access.server_name or access.host) if tls else None,
            )
    except Exception as error:
        raise connect_trouble(error) from error
    try:
        _check_certificate(access, writer)
        api = _api(reader, writer)
        await _log_in(api, access.login_method, user, password, deadline)
    except BaseException:
        writer.transport.abort()
        raise
    return RouterConnection(api, reader, writer)


def _api(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> TextApi:
    transport = AsyncSocketTransport(reader=reader, writer=writer)
    # latin-1 loses no byte; the library's own timeout is off, ours covers the whole command.
    return TextApi(protocol=AsyncApiProtocol(transport, encoding="latin-1", timeout=None))


def _check_certificate(access: RouterAccess, writer: asyncio.StreamWriter) -> None:
    if not access.tls:
        return
    tls_object = writer.get_extra_info("ssl_object")
    certificate = tls_object.getpeercert(binary_form=True) if tls_object else None
    if not certificate_fits(access, certificate):
        raise RouterTrouble(
            Reason.BAD_REPLY, "a impressão digital do certificado não é a cadastrada"
        )


async def _log_in(
    api: TextApi, method: LoginMethod, user: str, password: Secret, deadline: float
) -> None:
    log_in = async_token if method is LoginMethod.TOKEN else async_plain
    try:
        async with asyncio.timeout_at(deadline):
            await log_in(api, user, password.reveal())
    except (TrapError, MultiTrapError) as error:
        raise RouterTrouble(
            Reason.AUTH, f"recusou o usuário da API: «{trap_from(error).message[:120]}»"
        ) from None
    except (LookupError, ValueError):
        # No challenge came, or it is not hexadecimal.
        raise RouterTrouble(
            Reason.AUTH, "não respondeu ao login como esperado; confira o método (plain ou token)"
        ) from None
    except Exception as error:
        raise talk_trouble(error) from error


__all__ = ["RouterConnection", "RouterTrap", "RouterTrouble", "Row", "open_connection"]

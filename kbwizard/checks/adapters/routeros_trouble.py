"""What can go wrong with a RouterOS connection, in the words of a reading.

`RouterTrap` is the router's own "no" and leaves the connection good; `RouterTrouble` is
everything else, and whoever sees it has already dropped the connection.
"""

from __future__ import annotations

import socket
import ssl

from librouteros.exceptions import ConnectionClosed, FatalError, MultiTrapError, TrapError

from kbwizard.wizard.facts import Reason, Unavailable

DEVICE_FAILURES = frozenset({Reason.TIMEOUT, Reason.REFUSED, Reason.AUTH, Reason.BAD_REPLY})
"""Reasons that count against a device; waiting in our own queue does not."""


class RouterTrouble(Exception):
    """A router could not be read. `detail` is for the agent and names no secret."""

    def __init__(self, reason: Reason, detail: str) -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(f"{reason}: {detail}")

    def as_unavailable(self, router: str) -> Unavailable:
        return Unavailable(self.reason, f"{router}: {self.detail}")


class RouterTrap(RouterTrouble):
    """The router refused one command and stays usable. `message` is its own text."""

    def __init__(self, message: str, category: str = "") -> None:
        self.message = message
        self.category = category
        super().__init__(_trap_reason(message), f"o roteador respondeu «{message[:120]}»")


def _trap_reason(message: str) -> Reason:
    text = message.lower()
    if "permission" in text or "not allowed" in text:
        return Reason.AUTH
    if "no such command" in text or "no such item" in text:
        return Reason.NO_SUCH_OBJECT
    return Reason.BAD_REPLY


def trap_from(error: TrapError | MultiTrapError) -> RouterTrap:
    """The first of the traps; a message need not be text (the library guesses types)."""
    first = error.traps[0] if isinstance(error, MultiTrapError) else error
    return RouterTrap(str(first.message), str(first.category or ""))


def connect_trouble(error: Exception) -> RouterTrouble:
    """Why a connection was not made. The library wraps no socket or TLS error."""
    if isinstance(error, RouterTrouble):
        return error
    if isinstance(error, TimeoutError):
        return RouterTrouble(Reason.TIMEOUT, "não aceitou a conexão no prazo")
    if isinstance(error, ssl.SSLCertVerificationError):
        return RouterTrouble(
            Reason.BAD_REPLY, f"certificado TLS não confere ({error.verify_message})"
        )
    if isinstance(error, ssl.SSLError):
        return RouterTrouble(Reason.BAD_REPLY, "não houve acordo TLS")
    if isinstance(error, socket.gaierror | UnicodeError):  # or a name that no name can be
        return RouterTrouble(Reason.REFUSED, "o nome do host não foi encontrado no DNS")
    if isinstance(error, ConnectionRefusedError):
        return RouterTrouble(Reason.REFUSED, "a porta da API recusou a conexão")
    if isinstance(error, ConnectionError):
        return RouterTrouble(Reason.BAD_REPLY, "fechou a conexão antes de conversar (TLS?)")
    if isinstance(error, OSError):
        return RouterTrouble(Reason.REFUSED, f"sem conexão ({error.strerror or 'erro de rede'})")
    return talk_trouble(error)


def talk_trouble(error: Exception) -> RouterTrouble:
    """Why a conversation broke: anything the library raises on a reply it cannot read."""
    if isinstance(error, RouterTrouble):
        return error
    if isinstance(error, TimeoutError):
        return RouterTrouble(Reason.TIMEOUT, "não respondeu no prazo")
    if isinstance(error, FatalError):
        return RouterTrouble(Reason.REFUSED, f"encerrou a conexão: «{str(error)[:120]}»")
    if isinstance(error, ConnectionClosed | ConnectionError | ssl.SSLError):
        return RouterTrouble(Reason.BAD_REPLY, "fechou a conexão no meio da resposta")
    return RouterTrouble(Reason.BAD_REPLY, "resposta fora do protocolo da API")

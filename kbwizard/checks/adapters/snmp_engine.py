"""pysnmp's engines: one for each event loop, shared by every OLT, warmed and closed cleanly.

An engine keeps the keys of a v3 user under the user's name, and keeps the first ones it saw. So
OLTs that share a user name with different keys, and keys that were corrected, get another engine.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from pyasn1.error import PyAsn1Error
from pysnmp.entity.config import (
    USM_AUTH_HMAC96_SHA,
    USM_AUTH_HMAC128_SHA224,
    USM_AUTH_HMAC192_SHA256,
    USM_AUTH_HMAC256_SHA384,
    USM_AUTH_HMAC384_SHA512,
    USM_PRIV_CFB128_AES,
    USM_PRIV_CFB192_AES,
    USM_PRIV_CFB256_AES,
)
from pysnmp.entity.engine import SnmpEngine
from pysnmp.error import PySnmpError
from pysnmp.hlapi.v3arch import asyncio as pysnmp_hlapi
from pysnmp.proto.rfc3412 import MsgAndPduDispatcher

from kbwizard.checks.new_device import LONGEST_V3_USER, can_be_sent
from kbwizard.config import Secret
from kbwizard.errors import SetupError

hlapi: Any = pysnmp_hlapi
"""pysnmp has no types; what comes from it is checked where it arrives."""

Address = tuple[str, int]

AUTH_PROTOCOLS = {
    "SHA": USM_AUTH_HMAC96_SHA,
    "SHA224": USM_AUTH_HMAC128_SHA224,
    "SHA256": USM_AUTH_HMAC192_SHA256,
    "SHA384": USM_AUTH_HMAC256_SHA384,
    "SHA512": USM_AUTH_HMAC384_SHA512,
}
PRIV_PROTOCOLS = {
    "AES": USM_PRIV_CFB128_AES,
    "AES192": USM_PRIV_CFB192_AES,
    "AES256": USM_PRIV_CFB256_AES,
}
SHORTEST_KEY = 8
"""RFC 3414, 11.2: devices refuse shorter pass phrases."""


@dataclass(frozen=True, slots=True)
class V2c:
    """A community for reading. Raises `SetupError` for what SNMP cannot carry."""

    community: Secret

    def __post_init__(self) -> None:
        if not can_be_sent(self.community.reveal()):
            raise SetupError("A community tem caracteres que o SNMP não aceita, ou é longa demais.")


@dataclass(frozen=True, slots=True)
class V3:
    """A v3 user with authentication and privacy. Raises `SetupError` for what cannot work."""

    user: str
    auth_key: Secret
    priv_key: Secret
    context: str = ""
    auth: str = "SHA"
    priv: str = "AES"

    def __post_init__(self) -> None:
        if self.auth not in AUTH_PROTOCOLS or self.priv not in PRIV_PROTOCOLS:
            raise SetupError(
                f"SNMPv3: use {', '.join(AUTH_PROTOCOLS)} com {', '.join(PRIV_PROTOCOLS)}."
            )
        if min(len(self.auth_key.reveal()), len(self.priv_key.reveal())) < SHORTEST_KEY:
            raise SetupError(f"SNMPv3: cada chave tem pelo menos {SHORTEST_KEY} caracteres.")
        if not (can_be_sent(self.auth_key.reveal()) and can_be_sent(self.priv_key.reveal())):
            raise SetupError("SNMPv3: uma chave tem caracteres que o SNMP não aceita.")
        if len(self.user.encode("utf-8", "replace")) > LONGEST_V3_USER:
            raise SetupError(f"SNMPv3: o usuário tem até {LONGEST_V3_USER} letras.")


Credentials = V2c | V3


class _Listener(MsgAndPduDispatcher):
    """Counts what came from whom: pysnmp drops what it cannot use without a word."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: Counter[Address] = Counter()
        self.garbage: Counter[Address] = Counter()

    def receive_message(
        self,
        snmpEngine: Any,  # noqa: N803 (pysnmp's names)
        transportDomain: Any,  # noqa: N803
        transportAddress: Any,  # noqa: N803
        wholeMsg: Any,  # noqa: N803
    ) -> Any:
        sender: Address = tuple(transportAddress)[:2]
        self.heard[sender] += 1
        if _is_message(bytes(wholeMsg)):
            with suppress(PySnmpError, PyAsn1Error, ValueError, IndexError, TypeError):
                return super().receive_message(
                    snmpEngine, transportDomain, transportAddress, wholeMsg
                )
        self.garbage[sender] += 1
        return b""


def _is_message(data: bytes) -> bool:
    """A BER sequence, whole by the length it says, beginning with version 0, 1 or 3."""
    if len(data) < 5 or data[0] != 0x30:
        return False
    size, start = data[1], 2
    if size & 0x80:
        count = size & 0x7F
        size, start = int.from_bytes(data[2 : 2 + count], "big"), 2 + count
    return len(data) >= start + size and data[start : start + 2] == b"\x02\x01"


class Engine:
    """One pysnmp engine and the v3 users it knows."""

    def __init__(self) -> None:
        self.listener = _Listener()
        self.snmp: Any = SnmpEngine(msgAndPduDsp=self.listener)
        self.users: dict[str, V3] = {}
        self.met: set[Address] = set()
        """Who answered us over v3 before: their engine id and clock are remembered in here."""

    def serves(self, credentials: Credentials) -> bool:
        """False when it already holds other keys under that user's name."""
        if isinstance(credentials, V2c):
            return True
        return self.users.setdefault(credentials.user, credentials) == credentials

    def garbage_from(self, address: Address) -> int:
        """How many datagrams that are not SNMP came from there so far."""
        return self.listener.garbage[address]

    def heard_from(self, address: Address) -> int:
        """How many datagrams of any kind came from there so far."""
        return self.listener.heard[address]

    def close(self) -> None:
        """Close its sockets and its timer."""
        self.snmp.close_dispatcher()


@dataclass(slots=True)
class _Pool:
    """One loop's engines: shared ones, and those of OLTs whose identity changed under way."""

    shared: list[Engine] = field(default_factory=list)
    renewed: dict[tuple[Credentials, Address], Engine] = field(default_factory=dict)


_pools: WeakKeyDictionary[asyncio.AbstractEventLoop, _Pool] = WeakKeyDictionary()


def _pool() -> _Pool:
    return _pools.setdefault(asyncio.get_running_loop(), _Pool())


def engine_for(credentials: Credentials, address: Address) -> Engine:
    """The running loop's engine for these credentials, made on first use."""
    pool = _pool()
    own = pool.renewed.get((credentials, address))
    if own is not None:
        return own
    for engine in pool.shared:
        if engine.serves(credentials):
            return engine
    pool.shared.append(Engine())
    pool.shared[-1].serves(credentials)
    return pool.shared[-1]


def renew_engine(credentials: Credentials, address: Address) -> None:
    """Give one OLT an engine that remembers nothing of it.

    An OLT that was replaced, or that made itself a new engine id, answers with reports that
    pysnmp takes for somebody else's; it would never talk to that address again.
    """
    pool = _pool()
    old = pool.renewed.pop((credentials, address), None)
    if old is not None:
        old.close()
    pool.renewed[(credentials, address)] = Engine()


def auth_data(credentials: Credentials) -> Any:
    """The credentials as pysnmp wants them."""
    if isinstance(credentials, V2c):
        return hlapi.CommunityData(credentials.community.reveal(), mpModel=1)
    return hlapi.UsmUserData(
        credentials.user,
        authKey=credentials.auth_key.reveal(),
        privKey=credentials.priv_key.reveal(),
        authProtocol=AUTH_PROTOCOLS[credentials.auth],
        privProtocol=PRIV_PROTOCOLS[credentials.priv],
    )


async def warm() -> None:
    """Pay for loading pysnmp's tables now (about half a second) and not in the first check.

    Asks a loopback port where nobody answers; no device sees anything.
    """
    credentials = V2c(Secret("aquecimento"))
    engine = engine_for(credentials, ("127.0.0.1", 9))
    target = await hlapi.UdpTransportTarget.create(("127.0.0.1", 9), timeout=0.1, retries=0)
    name = hlapi.ObjectType(hlapi.ObjectIdentity((1, 3, 6, 1, 2, 1, 1, 2, 0)))
    auth = auth_data(credentials)
    await hlapi.get_cmd(engine.snmp, auth, target, hlapi.ContextData(), name, lookupMib=False)


async def close() -> None:
    """Close the sockets and timers of the running loop's engines; the next use makes new ones."""
    pool = _pools.pop(asyncio.get_running_loop(), _Pool())
    for engine in (*pool.shared, *pool.renewed.values()):
        engine.close()
    await asyncio.sleep(0)

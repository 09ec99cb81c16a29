"""An OLT's SNMP agent on UDP: GET, GETNEXT and GETBULK over v2c and v3, and its misbehaviours.

A wrong community is answered by silence, as a real OLT does. Only reading is possible.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from zlib import crc32

from kbwizard.lab import ber, olt_fiberhome, olt_huawei, olt_zte
from kbwizard.lab.ber import BerError, Oid, Value
from kbwizard.lab.mib import Look, Mib
from kbwizard.lab.mischief import Mischief, seconds
from kbwizard.lab.plant import Olt
from kbwizard.lab.snmp_message import (
    GENERIC_ERROR,
    GET,
    GET_BULK,
    NOT_WRITABLE,
    READS,
    RESPONSE,
    SET,
    VERSION_2C,
    VERSION_3,
    Pdu,
    pack_v2c,
    parse_pdu,
    version_of,
)
from kbwizard.lab.snmp_v3 import V3Engine
from kbwizard.lab.state import LabState
from kbwizard.lab.usm import UsmUser

MAX_VARBINDS = 400
"""Bound of one GETBULK answer, so that it fits a datagram."""
FAMILIES = {
    "huawei-ma5600": olt_huawei,
    "zte-c320": olt_zte,
    "fiberhome-an5516": olt_fiberhome,
}
V3_AUTH_KEY = "lab-autentica-leitura"
V3_PRIV_KEY = "lab-cifra-leitura"
Address = tuple[str, int]


@dataclass
class SnmpAgent(asyncio.DatagramProtocol):
    """One OLT. `counts` holds `pdus`, `bindings`, and per kind of request."""

    olt: Olt
    state: LabState
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        family = FAMILIES[self.olt.profile]
        self._mib: Mib = family.build(self.olt, self.state.plant)
        self._hideable: Oid = ber.oid(family.OPTICS)
        self._transport: asyncio.DatagramTransport | None = None
        self._late: set[asyncio.TimerHandle] = set()
        self._v3 = self._engine() if self.olt.v3_user else None

    def _engine(self) -> V3Engine:
        started = time.monotonic()
        # RFC 3411: enterprise number with the high bit, format 5, then octets of our choice.
        name = crc32(self.olt.name.encode()).to_bytes(4, "big")
        return V3Engine(
            engine_id=bytes.fromhex("800016f305") + b"lab" + name,
            boots=self.state.boots,
            user=UsmUser(self.olt.v3_user, V3_AUTH_KEY, V3_PRIV_KEY),
            seconds=lambda: int(time.monotonic() - started) + 1,
        )

    @property
    def mischief(self) -> Mischief:
        return self.state.mischief.get(self.olt.name, {})

    async def open(self, host: str, port: int) -> int:
        """Listen; returns the port (chosen by the system when 0)."""
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(host, port))
        self._transport = transport
        return int(transport.get_extra_info("sockname")[1])

    def close(self) -> None:
        """Stop listening; answers still on their way are dropped."""
        for timer in self._late:
            timer.cancel()
        self._late.clear()
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    def datagram_received(self, data: bytes, addr: Address) -> None:
        try:
            reply = self._answer(data)
        except (BerError, ValueError, IndexError):
            self.counts["malformed"] += 1
            return
        if reply is not None:
            self._send(reply, addr)

    def error_received(self, exc: Exception) -> None:
        """A client that went away: nothing to do for a datagram agent."""
        self.counts["client_gone"] += 1

    def _send(self, reply: bytes, addr: Address) -> None:
        mischief = self.mischief
        if "garbage" in mischief:
            reply = bytes((byte * 37 + 11) % 256 for byte in reply)
        if "half" in mischief:
            reply = reply[: len(reply) // 2]
        delay = seconds(mischief, "late") or seconds(mischief, "slow")
        if delay <= 0:
            self._put(reply, addr)
            return
        timer = asyncio.get_running_loop().call_later(delay, self._put, reply, addr)
        self._late = {one for one in self._late if not one.cancelled()} | {timer}

    def _put(self, reply: bytes, addr: Address) -> None:
        if self._transport is not None:
            self._transport.sendto(reply, addr)

    def _answer(self, data: bytes) -> bytes | None:
        version, parts = version_of(data)
        if version == VERSION_3 and self._v3 is not None:
            self._v3.refuse_digests = "wrong_v3_key" in self.mischief
            return self._v3.answer(data, parts, self._handle)
        if version != VERSION_2C or len(parts) != 3:
            return None
        community = ber.expect(parts[1], ber.OCTETS)
        if community != self.olt.community.encode():
            self.counts["wrong_community"] += 1
            return None
        reply = self._handle(parse_pdu(ber.wrap(*parts[2])))
        return None if reply is None else pack_v2c(community, reply)

    def _handle(self, pdu: Pdu) -> Pdu | None:
        """The response PDU, or None for silence."""
        self.counts["pdus"] += 1
        self.counts["bindings"] += len(pdu.bindings)
        if "silence" in self.mischief:
            return None
        if pdu.kind == SET:
            return Pdu(RESPONSE, pdu.request_id, NOT_WRITABLE, 1, pdu.bindings)
        if pdu.kind not in READS:
            return None
        if "generic_error" in self.mischief:
            return Pdu(RESPONSE, pdu.request_id, GENERIC_ERROR, 1, pdu.bindings)
        return self._read(pdu)

    def _read(self, pdu: Pdu) -> Pdu | None:
        look = self._look()
        if self._asks_a_silent_pon(pdu, look):
            return None
        names = [oid for oid, _ in pdu.bindings]
        if pdu.kind == GET:
            self.counts["get"] += 1
            found = [(oid, self._mib.get(oid, look)) for oid in names]
        elif pdu.kind == GET_BULK:
            self.counts["getbulk"] += 1
            found = self._bulk(names, max(0, pdu.first), max(0, pdu.second), look)
        else:
            self.counts["getnext"] += 1
            found = [self._mib.following(oid, look) for oid in names]
        return Pdu(RESPONSE, pdu.request_id, 0, 0, tuple(found))

    def _bulk(
        self, names: list[Oid], singles: int, repeats: int, look: Look
    ) -> list[tuple[Oid, Value]]:
        """RFC 3416, 4.2.3; stops early when every column has ended."""
        found = [self._mib.following(oid, look) for oid in names[:singles]]
        heads = names[singles:]
        for _ in range(repeats):
            if not heads or len(found) + len(heads) > MAX_VARBINDS:
                break
            row = [self._mib.following(oid, look) for oid in heads]
            found += row
            if all(value == ber.END_OF_MIB for _, value in row):
                break
            heads = [oid for oid, _ in row]
        return found

    def _look(self) -> Look:
        mischief = self.mischief
        hidden: Oid = ()
        if "no_such_column" in mischief:
            named = mischief["no_such_column"]
            hidden = ber.oid(named.strip(".")) if named else self._hideable
        return Look(
            self.state.scene(),
            neighbour_rows="wrong_name" in mischief,
            no_values="sentinels" in mischief,
            hidden=hidden,
        )

    def _asks_a_silent_pon(self, pdu: Pdu, look: Look) -> bool:
        pons = {self._mib.pon_at(oid) for oid, _ in pdu.bindings}
        return any(look.scene.is_silent(self.olt.name, pon) for pon in pons if pon is not None)

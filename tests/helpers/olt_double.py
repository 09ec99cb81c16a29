"""An SNMP agent under a test's hand: rows by OID, and every way of answering badly.

Speaks v2c by the lab's BER; what an honest agent of each family answers is the lab's business.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from kbwizard.lab import ber
from kbwizard.lab.ber import Oid, Value
from kbwizard.lab.snmp_message import GET, GET_BULK, RESPONSE, Pdu, pack_v2c, parse_pdu, version_of

Rows = Mapping[Oid, Value]
Twist = Callable[[Pdu], Pdu | bytes | None]
"""Turns the honest answer into what is sent: another PDU, raw bytes, or nothing."""

COMMUNITY = b"leitura"


@dataclass
class OltDouble:
    """One agent. `rows` may be changed while it runs; `seen` holds every request PDU."""

    rows: dict[Oid, Value] = field(default_factory=dict)
    twist: Twist | None = None
    seen: list[Pdu] = field(default_factory=list)
    delay_s: float = 0.0
    most_bindings: int = 400
    port: int = 0

    def put(self, oid: str, value: int | str | bytes) -> None:
        """A row; texts become octets."""
        self.rows[ber.oid(oid)] = ber.integer(value) if isinstance(value, int) else octets(value)

    def answer(self, data: bytes) -> bytes | None:
        _, parts = version_of(data)
        if ber.expect(parts[1], ber.OCTETS) != COMMUNITY:
            return None
        pdu = parse_pdu(ber.wrap(*parts[2]))
        self.seen.append(pdu)
        reply: Pdu | bytes | None = self._honest(pdu)
        if self.twist is not None:
            assert isinstance(reply, Pdu)
            reply = self.twist(reply)
        return pack_v2c(COMMUNITY, reply) if isinstance(reply, Pdu) else reply

    def _honest(self, pdu: Pdu) -> Pdu:
        names = [oid for oid, _ in pdu.bindings]
        if pdu.kind == GET:
            found = [(oid, self.rows.get(oid, ber.NO_SUCH_INSTANCE)) for oid in names]
        elif pdu.kind == GET_BULK:
            found = self._bulk(names, pdu.second)
        else:
            found = [self._following(oid) for oid in names]
        return Pdu(RESPONSE, pdu.request_id, 0, 0, tuple(found))

    def _bulk(self, names: list[Oid], repeats: int) -> list[tuple[Oid, Value]]:
        found: list[tuple[Oid, Value]] = []
        for _ in range(repeats):
            row = [self._following(oid) for oid in names]
            found += row
            names = [oid for oid, _ in row]
        return found[: self.most_bindings]

    def _following(self, oid: Oid) -> tuple[Oid, Value]:
        later = min((one for one in self.rows if one > oid), default=None)
        return (oid, ber.END_OF_MIB) if later is None else (later, self.rows[later])


def octets(value: str | bytes) -> Value:
    return ber.octets(value)


@contextmanager
def serving(double: OltDouble) -> Iterator[OltDouble]:
    """Answer on a loopback port until the block ends."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    sock.settimeout(0.05)
    double.port = sock.getsockname()[1]
    over = threading.Event()

    def run() -> None:
        while not over.is_set():
            try:
                data, sender = sock.recvfrom(65535)
            except TimeoutError:
                continue
            reply = double.answer(data)
            if reply is not None:
                over.wait(double.delay_s)
                sock.sendto(reply, sender)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield double
    finally:
        over.set()
        thread.join()
        sock.close()

"""SNMP messages as an agent sees them: the PDU both ways, and the v2c envelope."""

from __future__ import annotations

from dataclasses import dataclass

from kbwizard.lab import ber
from kbwizard.lab.ber import BerError, Oid, Value

GET, GET_NEXT, RESPONSE, SET, GET_BULK, REPORT = 0xA0, 0xA1, 0xA2, 0xA3, 0xA5, 0xA8
READS = (GET, GET_NEXT, GET_BULK)
VERSION_2C, VERSION_3 = 1, 3
TOO_BIG, GENERIC_ERROR, NOT_WRITABLE = 1, 5, 17


@dataclass(frozen=True, slots=True)
class Pdu:
    """A request or a response. In GETBULK the two numbers are non-repeaters and repetitions."""

    kind: int
    request_id: int
    first: int
    second: int
    bindings: tuple[tuple[Oid, Value], ...]


def parse_pdu(data: bytes) -> Pdu:
    """Raises `BerError` for anything that is not a PDU."""
    kind, body, _ = ber.read(data)
    parts = ber.read_all(body)
    if len(parts) != 4:
        raise BerError("a PDU has four parts")
    numbers = [ber.parse_integer(ber.expect(part, ber.INTEGER)) for part in parts[:3]]
    bindings = []
    for binding in ber.read_all(ber.expect(parts[3], ber.SEQUENCE)):
        name, value = ber.read_all(ber.expect(binding, ber.SEQUENCE))
        bindings.append((ber.parse_oid(ber.expect(name, ber.OBJECT_ID)), value))
    return Pdu(kind, numbers[0], numbers[1], numbers[2], tuple(bindings))


def pack_pdu(pdu: Pdu) -> bytes:
    """The PDU in BER."""
    bindings = b"".join(
        ber.sequence(ber.wrap(*ber.object_id(oid)), ber.wrap(*value)) for oid, value in pdu.bindings
    )
    numbers = (pdu.request_id, pdu.first, pdu.second)
    head = b"".join(ber.wrap(*ber.integer(number)) for number in numbers)
    return ber.wrap(pdu.kind, head + ber.wrap(ber.SEQUENCE, bindings))


def version_of(data: bytes) -> tuple[int, list[Value]]:
    """The version number and the parts of a message; raises `BerError`."""
    tag, body, _ = ber.read(data)
    parts = ber.read_all(ber.expect((tag, body), ber.SEQUENCE))
    if not parts:
        raise BerError("empty message")
    return ber.parse_integer(ber.expect(parts[0], ber.INTEGER)), parts


def pack_v2c(community: bytes, pdu: Pdu) -> bytes:
    """A whole v2c message."""
    version = ber.wrap(*ber.integer(VERSION_2C))
    return ber.sequence(version, ber.wrap(ber.OCTETS, community), pack_pdu(pdu))

"""The few BER rules that SNMP uses (X.690, RFC 3416): lengths, integers, object ids, sequences.

Values travel as `(tag, body)` pairs, so that an agent can answer with any of them, the
exceptions of v2c included, without a class for each.
"""

from __future__ import annotations

Oid = tuple[int, ...]
Value = tuple[int, bytes]

INTEGER, OCTETS, NULL, OBJECT_ID, SEQUENCE = 0x02, 0x04, 0x05, 0x06, 0x30
GAUGE, TIME_TICKS = 0x42, 0x43

NOTHING: Value = (NULL, b"")
NO_SUCH_OBJECT: Value = (0x80, b"")
NO_SUCH_INSTANCE: Value = (0x81, b"")
END_OF_MIB: Value = (0x82, b"")


class BerError(ValueError):
    """The bytes are not the BER they should be."""


def wrap(tag: int, body: bytes) -> bytes:
    """One tag-length-value, ready to be sent."""
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def sequence(*parts: bytes) -> bytes:
    """The parts, already wrapped, as one SEQUENCE."""
    return wrap(SEQUENCE, b"".join(parts))


def integer(value: int) -> Value:
    """A signed integer in the fewest octets.

    >>> integer(128)
    (2, b'\\x00\\x80')
    """
    size = max(1, (value.bit_length() // 8) + 1)
    return INTEGER, value.to_bytes(size, "big", signed=True)


def gauge(value: int, tag: int = GAUGE) -> Value:
    """An unsigned 32-bit value; `tag` says which of the look-alikes."""
    return tag, integer(value)[1]


def octets(value: bytes | str) -> Value:
    """Octets; text is sent as UTF-8."""
    return OCTETS, value.encode() if isinstance(value, str) else value


def object_id(oid: Oid) -> Value:
    """An object identifier of at least two arcs."""
    body = bytearray((oid[0] * 40 + oid[1],))
    for arc in oid[2:]:
        body += _base128(arc)
    return OBJECT_ID, bytes(body)


def _base128(arc: int) -> bytes:
    digits = [arc & 0x7F]
    while arc := arc >> 7:
        digits.append((arc & 0x7F) | 0x80)
    return bytes(reversed(digits))


def parse_oid(body: bytes) -> Oid:
    """The arcs of an object identifier's body."""
    if not body:
        raise BerError("empty object identifier")
    arcs, arc = [body[0] // 40, body[0] % 40], 0
    for octet in body[1:]:
        arc = (arc << 7) | (octet & 0x7F)
        if octet < 0x80:
            arcs.append(arc)
            arc = 0
    return tuple(arcs)


def parse_integer(body: bytes) -> int:
    """A signed integer's body."""
    return int.from_bytes(body, "big", signed=True)


def read(data: bytes, at: int = 0) -> tuple[int, bytes, int]:
    """Tag, body and where the next value begins; raises `BerError` when cut short."""
    try:
        tag, size, at = data[at], data[at + 1], at + 2
    except IndexError:
        raise BerError("cut short") from None
    if size & 0x80:
        octets_of_length = size & 0x7F
        size = int.from_bytes(data[at : at + octets_of_length], "big")
        at += octets_of_length
    if at + size > len(data):
        raise BerError("cut short")
    return tag, data[at : at + size], at + size


def read_all(data: bytes) -> list[Value]:
    """Every value in a sequence's body."""
    values, at = [], 0
    while at < len(data):
        tag, body, at = read(data, at)
        values.append((tag, body))
    return values


def expect(value: Value, tag: int) -> bytes:
    """The body of a value that must have this tag."""
    if value[0] != tag:
        raise BerError(f"tag {value[0]:#x} where {tag:#x} belongs")
    return value[1]


def oid(text: str) -> Oid:
    """Arcs from dotted text.

    >>> oid("1.3.6.1")
    (1, 3, 6, 1)
    """
    return tuple(int(arc) for arc in text.split("."))

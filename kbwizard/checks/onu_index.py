"""Where an ONU stands in an OLT's tables: from PON and ONU number to index numbers, and back.

One encoder for each way of numbering; profiles name them. Sources of the formulas: onu-snmp notes
of each family, repeated in its profile.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Index = tuple[int, ...]

_SERIAL = re.compile(r"[0-9A-Za-z]{4,32}")


class BadPlace(ValueError):
    """The line's PON, ONU number or serial cannot be an index. The message is for the agent."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the line says its ONU is. `pon` as the vendor prints it, numbers already split."""

    pon: tuple[int, ...] = ()
    onu: int | None = None
    serial: str = ""

    def number(self) -> int:
        if self.onu is None:
            raise BadPlace("o número da ONU não está no cadastro")
        return self.onu


@dataclass(frozen=True, slots=True)
class Encoder:
    """One way of numbering.

    `onu` gives the index of one ONU. `pon` gives the first index of a PON and the first index
    after it, None where a PON's rows do not stand together. `number` takes the ONU number out of
    an index within that PON, None when it is not an ONU's row.
    """

    onu: Callable[[Place], Index]
    pon: Callable[[tuple[int, ...]], tuple[Index, Index]] | None = None
    number: Callable[[Index], int | None] | None = None
    parts: tuple[tuple[str, int, int], ...] = ()
    """Each number of the PON: its name, least and greatest value."""
    onus: tuple[int, int] = (0, 0)
    """Least and greatest ONU number."""


def split_pon(text: str, encoder: Encoder) -> tuple[int, ...]:
    """The numbers in a PON as the vendor prints it. Raises `BadPlace` with what was expected."""
    pieces = text.strip().split("/") if text.strip() else []
    names = "/".join(name for name, _, _ in encoder.parts)
    if not pieces:
        raise BadPlace("a PON não está no cadastro")
    if len(pieces) != len(encoder.parts) or not all(piece.isdecimal() for piece in pieces):
        raise BadPlace(f"PON {text[:40]!r} não tem a forma {names}")
    numbers = tuple(int(piece) for piece in pieces)
    for number, (name, least, most) in zip(numbers, encoder.parts, strict=True):
        if not least <= number <= most:
            raise BadPlace(f"PON {text[:40]!r}: {name} vai de {least} a {most}")
    return numbers


def checked_onu(number: int, encoder: Encoder) -> int:
    """The ONU number if the family can have it. Raises `BadPlace`."""
    least, most = encoder.onus
    if not least <= number <= most:
        raise BadPlace(f"ONU {number}: o número vai de {least} a {most}")
    return number


def _huawei_port(pon: tuple[int, ...]) -> int:
    _, slot, port = pon
    return 0xFA000000 + slot * 0x2000 + port * 0x100


def _zte_t1_port(pon: tuple[int, ...]) -> int:
    _, slot, port = pon
    return 0x10000000 | slot << 16 | port << 8


def _zte_t2_port(pon: tuple[int, ...]) -> int:
    _, slot, port = pon
    return 0x11010000 | slot << 8 | port


def _fiberhome_pon(pon: tuple[int, ...]) -> int:
    slot, port = pon
    return slot << 25 | port << 19


def _fiberhome_onu(place: Place) -> Index:
    return (_fiberhome_pon(place.pon) | place.number() << 8,)


def _fiberhome_range(pon: tuple[int, ...]) -> tuple[Index, Index]:
    first = _fiberhome_pon(pon)
    return (first,), (first + (1 << 19),)


def _fiberhome_number(index: Index) -> int | None:
    return (index[0] >> 8 & 0x7FF) or None


def _fiberhome_lan(place: Place) -> Index:
    """The first LAN port of the ONU: the same number with the port in its last eight bits."""
    return (_fiberhome_onu(place)[0] | 1,)


def _serial_ascii(place: Place) -> Index:
    """Length, then the codes of vendor in capitals and number in small hexadecimal."""
    if not place.serial:
        raise BadPlace("o serial da ONU não está no cadastro, e esta OLT só acha por ele")
    if not _SERIAL.fullmatch(place.serial):
        raise BadPlace(f"serial {place.serial[:40]!r} não é aceito")
    text = place.serial[:4].upper() + place.serial[4:].lower()
    return (len(text), *text.encode("ascii"))


def _under(
    port: Callable[[tuple[int, ...]], int],
    parts: tuple[tuple[str, int, int], ...],
    onus: tuple[int, int],
) -> Encoder:
    """An index of two numbers: the port's own, then the ONU's."""
    return Encoder(
        onu=lambda place: (port(place.pon), place.number()),
        pon=lambda pon: ((port(pon),), (port(pon) + 1,)),
        number=lambda index: index[1] if len(index) >= 2 else None,
        parts=parts,
        onus=onus,
    )


_HUAWEI = (("quadro", 0, 0), ("slot", 0, 31), ("porta", 0, 31))
_ZTE = (("quadro", 1, 1), ("slot", 0, 31), ("porta", 1, 32))
_FIBERHOME = (("slot", 1, 31), ("PON", 1, 32))

ENCODERS: Mapping[str, Encoder] = {
    # ifIndex = 0xFA000000 + slot*0x2000 + port*0x100; only frame 0 is confirmed.
    "huawei_ifindex": _under(_huawei_port, _HUAWEI, (0, 127)),
    # T1 and T2 differ in the port number; ONU ids are 1..128 in both.
    "zte_t1": _under(_zte_t1_port, _ZTE, (1, 128)),
    "zte_t2": _under(_zte_t2_port, _ZTE, (1, 128)),
    # One number: slot<<25 | pon<<19 | onu<<8 | port.
    "fiberhome_onu": Encoder(
        _fiberhome_onu, _fiberhome_range, _fiberhome_number, _FIBERHOME, (1, 256)
    ),
    "fiberhome_lan": Encoder(_fiberhome_lan, None, None, _FIBERHOME, (1, 256)),
    # <ponIndex>.<onu number>, used by the OLT-side level only.
    "fiberhome_pon_onu": _under(_fiberhome_pon, _FIBERHOME, (1, 256)),
    # <pon>.<onu>
    "direct": _under(lambda pon: pon[0], (("PON", 1, 64),), (1, 256)),
    # <length>.<codes of the serial>: rows of one PON do not stand together.
    "serial_ascii": Encoder(_serial_ascii),
}

"""Raw SNMP values: what an OLT's bytes and numbers can be, before anybody knows what they mean.

Each decoder gives a value, or raises `NoValue` (the vendor's way to say "none") or `Garbage`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from enum import Enum

CLOCK_SLACK_S = 120
"""Clocks of OLT and server may differ this much before a moment counts as impossible."""

NO_VALUE_TEXTS = frozenset({"", "-", "--", "na", "n/a", "null", "none"})

_NUMBER = re.compile(r"\s*(-?\d{1,6}(?:\.\d{1,6})?)\s*[.°]?\s*[A-Za-z%]{0,4}\s*")
_DBM = re.compile(r"(-?\d{1,3}(?:\.\d{1,6})?)\s*dBm", re.IGNORECASE)
_TIME = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})[ T,]+(\d{1,2}):(\d{1,2}):(\d{1,2})")


class Missing(Enum):
    """A varbind without a value, and what the OLT called that."""

    INSTANCE = "noSuchInstance"
    OBJECT = "noSuchObject"
    END = "endOfMibView"
    ERROR = "erro da OLT"


Raw = int | bytes | Missing


class NoValue(Exception):
    """The raw value is the vendor's way to say "none"."""


class Garbage(Exception):
    """The raw value cannot be what this column carries."""


def show_raw(raw: Raw) -> str:
    """A raw value as the technical detail shows it, cut and without control characters."""
    if isinstance(raw, bytes):
        text = raw[:40].decode("latin-1")
        return repr(text) if text.isprintable() else "0x" + raw[:24].hex()
    return str(raw.value) if isinstance(raw, Missing) else str(raw)


def _integer(raw: int | bytes) -> int:
    if isinstance(raw, bytes):
        raise Garbage("em vez de um número")
    return raw


def _text(raw: int | bytes) -> str:
    if isinstance(raw, int):
        raise Garbage("em vez de um texto")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    text = text.strip().strip("\x00").strip()
    if len(text) > 120 or not text.isprintable():
        raise Garbage("em vez de um texto")
    return text


def _number(raw: int | bytes) -> float:
    """The number at the beginning of a text such as "30.67 C" or "6.56 dbm"."""
    found = _NUMBER.fullmatch(_text(raw))
    if found is None:
        raise Garbage("em vez de um número com unidade")
    return float(found[1])


def _dbm(raw: int | bytes) -> float:
    """The dBm in "0.03 mW (-14.61 dBm)"; the milliwatts are rounded to nothing and never used."""
    text = _text(raw)
    found = _DBM.search(text)
    if found is not None:
        return float(found[1])
    if "inf" in text.lower() or "nan" in text.lower():
        raise NoValue
    return _number(raw)


def _serial(raw: int | bytes) -> str:
    """Vendor and number: from 8 octets (4 letters, 4 bytes), or text, perhaps after "1,"."""
    if isinstance(raw, bytes) and len(raw) == 8:
        vendor = raw[:4].decode("latin-1")
        if not (vendor.isascii() and vendor.isalnum()):
            raise Garbage("em vez de um serial")
        return vendor + raw[4:].hex().upper()
    text = _text(raw).split(",")[-1].strip()
    if not 4 <= len(text) <= 32:
        raise Garbage("em vez de um serial")
    return text


def _ticks(raw: int | bytes) -> int:
    return _integer(raw) // 100


DECODE: Mapping[str, Callable[[int | bytes], int | float | str]] = {
    "integer": _integer,
    "text": _text,
    "number": _number,
    "dbm": _dbm,
    "serial": _serial,
    "ticks": _ticks,
}


def read_moment(raw: int | bytes, zone: tzinfo) -> datetime:
    """DateAndTime of 8 octets (OLT local time) or 11 (with offset), or a text with both."""
    if isinstance(raw, int):
        raise Garbage("em vez de data e hora")
    if not any(raw) or set(raw) == {0xFF}:
        raise NoValue
    numbers, offset = _octets(raw) if len(raw) in (8, 11) else (_written(raw), zone)
    if numbers[0] == 0 or numbers[1] == 0:
        raise NoValue
    try:
        moment = datetime(*numbers, tzinfo=offset or zone)
    except ValueError:
        raise Garbage("em vez de data e hora") from None
    return moment.astimezone(UTC)


Numbers = tuple[int, int, int, int, int, int]


def _octets(raw: bytes) -> tuple[Numbers, tzinfo | None]:
    """SNMPv2-TC DateAndTime: year in two octets, then one each; second 60 is a leap second."""
    year = raw[0] << 8 | raw[1]
    numbers = (year, raw[2], raw[3], raw[4], raw[5], min(raw[6], 59))
    if len(raw) == 8:
        return numbers, None
    sign = {b"+": 1, b"-": -1}.get(raw[8:9])
    if sign is None or raw[9] > 14 or raw[10] > 59:
        raise Garbage("com fuso desconhecido")
    return numbers, timezone(sign * timedelta(hours=raw[9], minutes=raw[10]))


def _written(raw: bytes) -> Numbers:
    found = _TIME.fullmatch(_text(raw))
    if found is None:
        raise Garbage("em vez de data e hora")
    year, month, day, hour, minute, second = (int(group) for group in found.groups())
    return year, month, day, hour, minute, second


def seconds_since(moment: datetime, now: datetime) -> int:
    """Age of a moment by our clock; one in the future says that the OLT's clock is wrong."""
    seconds = int((now - moment).total_seconds())
    if seconds < -CLOCK_SLACK_S:
        raise Garbage("no futuro: o relógio da OLT está adiantado")
    return max(0, seconds)

"""From what an OLT put in its varbinds to values of facts, or why there is none. Needs no network.

Nothing is guessed here: a number outside what light can be, a word that is not in the profile or
bytes of the wrong shape are unavailable, with the raw value in the detail.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from enum import Enum

from kbwizard.checks.profile_model import (
    BY_CAUSE,
    CAUSE,
    LAST_DOWN,
    STATE,
    Column,
    OltProfile,
)
from kbwizard.wizard.facts import Reason, Scalar, Unavailable


class Missing(Enum):
    """A varbind without a value, and what the OLT called that."""

    INSTANCE = "noSuchInstance"
    OBJECT = "noSuchObject"
    END = "endOfMibView"
    ERROR = "erro da OLT"


Raw = int | bytes | Missing
Value = Scalar | Unavailable

POWER_DBM = (-50.0, 10.0)
"""Light outside this does not occur; such a number is a sentinel or has another scale."""

NO_VALUE_TEXTS = frozenset({"", "-", "--", "na", "n/a", "null", "none"})

_NUMBER = re.compile(r"\s*(-?\d{1,6}(?:\.\d{1,6})?)\s*[.°]?\s*[A-Za-z%]{0,4}\s*")
_DBM = re.compile(r"(-?\d{1,3}(?:\.\d{1,6})?)\s*dBm", re.IGNORECASE)
_TIME = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})[ T,]+(\d{1,2}):(\d{1,2}):(\d{1,2})")


class _None(Exception):
    """The raw value is the vendor's way to say "none"."""


class _Garbage(Exception):
    """The raw value cannot be what this column carries."""


def shape(
    profile: OltProfile, raws: Mapping[str, Raw], *, now: datetime, zone: tzinfo
) -> dict[str, Value]:
    """Values of the facts whose raw values are given. `zone` is the OLT's local time."""
    values = {
        fact: read_column(profile.columns[fact], raw, now=now, zone=zone)
        for fact, raw in raws.items()
        if fact != STATE
    }
    if STATE in raws:
        values[STATE] = read_state(profile, raws[STATE], values.get(CAUSE))
        _drop_uptime_when_down(profile, values)
    _drop_speed_without_link(values)
    return values


def read_state(profile: OltProfile, raw: Raw, cause: Value | None) -> Value:
    """The ONU's state, from its status column only; the cause tells one "down" from another."""
    column = profile.columns[STATE]
    said = read_column(column, raw, now=datetime.now(UTC), zone=UTC)
    if said != BY_CAUSE:
        return said
    known = cause if isinstance(cause, str) else "else"
    return profile.state_by_cause.get(known, profile.state_by_cause["else"])


def read_column(column: Column, raw: Raw, *, now: datetime, zone: tzinfo) -> Value:
    """One raw value by the rules of its column."""
    if isinstance(raw, Missing):
        return Unavailable(Reason.NO_SUCH_OBJECT, f"a OLT não tem este valor ({raw.value})")
    try:
        return _read(column, raw, now, zone)
    except _None:
        return Unavailable(Reason.NO_VALUE, f"a OLT respondeu {show_raw(raw)}: sem valor")
    except _Garbage as error:
        detail = f"valor que não se entende: {show_raw(raw)} {error}".strip()
        return Unavailable(Reason.BAD_REPLY, detail)


def show_raw(raw: Raw) -> str:
    """A raw value as the technical detail shows it, cut and without control characters."""
    if isinstance(raw, bytes):
        text = raw[:40].decode("latin-1")
        return repr(text) if text.isprintable() else "0x" + raw[:24].hex()
    return str(raw.value) if isinstance(raw, Missing) else str(raw)


def _read(column: Column, raw: int | bytes, now: datetime, zone: tzinfo) -> Scalar:
    if _is_none(column, raw):
        raise _None
    if column.decode in ("time", "since"):
        moment = _moment(raw, zone)
        return moment.isoformat() if column.decode == "time" else _seconds_since(moment, now)
    value = _DECODERS[column.decode](raw)
    if column.values:
        return _word(column, value)
    if isinstance(value, str):
        return value
    return _within_power(column, _scaled(column, value))


def _is_none(column: Column, raw: int | bytes) -> bool:
    if isinstance(raw, bytes):
        text = raw.decode("latin-1").strip().strip("\x00")
        return text.lower() in NO_VALUE_TEXTS or text in column.none
    return raw in column.none or (column.none_from is not None and raw >= column.none_from)


def _word(column: Column, value: int | float | str) -> Scalar:
    try:
        return column.values[value]  # type: ignore[index]
    except KeyError:
        raise _Garbage("fora da lista do perfil") from None


def _scaled(column: Column, value: int | float) -> int | float:
    scale, add = column.scale, column.add
    for other in column.also:
        if other.least <= value <= other.most:
            scale, add = other.scale, other.add
    if scale == 1 and add == 0:
        return value
    return round(value * scale + add, 3)


def _within_power(column: Column, value: int | float) -> int | float:
    if not column.fact.endswith("_dbm"):
        return value
    least, most = POWER_DBM
    if not least <= value <= most:
        raise _None
    return float(value)


def _integer(raw: int | bytes) -> int:
    if isinstance(raw, bytes):
        raise _Garbage("em vez de um número")
    return raw


def _text(raw: int | bytes) -> str:
    if isinstance(raw, int):
        raise _Garbage("em vez de um texto")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    text = text.strip().strip("\x00").strip()
    if len(text) > 120 or not text.isprintable():
        raise _Garbage("em vez de um texto")
    return text


def _number(raw: int | bytes) -> float:
    """The number at the beginning of a text such as "30.67 C" or "6.56 dbm"."""
    found = _NUMBER.fullmatch(_text(raw))
    if found is None:
        raise _Garbage("em vez de um número com unidade")
    return float(found[1])


def _dbm(raw: int | bytes) -> float:
    """The dBm in "0.03 mW (-14.61 dBm)"; the milliwatts are rounded to nothing and never used."""
    text = _text(raw)
    found = _DBM.search(text)
    if found is not None:
        return float(found[1])
    if "inf" in text.lower() or "nan" in text.lower():
        raise _None
    return _number(raw)


def _serial(raw: int | bytes) -> str:
    """Vendor and number: from 8 octets (4 letters, 4 bytes), or text, perhaps after "1,"."""
    if isinstance(raw, bytes) and len(raw) == 8:
        vendor = raw[:4].decode("latin-1")
        if not (vendor.isascii() and vendor.isalnum()):
            raise _Garbage("em vez de um serial")
        return vendor + raw[4:].hex().upper()
    text = _text(raw).split(",")[-1].strip()
    if not 4 <= len(text) <= 32:
        raise _Garbage("em vez de um serial")
    return text


def _ticks(raw: int | bytes) -> int:
    return _integer(raw) // 100


_DECODERS: Mapping[str, Callable[[int | bytes], int | float | str]] = {
    "integer": _integer,
    "text": _text,
    "number": _number,
    "dbm": _dbm,
    "serial": _serial,
    "ticks": _ticks,
}


def _moment(raw: int | bytes, zone: tzinfo) -> datetime:
    """DateAndTime of 8 octets (OLT local time) or 11 (with offset), or a text with both."""
    if isinstance(raw, int):
        raise _Garbage("em vez de data e hora")
    if not any(raw) or set(raw) == {0xFF}:
        raise _None
    numbers, offset = _octets(raw) if len(raw) in (8, 11) else (_written(raw), zone)
    if numbers[0] == 0 or numbers[1] == 0:
        raise _None
    try:
        moment = datetime(*numbers, tzinfo=offset or zone)
    except ValueError:
        raise _Garbage("em vez de data e hora") from None
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
        raise _Garbage("com fuso desconhecido")
    return numbers, timezone(sign * timedelta(hours=raw[9], minutes=raw[10]))


def _written(raw: bytes) -> Numbers:
    found = _TIME.fullmatch(_text(raw))
    if found is None:
        raise _Garbage("em vez de data e hora")
    year, month, day, hour, minute, second = (int(group) for group in found.groups())
    return year, month, day, hour, minute, second


def _seconds_since(moment: datetime, now: datetime) -> int:
    """Age of a moment by our clock; one in the future says that the OLT's clock is wrong."""
    seconds = int((now - moment).total_seconds())
    if seconds < -CLOCK_SLACK_S:
        raise _Garbage("no futuro: o relógio da OLT está adiantado")
    return max(0, seconds)


CLOCK_SLACK_S = 120
"""Clocks of OLT and server may differ this much before a moment counts as impossible."""


def down_for(values: Mapping[str, Value], now: datetime) -> Value:
    """Seconds since the ONU went down, when it is down and the OLT says since when."""
    state, moment = values.get(STATE), values.get(LAST_DOWN)
    if state == "online":
        return Unavailable(Reason.NO_VALUE, "a ONU está online")
    for needed in (state, moment):
        if isinstance(needed, Unavailable):
            return needed
    if not isinstance(moment, str):
        return Unavailable(Reason.NO_SUCH_OBJECT, "a OLT não informa quando a ONU caiu")
    try:
        return _seconds_since(datetime.fromisoformat(moment), now)
    except _Garbage as error:
        return Unavailable(Reason.BAD_REPLY, f"{moment} {error}")


def _drop_uptime_when_down(profile: OltProfile, values: dict[str, Value]) -> None:
    """"Since it came up" means nothing for an ONU that is not up."""
    column = profile.columns.get("onu.uptime_s")
    state = values[STATE]
    if column is None or column.decode != "since" or "onu.uptime_s" not in values:
        return
    if not isinstance(state, Unavailable) and state != "online":
        values["onu.uptime_s"] = Unavailable(Reason.NO_VALUE, "a ONU não está online")


def _drop_speed_without_link(values: dict[str, Value]) -> None:
    """FiberHome says "10 Mbps, half" of a port with nothing in it."""
    if values.get("onu.lan_link") == "down":
        for fact in ("onu.lan_speed_mbps", "onu.lan_duplex"):
            if fact in values:
                values[fact] = Unavailable(Reason.NO_VALUE, "a porta não tem cabo ligado")


def plain_serial(text: str) -> str:
    """A serial in one form for comparing: capitals, vendor as letters.

    >>> plain_serial("4857-5443-7d46-30c3"), plain_serial("hwtc7d4630c3")
    ('HWTC7D4630C3', 'HWTC7D4630C3')
    """
    kept = "".join(letter for letter in text.upper() if letter.isalnum())
    if re.fullmatch(r"(?:[4-5][0-9A-F]){4}[0-9A-F]{8}", kept):
        vendor = bytes.fromhex(kept[:8]).decode("ascii", "replace")
        if vendor.isalpha():
            return vendor + kept[8:]
    return kept

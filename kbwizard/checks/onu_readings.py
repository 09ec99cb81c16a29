"""From what an OLT put in its varbinds to values of facts, or why there is none. Needs no network.

Nothing is guessed here: a number outside what light can be, a word that is not in the profile or
bytes of the wrong shape are unavailable, with the raw value in the detail.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo

from kbwizard.checks.profile_model import (
    BY_CAUSE,
    CAUSE,
    LAST_DOWN,
    STATE,
    Column,
    OltProfile,
)
from kbwizard.checks.raw_values import (
    DECODE,
    NO_VALUE_TEXTS,
    Garbage,
    Missing,
    NoValue,
    Raw,
    read_moment,
    seconds_since,
    show_raw,
)
from kbwizard.wizard.facts import Reason, Scalar, Unavailable

Value = Scalar | Unavailable

POWER_DBM = (-50.0, 10.0)
"""Light outside this does not occur; such a number is a sentinel or has another scale."""


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
    if raw is Missing.ERROR:
        return Unavailable(Reason.BAD_REPLY, "a OLT respondeu com erro a este valor")
    if isinstance(raw, Missing):
        return Unavailable(Reason.NO_SUCH_OBJECT, f"a OLT não tem este valor ({raw.value})")
    try:
        return _read(column, raw, now, zone)
    except NoValue:
        return Unavailable(Reason.NO_VALUE, f"a OLT respondeu {show_raw(raw)}: sem valor")
    except Garbage as error:
        detail = f"valor que não se entende: {show_raw(raw)} {error}".strip()
        return Unavailable(Reason.BAD_REPLY, detail)


def _read(column: Column, raw: int | bytes, now: datetime, zone: tzinfo) -> Scalar:
    if _is_none(column, raw):
        raise NoValue
    if column.decode in ("time", "since"):
        moment = read_moment(raw, zone)
        return moment.isoformat() if column.decode == "time" else seconds_since(moment, now)
    value = DECODE[column.decode](raw)
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
        raise Garbage("fora da lista do perfil") from None


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
        raise NoValue
    return float(value)


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
        return seconds_since(datetime.fromisoformat(moment), now)
    except Garbage as error:
        return Unavailable(Reason.BAD_REPLY, f"{moment} {error}")


def _drop_uptime_when_down(profile: OltProfile, values: dict[str, Value]) -> None:
    """ "Since it came up" means nothing for an ONU that is not up."""
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

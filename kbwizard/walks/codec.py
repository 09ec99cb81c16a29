"""Events to rows and back. Personal values leave the body for the side table on the way in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from kbwizard.errors import EngineError
from kbwizard.wizard import events as ev
from kbwizard.wizard.facts import Reading, Reason, Registry, Scalar, Source, Unavailable

ERASED = "(apagado)"
"""Stands where a personal value was erased: text, so that every reader can show it."""

KINDS: dict[str, type[Any]] = {
    "started": ev.Started,
    "line_bound": ev.LineBound,
    "answered": ev.Answered,
    "read": ev.Read,
    "given_up": ev.GivenUp,
    "confirmed": ev.Confirmed,
    "acted": ev.Acted,
    "revised": ev.Revised,
    "retracted": ev.Retracted,
    "jumped": ev.Jumped,
    "handed_over": ev.HandedOver,
    "noted": ev.Noted,
    "ended": ev.Ended,
}
NAMES = {cls: name for name, cls in KINDS.items()}
PRIVATE_FIELDS = {"noted": ("text",), "jumped": ("reason",)}
_OWN = {
    name: tuple(f.name for f in fields(cls) if f.name not in ("seq", "at", "by"))
    for name, cls in KINDS.items()
}


def reading_to_json(reading: Reading) -> dict[str, Any]:
    body: dict[str, Any] = {
        "fact": reading.fact,
        "source": str(reading.source),
        "at": reading.measured_at.isoformat(),
    }
    if isinstance(reading.value, Unavailable):
        body["unavailable"] = str(reading.value.reason)
        if reading.value.detail:
            body["detail"] = reading.value.detail
    else:
        body["value"] = reading.value
    if reading.origin:
        body["origin"] = reading.origin
    if reading.took_ms is not None:
        body["took_ms"] = reading.took_ms
    if reading.line is not None:
        body["line"] = reading.line
    return body


def reading_from_json(body: Mapping[str, Any]) -> Reading:
    value: Scalar | Unavailable
    if "unavailable" in body:
        value = Unavailable(Reason(body["unavailable"]), body.get("detail", ""))
    else:
        value = body.get("value", ERASED)
    return Reading(
        fact=body["fact"],
        value=value,
        source=Source(body["source"]),
        measured_at=datetime.fromisoformat(body["at"]),
        origin=body.get("origin", ""),
        took_ms=body.get("took_ms"),
        line=body.get("line"),
    )


def to_body(event: ev.Event, registry: Registry) -> tuple[dict[str, Any], dict[str, Any]]:
    """The event's body without personal values, and those values by key."""
    kind = NAMES[type(event)]
    body: dict[str, Any] = {}
    private: dict[str, Any] = {}
    for name in _OWN[kind]:
        value = getattr(event, name)
        if name == "readings":
            body[name] = [_hide(reading, registry, private) for reading in value]
        elif name in PRIVATE_FIELDS.get(kind, ()):
            private[name] = value
        else:
            body[name] = value
    return body, private


def _hide(reading: Reading, registry: Registry, private: dict[str, Any]) -> dict[str, Any]:
    body = reading_to_json(reading)
    spec = registry.facts.get(reading.fact)
    if spec is not None and spec.personal and "value" in body:
        key = reading.fact if reading.fact not in private else f"{reading.fact}#{len(private)}"
        private[key] = body.pop("value")
        body["private"] = key  # two sources may have said the same fact in one event
    return body


def from_row(
    kind: str,
    seq: int,
    at: datetime,
    by: str,
    body: Mapping[str, Any],
    private: Mapping[str, Any],
) -> ev.Event:
    """Raises `EngineError` for a kind this version does not know."""
    cls = KINDS.get(kind)
    if cls is None:
        raise EngineError(f"evento {kind!r} desconhecido na posição {seq} do percurso")
    values: dict[str, Any] = {}
    for name in _OWN[kind]:
        if name == "readings":
            values[name] = tuple(_restore(item, private) for item in body.get("readings", ()))
        elif name in PRIVATE_FIELDS.get(kind, ()):
            values[name] = private.get(name, ERASED)
        elif name in body:
            values[name] = body[name]
    event: ev.Event = cls(seq=seq, at=at, by=by, **values)
    return event


def _restore(item: Mapping[str, Any], private: Mapping[str, Any]) -> Reading:
    if item.get("private"):
        return reading_from_json({**item, "value": private.get(item["private"], ERASED)})
    return reading_from_json(item)

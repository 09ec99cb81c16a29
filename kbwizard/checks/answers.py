"""How the read commands write readings: as JSON for programs, as a table for people."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from kbwizard.wizard.facts import Reading, Reason, Unavailable

REASONS = {
    Reason.TIMEOUT: "não respondeu",
    Reason.REFUSED: "recusou",
    Reason.AUTH: "acesso negado",
    Reason.BAD_REPLY: "resposta inválida",
    Reason.NO_VALUE: "sem valor",
    Reason.NO_SUCH_OBJECT: "não existe neste equipamento",
    Reason.NOT_FOUND: "não encontrado",
    Reason.NOT_CONFIGURED: "não configurado",
    Reason.BUSY: "fila cheia",
    Reason.PAUSED: "em pausa",
    Reason.INTERRUPTED: "interrompido",
    Reason.PERSON_UNSURE: "não sabe",
}
_SILENT = frozenset({
    Reason.TIMEOUT, Reason.REFUSED, Reason.AUTH, Reason.BAD_REPLY, Reason.BUSY, Reason.PAUSED,
    Reason.NOT_CONFIGURED, Reason.INTERRUPTED,
})  # fmt: skip
"""Reasons that leave it open whether the device answered at all."""


def facts_as_json(readings: Mapping[str, Reading]) -> dict[str, Any]:
    """`{"facts": {name: {value, source, measured_at, took_ms} or {unavailable, detail}}}`."""
    return {"facts": {name: _as_json(readings[name]) for name in sorted(readings)}}


def _as_json(reading: Reading) -> dict[str, Any]:
    if isinstance(reading.value, Unavailable):
        return {"unavailable": reading.value.reason.value, "detail": reading.value.detail}
    return {
        "value": reading.value,
        "source": reading.origin,
        "measured_at": reading.measured_at.isoformat(timespec="milliseconds"),
        "took_ms": reading.took_ms,
    }


def facts_as_table(readings: Mapping[str, Reading]) -> str:
    """One fact a line, by name; what could not be read says why."""
    width = max((len(name) for name in readings), default=0)
    return "\n".join(f"{name:<{width}}  {_as_text(readings[name])}" for name in sorted(readings))


def _as_text(reading: Reading) -> str:
    value = reading.value
    if isinstance(value, Unavailable):
        detail = f": {value.detail}" if value.detail else ""
        return f"— {REASONS[value.reason]}{detail}"
    if isinstance(value, bool):
        return "sim" if value else "não"
    return str(value)


def device_answered(readings: Collection[Reading]) -> bool:
    """Whether the device said anything, be it only that there is no such thing there."""
    return any(
        not isinstance(reading.value, Unavailable) or reading.value.reason not in _SILENT
        for reading in readings
    )

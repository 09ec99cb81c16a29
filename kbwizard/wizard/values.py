"""Whether a person's value can be accepted for a fact, and if not, what to do instead."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime

from kbwizard.wizard.facts import FactSpec, FactType

MAX_TEXT = 4000
"""Characters of a text fact or a note."""


def refusal(spec: FactSpec, value: object) -> str:
    """Why a value cannot be accepted for a fact, in Portuguese; empty if it can."""
    return _TYPES[spec.type](spec, value) or _listed(spec, value)


def text_refusal(value: object) -> str:
    """Why something cannot be accepted as text; empty if it can."""
    if not isinstance(value, str) or not value.strip():
        return "escreva alguma coisa"
    if len(value) > MAX_TEXT:
        return f"use no máximo {MAX_TEXT} caracteres"
    if any(ord(letter) < 32 and letter not in "\n\r\t" for letter in value):
        return "há caracteres que não são texto"
    return ""


def _listed(spec: FactSpec, value: object) -> str:
    if not spec.values or spec.type is FactType.BOOL:
        return ""
    if any(one.value == value for one in spec.values):
        return ""
    return "escolha uma das opções"


def _enum(spec: FactSpec, value: object) -> str:
    return "" if isinstance(value, str) else _listed(spec, value)


def _bool(spec: FactSpec, value: object) -> str:
    return "" if isinstance(value, bool) else "responda sim ou não"


def _int(spec: FactSpec, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        return "escreva um número inteiro"
    return _range(spec, value)


def _float(spec: FactSpec, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return "escreva um número"
    return _range(spec, value)


def _range(spec: FactSpec, value: float) -> str:
    unit = f" {spec.unit}" if spec.unit else ""
    if spec.low is not None and value < spec.low:
        return f"o mínimo é {_plain(spec.low)}{unit}"
    if spec.high is not None and value > spec.high:
        return f"o máximo é {_plain(spec.high)}{unit}"
    return ""


def _plain(number: float) -> str:
    """A number as it is written in Portuguese: 0,5 and not 0.5."""
    return f"{number:g}".replace(".", ",")


def _text(spec: FactSpec, value: object) -> str:
    return text_refusal(value)


def _time(spec: FactSpec, value: object) -> str:
    wrong = "escreva data e hora, por exemplo 2026-03-02T14:00-03:00"
    if not isinstance(value, str):
        return wrong
    try:
        told = datetime.fromisoformat(value)
    except ValueError:
        return wrong
    return "" if told.tzinfo is not None else wrong


_TYPES: dict[FactType, Callable[[FactSpec, object], str]] = {
    FactType.ENUM: _enum,
    FactType.BOOL: _bool,
    FactType.INT: _int,
    FactType.FLOAT: _float,
    FactType.TEXT: _text,
    FactType.TIME: _time,
}

"""Reads `when` (and `until`): a mapping of facts to tests, all of which must hold.

There is nothing to grow here: a value, a list of values, `< x`, `<= x`, `> x`, `>= x`, `a..b`,
and `any: [mapping, …]`. What does not fit is a derived fact of the registry.
"""

from __future__ import annotations

import re

from kbwizard.content.fields import Problems, did_you_mean, kind_of, unique_pairs
from kbwizard.content.yamlread import Block, Items, Piece, Value
from kbwizard.wizard.conditions import AllOf, AnyOf, Condition, Test
from kbwizard.wizard.facts import FactSpec, FactType, Registry
from kbwizard.wizard.known import CONFLICT

_NUMBER = r"(-?[0-9]+(?:\.[0-9]+)?)"
_COMPARE = re.compile(rf"(<=|<|>=|>)\s*{_NUMBER}")
_RANGE = re.compile(rf"{_NUMBER}\s*\.\.\s*{_NUMBER}")
_NUMERIC = (FactType.INT, FactType.FLOAT)


def comparison(text: str) -> tuple[str, float, float] | None:
    """`(op, low, high)` of a written comparison, the bound in both for one-sided ones.

    >>> comparison(">= -27"), comparison("-26..-24"), comparison("red")
    (('>=', -27.0, -27.0), ('..', -26.0, -24.0), None)
    """
    one = _COMPARE.fullmatch(text.strip())
    if one:
        return one[1], float(one[2]), float(one[2])
    both = _RANGE.fullmatch(text.strip())
    if both:
        return "..", float(both[1]), float(both[2])
    return None


def read_when(
    piece: Piece | None, registry: Registry | None, problems: Problems
) -> Condition | None:
    """The condition, or None with problems added. Without a registry facts are not looked up."""
    if piece is None:
        return None
    if not isinstance(piece, Block) or not piece.pairs:
        problems.add(
            piece.line,
            "condition",
            f"uma condição é um bloco de fatos, e veio {kind_of(piece)}",
            "escreva {fato: valor}",
        )
        return None
    parts: list[Condition] = []
    for key, (word, value) in unique_pairs(piece, problems).items():
        part = (
            _any(word, value, registry, problems)
            if key == "any"
            else _test(word, value, registry, problems)
        )
        if part is not None:
            parts.append(part)
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))


def _any(
    word: Value, piece: Piece, registry: Registry | None, problems: Problems
) -> Condition | None:
    if not isinstance(piece, Items) or not piece.items:
        problems.add(
            word.line,
            "condition",
            '"any" pede uma lista de condições',
            "escreva any: [{fato: valor}, {fato: valor}]",
        )
        return None
    parts = [read_when(item, registry, problems) for item in piece.items]
    return AnyOf(tuple(part for part in parts if part is not None))


def _test(word: Value, piece: Piece, registry: Registry | None, problems: Problems) -> Test | None:
    name = word.text
    if name.startswith(CONFLICT):
        return _conflict(word, piece, registry, problems)
    spec = registry.facts.get(name) if registry else None
    if registry is not None and spec is None:
        problems.add(
            word.line,
            "unknown-fact",
            f'o fato "{name}" não existe',
            did_you_mean(name, registry.facts),
        )
        return None
    if isinstance(piece, Value) and isinstance(piece.value, str) and not piece.empty:
        found = comparison(piece.value)
        if found is not None:
            return _compare(name, spec, found, piece, problems)
    return _one_of(name, spec, piece, problems)


def _conflict(
    word: Value, piece: Piece, registry: Registry | None, problems: Problems
) -> Test | None:
    name = word.text.removeprefix(CONFLICT)
    known = [conflict.id for conflict in registry.conflicts] if registry else [name]
    if name not in known:
        problems.add(
            word.line, "unknown-fact", f'o conflito "{name}" não existe', did_you_mean(name, known)
        )
        return None
    if not isinstance(piece, Value) or not isinstance(piece.value, bool):
        problems.add(word.line, "condition", "um conflito é true ou false", "escreva true ou false")
        return None
    return Test(word.text, "in", (piece.value,))


def _compare(
    name: str,
    spec: FactSpec | None,
    found: tuple[str, float, float],
    piece: Value,
    problems: Problems,
) -> Test | None:
    op, low, high = found
    if spec is not None and spec.type not in _NUMERIC:
        problems.add(
            piece.line,
            "impossible-value",
            f'"{name}" não é um número: "{piece.text}" não se aplica',
            values_remedy(spec),
        )
        return None
    if low > high:
        problems.add(
            piece.line, "condition", f'a faixa "{piece.text}" está ao contrário', "menor..maior"
        )
        return None
    return Test(name, op, (), low, high)


def _one_of(name: str, spec: FactSpec | None, piece: Piece, problems: Problems) -> Test | None:
    items = piece.items if isinstance(piece, Items) else [piece]
    if not items:
        problems.add(
            piece.line,
            "condition",
            f'o teste de "{name}" não tem valores',
            "escreva valor ou [a, b]",
        )
    values = []
    for item in items:
        if not isinstance(item, Value) or item.empty:
            problems.add(
                item.line,
                "condition",
                f'o teste de "{name}" não é um valor',
                "escreva valor ou [a, b]",
            )
        elif spec is None or check_value(spec, item, problems):
            values.append(item.value)
    if len(set(values)) != len(values):
        problems.add(
            piece.line, "condition", f'há um valor repetido no teste de "{name}"', "apague um"
        )
    return Test(name, "in", tuple(values)) if values else None


def check_value(spec: FactSpec, item: Value, problems: Problems) -> bool:
    """Whether the fact can have this value; a problem is added if not."""
    if fits(spec, item.value):
        return True
    quotes = spec.type in (FactType.TEXT, FactType.TIME, FactType.ENUM) and item.plain
    was_word = spec.type is FactType.BOOL and isinstance(item.value, str)
    remedy = "escreva true ou false, sem aspas" if was_word else values_remedy(spec, item.text)
    if quotes and not isinstance(item.value, str):
        remedy = f"ponha entre aspas; {remedy}" if spec.values else "ponha entre aspas"
    problems.add(item.line, "impossible-value", f'"{spec.name}" nunca é "{item.text[:60]}"', remedy)
    return False


def fits(spec: FactSpec, value: object) -> bool:
    """Whether a fact of this type, range and list of values can hold the value."""
    if spec.type is FactType.BOOL:
        return isinstance(value, bool)
    if spec.type in _NUMERIC:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return False
        whole = spec.type is FactType.FLOAT or isinstance(value, int)
        low = spec.low is None or value >= spec.low
        high = spec.high is None or value <= spec.high
        listed = not spec.values or any(label.value == value for label in spec.values)
        return whole and low and high and listed
    if not isinstance(value, str):
        return False
    return not spec.values or any(label.value == value for label in spec.values)


def values_remedy(spec: FactSpec, word: str = "") -> str:
    """What may be written instead."""
    if spec.values:
        return did_you_mean(word, [str(label.value).lower() for label in spec.values])
    if spec.low is not None or spec.high is not None:
        return f"use um número de {spec.low} a {spec.high}"
    return {"int": "use um número inteiro", "float": "use um número"}.get(
        spec.type, "ponha entre aspas"
    )

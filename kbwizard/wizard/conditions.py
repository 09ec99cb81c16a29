"""Conditions over facts: a small closed list of comparisons, three-valued.

Kleene's logic: a test over an unknown fact is unknown; a conjunction is false as soon as one part
is false, unknown if none is false and one is unknown. `evaluate` lives in `judge.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

Operand = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Test:
    """`fact op operand`. `op`: `in` (values), `<`, `<=`, `>`, `>=`, `..` (both ends in)."""

    __test__ = False  # not a pytest class

    fact: str
    op: str
    values: tuple[Operand, ...] = ()
    low: float = 0.0
    high: float = 0.0


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Condition, ...]


Condition = Test | AllOf | AnyOf

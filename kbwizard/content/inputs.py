"""Readings from which a given class would follow, for walks that are told "critical" and no dBm.

A class is never read: it follows from numbers. Whoever tries a tree by hand knows the class he
means and not the number, so the walk reads numbers that give that class. Scenarios are stricter:
they say what a device would say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import inf, isfinite

from kbwizard.wizard.derive import value_of
from kbwizard.wizard.facts import Derived, FactSpec, FactType, Registry, Scalar, Unavailable

ADDRESSES = ("100.64.0.11", "192.168.1.11", "203.0.113.11")
"""Tried for an input that is text: the only such class is of an address."""

Given = Mapping[str, tuple[Scalar | Unavailable, ...]]
Values = dict[str, tuple[Scalar | Unavailable, ...]]

LADDER = (32, 0, 1, 3, 5, 8, 10, 16, 20, 30, 50, 60, 100, 200)
"""Tried for the inputs of functions, whose thresholds cannot be seen from outside."""


def with_inputs(registry: Registry, given: Given) -> Values:
    """The facts with readings in place of classes, for those inputs of a class that are not given.

    A class that no readings give together with the rest is left as it was: the walk says so.
    """
    told: Values = dict(given)
    for name in given:
        rule = _rule(registry, name)
        free = [base for base in rule.of if base not in told] if rule else []
        if rule is None or name not in told or not free:
            continue
        group = [other for other in told if _within(_rule(registry, other), free, told)]
        rounds = max(len(told[other]) for other in group)
        found = [_inputs(registry, rule, free, told, _nth(told, group, n)) for n in range(rounds)]
        if all(found):
            told.update({base: tuple(one[base] for one in found) for base in free})
            told = {other: said for other, said in told.items() if other not in group}
    return told


def _rule(registry: Registry, name: str) -> Derived | None:
    spec = registry.facts.get(name)
    return spec.derived if spec is not None else None


def _within(one: Derived | None, free: Sequence[str], told: Given) -> bool:
    """Whether a class follows from the inputs that are looked for, and from what is given."""
    if one is None or not any(base in free for base in one.of):
        return False
    return all(base in free or base in told for base in one.of)


def _nth(told: Given, names: Sequence[str], nth: int) -> dict[str, Scalar | Unavailable]:
    return {name: told[name][min(nth, len(told[name]) - 1)] for name in names}


def _inputs(
    registry: Registry,
    rule: Derived,
    free: Sequence[str],
    told: Given,
    wanted: Mapping[str, Scalar | Unavailable],
) -> dict[str, Scalar | Unavailable]:
    """Values of the free inputs from which everything wanted follows; empty when none do."""
    for said in wanted.values():
        if isinstance(said, Unavailable):
            return dict.fromkeys(free, said)
    fixed = {name: said[0] for name, said in told.items() if not isinstance(said[0], Unavailable)}
    for values in product(*(_candidates(registry.facts[base], rule) for base in free)):
        facts = {**fixed, **dict(zip(free, values, strict=True))}
        if all(_value(registry, name, facts) == value for name, value in wanted.items()):
            return dict(zip(free, values, strict=True))
    return {}


def _value(registry: Registry, name: str, facts: Mapping[str, Scalar]) -> Scalar | None:
    rule = _rule(registry, name)
    return None if rule is None else value_of(rule, facts)


def _candidates(spec: FactSpec, rule: Derived) -> list[Scalar]:
    """Numbers on each side of every bound of the bands, or a ladder for a function."""
    if spec.type is FactType.TEXT:
        return list(ADDRESSES)
    whole = spec.type is FactType.INT
    gap = 1.0 if whole else (spec.step or 1.0) / 2
    bands = [band for rows in rule.bands.values() for band in rows]
    bounds = [edge for band in bands for edge in (band.low, band.high) if isfinite(edge)]
    lowest = max(spec.low or 0.0, -30.0)
    rungs = [lowest + rung for rung in LADDER]
    tried = [bound + shift for bound in bounds for shift in (-gap, 0.0, gap)] or rungs
    low, high = (
        (lowest if spec.low is None else spec.low),
        (inf if spec.high is None else spec.high),
    )
    kept = [one for one in tried if low <= one <= high]
    return [round(one) if whole else round(one, 4) for one in kept]

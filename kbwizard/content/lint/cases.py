"""Every case a node's branches must decide, as one big set of bits.

A case gives each tested fact one of its values, or *unknown*. Cases are numbered like the digits
of a mixed-radix number, and a set of cases is a Python integer with one bit for each: unions and
complements over hundreds of thousands of cases are single operations.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kbwizard.wizard.conditions import AllOf, Condition, Test
from kbwizard.wizard.facts import FactSpec, FactType, Registry, Scalar
from kbwizard.wizard.judge import evaluate, facts_in
from kbwizard.wizard.known import CONFLICT
from kbwizard.wizard.model import Branch

MAX_CASES = 1 << 21
"""More than this is not decided by enumeration: the node then needs an `else`."""

OTHER = "\x00other"
"""Stands for every text that no test names."""


class TooManyCases(Exception):
    """The node tests too many facts at once."""


class Cases:
    """The cases over the facts that some conditions test."""

    def __init__(self, conditions: Sequence[Condition], registry: Registry) -> None:
        self.facts = tuple(dict.fromkeys(name for c in conditions for name in facts_in(c)))
        tests = [test for condition in conditions for test in _tests(condition)]
        self.domains = [
            _domain(name, registry.facts.get(name), [t for t in tests if t.fact == name])
            for name in self.facts
        ]
        self.count = 1
        for domain in self.domains:
            self.count *= len(domain)
        if self.count > MAX_CASES:
            raise TooManyCases
        self.every = (1 << self.count) - 1
        self.known = self.every
        for place in range(len(self.facts)):
            self.known &= self._where(place, [value is not None for value in self.domains[place]])

    def holding(self, condition: Condition) -> int:
        """The cases in which the condition is true (neither false nor unknown)."""
        if isinstance(condition, Test):
            place = self.facts.index(condition.fact)
            return self._where(
                place,
                [
                    value is not None and evaluate(condition, {condition.fact: value}) is True
                    for value in self.domains[place]
                ],
            )
        masks = [self.holding(part) for part in condition.parts]
        found = self.every if isinstance(condition, AllOf) else 0
        for mask in masks:
            found = found & mask if isinstance(condition, AllOf) else found | mask
        return found

    def example(self, cases: int) -> dict[str, Scalar | None]:
        """One of the cases, the first, as values."""
        number = (cases & -cases).bit_length() - 1
        found: dict[str, Scalar | None] = {}
        for name, domain in zip(self.facts, self.domains, strict=True):
            number, digit = divmod(number, len(domain))
            found[name] = domain[digit]
        return found

    def _where(self, place: int, wanted: Iterable[bool]) -> int:
        """The cases whose digit at `place` is one of the wanted."""
        stride = 1
        for domain in self.domains[:place]:
            stride *= len(domain)
        run = (1 << stride) - 1
        digits = 0
        for digit, keep in enumerate(wanted):
            if keep:
                digits |= run << (digit * stride)
        return _repeat(digits, stride * len(self.domains[place]), self.count)


def _repeat(pattern: int, period: int, width: int) -> int:
    """The pattern of `period` bits, again and again up to `width` bits (a multiple of it)."""
    while period < width:
        pattern |= pattern << period
        period *= 2
    return pattern & ((1 << width) - 1)


def _tests(condition: Condition) -> list[Test]:
    if isinstance(condition, Test):
        return [condition]
    return [test for part in condition.parts for test in _tests(part)]


def _domain(name: str, spec: FactSpec | None, tests: list[Test]) -> list[Scalar | None]:
    if name.startswith(CONFLICT):
        return [True, False]  # never unknown: what nobody said contradicts nothing
    if spec is not None and spec.values:
        return [*(label.value for label in spec.values), None]
    if spec is not None and spec.type in (FactType.INT, FactType.FLOAT):
        return [*_numbers(spec, tests), None]
    named = [value for test in tests for value in test.values]
    return [*dict.fromkeys(named), OTHER, None]


def _numbers(spec: FactSpec, tests: list[Test]) -> list[Scalar]:
    """Numbers on, just under and just over each bound: one in each interval."""
    gap = 1.0 if spec.type is FactType.INT else (spec.step or 0.001) / 2
    bounds: set[float] = set()
    for test in tests:
        values = [float(v) for v in test.values if not isinstance(v, str)]
        bounds.update(values or (test.low, test.high))
    near = {bound + shift for bound in bounds for shift in (-gap, 0.0, gap)}
    low = spec.low if spec.low is not None else min(near, default=0.0)
    high = spec.high if spec.high is not None else max(near, default=0.0)
    kept = sorted({number for number in (*near, low, high) if low <= number <= high})
    return [int(n) for n in kept] if spec.type is FactType.INT else list(kept)


def covered(branches: Sequence[Branch], cases: Cases) -> tuple[list[int], int]:
    """Numbers (from 1) of the branches no case takes, and the cases that some branch takes."""
    taken = 0
    idle = []
    for number, branch in enumerate(branches, start=1):
        mask = cases.holding(branch.when)
        if not mask & ~taken:
            idle.append(number)
        taken |= mask
    return idle, taken

"""Judges conditions over facts in Kleene's three values, and picks the way a node is left.

Says nothing of where values come from: a `Values` is anything with a `get` that answers None for
what is unknown, a plain dict included.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple, Protocol

from kbwizard.wizard.conditions import AllOf, AnyOf, Condition, Test
from kbwizard.wizard.facts import Scalar
from kbwizard.wizard.model import Branch


class Values(Protocol):
    """What is known, by name; None is unknown."""

    def get(self, fact: str, /) -> Scalar | None: ...


class Way(NamedTuple):
    """How a node is left: where to, the label of the edge taken, and the author's words for it."""

    target: str
    exit: str
    why: str = ""


def evaluate(condition: Condition, facts: Values) -> bool | None:
    """True, false, or None for unknown.

    >>> evaluate(Test("led.los", "in", ("red",)), {"led.los": "red"})
    True
    >>> both = AllOf((Test("a", "in", (1,)), Test("b", "in", (1,))))
    >>> evaluate(both, {"a": 2}), evaluate(both, {"a": 1})
    (False, None)
    """
    if isinstance(condition, Test):
        return _holds(condition, facts.get(condition.fact))
    if isinstance(condition, AllOf):
        return _all(condition, facts)
    return _any(condition, facts)


def _all(condition: AllOf, facts: Values) -> bool | None:
    answer: bool | None = True
    for part in condition.parts:
        holds = evaluate(part, facts)
        if holds is False:
            return False
        if holds is None:
            answer = None
    return answer


def _any(condition: AnyOf, facts: Values) -> bool | None:
    answer: bool | None = False
    for part in condition.parts:
        holds = evaluate(part, facts)
        if holds is True:
            return True
        if holds is None:
            answer = None
    return answer


def _holds(test: Test, value: Scalar | None) -> bool | None:
    if value is None:
        return None
    if test.op == "in":
        # `1 == True` in Python; a number never equals a truth value here.
        return any(
            value == wanted and isinstance(value, bool) == isinstance(wanted, bool)
            for wanted in test.values
        )
    if isinstance(value, str | bool):
        return None
    return within(test.op, value, test.low, test.high)


def within(op: str, value: float, low: float, high: float) -> bool:
    """One numeric comparison: `<`, `<=`, `>`, `>=` against `low`, or `..` with both ends in."""
    if op == "<":
        return value < low
    if op == "<=":
        return value <= low
    if op == ">":
        return value > low
    if op == ">=":
        return value >= low
    if op == "..":
        return low <= value <= high
    return value == low


def choose(branches: tuple[Branch, ...], otherwise: str, unknown: str, facts: Values) -> Way | None:
    """The way out by rule 5, or None where the node names none that applies.

    The first branch that is true wins, unknown ones before it or not. With none true, any unknown
    one sends the walk to `unknown`, else to `otherwise`. Where only one of the two is named it
    serves for both: an author who wrote no `unknown` has said that `else` covers it.
    """
    undecided = False
    for place, branch in enumerate(branches, start=1):
        holds = evaluate(branch.when, facts)
        if holds is True:
            return Way(branch.goto, f"branch {place}", branch.why)
        if holds is None:
            undecided = True
    first, second = ("unknown", "else") if undecided else ("else", "unknown")
    targets = {"unknown": unknown, "else": otherwise}
    for label in (first, second):
        if targets[label]:
            return Way(targets[label], label)
    return None


def possible(condition: Condition, blocked: Collection[str]) -> bool:
    """Whether the condition could still come true if the facts in `blocked` stay unknown."""
    if isinstance(condition, Test):
        return condition.fact not in blocked
    parts = (possible(part, blocked) for part in condition.parts)
    return all(parts) if isinstance(condition, AllOf) else any(parts)


def facts_in(condition: Condition) -> tuple[str, ...]:
    """Every fact the condition tests, in order, each once."""
    if isinstance(condition, Test):
        return (condition.fact,)
    names = [name for part in condition.parts for name in facts_in(part)]
    return tuple(dict.fromkeys(names))

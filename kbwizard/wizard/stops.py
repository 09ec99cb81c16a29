"""The moving parts of a fold: where the walk stands, how it came there, how visits are numbered."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from kbwizard.wizard.model import Node
from kbwizard.wizard.plan import Step

BY_JUMP = "by jump"
BY_HAND_OVER = "by hand-over"
TO_PARENT = "to parent"
NOT_EDGES = frozenset({BY_JUMP, BY_HAND_OVER, TO_PARENT})
"""Exits that are no edge of any tree."""


class Frame(NamedTuple):
    """A parent that waits at its subtree node. `entry` tells apart two entries into one tree."""

    tree: str
    node: str
    entry: int
    way: tuple[Step, ...]
    """From the root down to this node, itself included."""
    stop: Stop | None = None
    """The visit of the subtree node; None when a jump came in past it."""

    @property
    def step(self) -> Step:
        return (self.tree, self.node)


@dataclass(slots=True, eq=False)
class Stop:
    """One visit while it is walked. The answer of `replay` freezes it into a `Visit`."""

    number: int
    tree: str
    node: Node
    frames: tuple[Frame, ...]
    entry: int
    at: datetime
    seq: int
    exit: str = ""
    why: str = ""
    skipped: bool = False
    asked: bool = False
    opened: bool = False
    """The arrival was looked at: what follows is judged by `missing`."""
    missing: tuple[str, ...] = ()
    """Facts a question still waits for."""
    given_up: bool = False
    answered: bool = False
    """Given up by answering the question offered meanwhile, not merely by not waiting."""
    confirmed: bool = False
    already: bool = False
    """Confirmed as done before: there is nothing to wait for."""
    wait_until: datetime | None = None
    wait_seq: int = 0
    poll_until: datetime | None = None
    last_poll: datetime | None = None
    poll_over: bool = False
    poll_failed: bool = False
    """Time was up, or what the poll waits for could not be read: nothing more is read."""
    streaks: dict[str, int] = field(default_factory=dict)
    """How many unavailable readings in a row a poll has had of each fact."""

    @property
    def step(self) -> Step:
        return (self.tree, self.node.name)

    def trees(self) -> tuple[str, ...]:
        """The trees the walk is in here, from the root down."""
        return (*(frame.tree for frame in self.frames), self.tree)

    def level_entry(self, level: int) -> int:
        """The entry into the tree at that depth; the root's is at 0."""
        return self.frames[level].entry if level < len(self.frames) else self.entry


class Numbers:
    """Gives visits their numbers: the nth arrival at a node by a way keeps its number for good.

    So a form or an answer names one visit whatever is revised before it, and a walk that comes
    out the same has the same numbers.
    """

    __slots__ = ("_numbers", "_steps")

    def __init__(self) -> None:
        self._numbers: dict[tuple[tuple[Step, ...], Step, int], int] = {}
        self._steps: list[Step] = []

    def assign(self, way: tuple[Step, ...], step: Step, nth: int) -> int:
        key = (way, step, nth)
        number = self._numbers.get(key)
        if number is None:
            self._steps.append(step)
            number = self._numbers[key] = len(self._steps)
        return number

    def step(self, number: int) -> Step | None:
        """The tree and node of a visit; None for a number that was never given."""
        return self._steps[number - 1] if 0 < number <= len(self._steps) else None

"""What holds on every way, or on some way, to each node of each tree, through sub-trees.

Sets of facts are bits of an integer. What a way does to such a set is always "keep some, add
some", so a whole tree is one such step from its entry to each node, worked out once from its
leaves up; parents use it wherever they call the tree, and what holds at their calls then comes
down to the children. Nothing is walked twice, whatever the number of callers.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import NamedTuple

from kbwizard.wizard.graph import Edge
from kbwizard.wizard.model import BACK, Node, Outcome, Subtree, Tree

Ways = Mapping[str, tuple[Edge, ...]]


class Step(NamedTuple):
    """What a way does to a set of bits: `bits & keep | add`."""

    keep: int = -1
    add: int = 0

    def after(self, bits: int) -> int:
        return bits & self.keep | self.add

    def then(self, other: Step) -> Step:
        return Step(self.keep & other.keep, self.add & other.keep | other.add)


def on_every_way(one: Step, two: Step) -> Step:
    """The step whose outcome holds whichever of the two was taken."""
    keep = one.keep & two.keep | one.keep & two.add | one.add & two.keep
    return Step(keep, one.add & two.add)


def on_some_way(one: Step, two: Step) -> Step:
    """The step whose outcome holds if either of the two was taken."""
    return Step(one.keep | two.keep, one.add | two.add)


SETTLES_ALL = Step(add=-1)
CLEARS_ALL = Step(keep=0)

Meet = Callable[[Step, Step], Step]
Local = Callable[[Tree, Node, Edge], Step]
"""What leaving a node by an edge does, sub-trees apart."""


class Flow:
    """One question about facts, answered for every node of every tree."""

    def __init__(
        self,
        trees: Mapping[str, Tree],
        ways: Mapping[str, Ways],
        local: Local,
        meet: Meet,
        absent: Step,
    ) -> None:
        """`absent` is what a tree that cannot be read is taken to do: it has its own problem."""
        self.trees = trees
        self.ways = ways
        self.local = local
        self.meet = meet
        self.absent = absent
        self.arrivals: dict[str, dict[str, Step]] = {}
        order = leaves_first(trees)
        for name in order:
            self.arrivals[name] = self._within(trees[name])
        self.starts = self._starts(list(reversed(order)))

    def at(self, tree: str, node: str) -> int | None:
        """The bits that hold on arriving there; None for a node that no way reaches."""
        step = self.arrivals[tree].get(node)
        return None if step is None else step.after(self.starts.get(tree, 0))

    def step(self, tree: Tree, edge: Edge) -> Step | None:
        """What this edge does; None for a return that the child never gives."""
        node = tree.nodes[edge.source]
        if isinstance(node, Subtree) and edge.label in node.returns:
            return self._returned(node, edge.label)
        return self.local(tree, node, edge)

    def path(self, tree: Tree, goal: str, bit: int, wanted: bool) -> tuple[str, ...]:
        """A shortest way in the tree that arrives at `goal` with that bit set, or not."""
        start = (tree.entry, bool(self.starts.get(tree.name, 0) >> bit & 1))
        starts = [start, *((name, False) for name in interruptions(tree))]
        came: dict[tuple[str, bool], tuple[str, bool] | None] = dict.fromkeys(starts)
        queue = deque(starts)
        while queue:
            here = queue.popleft()
            if here == (goal, wanted):
                return _names(came, here)
            for edge in self.ways[tree.name][here[0]]:
                step = self.step(tree, edge)
                if step is None:
                    continue
                there = (edge.target, bool(step.after(here[1] << bit) >> bit & 1))
                if there not in came:
                    came[there] = here
                    queue.append(there)
        return ()

    def _within(self, tree: Tree) -> dict[str, Step]:
        """From the entry to each node, by going on until nothing changes."""
        found = {tree.entry: Step(), **dict.fromkeys(interruptions(tree), Step(keep=0))}
        queue = deque(found)
        while queue:
            name = queue.popleft()
            for edge in self.ways[tree.name][name]:
                step = self.step(tree, edge)
                if step is None:
                    continue
                arriving = found[name].then(step)
                before = found.get(edge.target)
                after = arriving if before is None else self.meet(before, arriving)
                if after != before:
                    found[edge.target] = after
                    queue.append(edge.target)
        return found

    def _returned(self, node: Subtree, key: str) -> Step | None:
        child = self.trees.get(node.tree)
        if child is None or node.tree not in self.arrivals:
            return self.absent
        found: Step | None = None
        for ending in child:
            if not isinstance(ending, Outcome) or returned_by(ending, node) != key:
                continue
            step = self.arrivals[node.tree].get(ending.name)
            if step is not None:
                found = step if found is None else self.meet(found, step)
        return found

    def _starts(self, order: list[str]) -> dict[str, int]:
        """What holds at the entry of each tree: what holds at all its calls, roots first."""
        # A root is also entered by itself, with nothing, whoever calls it besides.
        starts = {name: 0 for name in order if self.trees[name].root}
        for name in order:
            starts.setdefault(name, 0)
            tree = self.trees[name]
            for node in tree:
                step = self.arrivals[name].get(node.name)
                if not isinstance(node, Subtree) or node.tree not in self.trees or step is None:
                    continue
                bits = Step(add=step.after(starts[name]), keep=0)
                before = starts.get(node.tree)
                met = bits if before is None else self.meet(Step(0, before), bits)
                starts[node.tree] = met.add
        return starts


def interruptions(tree: Tree) -> list[str]:
    """Nodes that an exit for any time leads to, whatever has been learned or changed by then.

    Only what happens from there on is judged: such a way begins with nothing.
    """
    return [way.goto for way in tree.anytime if way.goto not in (BACK, tree.entry)]


def returned_by(ending: Outcome, node: Subtree) -> str:
    """The key under which a parent's node catches a child's outcome; empty when it does not."""
    if ending.disposition in node.returns:
        return ending.disposition
    return str(ending.result) if str(ending.result) in node.returns else ""


def leaves_first(trees: Mapping[str, Tree]) -> list[str]:
    """Names of trees, each after the trees it calls; calls in a circle are cut."""
    order: list[str] = []
    seen: set[str] = set()

    def visit(name: str) -> None:
        if name in seen or name not in trees:
            return
        seen.add(name)
        for node in trees[name]:
            if isinstance(node, Subtree):
                visit(node.tree)
        order.append(name)

    for name in trees:
        visit(name)
    return order


def _names(
    came: Mapping[tuple[str, bool], tuple[str, bool] | None], end: tuple[str, bool]
) -> tuple[str, ...]:
    path: list[str] = []
    here: tuple[str, bool] | None = end
    while here is not None:
        path.append(here[0])
        here = came[here]
    return tuple(reversed(path))

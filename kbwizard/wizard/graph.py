"""The ways of a tree without walking it: for drawing, linting, coverage.

A label says how a node is left, the same word that `Visit.exit` bears: the value (`go`),
`branch N` from 1, `else`, `unknown`, `goto`, `then`, `on_error`, `otherwise`, a sub-tree's
disposition or result, `max_visits`; `anytime KEY` leaves from everywhere (source `*`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kbwizard.wizard.leave import label_of
from kbwizard.wizard.model import (
    BACK,
    Action,
    Bundle,
    Check,
    Decide,
    Instruction,
    Node,
    Outcome,
    Question,
    Subtree,
    Tree,
)
from kbwizard.wizard.position import Position, Visit
from kbwizard.wizard.stops import NOT_EDGES

ANYWHERE = "*"
"""The source of an anytime exit: every node of the walk."""

Walked = tuple[str, str, str]
"""A tree, a source and a label: what tells one edge from another."""


class Edge(NamedTuple):
    """One way from a node. `target` is a node of the same tree, or `back`."""

    tree: str
    source: str
    label: str
    target: str

    @property
    def key(self) -> Walked:
        return (self.tree, self.source, self.label)

    @property
    def anytime(self) -> bool:
        return self.source == ANYWHERE


def edges(tree: Tree) -> tuple[Edge, ...]:
    """Every edge of the tree, in the order of the file."""
    inner = [
        Edge(tree.name, node.name, label, target)
        for node in tree.nodes.values()
        for label, target in _ways(node)
    ]
    outer = [Edge(tree.name, ANYWHERE, f"anytime {way.key}", way.goto) for way in tree.anytime]
    return (*inner, *outer)


def _ways(node: Node) -> Iterator[tuple[str, str]]:
    if isinstance(node, Subtree):
        yield from node.returns.items()
    elif isinstance(node, Action):
        yield from _named(then=node.then, on_error=node.on_error, otherwise=node.otherwise)
    elif isinstance(node, Instruction):
        yield "goto", node.goto
    elif isinstance(node, Question):
        yield from ((label_of(value), target) for value, target in node.go.items())
        yield from _branching(node)
        yield from _named(goto=node.goto)
    elif not isinstance(node, Outcome):
        yield from _branching(node)
    if node.max_visits is not None:
        yield "max_visits", node.max_visits.then


def _branching(node: Question | Check | Decide) -> Iterator[tuple[str, str]]:
    for place, branch in enumerate(node.branches, start=1):
        yield f"branch {place}", branch.goto
    for label, target in (("else", node.otherwise), ("unknown", node.unknown)):
        if target:
            yield label, target


def _named(**targets: str) -> Iterator[tuple[str, str]]:
    return ((label, target) for label, target in targets.items() if target)


def successors(tree: Tree) -> dict[str, tuple[str, ...]]:
    """For each node the nodes it may lead to, each once; `back` and anytime exits left out."""
    found: dict[str, dict[str, None]] = {name: {} for name in tree.nodes}
    for edge in edges(tree):
        if edge.source in found and edge.target != BACK:
            found[edge.source][edge.target] = None
    return {name: tuple(targets) for name, targets in found.items()}


def reachable(tree: Tree, starts: Iterable[str] = ()) -> frozenset[str]:
    """Nodes that can be reached from `starts`; by default from the entry and anytime exits.

    Names that the tree does not define are not followed, and not answered.
    """
    ways = successors(tree)
    queue = deque(starts or (tree.entry, *(way.goto for way in tree.anytime)))
    seen: set[str] = set()
    while queue:
        name = queue.popleft()
        if name in ways and name not in seen:
            seen.add(name)
            queue.extend(ways[name])
    return frozenset(seen)


def trees_below(bundle: Bundle, root: str) -> tuple[str, ...]:
    """The root and every tree it can run, nearest first; missing trees left out."""
    queue, seen = deque((root,)), dict[str, None]()
    while queue:
        tree = bundle.trees.get(queue.popleft())
        if tree is not None and tree.name not in seen:
            seen[tree.name] = None
            queue.extend(node.tree for node in tree if isinstance(node, Subtree))
    return tuple(seen)


def walked_edges(walk: Position | Iterable[Visit]) -> frozenset[Walked]:
    """The edges a walk took, as (tree, source, label): the keys of `edges`."""
    visits = tuple(walk.path if isinstance(walk, Position) else walk)
    root = visits[0].tree if visits else ""
    return frozenset(
        (root, ANYWHERE, visit.exit)
        if visit.exit.startswith("anytime ")
        else (visit.tree, visit.node, visit.exit)
        for visit in visits
        if visit.exit and visit.exit not in NOT_EDGES
    )

"""What follows from a bundle alone, worked out once: gates, ways to trees, what a fact rests on."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import timedelta

from kbwizard.wizard.facts import Ask, Registry, Source
from kbwizard.wizard.model import (
    Anytime,
    Audience,
    Bundle,
    Outcome,
    Question,
    Subtree,
    Tree,
)

MACHINES = frozenset({Source.NETWORK, Source.CONTRACT, Source.CASE})
"""Sources that are not a person."""

_KEPT = 8

Step = tuple[str, str]
"""A tree and one of its nodes."""


class Plan:
    """Lookups over one bundle. Never changes what it answers, so walks may share it."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.specs = bundle.registry.facts
        self.conflicts = {spec.id: spec for spec in bundle.registry.conflicts}
        self.derived = tuple(name for name, spec in self.specs.items() if spec.derived)
        self.derived_set = frozenset(self.derived)
        self.max_age = {
            name: timedelta(seconds=spec.ttl_s)
            for name, spec in self.specs.items()
            if spec.ttl_s is not None
        }
        self._bases: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._ways: dict[tuple[str, str], tuple[Step, ...] | None] = {}
        self._gates: dict[str, tuple[Step, ...]] = {}
        self._anytime: dict[str, dict[str, Anytime]] = {}

    def bases(self, names: Iterable[str]) -> tuple[str, ...]:
        """The facts that sources or people can supply for these, each once, in order."""
        key = tuple(names)
        found = self._bases.get(key)
        if found is None:
            below = (base for name in key for base in _bases(self.bundle.registry, name, ()))
            found = self._bases[key] = tuple(dict.fromkeys(below))
        return found

    def gates(self, root: str) -> tuple[Step, ...]:
        """(tree, root's node) of every sub-tree that is a gate, in the order of the file."""
        if root not in self._gates:
            tree = self.bundle.trees.get(root)
            nodes = tree.nodes.values() if tree else ()
            self._gates[root] = tuple(
                (node.tree, node.name)
                for node in nodes
                if isinstance(node, Subtree) and self._is_gate(node.tree)
            )
        return self._gates[root]

    def _is_gate(self, name: str) -> bool:
        tree = self.bundle.trees.get(name)
        return tree is not None and tree.gate

    def anytime(self, root: str) -> dict[str, Anytime]:
        """The root's anytime exits by key."""
        if root not in self._anytime:
            tree = self.bundle.trees.get(root)
            self._anytime[root] = {way.key: way for way in tree.anytime} if tree else {}
        return self._anytime[root]

    def way(self, root: str, target: str) -> tuple[Step, ...] | None:
        """The shortest way of subtree nodes from the root down to a tree; None if there is none."""
        key = (root, target)
        if key not in self._ways:
            self._ways[key] = _way(self.bundle, root, target)
        return self._ways[key]


_plans: dict[int, Plan] = {}


def plan_of(bundle: Bundle) -> Plan:
    """The bundle's plan, kept for the last few bundles (by identity: they hold mappings)."""
    plan = _plans.get(id(bundle))
    if plan is not None and plan.bundle is bundle:
        return plan
    while len(_plans) >= _KEPT:
        # `pop` with a default: another thread may have dropped the same one.
        _plans.pop(next(iter(list(_plans)), 0), None)
    plan = _plans[id(bundle)] = Plan(bundle)
    return plan


def can_be_asked(plan: Plan, question: Question, audience: str) -> bool:
    """Whether this audience can be asked: it has a text, and nobody but an agent reads a screen."""
    if not question.texts.for_audience(audience):
        return False
    if audience != Audience.CUSTOMER:
        return True
    specs = (plan.specs.get(name) for name in question.facts)
    return not any(spec is not None and spec.ask is Ask.SCREEN for spec in specs)


def requires_of(outcome: Outcome, audience: str) -> tuple[str, ...]:
    """Facts the outcome requires. A trainee plays the agent; `""` is for every audience."""
    for name in (audience, Audience.AGENT if audience == Audience.TRAINEE else "", ""):
        if name in outcome.requires:
            return outcome.requires[name]
    return ()


def _bases(registry: Registry, name: str, seen: tuple[str, ...]) -> tuple[str, ...]:
    spec = registry.facts.get(name)
    if spec is None or spec.derived is None or name in seen:
        return (name,)
    inputs = list(spec.derived.of)
    chooser = registry.facts.get(spec.derived.by)
    if chooser is not None and (chooser.read_by or chooser.derived):
        # Nobody waits for a chooser that no source reads: the default bands serve then.
        inputs.append(spec.derived.by)
    below = [base for part in inputs for base in _bases(registry, part, (*seen, name))]
    return tuple(dict.fromkeys(below))


def _way(bundle: Bundle, root: str, target: str) -> tuple[Step, ...] | None:
    if target not in bundle.trees:
        return None
    queue: deque[tuple[str, tuple[Step, ...]]] = deque([(root, ())])
    seen = {root}
    while queue:
        name, steps = queue.popleft()
        if name == target:
            return steps
        for node in _subtrees(bundle.trees.get(name)):
            if node.tree not in seen:
                seen.add(node.tree)
                queue.append((node.tree, (*steps, (name, node.name))))
    return None


def _subtrees(tree: Tree | None) -> list[Subtree]:
    return [node for node in tree.nodes.values() if isinstance(node, Subtree)] if tree else []

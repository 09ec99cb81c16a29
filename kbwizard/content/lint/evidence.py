"""Rules on evidence: what an outcome requires is settled, and nothing rests on what has changed.

Three questions for the whole bundle (`flows.py`): which facts are settled on every way, which were
changed on some way and not learned again, and which changes nobody has looked at since.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from kbwizard.content.lint.flows import (
    CLEARS_ALL,
    SETTLES_ALL,
    Flow,
    Local,
    Step,
    Ways,
    on_every_way,
    on_some_way,
)
from kbwizard.content.lint.inspection import Inspection
from kbwizard.wizard.conditions import AllOf, Condition, Test
from kbwizard.wizard.graph import Edge
from kbwizard.wizard.judge import facts_in
from kbwizard.wizard.known import CONFLICT
from kbwizard.wizard.model import (
    Action,
    Audience,
    Branch,
    Bundle,
    Check,
    Decide,
    Instruction,
    Node,
    Outcome,
    Question,
    Result,
    Tree,
)
from kbwizard.wizard.plan import Plan, can_be_asked, plan_of, requires_of

RESTING = frozenset({Result.SOLVED, Result.NOT_SOLVED, Result.DISPATCH, Result.ESCALATE})
"""Outcomes that say how things are now, so they need a look after the last change (CD-81)."""


class Evidence:
    """The three flows over one bundle, worked out once for all its trees."""

    def __init__(self, bundle: Bundle, ways: Mapping[str, Ways]) -> None:
        self.plan: Plan = plan_of(bundle)
        self._bits: dict[str, int] = {}
        self._marks = self._all_marks()
        trees = bundle.trees
        self.settled = {
            str(audience): Flow(trees, ways, self._settling(audience), on_every_way, SETTLES_ALL)
            for audience in Audience
        }
        self.changed = Flow(trees, ways, self._changing, on_some_way, CLEARS_ALL)
        self.unseen = Flow(trees, ways, self._leaving_unseen, on_some_way, CLEARS_ALL)

    def bit(self, name: str) -> int:
        """The place of a fact's (or a change's) bit."""
        return self._bits.setdefault(name, len(self._bits))

    def bits(self, names: Iterable[str]) -> int:
        found = 0
        for name in self.plan.bases(names):
            found |= 1 << self.bit(name)
        return found

    def behind(self, name: str) -> tuple[str, ...]:
        """The facts that a tested name rests on: a conflict's own, or itself."""
        spec = self.plan.conflicts.get(name.removeprefix(CONFLICT))
        return (name,) if spec is None else tuple(facts_in(spec.when))

    # -- what leaving a node by an edge does, for each of the three ------------------------------

    def _settling(self, audience: str) -> Local:
        def local(tree: Tree, node: Node, edge: Edge) -> Step:
            if edge.label == "max_visits":
                return Step()
            add = self._known_by(node, edge)
            if isinstance(node, Check):
                add |= self.bits(node.facts)
            elif isinstance(node, Question):
                known = edge.label not in ("unknown", "else") and not node.branches
                if known or can_be_asked(self.plan, node, audience):
                    add |= self.bits(node.facts)
            return Step(~self.bits(_changes(node, edge)), add)

        return local

    def _known_by(self, node: Node, edge: Edge) -> int:
        """A branch that is true says that what it tests is known."""
        branch = branch_of(node, edge)
        names = [] if branch is None else _must_be_known(branch.when)
        plain = [name for name in names if name in self.plan.specs]
        return self.bits(name for name in plain if self.plan.specs[name].derived is None)

    def _changing(self, tree: Tree, node: Node, edge: Edge) -> Step:
        if edge.label == "max_visits":
            return Step()
        if isinstance(node, Question | Check):
            return Step(~self.bits(node.facts))
        return Step(add=self.bits(_changes(node, edge)))

    def _leaving_unseen(self, tree: Tree, node: Node, edge: Edge) -> Step:
        if edge.label == "max_visits":
            return Step()
        if isinstance(node, Question | Check):
            return Step(~self._seen(self.plan.bases(node.facts)))
        changes = _changes(node, edge)
        return Step(add=1 << self._mark(tree, node) if changes else 0)

    def _seen(self, facts: Collection[str]) -> int:
        found = 0
        for place, changes in self._marks.items():
            if not changes.isdisjoint(facts):
                found |= 1 << place
        return found

    def _mark(self, tree: Tree, node: Node) -> int:
        return self.bit(f"{tree.name} {node.name}")

    def _all_marks(self) -> dict[int, frozenset[str]]:
        """Every change of the bundle: its bit, and the facts any of which shows what it did."""
        return {
            self._mark(tree, node): frozenset(self.plan.bases(node.changes))
            for tree in self.plan.bundle.trees.values()
            for node in tree
            if isinstance(node, Instruction | Action) and node.changes
        }

    def change_at(self, bit: int) -> str:
        """The node whose change a bit stands for."""
        return next(name for name, place in self._bits.items() if place == bit).split(" ")[1]


def check_evidence(look: Inspection, evidence: Evidence) -> None:
    for node in look.tree:
        if isinstance(node, Outcome):
            _requires(look, node, evidence)
            _rests(look, node, evidence)
        elif isinstance(node, Question | Check | Decide):
            _uses(look, node, evidence)


def _requires(look: Inspection, node: Outcome, evidence: Evidence) -> None:
    missing: dict[str, str] = {}
    for audience in look.tree.audiences:
        flow = evidence.settled[audience]
        settled = flow.at(look.tree.name, node.name)
        for name in requires_of(node, audience):
            if settled is not None and evidence.bits((name,)) & ~settled:
                missing.setdefault(name, audience)
    for name, audience in missing.items():
        flow = evidence.settled[audience]
        absent = evidence.plan.bases((name,))
        paths = [flow.path(look.tree, node.name, evidence.bit(base), False) for base in absent]
        look.report(
            "requires-unsettled",
            node.line,
            f'o desfecho "{node.name}" pede "{name}", e há caminho ({audience}) em que '
            "ninguém o leu nem perguntou",
            f'leia ou pergunte "{name}" antes, ou tire-o de "requires"',
            path=next((path for path in paths if path), ()),
        )


def _uses(look: Inspection, node: Question | Check | Decide, evidence: Evidence) -> None:
    changed = evidence.changed.at(look.tree.name, node.name)
    if not changed:
        return
    own = set() if isinstance(node, Decide) else set(evidence.plan.bases(node.facts))
    for branch in node.branches:
        for name in facts_in(branch.when):
            for base in evidence.plan.bases(evidence.behind(name)):
                if base not in own and changed >> evidence.bit(base) & 1:
                    _stale(look, node, branch, name, evidence.bit(base), evidence)
                    break


def _stale(
    look: Inspection, node: Node, branch: Branch, name: str, bit: int, evidence: Evidence
) -> None:
    look.report(
        "stale-fact",
        branch.line,
        f'o passo "{node.name}" decide por "{name}", medido antes de uma mudança que o invalida',
        f'leia ou pergunte "{name}" de novo depois da mudança',
        path=evidence.changed.path(look.tree, node.name, bit, True),
    )


def _rests(look: Inspection, node: Outcome, evidence: Evidence) -> None:
    unseen = evidence.unseen.at(look.tree.name, node.name)
    if not unseen or node.result not in RESTING:
        return
    bit = unseen.bit_length() - 1
    look.report(
        "outcome-old-facts",
        node.line,
        f'o desfecho "{node.name}" vem depois do passo "{evidence.change_at(bit)}" sem nenhuma '
        "leitura ou pergunta no meio",
        "leia ou pergunte de novo o que mudou antes de concluir (CD-81)",
        path=evidence.unseen.path(look.tree, node.name, bit, True),
    )


def _changes(node: Node, edge: Edge) -> tuple[str, ...]:
    """What leaving by this edge has changed: an action changes only what it did."""
    if isinstance(node, Instruction):
        return node.changes
    if isinstance(node, Action) and edge.label == "then":
        return node.changes
    return ()


def branch_of(node: Node, edge: Edge) -> Branch | None:
    """The branch an edge stands for."""
    if not isinstance(node, Question | Check | Decide) or not edge.label.startswith("branch "):
        return None
    return node.branches[int(edge.label.removeprefix("branch ")) - 1]


def _must_be_known(condition: Condition) -> list[str]:
    if isinstance(condition, Test):
        return [] if condition.fact.startswith(CONFLICT) else [condition.fact]
    parts = [_must_be_known(part) for part in condition.parts]
    if isinstance(condition, AllOf):
        return [name for part in parts for name in part]
    return [name for name in parts[0] if all(name in part for part in parts)]

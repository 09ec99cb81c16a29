"""The left-hand column: what has passed, one line each, gates folded into one when all passed."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from kbwizard.cases.record import ALONE
from kbwizard.cases.words import show_value
from kbwizard.walks.service import Standing
from kbwizard.wizard.model import (
    Action,
    Check,
    Decide,
    Instruction,
    Node,
    Outcome,
    Question,
    Subtree,
)
from kbwizard.wizard.position import Given, Visit

HIDDEN = (Decide, Subtree)
"""Nodes that only route: nothing was said or read there. An outcome that only returned to its
parent is one too."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the trail. `target` is the event to revise, 0 when nothing can be changed."""

    label: str
    value: str
    state: str
    """done, skipped, now, unknown."""
    target: int = 0
    why: str = ""
    asides: tuple[str, ...] = ()
    """What the folded gates were, each in a few words."""
    by_customer: bool = False
    """The customer answered it by themselves, before an agent took over."""


def trail(standing: Standing, zone: ZoneInfo) -> tuple[Step, ...]:
    """The visits worth showing, in order, ending with where the walk stands."""
    position = standing.position
    targets = {given.visit: given for given in position.given if not given.set_aside}
    steps: list[Step] = []
    gates: list[Step] = []
    folded_at = 0
    for visit in position.path:
        node = standing.bundle.node(visit.tree, visit.node)
        here = visit.number == position.visit
        if isinstance(node, HIDDEN) or (isinstance(node, Outcome) and not here):
            continue
        step = _step(standing, visit, node, targets.get(visit.number), zone, here=here)
        if standing.bundle.trees[visit.tree].gate and not here and not visit.asked:
            folded_at = folded_at if gates else len(steps)
            gates.append(step)
        else:
            steps.append(step)
    if gates:
        steps.insert(folded_at, _folded(gates))
    return tuple(steps)


def _folded(gates: list[Step]) -> Step:
    asides = tuple(f"{gate.label}: {gate.value}" for gate in gates if gate.value)
    return Step("Verificações iniciais", "conferidas", "done", asides=asides)


def _step(
    standing: Standing, visit: Visit, node: Node, given: Given | None, zone: ZoneInfo, *, here: bool
) -> Step:
    state = "now" if here else "skipped" if visit.skipped else "done"
    label, value = _label(standing, node), _value(standing, node, zone)
    target = given.seq if given is not None else _known_seq(standing, node)
    return Step(
        label=label,
        value="" if here or value == label else value,
        state=state,
        target=0 if standing.position.ended else target,
        why=visit.why,
        by_customer=_said_alone(given, node),
    )


def _said_alone(given: Given | None, node: Node) -> bool:
    """Whether the customer answered this by themselves; what they said of how to reach them is
    no answer."""
    if given is None or given.by != ALONE:
        return False
    return not isinstance(node, Question) or any(one.fact in node.facts for one in given.readings)


def _label(standing: Standing, node: Node) -> str:
    specs = standing.bundle.registry.facts
    if isinstance(node, Question | Check):
        names = [specs[fact].label for fact in node.facts if fact in specs]
        if isinstance(node, Question) and len(names) > 1:
            return f"{names[0]} e mais {len(names) - 1}"
        return names[0] if names else node.name
    if isinstance(node, Outcome):
        return "Desfecho"
    if isinstance(node, Instruction):
        return node.confirm or "Orientação"
    return "Ação na rede" if isinstance(node, Action) else node.name


def _value(standing: Standing, node: Node, zone: ZoneInfo) -> str:
    if not isinstance(node, Question | Check):
        named = isinstance(node, Outcome) or (isinstance(node, Instruction) and node.confirm)
        return "" if named else "feito"
    known = standing.position.facts.get(node.facts[0])
    if known is None:
        return ""
    spec = standing.bundle.registry.facts.get(node.facts[0])
    return show_value(spec, known.reading, zone)


def _known_seq(standing: Standing, node: Node) -> int:
    """A question that was skipped can be changed too: its reading is the target."""
    if not isinstance(node, Question):
        return 0
    known = standing.position.facts.get(node.facts[0])
    return known.seq if known is not None else 0

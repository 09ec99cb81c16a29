"""The coach's margin: first choose what to do, then see the why. Hints cost points.

At a step that stands, the options are all of its exits and two plausible others of the same tree,
in an order drawn by the seed. A step passed silently asks nothing: the engine never stands there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from random import Random

from kbwizard.training.customer import VirtualCustomer
from kbwizard.training.exercise import Exercise
from kbwizard.training.solver import asked_before
from kbwizard.walks.service import Standing
from kbwizard.wizard.events import Answered, Event
from kbwizard.wizard.facts import Reading, Registry, Source
from kbwizard.wizard.graph import edges
from kbwizard.wizard.model import (
    Action,
    Bundle,
    Check,
    Decide,
    Instruction,
    Node,
    Outcome,
    Question,
    Result,
    Subtree,
)
from kbwizard.wizard.position import Need
from kbwizard.wizard.replay import replay

OTHERS = 2
NEAR, MAX_FAR = 3, 99
"""Steps away at which others are equally plausible; where there is no way at all."""
LONGEST = 90
ENDINGS = {
    Result.PASSED: "Concluir esta parte e seguir",
    Result.SOLVED: "Encerrar como resolvido",
    Result.ADVISED: "Encerrar com orientação",
    Result.NOT_SOLVED: "Encerrar sem solução nesta parte",
    Result.DISPATCH: "Abrir a ordem de serviço",
    Result.ESCALATE: "Escalar com prazo",
    Result.KNOWN_OUTAGE: "Informar a falha na região e encerrar",
    Result.BILLING: "Encaminhar ao financeiro",
    Result.SCHEDULED: "Confirmar a visita já marcada",
    Result.CALLBACK: "Combinar um retorno",
    Result.NO_CONTACT: "Encerrar por falta de comunicação",
}

GO_BACK = "Voltar ao passo em que a conversa estava"


@dataclass(frozen=True, slots=True)
class CoachOption:
    """One thing that could be done next. `value` is a node's name."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class CoachQuestion:
    """What the margin asks at a visit, until something was chosen."""

    visit: int
    tree: str
    node: str
    text: str
    options: tuple[CoachOption, ...]


@dataclass(frozen=True, slots=True)
class Coach:
    """The margin as it is now. `question` is None where nothing is asked."""

    attempt_id: int
    visit: int
    opening: str
    """What the customer said first."""
    question: CoachQuestion | None = None
    chosen: str = ""
    """Label of what was chosen; empty until then."""
    right: bool | None = None
    answer: str = ""
    """Label of what was right; empty until something was chosen."""
    why: str = ""
    hints: tuple[str, ...] = ()
    """Hints already given at this visit."""
    more_hints: bool = False
    hint_cost: int = 0
    said: tuple[str, ...] = ()
    """What the customer said at this visit, in order."""
    may_ask: bool = False
    """The customer can be asked the question of this step."""
    asks: str = ""
    """What the customer asks by themself."""


def question_at(standing: Standing, exercise: Exercise, seed: int) -> CoachQuestion | None:
    """What there is to choose where the walk stands; None where nothing is."""
    position, bundle = standing.position, standing.bundle
    node = position.node
    if position.ended or not isinstance(node, Question | Instruction | Action):
        return None
    if position.pending.need is Need.READINGS:  # nobody can know yet where it leads
        return None
    targets = list(dict.fromkeys(_targets(bundle, position.tree, node.name)))
    targets += [goto for goto in _calls(standing, exercise) if goto not in targets]
    if not targets:
        return None
    chance = Random(f"{exercise.id} {seed} {position.visit} {position.tree}.{node.name}")
    options = [CoachOption(name, _label(bundle, position.tree, name)) for name in targets]
    options += _others(bundle, position.tree, node.name, options, chance)
    chance.shuffle(options)
    text = "Diante do que você já sabe, o que vem depois deste passo?"
    return CoachQuestion(position.visit, position.tree, node.name, text, _distinct(options))


def right_option(standing: Standing, exercise: Exercise, customer: VirtualCustomer) -> str:
    """The node that the truth leads to from where the walk stands; empty when it leads nowhere."""
    called = _calls(standing, exercise)
    if called:
        return called[0]
    node = standing.position.node
    if isinstance(node, Instruction | Action):
        return node.goto if isinstance(node, Instruction) else node.then
    event = _truthful(standing, customer)
    if event is None:
        return ""
    visit = standing.position.visit
    after = replay(standing.bundle, (*standing.events, event), standing.now)
    left = next((one for one in after.path if one.number == visit), None)
    if left is None or not left.exit:
        return ""
    ways = {edge.label: edge.target for edge in edges(standing.bundle.trees[left.tree])
            if edge.source == left.node}  # fmt: skip
    return ways.get(left.exit, "")


def why_of(standing: Standing, target: str) -> str:
    """Why this step, and why this exit of it."""
    position = standing.position
    node = position.node
    parts = [_plain(node.texts.why)]
    if isinstance(node, Question):
        parts += [_plain(branch.why) for branch in node.branches if branch.goto == target]
    to = standing.bundle.trees[position.tree].nodes.get(target)
    if to is not None and to.texts.why:
        parts.append(_plain(to.texts.why))
    return " ".join(dict.fromkeys(part for part in parts if part)) or "É o que a árvore pede aqui."


def hint_texts(
    standing: Standing, question: CoachQuestion, right: str, seed: int
) -> tuple[str, ...]:
    """The hints of a visit, from the vaguest: the why of the step, then what it is not."""
    first = _plain(standing.position.node.texts.why) or "Releia o que já foi lido da rede."
    wrong = [option for option in question.options if option.value != right]
    Random(f"{seed} {question.visit} dica").shuffle(wrong)
    return (first, *(f"Não é: {option.label}" for option in wrong[: max(0, len(wrong) - 1)]))


def label_at(standing: Standing, name: str) -> str:
    """How a node of the tree that stands is called among the options."""
    root = standing.position.root
    tree = standing.position.tree
    return _label(
        standing.bundle, tree if name in standing.bundle.trees[tree].nodes else root, name
    )


def facts_here(standing: Standing) -> tuple[str, ...]:
    """The facts that somebody may be asked for where the walk stands."""
    pending = standing.position.pending
    return pending.facts if pending.need is Need.ANSWER else pending.person


def _calls(standing: Standing, exercise: Exercise) -> list[str]:
    """The anytime exit that the customer's conduct calls for here, once."""
    position, call = standing.position, exercise.calls_for
    if call is None or call.at != f"{position.tree}.{position.node.name}":
        return []
    if any(visit.exit == f"anytime {call.key}" for visit in position.path):
        return []
    root = standing.bundle.trees[position.root]
    return [way.goto for way in root.anytime if way.key == call.key]


def _truthful(standing: Standing, customer: VirtualCustomer) -> Event | None:
    position, seq, now = standing.position, len(standing.events) + 1, standing.now
    if position.pending.need is Need.ANSWER:
        readings = tuple(
            Reading(fact, customer.truth(fact, asked_before(position, fact)), Source.CUSTOMER, now,
                    line=position.line)
            for fact in position.pending.facts
        )  # fmt: skip
        return Answered(seq=seq, at=now, by="aprendiz", visit=position.visit, readings=readings)
    return None


def _targets(bundle: Bundle, tree: str, name: str) -> Iterable[str]:
    return (
        edge.target
        for edge in edges(bundle.trees[tree])
        if edge.source == name and edge.label != "max_visits"
    )


def _others(
    bundle: Bundle, tree: str, name: str, taken: list[CoachOption], chance: Random
) -> list[CoachOption]:
    """Two steps of the same tree that are no exit of this one and read differently.

    Plausible ones: near this step, and an ending only where the call could end here.
    """
    values = {option.value for option in taken} | {name}
    behind, labels = _behind(bundle, tree, values - {name}), {one.label for one in taken}
    nodes = [node for node in bundle.trees[tree] if not isinstance(node, Decide | Subtree | Check)]
    chance.shuffle(nodes)
    far = _distances(bundle, tree, name)
    may_end = any(isinstance(bundle.trees[tree].nodes.get(one), Outcome) for one in values)
    nodes.sort(key=lambda node: (isinstance(node, Outcome) and not may_end,
                                 max(far.get(node.name, MAX_FAR), NEAR)))  # fmt: skip
    found = []
    for node in nodes:
        label = _label(bundle, tree, node.name)
        if node.name not in values | behind and label not in labels:
            labels.add(label)
            found.append(CoachOption(node.name, label))
    return found[:OTHERS]


def _behind(bundle: Bundle, tree: str, exits: set[str]) -> set[str]:
    """What comes right after exits that are passed silently: to choose it would not be wrong."""
    nodes, found, ahead = bundle.trees[tree].nodes, set[str](), list(exits)
    while ahead:
        if isinstance(nodes.get(ahead[-1]), Decide | Check):
            following = set(_targets(bundle, tree, ahead.pop())) - found
            found |= following
            ahead += following
        else:
            ahead.pop()
    return found


def _distances(bundle: Bundle, tree: str, name: str) -> dict[str, int]:
    """How many steps away the others of a tree are, forwards or backwards."""
    ways = [(edge.source, edge.target) for edge in edges(bundle.trees[tree])]
    far, reached = {name: 0}, [name]
    for here in reached:
        for one, other in (*ways, *((target, source) for source, target in ways)):
            if one == here and other not in far:
                far[other] = far[here] + 1
                reached.append(other)
    return far


def _distinct(options: list[CoachOption]) -> tuple[CoachOption, ...]:
    """The same options, told apart where two read alike."""
    labels = [option.label for option in options]
    return tuple(
        replace(option, label=f"{option.label} ({option.value.replace('_', ' ')})")
        if labels.count(option.label) > 1
        else option
        for option in options
    )


def _label(bundle: Bundle, tree: str, name: str) -> str:
    node = bundle.trees[tree].nodes.get(name)
    if node is None:  # a way back, or an exit of the root's from within another tree
        root = next((one.nodes[name] for one in bundle.trees.values() if one.root
                     and name in one.nodes), None)  # fmt: skip
        return GO_BACK if root is None else step_label(bundle, root)
    return step_label(bundle, node)


def step_label(bundle: Bundle, node: Node) -> str:
    """A step as something to do: "Perguntar: Luz LOS", "Ler na rede: ONU"."""
    registry = bundle.registry
    if isinstance(node, Question):
        return "Perguntar: " + _names(registry, node.facts)
    if isinstance(node, Check):
        return "Ler na rede: " + _names(registry, node.facts)
    if isinstance(node, Instruction):
        return "Orientar: " + _first_sentence(node.texts.agent)
    if isinstance(node, Action):
        return "Executar: " + (node.confirm or node.action)
    if isinstance(node, Subtree):
        title = bundle.trees[node.tree].title if node.tree in bundle.trees else node.tree
        return "Seguir para: " + title
    if isinstance(node, Outcome):
        code = node.disposition.replace("_", " ").lower()
        return ENDINGS[node.result] + (f" ({code})" if code else "")
    return "Decidir com o que já se sabe: " + node.name.replace("_", " ")


def _names(registry: Registry, facts: tuple[str, ...]) -> str:
    labels = [registry.facts[fact].label for fact in facts if fact in registry.facts]
    shown = ", ".join(labels[:3])
    return shown + ("…" if len(labels) > 3 else "")


def _first_sentence(text: str) -> str:
    plain = _plain(text)
    sentence = re.split(r"(?<=[.!?;:])\s", plain, maxsplit=1)[0]
    return sentence if len(sentence) <= LONGEST else sentence[: LONGEST - 1].rstrip() + "…"


def _plain(text: str) -> str:
    bare = re.sub(r"[*_`>#]|,?\s*\{[a-z][a-z0-9_.]*\}", "", " ".join(text.split())).strip()
    sentences = re.split(r"(?<=[.!?])\s+", bare)
    return " ".join(one for one in sentences if not re.search(r":[.!?]?$", one))

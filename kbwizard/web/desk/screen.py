"""The middle column as data: what to say, what to press, why. Templates decide how it looks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from kbwizard.cases.words import REASONS, show_value
from kbwizard.walks.service import Standing
from kbwizard.web.answers import UNSURE, form_value
from kbwizard.web.desk.reserved import Values
from kbwizard.web.wording import say
from kbwizard.wizard.choices import choice_of
from kbwizard.wizard.facts import FactSpec, FactType
from kbwizard.wizard.model import Action, Check, Instruction, Node, Outcome
from kbwizard.wizard.plan import plan_of
from kbwizard.wizard.position import Need, Position

SPARE_KEYS = "qwrtyu"
"""For an eleventh answer and on: letters that no other act of the desk uses."""
NO_TEXT = Markup("")


@dataclass(frozen=True, slots=True)
class Option:
    """One answer: the key that gives it, what it says, the form value."""

    key: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Field:
    """One fact of a form. `kind`: choice, text, number, date, phone."""

    fact: str
    label: str
    kind: str
    options: tuple[Option, ...] = ()
    value: str = ""
    unit: str = ""
    low: float | None = None
    high: float | None = None
    error: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True)
class Progress:
    """One fact being read: its label, and what came."""

    label: str
    state: str
    """running, done, failed."""
    text: str


@dataclass(frozen=True, slots=True)
class StepView:
    """One step. `kind`: answer, form, readings, instruction, wait, action, outcome."""

    kind: str
    visit: int
    tree: str
    node: str
    title: str
    said: Markup
    """The sentence to say, large."""
    why: Markup
    warning: Markup = NO_TEXT
    meanwhile: Markup = NO_TEXT
    options: tuple[Option, ...] = ()
    fields: tuple[Field, ...] = ()
    fact: str = ""
    progress: tuple[Progress, ...] = ()
    until: datetime | None = None
    total_s: float | None = None
    confirm: str = ""
    because: str = ""
    """Why the walk came here, when a reading and not an answer brought it."""
    person_said: Markup = NO_TEXT
    """The question a person can answer while readings are awaited."""
    watching: bool = False
    """Readings are asked again and again until something comes back."""
    human: str = ""
    """The visible name of what is asked meanwhile."""


def step_view(standing: Standing, values: Values, zone: ZoneInfo) -> StepView:
    """The step on which the walk stands."""
    position = standing.position
    if position.outcome is not None:
        return _outcome(standing, values, zone)
    makers = {
        Need.ANSWER: _question,
        Need.READINGS: _readings,
        Need.CONFIRMATION: _instruction,
        Need.WAIT: _wait,
        Need.ACTION: _action,
        Need.NOTHING: _outcome,
    }
    return makers[position.pending.need](standing, values, zone)


def field_of(
    spec: FactSpec | None, fact: str, *, value: str = "", error: str = "", unsure: bool = False
) -> Field:
    """How one fact is asked for: by its type and its labels."""
    if spec is None:
        return Field(fact, fact, "text", value=value, error=error)
    options = options_of(spec, unsure=unsure)
    kind = "choice" if options else _KINDS.get(spec.type, "text")
    if not options and fact.endswith("phone"):
        kind = "phone"
    if not options and fact.endswith(".date"):
        kind = "date"
    return Field(
        fact=fact,
        label=spec.label,
        kind=kind,
        options=options,
        value=value,
        unit=spec.unit,
        low=spec.low,
        high=spec.high,
        error=error,
    )


def options_of(spec: FactSpec, *, unsure: bool = False) -> tuple[Option, ...]:
    """The answers of a fact in the registry's order, each under its key; "não sabe" is 0."""
    choice = choice_of(spec, "agent", unsure=unsure)
    spare = iter(SPARE_KEYS)
    options = [
        Option(option.key or next(spare, ""), option.label, form_value(option.value))
        for option in choice.options
    ]
    if unsure and options:
        taken = {option.key for option in options}
        options.append(Option("0" if "0" not in taken else next(spare, ""), "Não sabe", UNSURE))
    return tuple(options)


_KINDS = {FactType.INT: "number", FactType.FLOAT: "number", FactType.TEXT: "text",
          FactType.TIME: "text"}  # fmt: skip


def _base(standing: Standing, values: Values, node: Node) -> StepView:
    return StepView(
        kind="",
        visit=standing.position.visit,
        tree=standing.position.tree,
        node=node.name,
        title="",
        said=say(node.texts.agent, values),
        why=say(node.texts.why, values) if node.texts.why else NO_TEXT,
        because=_because(standing),
    )


def _because(standing: Standing) -> str:
    """Why the walk came here, in its branch's words: what was read since a person last spoke."""
    for visit in reversed(standing.position.path[:-1]):
        if visit.asked:
            return ""
        if visit.why and isinstance(standing.bundle.node(visit.tree, visit.node), Check):
            return visit.why
    return ""


def _title(standing: Standing, facts: Collection[str]) -> str:
    specs = standing.bundle.registry.facts
    return " · ".join(specs[fact].label for fact in facts if fact in specs)


def _question(standing: Standing, values: Values, zone: ZoneInfo) -> StepView:
    position = standing.position
    facts = position.pending.facts
    base = _base(standing, values, position.node)
    title = _title(standing, facts)
    single = standing.bundle.registry.facts.get(facts[0]) if len(facts) == 1 else None
    if single is not None:
        options = options_of(single, unsure=position.pending.unsure)
        if options:
            return replace(base, kind="answer", title=title, options=options, fact=facts[0])
    fields = tuple(
        field_of(
            standing.bundle.registry.facts.get(fact),
            fact,
            value=_present(position, fact),
            unsure=position.pending.unsure,
        )
        for fact in facts
    )
    return replace(base, kind="form", title=title, fields=fields)


def _present(position: Position, fact: str) -> str:
    known = position.facts.get(fact)
    return form_value(known.reading.value) if known is not None and known.reading.known else ""


def _readings(standing: Standing, values: Values, zone: ZoneInfo) -> StepView:
    position = standing.position
    node = position.node
    assert isinstance(node, Check)
    options: tuple[Option, ...] = ()
    person_said, fact, human = NO_TEXT, "", ""
    if len(position.pending.person) == 1:
        fact = position.pending.person[0]
        spec = standing.bundle.registry.facts[fact]
        options = options_of(spec, unsure=True)
        person = _person_node(standing)
        person_said = say(person.texts.agent, values) if person else NO_TEXT
        human = spec.label
    return replace(
        _base(standing, values, node),
        kind="readings",
        title=_watched(standing, node),
        watching=node.poll is not None,
        progress=tuple(_progress(standing, name, zone) for name in node.facts),
        until=position.pending.until,
        total_s=node.poll.up_to_s if node.poll else node.timeout_s,
        options=options,
        fact=fact,
        person_said=person_said,
        human=human,
    )


def _watched(standing: Standing, node: Check) -> str:
    """What is being read, in a few words: what devices tell, not what is concluded from it."""
    derived = plan_of(standing.bundle).derived
    told = [fact for fact in node.facts if fact not in derived][:3]
    word = "Acompanhando" if node.poll is not None else "Lendo"
    return f"{word}: {_title(standing, told or node.facts[:3])}"


def _person_node(standing: Standing) -> Node | None:
    tree = standing.bundle.trees.get(standing.position.tree)
    return tree.nodes.get(standing.position.pending.person_node) if tree else None


def _progress(standing: Standing, fact: str, zone: ZoneInfo) -> Progress:
    spec = standing.bundle.registry.facts.get(fact)
    label = spec.label if spec else fact
    pending = standing.position.pending
    known = standing.position.facts.get(fact)
    if not set(plan_of(standing.bundle).bases([fact])).isdisjoint(pending.facts):
        return Progress(label, "running", _last_seen(standing, fact, zone))
    if known is None:
        return Progress(label, "failed", REASONS["no_value"])
    if not known.reading.known:
        reason = getattr(known.reading.value, "reason", "")
        return Progress(label, "failed", REASONS.get(str(reason), str(reason)))
    return Progress(label, "done", show_value(spec, known.reading, zone))


def _last_seen(standing: Standing, fact: str, zone: ZoneInfo) -> str:
    """While something is watched: how it stood when it was last looked at."""
    node, known = standing.position.node, standing.position.facts.get(fact)
    if not isinstance(node, Check) or node.poll is None or known is None:
        return ""
    if not (known.usable and known.reading.known):
        return ""
    return show_value(standing.bundle.registry.facts.get(fact), known.reading, zone)


def _instruction(standing: Standing, values: Values, zone: ZoneInfo) -> StepView:
    node = standing.position.node
    assert isinstance(node, Instruction)
    return replace(
        _base(standing, values, node),
        kind="instruction",
        warning=say(node.warning, values) if node.warning else NO_TEXT,
        confirm=node.confirm or "Feito",
        total_s=node.wait_s,
    )


def _wait(standing: Standing, values: Values, zone: ZoneInfo) -> StepView:
    node = standing.position.node
    meanwhile = node.meanwhile if isinstance(node, Instruction) else ""
    return replace(
        _base(standing, values, node),
        kind="wait",
        meanwhile=say(meanwhile, values) if meanwhile else NO_TEXT,
        until=standing.position.pending.until,
        total_s=node.wait_s if isinstance(node, Instruction) else None,
    )


def _action(standing: Standing, values: Values, zone: ZoneInfo) -> StepView:
    node = standing.position.node
    assert isinstance(node, Action)
    return replace(
        _base(standing, values, node),
        kind="action",
        confirm=node.confirm or "Fazer agora",
    )


def _outcome(standing: Standing, values: Values, zone: ZoneInfo) -> StepView:
    node = standing.position.outcome or standing.position.node
    assert isinstance(node, Outcome)
    required = standing.position.required
    specs = standing.bundle.registry.facts
    fields = tuple(
        field_of(specs.get(fact), fact, value=_present(standing.position, fact))
        for fact in required
    )
    return replace(
        _base(standing, values, node),
        kind="outcome",
        title=node.disposition,
        fields=fields,
    )

"""A customer's step as data: one heading, one line of help, what to press.

Nothing here comes from texts for agents: not the agent's sentence, not `why`, not a fact's label,
not a reading. What has no words for customers gets plain ones of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from markupsafe import Markup

from kbwizard.walks.service import Standing
from kbwizard.web.help.distance import where
from kbwizard.web.help.drawings import LAMPS, Drawing, drawing_of
from kbwizard.web.sentences import split
from kbwizard.web.wording import say
from kbwizard.wizard.choices import choice_of
from kbwizard.wizard.facts import FactSpec, FactType
from kbwizard.wizard.model import Audience, Check, Instruction, Outcome, Question, Result
from kbwizard.wizard.position import Need

CUSTOMER = str(Audience.CUSTOMER)
DONE = "Pronto, já fiz"
NOTHING = Markup("")
SLOW_READ_S = 8
"""Longer than nearly every reading takes."""

TYPED: Mapping[str, tuple[str, str]] = {
    "contact.phone": ("Qual é o seu telefone, com DDD?", "tel"),
    "contact.best_time": ("Qual é o melhor horário para falar com você?", "text"),
    "order.contact_name": ("Quem vai receber o técnico?", "text"),
    "order.contact_phone": ("Qual é o telefone de quem recebe o técnico?", "tel"),
    "caller.name": ("Como você se chama?", "text"),
}
"""How a fact that is typed is asked for where its step has no words: question, kind of field."""

SOLVED = frozenset({Result.SOLVED, Result.ADVISED, Result.PASSED})


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing to press: its words, and the lamp beside it. A form carries its place, from 0:
    names and values of facts stay inside."""

    label: str
    lamp: str = ""


@dataclass(frozen=True, slots=True)
class HelpStep:
    """One screen. `kind`: answer, typed, readings, instruction, wait, solved, outage, people."""

    kind: str
    visit: int
    heading: str
    help: Markup = NOTHING
    where: str = ""
    """How far along, in words."""
    drawing: Drawing | None = None
    answers: tuple[Answer, ...] = ()
    unsure: bool = False
    typed: str = ""
    """The kind of a field to type into: text, tel, number."""
    warning: Markup = NOTHING
    confirm: str = ""
    restarts: bool = False
    """Asks for something that they may have done already."""
    meanwhile: Markup = NOTHING
    until: datetime | None = None
    """When to come back and press."""
    watching: bool = False
    can_go_back: bool = False
    state: str = field(default="", compare=False)
    """Changes whenever the screen does."""
    look_again_s: int = 0


def help_step(standing: Standing, values: Mapping[str, str]) -> HelpStep:
    """The screen for where the walk stands."""
    position = standing.position
    makers = {
        Need.ANSWER: _question,
        Need.READINGS: _readings,
        Need.CONFIRMATION: _instruction,
        Need.WAIT: _wait,
        Need.ACTION: _readings,
        Need.NOTHING: _outcome,
    }
    # An outcome that still asks for something is a question first.
    step = makers[position.pending.need](standing, values)
    return replace(
        step,
        visit=position.visit,
        can_go_back=bool(position.undoable) and not position.ended,
        state=f"{position.visit}.{step.kind}",
    )


def answers_of(spec: FactSpec, *, unsure: bool) -> tuple[Answer, ...]:
    """The answers of a fact in customers' words, in the registry's order."""
    return tuple(
        Answer(one.label, LAMPS.get((spec.name, one.value), ""))
        for one in choice_of(spec, CUSTOMER, unsure=unsure).options
    )


def _question(standing: Standing, values: Mapping[str, str]) -> HelpStep:
    position = standing.position
    fact = position.pending.facts[0]
    spec = standing.bundle.registry.facts[fact]
    words, kind = TYPED.get(fact, ("Conte o que falta", _KINDS.get(spec.type, "text")))
    node = position.node
    text = node.texts.customer if isinstance(node, Question) else ""
    said = split(text, values, instead=words)
    answers = answers_of(spec, unsure=position.pending.unsure)
    return HelpStep(
        kind="answer" if answers else "typed",
        visit=0,
        heading=said.heading,
        help=said.help,
        where=where(standing),
        drawing=drawing_of(node),
        answers=answers,
        unsure=position.pending.unsure,
        typed="" if answers else kind,
    )


_KINDS = {FactType.INT: "number", FactType.FLOAT: "number"}


def _instruction(standing: Standing, values: Mapping[str, str]) -> HelpStep:
    node = standing.position.node
    assert isinstance(node, Instruction)
    said = split(node.texts.customer, values, instead="Faça isto agora")
    return HelpStep(
        kind="instruction",
        visit=0,
        heading=said.heading,
        help=said.help,
        where=where(standing),
        drawing=drawing_of(node),
        warning=say(node.warning, values) if node.warning else NOTHING,
        confirm=node.confirm_customer or DONE,
        restarts=bool(node.changes),
    )


def _wait(standing: Standing, values: Mapping[str, str]) -> HelpStep:
    """A wait that the clock ends: the page says when to come back, and needs no timer."""
    node, until = standing.position.node, standing.position.pending.until
    meanwhile = node.meanwhile_customer if isinstance(node, Instruction) else ""
    left = (until - standing.now).total_seconds() if until else 0
    return HelpStep(
        kind="wait",
        visit=0,
        heading="Agora é só esperar",
        where=where(standing),
        meanwhile=say(meanwhile, values) if meanwhile else NOTHING,
        until=_next_minute(until),
        look_again_s=max(2, int(left) + 1),
    )


def _next_minute(until: datetime | None) -> datetime | None:
    """The hour to come back at, without seconds: never one that is too early."""
    if until is None or not (until.second or until.microsecond):
        return until
    return until.replace(second=0, microsecond=0) + timedelta(minutes=1)


def _readings(standing: Standing, values: Mapping[str, str]) -> HelpStep:
    node = standing.position.node
    poll = node.poll if isinstance(node, Check) else None
    said = split(node.texts.customer, values, instead="Estamos verificando a sua conexão")
    return HelpStep(
        kind="readings",
        visit=0,
        heading=said.heading,
        help=said.help,
        where=where(standing),
        until=_next_minute(standing.position.pending.until) if poll else None,
        watching=poll is not None,
        look_again_s=5 if poll else 3,
    )


def _outcome(standing: Standing, values: Mapping[str, str]) -> HelpStep:
    node = standing.position.outcome or standing.position.node
    assert isinstance(node, Outcome)
    said = split(node.texts.customer, values, instead=_ENDS.get(node.result, "Vamos pedir ajuda"))
    waits = "outage" if node.result is Result.KNOWN_OUTAGE else "people"
    kind = "solved" if node.result in SOLVED else waits
    return HelpStep(kind=kind, visit=0, heading=said.heading, help=said.help)


_ENDS = {
    Result.SOLVED: "Voltou a funcionar",
    Result.ADVISED: "É isto",
    Result.PASSED: "O sinal está chegando",
    Result.KNOWN_OUTAGE: "Houve uma falha na sua região",
    Result.SCHEDULED: "Já há uma visita marcada",
    Result.NO_CONTACT: "Paramos por aqui",
}

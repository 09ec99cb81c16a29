"""The customers' root: every walk has words and an end, and an agent takes over anywhere in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given

from kbwizard.config import DRAWINGS_DIR
from kbwizard.content.library import Library
from kbwizard.content.lint import lint_library
from kbwizard.content.lint.texts import customer_texts
from kbwizard.wizard.events import Answered, Confirmed, Event, HandedOver, Read, Started
from kbwizard.wizard.facts import Ask, Reading, Reason, Scalar, Source, Unavailable
from kbwizard.wizard.graph import trees_below
from kbwizard.wizard.model import (
    ONLY_WITH_PARENT,
    Audience,
    Bundle,
    Instruction,
    Node,
    Outcome,
    Question,
    Result,
    Scenario,
)
from kbwizard.wizard.position import Need, Position
from kbwizard.wizard.replay import Growing
from kbwizard.wizard.scenario import run_scenario
from tests.trees.conftest import START, shipped_library
from tests.trees.test_domain_rules import SEEDS, WALKS, walked, world

ROOT = "autoatendimento"
GATES = ("acolhida", "pre-atendimento")
CUSTOMER = str(Audience.CUSTOMER)
STEP = timedelta(seconds=5)
TIED = {"customer.located", "contract.state", "access.technology", "onu.state", "session.state"}


def shipped() -> Bundle:
    return shipped_library().bundle


def customers_scenarios() -> list[Scenario]:
    return [s for s in shipped().trees[ROOT].scenarios if s.audience == CUSTOMER]


def nodes_for_customers() -> Iterator[Node]:
    """Everything that customers may read in the trees they can come to."""
    for name in trees_below(shipped(), ROOT):
        yield from (node for node in shipped().trees[name] if node.texts.customer)


# -- section 20 of the desk's rules --------------------------------------------------------------

SECTION_20 = {
    "A": {
        "fibra-los.resolvido",
        "sem-energia.sem_luz",
        "sem-energia.os_fonte",
        "sem-energia.perigo",
    },
    "B": {"pppoe.resolvido", "pppoe.n2_sem_sessao"},
    "C": {"fibra-los.resolvido", "fibra-los.os_fibra"},
}


@pytest.mark.parametrize("letter", SECTION_20)
def test_each_scenario_of_self_service_is_walked_with_no_line_tied(letter: str) -> None:
    told = [s for s in customers_scenarios() if s.name.startswith(f"Cenário {letter}:")]

    ends = set()
    for scenario in told:
        position = run_scenario(shipped(), scenario, START).position
        assert position is not None
        ends.add(f"{position.tree}.{position.node.name}")

    assert not [scenario.name for scenario in told if scenario.facts]
    assert ends == SECTION_20[letter]


def test_some_scenarios_are_of_a_tied_line_and_some_of_none() -> None:
    tied = [s.name for s in customers_scenarios() if s.facts.keys() & TIED]

    assert len(tied) >= 15
    assert len([s for s in customers_scenarios() if not s.facts]) >= 25


# -- whatever is said, and whatever answers ------------------------------------------------------


def check_customers_walk(scenario: Scenario) -> Position:
    """What holds on every walk of a customer: words for each screen, and an end with people."""
    run = run_scenario(shipped(), scenario, START)
    assert run.ok, run.mismatches
    position = run.position
    assert position is not None
    facts = shipped().registry.facts
    for visit in position.path:
        node = shipped().node(visit.tree, visit.node)
        if visit.asked and isinstance(node, Question):
            assert node.texts.customer, visit
            assert all(facts[name].ask is not Ask.SCREEN for name in node.facts), visit
        if isinstance(node, Instruction):
            assert node.texts.customer, visit
    assert isinstance(position.node, Outcome)
    assert position.node.texts.customer
    assert position.node.result not in (Result.PASSED, Result.NOT_SOLVED, Result.NO_CONTACT)
    return position


@WALKS
@given(seed=SEEDS)
def test_without_a_tied_line_every_walk_comes_to_a_good_end(seed: int) -> None:
    position = check_customers_walk(replace(world(ROOT, seed, CUSTOMER), facts={}))

    assert position.questions <= 16


@WALKS
@given(seed=SEEDS)
def test_with_a_tied_line_every_walk_comes_to_a_good_end(seed: int) -> None:
    check_customers_walk(world(ROOT, seed, CUSTOMER))


def test_who_knows_nothing_and_is_known_by_nothing_comes_to_a_person() -> None:
    position = check_customers_walk(replace(world(ROOT, 1, CUSTOMER), facts={}, answers={}))

    assert position.node.name == "n2_verificar"


@WALKS
@given(seed=SEEDS)
def test_nothing_about_payment_is_told_to_who_may_not_be_the_holder(seed: int) -> None:
    owing: dict[str, Any] = {"contract__state": ("blocked", "reduced")[seed % 2], "symptom": "slow"}

    position = walked(world(ROOT, seed, CUSTOMER, **owing, contract__overdue=True))

    told = " ".join(
        text
        for visit in position.path
        for _, text in customer_texts(shipped().node(visit.tree, visit.node))
    )
    assert not re.search(r"pagament|boleto|bloque|reduzid|atras|fatura|dívida", told, re.IGNORECASE)


def test_an_outage_is_told_before_anything_is_asked() -> None:
    position = walked(
        world(ROOT, 7, CUSTOMER, outage__active=True, onu__state="los", session__state="offline")
    )

    assert position.questions == 0
    assert position.outcome is not None
    assert position.outcome.result is Result.KNOWN_OUTAGE


# -- safety (section 0 of the technical notes) ---------------------------------------------------

DANGEROUS = (
    r"bot[ãa]o RESET",
    r"\babr\w+ (?:o aparelho|a caixa|a tampa|o roteador)",
    r"\b(?:desencaix|desconect|solt|pux|dobr)\w+",
    r"\b(?:tir|retir)\w+ (?:o cabo fino|o conector|o encaixe)",
    r"\blimp\w+",
    r"\bponta d[aeo]",
    r"\bdisjuntor",
    r"\btelhado",
)
REFUSED = re.compile(r"\b(?:n[ãa]o|nem|sem|ningu[ée]m)\b", re.IGNORECASE)
DAMAGE = re.compile(r"dobrado|apertado", re.IGNORECASE)


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.!?:])\s+", text) if part]


def test_customers_are_never_told_to_reset_open_or_unplug_the_fibre() -> None:
    found = [
        (node.name, sentence)
        for node in nodes_for_customers()
        if not isinstance(node, Question)
        for _, text in customer_texts(node)
        for sentence in sentences(text)
        for pattern in DANGEROUS
        if re.search(pattern, sentence, re.IGNORECASE) and not REFUSED.search(sentence)
    ]

    assert [one for one in found if not DAMAGE.search(one[1])] == []


def test_the_test_of_dangerous_words_would_find_them() -> None:
    told = "Aperte o botão RESET. Abra o aparelho. Solte o cabo fino. Limpe a ponta do cabo."

    assert all(
        any(re.search(pattern, sentence, re.IGNORECASE) for pattern in DANGEROUS)
        and not REFUSED.search(sentence)
        for sentence in sentences(told)
    )


def test_the_connector_is_only_pressed_and_only_after_the_warning() -> None:
    pressing = [
        node
        for node in nodes_for_customers()
        if isinstance(node, Instruction) and re.search(r"\bo encaixe\b", node.texts.customer)
    ]

    assert {node.name for node in pressing} == {"conector"}
    for node in pressing:
        assert node.warning.startswith("Só apertar, sem desencaixar. Não olhe para a ponta"), node
        assert "empurre de leve" in node.texts.customer.lower()


@WALKS
@given(seed=SEEDS)
def test_safety_is_said_before_a_customer_touches_the_cable(seed: int) -> None:
    position = check_customers_walk(
        replace(world(ROOT, seed, CUSTOMER, symptom=("no_internet", "drops")[seed % 2]), facts={})
    )

    walk = [visit.node for visit in position.path]
    assert "conector" not in walk or "seguranca" in walk[: walk.index("conector")]


def test_what_touches_power_carries_its_warning() -> None:
    touching = [
        node
        for node in nodes_for_customers()
        if isinstance(node, Instruction)
        and re.search(r"\btomada\b|\bfontes?\b|\bdisjuntor", node.texts.customer)
    ]

    assert len(touching) >= 6
    assert [node.name for node in touching if not node.warning] == []


def test_every_drawing_that_trees_name_is_shipped(library: Library) -> None:
    problems = lint_library(library, scenarios=False, drawings=DRAWINGS_DIR)

    assert [problem.message for problem in problems if "drawing" in problem.rule] == []


# -- an agent takes over --------------------------------------------------------------------------

AGENT_SAYS: dict[str, Scalar] = {
    "protocol.told": True,
    "caller.name": "Maria",
    "caller.is_holder": True,
    "outage.active": False,
    "contract.state": "active",
    "contract.unconfirmed": "follow",
    "customer.on_site": True,
    "contact.phone": "(11) 90000-0001",
    "contact.best_time": "à tarde",
}


@dataclass
class TakenOver:
    """One hand-over: where the customer stood, what the gates asked, where the agent stands."""

    before: Position
    after: Position
    asked: list[str]


def handed_over(scenario: Scenario, events: tuple[Event, ...]) -> TakenOver | None:
    """Hand a walk over after these events, and pass the gates. None where a gate stops it."""
    started = events[0]
    assert isinstance(started, Started)
    walk = Growing(shipped(), started)
    for event in events[1:]:
        walk.append(event)
    now = events[-1].at + STEP
    before = walk.position(now)
    walk.append(HandedOver(seq=len(events) + 1, at=now, audience="agent"))
    asked: list[str] = []
    for seq in range(len(events) + 2, len(events) + 60):
        tree, _, visit, pending = walk.standing(now)
        back = visit == before.visit or tree not in GATES
        if (back and tree == before.tree) or pending.need is Need.NOTHING:
            after = walk.position(now)
            return TakenOver(before, after, asked) if back else None
        now += STEP
        if pending.need is Need.READINGS:
            walk.append(Read(seq=seq, at=now, readings=read(scenario, pending.facts, now)))
        elif pending.need is Need.CONFIRMATION:
            walk.append(Confirmed(seq=seq, at=now, visit=visit))
        else:
            asked += pending.facts
            walk.append(Answered(seq=seq, at=now, visit=visit, readings=say(pending.facts, now)))
    raise AssertionError(f"{scenario.name}: as portas não acabam")


def read(scenario: Scenario, names: tuple[str, ...], at: datetime) -> tuple[Reading, ...]:
    silence = Unavailable(Reason.NOT_CONFIGURED)
    said = {name: (scenario.facts.get(name) or (silence,))[-1] for name in names}
    return tuple(Reading(name, value, Source.NETWORK, at) for name, value in said.items())


def say(names: tuple[str, ...], at: datetime) -> tuple[Reading, ...]:
    return tuple(Reading(name, AGENT_SAYS[name], Source.AGENT, at) for name in names)


def answered(events: tuple[Event, ...]) -> set[str]:
    return {
        reading.fact
        for event in events
        if isinstance(event, Answered)
        for reading in event.readings
    }


def whole_scenarios(*, in_gates: bool) -> list[Scenario]:
    """Those that walk the whole way, and end in a gate or beyond them."""
    whole = [scenario for scenario in customers_scenarios() if not scenario.subtrees]
    ends = {s.name: run_scenario(shipped(), s, START).position for s in whole}
    return [s for s in whole if ((end := ends[s.name]) and end.tree in GATES) is in_gates]


@pytest.mark.parametrize("scenario", whole_scenarios(in_gates=False), ids=lambda one: one.name)
def test_an_agent_takes_over_at_every_step_and_nothing_is_asked_twice(scenario: Scenario) -> None:
    run = run_scenario(shipped(), scenario, START)

    for number in range(1, len(run.events) + 1):
        events = run.events[:number]
        taken = handed_over(scenario, events)

        assert taken is not None, number
        assert {"protocol.told", "caller.name"} <= set(taken.asked), number
        assert not answered(events) & set(taken.asked), number
        assert taken.after.audience == "agent"
        if taken.before.pending.need is not Need.READINGS:
            where = (taken.after.tree, taken.after.node.name, taken.after.visit)
            assert where == (taken.before.tree, taken.before.node.name, taken.before.visit), number


@pytest.mark.parametrize("scenario", whole_scenarios(in_gates=True), ids=lambda one: one.name)
def test_who_stopped_in_a_gate_is_greeted_and_stands_there(scenario: Scenario) -> None:
    run = run_scenario(shipped(), scenario, START)

    taken = handed_over(scenario, run.events)

    assert taken is not None
    assert taken.asked == ["protocol.told", "caller.name", "caller.is_holder"]
    assert (taken.after.node.name, taken.after.visit) == (
        taken.before.node.name,
        taken.before.visit,
    )


def test_enough_scenarios_are_taken_over() -> None:
    assert len(whole_scenarios(in_gates=False)) >= 35
    assert len(whole_scenarios(in_gates=True)) >= 3


def test_the_customers_answers_stay_and_stay_the_customers() -> None:
    scenario = next(s for s in customers_scenarios() if s.name.startswith("Cenário C: LOS cont"))
    run = run_scenario(shipped(), scenario, START)

    taken = handed_over(scenario, run.events)

    assert taken is not None
    known = {n: f for n, f in taken.after.facts.items() if n in answered(run.events)}
    assert known["led.los"].reading.value == "red"
    assert {known[name].reading.source for name in ("symptom", "led.los")} == {Source.CUSTOMER}


def ends_for_customers() -> list[Outcome]:
    return [
        node
        for node in nodes_for_customers()
        if isinstance(node, Outcome) and node.result not in ONLY_WITH_PARENT
    ]


def test_who_needs_people_is_told_the_protocol_and_who_solved_it_alone_has_none() -> None:
    silent = [
        node.name
        for node in ends_for_customers()
        if ("{protocol}" in node.texts.customer) is (node.result is Result.SOLVED)
    ]

    assert len(ends_for_customers()) > 60
    assert silent == []

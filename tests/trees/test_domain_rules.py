"""Rules of the domain that hold on every walk of the shipped trees, whatever is said or read."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kbwizard.wizard.facts import Ask, FactSpec, FactType, Reason, Scalar, Unavailable
from kbwizard.wizard.model import Audience, Expectation, Outcome, Scenario
from kbwizard.wizard.position import Position
from kbwizard.wizard.scenario import run_scenario
from tests.trees.conftest import START, shipped_library

SHIPPED = shipped_library().bundle
TECHNICAL = ("fibra-los", "pppoe", "sem-energia")
WALKS = settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
SEEDS = st.integers(0, 2**32 - 1)
"""A world has about a hundred values: drawn one by one they would cost more than the walk."""

SILENCES = (Reason.TIMEOUT, Reason.NO_VALUE, Reason.NOT_CONFIGURED, Reason.NOT_FOUND)
UNSURE = Unavailable(Reason.PERSON_UNSURE)
POWERED = {
    ("led.power", "on"),
    ("led.los", "red"),
    ("led.los", "blinking"),
    ("power.place", "lit"),
    ("power.after", "on"),
    ("onu.state", "registering"),
    ("onu.state", "online"),
}
"""What shows that the device has power: a light somebody sees, or an ONU that answers."""


GATES_OPEN: dict[str, Any] = {
    "outage__active": False,
    "pop__down": False,
    "order__open": False,
    "contract__state": "active",
    "session__blocked_list": False,
}
"""With these the gates let nearly every call through to the technical trees."""

NO_INTERNET: dict[str, Any] = {
    **GATES_OPEN,
    "symptom": "no_internet",
    "customer__on_site": True,
    "access__technology": "fibre",
    "access__auth": "pppoe",
    "pon__recent_los": 0,
    "pon__recent_dying_gasp": 0,
}


def value_of(spec: FactSpec, chance: Random) -> Scalar:
    if spec.values:
        return chance.choice([label.value for label in spec.values])
    low, high = spec.low or 0.0, min(spec.high or 100.0, 1e6)
    if spec.type is FactType.INT:
        return chance.randint(int(low), int(high))
    if spec.type is FactType.FLOAT:
        return round(chance.uniform(low, high), 2)
    return "2026-11-23T12:00:00-03:00" if spec.type is FactType.TIME else "24/11/2026"


def world(root: str, seed: int, audience: str = Audience.AGENT, **fixed: Any) -> Scenario:
    """What every source and person would say, in any mixture; `fixed` facts say just that."""
    chance = Random(seed)
    facts: dict[str, tuple[Any, ...]] = {}
    answers: dict[str, tuple[Any, ...]] = {}
    for name, spec in SHIPPED.registry.facts.items():
        if spec.derived:
            continue
        if spec.read_by:
            facts[name] = tuple(
                Unavailable(chance.choice(SILENCES))
                if chance.random() < 0.3
                else value_of(spec, chance)
                for _ in range(chance.randint(1, 3))
            )
        if spec.ask is not Ask.NONE:
            answers[name] = tuple(
                UNSURE if chance.random() < 0.2 else value_of(spec, chance)
                for _ in range(chance.randint(1, 2))
            )
    for key, value in fixed.items():
        name = key.replace("__", ".")
        (facts if SHIPPED.registry.facts[name].read_by else answers)[name] = (value,)
    actions = {"drop_session": chance.choice(["done", "refused", "error"])}
    return Scenario("acaso", root, audience, facts, answers, actions, {}, Expectation())


def walked(scenario: Scenario) -> Position:
    run = run_scenario(SHIPPED, scenario, START)
    assert run.ok, run.mismatches
    assert run.position is not None
    assert isinstance(run.position.node, Outcome)
    return run.position


def nodes(position: Position) -> list[str]:
    return [visit.node for visit in position.path]


@WALKS
@given(seed=SEEDS)
def test_every_call_ends_and_restarts_at_most_once(seed: int) -> None:
    likely = NO_INTERNET if seed % 4 else {}

    scenario = world("atendimento", seed, **likely, customer__restarted=True)
    # Lies apart: after a restart devices are short up, or never tell, and then people do.
    uptimes: dict[str, tuple[Any, ...]] = {
        name: (scenario.facts[name][0], 60) if seed % 3 else (Unavailable(Reason.TIMEOUT),)
        for name in ("onu.uptime_s", "session.uptime_s")
    }

    position = walked(replace(scenario, facts={**scenario.facts, **uptimes}))

    assert sum(name.startswith("reinicio") for name in nodes(position)) <= 1


@WALKS
@given(seed=SEEDS)
def test_a_customer_alone_comes_to_an_end_and_is_asked_for_no_contact(seed: int) -> None:
    for root in TECHNICAL:
        position = walked(world(root, seed, Audience.CUSTOMER))

        assert not [v for v in position.path if v.asked and v.node.startswith("contato_")]


@WALKS
@given(seed=SEEDS)
def test_a_fibre_order_rests_on_a_device_that_has_power(seed: int) -> None:
    scenario = world("fibra-los", seed, pon__recent_los=0, pon__recent_dying_gasp=0)

    position = walked(scenario)

    said = {(r.fact, r.value) for given in position.given for r in given.readings if r.known}
    assert position.node.name != "os_fibra" or said & POWERED


@WALKS
@given(seed=SEEDS)
def test_a_mass_failure_never_opens_an_order_for_one_customer(seed: int) -> None:
    dark: dict[str, Any] = {"onu__state": "los", "onu__serial_matches": True, "pon__onus_total": 32}
    scenario = world("fibra-los", seed, **dark, pon__recent_los=20, pon__recent_dying_gasp=0)

    position = walked(scenario)

    assert (position.node.name, position.questions) == ("massa", 0)


@WALKS
@given(seed=SEEDS)
def test_a_rejected_login_is_never_restarted(seed: int) -> None:
    rejected: dict[str, Any] = {
        "access__auth": "pppoe",
        "session__blocked_list": False,
        "session__state": "offline",
        "session__attempts": "rejected",
    }

    position = walked(world("pppoe", seed, **rejected))

    assert not [name for name in nodes(position) if name.startswith("reinicio")]
    assert position.questions == 0


@WALKS
@given(seed=SEEDS)
def test_a_line_without_pppoe_never_enters_the_session_tree(seed: int) -> None:
    chance = Random(seed)
    fixed = {
        "access__technology": chance.choice(["fibre", "radio", "cable"]),
        "access__auth": chance.choice(["ipoe", "static"]),
        **GATES_OPEN,
    }

    position = walked(world("atendimento", seed, **fixed))

    assert "pppoe" not in {visit.tree for visit in position.path}


@WALKS
@given(seed=SEEDS)
def test_silence_of_every_source_still_reaches_somebody(seed: int) -> None:
    scenario = replace(world("atendimento", seed), facts={})

    position = walked(scenario)

    assert position.outcome is not None
    assert position.outcome.result not in ("passed", "not_solved")

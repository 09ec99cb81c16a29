"""One tree, three audiences: the same scenario ends the same for agent, customer and trainee.

A scenario is left out only when something that no customer can supply decides it: an answer that
an agent reads on another screen or fills in, or an action that only an agent runs. That is judged
on the agent's own walk, with those things taken away: if it then ends elsewhere, the scenario is
left out, and counted. The counts may shrink; they grow only with a line changed here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from kbwizard.wizard.facts import Ask
from kbwizard.wizard.model import Action, Audience, Bundle, Expectation, Scenario
from kbwizard.wizard.scenario import run_scenario
from tests.trees.conftest import START, shipped_library

ALL = {str(audience) for audience in Audience}
OF_CUSTOMERS = (Ask.CUSTOMER, Ask.BOTH)

LEFT_OUT_AT_MOST = {
    "autoatendimento": 3,
    "financeiro": 1,
    "latencia": 3,
    "lentidao": 7,
    "link-empresarial": 4,
    "pppoe": 3,
    "pre-atendimento": 8,
    "queda-intermitente": 4,
    "senha-wifi": 2,
}
"""Of each tree, how many scenarios something decides that only an agent can say or do."""


def shipped() -> Bundle:
    return shipped_library().bundle


def shared_scenarios() -> Iterator[tuple[str, Scenario]]:
    """Every scenario of the trees that all three walk, with its tree."""
    trees = shipped().trees
    for tree in trees.values():
        for scenario in tree.scenarios:
            if set(tree.audiences) == ALL == set(trees[scenario.root].audiences):
                yield tree.name, replace(scenario, expect=Expectation())


@cache
def without_the_agent() -> frozenset[str]:
    """Actions that no customer runs."""
    nodes = [node for tree in shipped().trees.values() for node in tree]
    return frozenset(
        node.action for node in nodes if isinstance(node, Action) and not node.texts.customer
    )


def end(scenario: Scenario, audience: str) -> tuple[str, str, str]:
    """Where a scenario ends: tree, outcome, result."""
    run = run_scenario(shipped(), replace(scenario, audience=audience), START)
    assert run.ok, (scenario.name, audience, run.mismatches)
    assert run.position is not None
    assert run.position.outcome is not None
    return run.position.tree, run.position.node.name, str(run.position.outcome.result)


def supplied_by_customers(scenario: Scenario) -> Scenario:
    """The scenario with only what a customer can say, and no action of an agent's."""
    facts = shipped().registry.facts
    said = {name: v for name, v in scenario.answers.items() if facts[name].ask in OF_CUSTOMERS}
    refused = dict.fromkeys(without_the_agent(), "refused")
    return replace(scenario, answers=said, actions={**scenario.actions, **refused})


@cache
def sorted_out() -> tuple[list[tuple[str, Scenario]], list[tuple[str, Scenario]]]:
    """The scenarios to compare, and those left out."""
    kept: list[tuple[str, Scenario]] = []
    left: list[tuple[str, Scenario]] = []
    for tree, scenario in shared_scenarios():
        same = end(scenario, "agent") == end(supplied_by_customers(scenario), "agent")
        (kept if same else left).append((tree, scenario))
    return kept, left


def test_the_same_scenario_ends_the_same_for_all_three() -> None:
    kept, _ = sorted_out()

    apart = [
        (tree, scenario.name, ends)
        for tree, scenario in kept
        if len(set((ends := {audience: end(scenario, audience) for audience in ALL}).values())) > 1
    ]

    assert apart == []


def test_what_is_left_out_does_not_grow_unseen() -> None:
    kept, left = sorted_out()
    counted = Counter(tree for tree, _ in left)
    names = {tree: [scenario.name for one, scenario in left if one == tree] for tree in counted}

    grown = {
        tree: (number, names[tree])
        for tree, number in counted.items()
        if number > LEFT_OUT_AT_MOST.get(tree, 0)
    }

    assert grown == {}
    assert len(kept) > 10 * len(left)

"""Sources that do not answer are the normal case: every subset of them off, on every demo fault."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from kbwizard.wizard.model import Bundle, Expectation, Outcome, Result, Scenario
from kbwizard.wizard.scenario import run_scenario
from tests.trees.conftest import START
from tests.trees.test_shipped_trees import demo_faults

NOT_AN_END = {Result.PASSED, Result.NOT_SOLVED}


def sources(shipped: Bundle) -> list[str]:
    return sorted({spec.read_by for spec in shipped.registry.facts.values() if spec.read_by})


def subsets(names: list[str]) -> Iterator[frozenset[str]]:
    for size in range(1, len(names) + 1):
        yield from (frozenset(chosen) for chosen in combinations(names, size))


def without(shipped: Bundle, scenario: Scenario, off: frozenset[str]) -> Scenario:
    specs = shipped.registry.facts
    facts = {name: said for name, said in scenario.facts.items() if specs[name].read_by not in off}
    return replace(scenario, facts=facts, expect=Expectation())


def test_any_sources_off_still_come_to_an_outcome(shipped: Bundle) -> None:
    off = list(subsets(sources(shipped)))

    ends = [
        (scenario.name, chosen, run_scenario(shipped, without(shipped, scenario, chosen), START))
        for scenario in demo_faults(shipped)
        for chosen in off
    ]

    assert len(off) == 63
    wrong = [
        (name, sorted(chosen), run.mismatches)
        for name, chosen, run in ends
        if run.mismatches
        or run.position is None
        or not isinstance(run.position.node, Outcome)
        or run.position.node.result in NOT_AN_END
    ]
    assert wrong == []


def test_nobody_who_answers_still_comes_to_an_outcome(shipped: Bundle) -> None:
    off = [frozenset[str](), *subsets(sources(shipped))]

    for chosen in off:
        for scenario in demo_faults(shipped):
            mute = replace(without(shipped, scenario, chosen), answers={})
            run = run_scenario(shipped, mute, START)

            assert run.mismatches == (), (scenario.name, sorted(chosen))
            assert run.position is not None
            assert isinstance(run.position.node, Outcome)


def test_an_olt_that_is_silent_is_never_an_outage_nor_an_offline_onu(shipped: Bundle) -> None:
    healthy = next(s for s in demo_faults(shipped) if s.name.endswith("tudo certo, um aparelho só"))

    run = run_scenario(shipped, without(shipped, healthy, frozenset({"onu", "pon"})), START)

    assert run.position is not None
    assert run.position.node.name == "resolvido_local"

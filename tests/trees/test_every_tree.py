"""Every shipped tree by itself: its scenarios, its edges, and an outcome whatever is not read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import chain, combinations
from random import Random

import pytest

from kbwizard.config import ROOT
from kbwizard.content.library import Library
from kbwizard.content.lint.coverage import START, uncovered_edges, walkable_edges
from kbwizard.wizard.facts import FactSpec, FactType, Reason, Scalar, Unavailable
from kbwizard.wizard.graph import trees_below
from kbwizard.wizard.model import Action, Bundle, Check, Expectation, Scenario
from kbwizard.wizard.replay import replay
from kbwizard.wizard.scenario import ScenarioRun, run_scenario

NAMES = sorted(path.stem for path in (ROOT / "decision_trees").glob("[a-z]*.yaml"))
AUDIENCES = ("agent", "customer", "trainee")
RANDOM_WALKS = 120
REASONS = [reason for reason in Reason if reason is not Reason.PERSON_UNSURE]

Values = Mapping[str, tuple[Scalar | Unavailable, ...]]


def walk(
    bundle: Bundle,
    root: str,
    audience: str,
    facts: Values,
    answers: Values | None = None,
    actions: Mapping[str, str] | None = None,
) -> ScenarioRun:
    scenario = Scenario(
        name="teste",
        root=root,
        audience=audience,
        facts=facts,
        answers=answers or {},
        actions=actions or {},
        subtrees={},
        expect=Expectation(),
    )
    return run_scenario(bundle, scenario, START)


@pytest.mark.parametrize("name", NAMES)
def test_every_scenario_of_the_tree_holds(name: str, library: Library) -> None:
    tree = library.bundle.trees[name]

    failed = [
        (scenario.name, run.mismatches)
        for scenario in tree.scenarios
        if not (run := run_scenario(library.bundle, scenario, START)).ok
    ]

    assert failed == []


@pytest.mark.parametrize("name", NAMES)
def test_every_edge_of_the_tree_is_walked(name: str, library: Library) -> None:
    tree = library.bundle.trees[name]
    runs = [run_scenario(library.bundle, scenario, START) for scenario in tree.scenarios]

    missed = uncovered_edges(tree, runs)

    assert len(walkable_edges(tree)) >= len(tree.nodes) / 2
    assert missed == []


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_ends_where_replay_says_however_late_one_looks(
    name: str, library: Library
) -> None:
    for scenario in library.bundle.trees[name].scenarios:
        run = run_scenario(library.bundle, scenario, START)

        later = run.events[-1].at + timedelta(hours=3)

        if not scenario.subtrees:
            assert replay(library.bundle, run.events, later) == run.position


# -- sources switched off -------------------------------------------------------------------------


def sources_of(bundle: Bundle, root: str) -> list[str]:
    """Every source that the checks of a tree, and of the trees below it, lean on."""
    names = {
        name
        for tree in trees_below(bundle, root)
        for node in bundle.trees[tree]
        if isinstance(node, Check)
        for fact in node.facts
        for name in inputs_of(bundle, fact)
    }
    facts = bundle.registry.facts
    return sorted({facts[name].read_by for name in names if facts[name].read_by})


def inputs_of(bundle: Bundle, fact: str) -> Iterator[str]:
    derived = bundle.registry.facts[fact].derived
    if derived is None:
        yield fact
        return
    for part in (*derived.of, *((derived.by,) if derived.by else ())):
        yield from inputs_of(bundle, part)


def subsets(names: list[str]) -> Iterator[frozenset[str]]:
    sizes = range(len(names) + 1)
    return map(frozenset, chain.from_iterable(combinations(names, size) for size in sizes))


@pytest.mark.parametrize("name", NAMES)
def test_every_subset_of_sources_switched_off_reaches_an_outcome(
    name: str, library: Library
) -> None:
    bundle = library.bundle
    tree = bundle.trees[name]
    specs = bundle.registry.facts
    worlds = [scenario.facts for scenario in tree.scenarios if scenario.facts] or [{}]
    lost = []

    for number, off in enumerate(subsets(sources_of(bundle, name))):
        world = worlds[number % len(worlds)]
        facts = {fact: values for fact, values in world.items() if specs[fact].read_by not in off}
        for audience in tree.audiences:
            run = walk(bundle, name, audience, facts)
            if not run.ok or run.position is None or run.position.outcome is None:
                lost.append((sorted(off), audience, run.mismatches))

    assert lost == []


# -- random walks ---------------------------------------------------------------------------------


def any_value(spec: FactSpec, dice: Random) -> Scalar | Unavailable:
    if dice.random() < 0.2:
        return Unavailable(dice.choice(REASONS))
    if spec.values:
        return dice.choice(spec.values).value
    low, high = spec.low or 0, spec.high if spec.high is not None else 5000
    if spec.type is FactType.INT:
        return dice.randint(int(low), int(high))
    if spec.type is FactType.FLOAT:
        return round(dice.uniform(low, high), 1)
    return "2026-11-23T14:00:00+00:00" if spec.type is FactType.TIME else "texto"


def any_world(bundle: Bundle, dice: Random, *, asked: bool) -> Values:
    unsure = Unavailable(Reason.PERSON_UNSURE)
    found: dict[str, tuple[Scalar | Unavailable, ...]] = {}
    for spec in bundle.registry.facts.values():
        if spec.derived is not None or dice.random() < 0.3:
            continue
        values = [any_value(spec, dice) for _ in range(dice.randint(1, 3))]
        if asked:
            values = [unsure if isinstance(value, Unavailable) else value for value in values]
        found[spec.name] = tuple(values)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_random_walks_never_raise_nor_stick(name: str, library: Library) -> None:
    bundle = library.bundle
    dice = Random(f"percurso {name}")
    actions = {n.action for tree in bundle.trees.values() for n in tree if isinstance(n, Action)}
    lost = []

    for number in range(RANDOM_WALKS):
        run = walk(
            bundle,
            name,
            AUDIENCES[number % 3],
            any_world(bundle, dice, asked=False),
            any_world(bundle, dice, asked=True),
            {action: dice.choice(["done", "refused", "error"]) for action in actions},
        )
        if not run.ok or run.position is None or run.position.outcome is None:
            lost.append((number, run.mismatches))

    assert lost == []

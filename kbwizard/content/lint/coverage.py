"""Rules on scenarios: each ends as it expects, and together they walk every edge of their tree.

Exits that are offered on every node (`anytime`), and what only they lead to, are outside of this:
a scenario has no way to interrupt itself.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from kbwizard.content.lint.inspection import Inspection
from kbwizard.wizard.graph import Edge, edges, reachable, trees_below
from kbwizard.wizard.model import Bundle, Scenario, Subtree, Tree
from kbwizard.wizard.scenario import ScenarioRun, run_scenario, with_stubs

START = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
"""When every scenario begins: a Monday at noon in São Paulo. Nothing may depend on it."""


def check_scenarios(look: Inspection, stuck: Collection[str]) -> None:
    """`stuck` trees cannot be walked to their end: scenarios that could enter them are not run."""
    tree = look.tree
    if tree.name in stuck:
        return
    runs = []
    for scenario in tree.scenarios:
        if scenario.root not in look.bundle.trees:
            _no_root(look, scenario)
        elif stuck and not _free(look.bundle, scenario, stuck):
            return
        else:
            runs.append(run_scenario(look.bundle, scenario, START))
    for run in runs:
        _failed(look, run)
    _uncovered(look, runs)


def _free(bundle: Bundle, scenario: Scenario, stuck: Collection[str]) -> bool:
    """Whether the scenario can come into no tree that is stuck, its stubs taken into account."""
    below = trees_below(with_stubs(bundle, scenario.subtrees), scenario.root)
    called = {
        node.tree
        for name in below
        if name not in scenario.subtrees
        for node in bundle.trees[name]
        if isinstance(node, Subtree)
    }
    return not any(name in stuck for name in {*below, *called} - set(scenario.subtrees))


def _no_root(look: Inspection, scenario: Scenario) -> None:
    look.report(
        "scenario-failed",
        scenario.line,
        f'o cenário "{scenario.name}" começa na árvore "{scenario.root}", que não existe',
        'corrija "root"',
    )


def _failed(look: Inspection, run: ScenarioRun) -> None:
    path = tuple(visit.node for visit in run.position.path) if run.position else ()
    for mismatch in run.mismatches:
        look.report(
            "scenario-failed",
            run.scenario.line,
            f'o cenário "{run.scenario.name}" não passa: {mismatch}',
            "corrija a árvore, ou o que o cenário espera",
            path=path,
        )


def _uncovered(look: Inspection, runs: Collection[ScenarioRun]) -> None:
    for source, label in uncovered_edges(look.tree, runs):
        look.at(
            look.tree.nodes[source],
            "uncovered-edge",
            f'nenhum cenário sai do passo "{source}" por "{label}"',
            "escreva um cenário que passe por aí",
        )


def uncovered_edges(tree: Tree, runs: Collection[ScenarioRun]) -> list[tuple[str, str]]:
    """(node, label) of the edges a scenario could walk and none of the runs did."""
    walked = frozenset().union(*(run.edges for run in runs))
    return [(edge.source, edge.label) for edge in walkable_edges(tree) if edge.key not in walked]


def walkable_edges(tree: Tree) -> list[Edge]:
    """The edges that the entry leads to, anytime exits and what lies behind them left out."""
    reached = reachable(tree, (tree.entry,))
    return [edge for edge in edges(tree) if edge.source in reached]

"""The linter answers about anything the loader lets through, however odd, and never raises."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kbwizard.content.library import Library
from kbwizard.content.lint import lint_library
from kbwizard.content.treefile import read_tree
from kbwizard.wizard.model import Bundle, Tree
from tests.content.test_treefile import REGISTRY
from tests.helpers.content import library_of

NAMES = ["a", "b", "c", "d"]
TARGET = st.sampled_from([*NAMES, "back"])
FACT = st.sampled_from(["led.los", "onu.state", "onu.rx_class", "session.uptime_s", "order.reason"])
WHEN = st.sampled_from(
    [
        {"led.los": "red"},
        {"led.los": ["red", "off"], "onu.state": "los"},
        {"onu.rx_class": "bad"},
        {"session.uptime_s": "< 300"},
        {"any": [{"onu.state": "online"}, {"order.reason": "x"}]},
        {"conflict.luz": True},
    ]
)
BRANCHES = st.lists(st.fixed_dictionaries({"when": WHEN, "goto": TARGET}), min_size=1, max_size=3)
REST = st.fixed_dictionaries(
    {},
    optional={
        "else": TARGET,
        "unknown": TARGET,
        "max_visits": st.fixed_dictionaries({"n": st.integers(1, 3), "then": TARGET}),
    },
)


def joined(*parts: dict[str, object]) -> dict[str, object]:
    return {key: value for part in parts for key, value in part.items()}


QUESTION = st.builds(joined, st.fixed_dictionaries({"question": FACT, "goto": TARGET}), REST).map(
    lambda node: {key: value for key, value in node.items() if key != "else"}
)
CHECK = st.builds(joined, st.fixed_dictionaries({"check": FACT, "branches": BRANCHES}), REST)
DECIDE = st.builds(
    joined, st.fixed_dictionaries({"decide": st.just(True), "branches": BRANCHES}), REST
)
INSTRUCTION = st.fixed_dictionaries(
    {"instruction": st.just(True), "goto": TARGET},
    optional={"changes": st.lists(FACT, max_size=2), "wait_s": st.integers(1, 9)},
)
ACTION = st.fixed_dictionaries(
    {"action": st.just("x"), "then": TARGET, "on_error": TARGET, "otherwise": TARGET},
    optional={"changes": st.lists(FACT, max_size=2)},
)
SUBTREE = st.fixed_dictionaries(
    {
        "subtree": st.sampled_from(["um", "dois", "nenhuma"]),
        "returns": st.dictionaries(st.sampled_from(["passed", "escalate", "X"]), TARGET),
    }
)
OUTCOME = st.fixed_dictionaries(
    {"outcome": st.sampled_from(["passed", "escalate", "not_solved", "solved"])},
    optional={"requires": st.lists(FACT, max_size=2), "disposition": st.just("X")},
)
NODE = st.one_of(QUESTION, CHECK, DECIDE, INSTRUCTION, ACTION, SUBTREE, OUTCOME)
TREE = st.fixed_dictionaries(dict.fromkeys(NAMES, NODE))


def tree_of(name: str, nodes: dict[str, object]) -> Tree:
    head = {"tree": name, "title": "T", "audiences": ["agent", "customer"], "entry": "a"}
    found = read_tree(json.dumps({**head, "nodes": nodes}), f"{name}.yaml", REGISTRY)
    assert isinstance(found, Tree), found
    return found


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TREE, TREE)
def test_any_two_trees_that_load_can_be_linted(
    one: dict[str, object], two: dict[str, object]
) -> None:
    trees = {"um": tree_of("um", one), "dois": tree_of("dois", two)}
    library = Library(Bundle(trees, REGISTRY), {}, (), dict.fromkeys(trees, ""), "x")

    problems = lint_library(library)

    assert all(problem.message and problem.remedy for problem in problems)
    assert all(set(problem.path) <= set(NAMES) or not problem.path for problem in problems)


def test_a_node_that_tests_too_many_facts_needs_an_else(tmp_path: Path) -> None:
    facts = "\n".join(
        f"  f{n}.x: {{label: F, type: enum, read_by: onu, values: {{a: A, b: B, c: C}}}}"
        for n in range(16)
    )
    registry = f"format: 1\nfacts:\n{facts}\ndeadlines: {{n2: x}}\n"
    when = ", ".join(f"f{n}.x: a" for n in range(16))
    text = (
        'tree: t\ntitle: "T"\naudiences: [agent]\nentry: a\nnodes:\n  a:\n    decide: true\n'
        f"    branches: [{{when: {{{when}}}, goto: fim}}]\n    unknown: fim\n"
        "  fim: {outcome: escalate, disposition: X, level: n2, deadline: n2, agent: Oi}\n"
    )

    problems = lint_library(library_of(tmp_path, {"t": text}, registry=registry), scenarios=False)

    assert [problem.rule for problem in problems] == ["uncovered-case"]
    assert "fatos demais" in problems[0].message

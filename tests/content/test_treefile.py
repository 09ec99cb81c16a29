"""A tree file becomes the frozen tree the engine walks, whatever an author throws at it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbwizard.content.registry import read_registry
from kbwizard.content.treefile import read_tree
from kbwizard.errors import Problem
from kbwizard.wizard.conditions import AllOf, AnyOf, Test
from kbwizard.wizard.facts import Reason, Registry, Unavailable
from kbwizard.wizard.model import (
    Action,
    Check,
    Decide,
    Instruction,
    Outcome,
    Question,
    Subtree,
    Tree,
)
from tests.helpers.content import TREES

WHOLE = """tree: t
title: "Tudo"
owner: suporte
status: review
reviewed_by: "Equipe"
review_by: 2026-12-31
audiences: [agent, customer, trainee]
entry: rede
budget: {questions: 3, seconds: 240}
keywords: [los, "luz vermelha"]
topics: [fibra-los]
articles: [luzes]
root: true
anytime:
  - {label: "Pede uma pessoa", key: p, goto: silencio}
nodes:
  rede:
    check: [onu.state, onu.rx_class]
    agent: "Um instante."
    refresh: true
    timeout_s: 5
    poll: {every_s: 5, up_to_s: 60, until: {onu.state: online}}
    branches:
      - {when: {onu.state: online, onu.rx_class: [bad]}, goto: luz, why: "Sinal ruim"}
      - {when: {any: [{onu.state: los}, {conflict.luz: true}]}, goto: luz}
      - {when: {onu.rx_dbm: "-26..-24"}, goto: luz}
    else: luz
    unknown: luz
  luz:
    question: led.los
    agent: "Como está a luz LOS?"
    customer: "Como está a luz LOS?"
    why: "É a evidência que resta."
    help: "Fica na frente."
    media: luz.svg
    article: luzes
    max_visits: {n: 2, then: fim}
    go: {off: rota, red: religa, blinking: religa}
    unknown: rota
  rota:
    decide: true
    branches:
      - {when: {session.uptime_s: "< 300"}, goto: derruba}
    else: derruba
    unknown: derruba
  religa:
    instruction: true
    warning: "Só a tomada."
    agent: "Desligue e ligue."
    customer: "Desligue e ligue."
    confirm: "Ligou"
    wait_s: 30
    meanwhile: "Aguarde."
    changes: [onu.state]
    goto: luz
  derruba:
    action: drop_session
    agent: "Vou refazer daqui."
    changes: [session.state]
    confirm: "Derrubar"
    then: outra
    on_error: fim
    otherwise: fim
  outra:
    subtree: filha
    returns: {passed: fim, OS_FIBRA: fim}
  silencio:
    instruction: true
    agent: "Alô?"
    customer: "Alô?"
    goto: back
  fim:
    outcome: dispatch
    disposition: OS_FIBRA
    level: field
    queue: campo
    deadline: visita
    order: {skill: fibre, priority: 2}
    requires: {agent: [led.los], customer: []}
    agent: "Até {deadline}."
    customer: "Até {deadline}."
    alternative: "Use os dados móveis."
    csat: true
scenarios:
  - name: "um"
    root: t
    audience: customer
    facts: {onu.state: [los, online], onu.rx_dbm: {unavailable: no_value}}
    answers: {led.los: [red, unsure]}
    actions: {drop_session: refused}
    subtrees: {filha: passed}
    expect: {outcome: fim, result: dispatch, path: [rede, luz], questions: 1, conflicts: [luz]}
"""


def registry() -> Registry:
    found = read_registry((TREES / "_facts.yaml").read_text(encoding="utf-8"))
    assert isinstance(found, Registry)
    return found


REGISTRY = registry()


def tree() -> Tree:
    found = read_tree(WHOLE, "decision_trees/t.yaml", REGISTRY)
    assert isinstance(found, Tree), found
    return found


def problems_of(text: str) -> list[Problem]:
    found = read_tree(text, "t.yaml", REGISTRY)
    assert isinstance(found, list)
    return found


def test_every_block_becomes_its_kind_of_node() -> None:
    kinds = {name: type(node) for name, node in tree().nodes.items()}

    assert kinds == {
        "rede": Check,
        "luz": Question,
        "rota": Decide,
        "religa": Instruction,
        "derruba": Action,
        "outra": Subtree,
        "silencio": Instruction,
        "fim": Outcome,
    }


def test_the_head_is_kept_whole() -> None:
    found = tree()

    assert (found.status, found.owner, found.review_by) == ("review", "suporte", "2026-12-31")
    assert (found.budget.questions, found.budget.seconds) == (3, 240)
    assert found.root
    assert found.anytime[0].key == "p"


def test_conditions_become_tests_and_their_joins() -> None:
    check = tree().nodes["rede"]
    assert isinstance(check, Check)

    assert check.branches[0].when == AllOf(
        (Test("onu.state", "in", ("online",)), Test("onu.rx_class", "in", ("bad",)))
    )
    assert check.branches[1].when == AnyOf(
        (Test("onu.state", "in", ("los",)), Test("conflict.luz", "in", (True,)))
    )
    assert check.branches[2].when == Test("onu.rx_dbm", "..", (), -26.0, -24.0)


def test_nodes_and_branches_know_their_lines() -> None:
    check = tree().nodes["rede"]
    assert isinstance(check, Check)

    lines = WHOLE.splitlines()
    assert lines[check.line - 1] == "  rede:"
    assert "Sinal ruim" in lines[check.branches[0].line - 1]


def test_scenarios_carry_series_silence_and_unsure() -> None:
    scenario = tree().scenarios[0]

    assert scenario.facts["onu.state"] == ("los", "online")
    assert scenario.facts["onu.rx_dbm"] == (Unavailable(Reason.NO_VALUE),)
    assert scenario.answers["led.los"] == ("red", Unavailable(Reason.PERSON_UNSURE))
    assert scenario.expect.conflicts == ("luz",)


def test_requires_may_differ_by_audience() -> None:
    outcome = tree().nodes["fim"]
    assert isinstance(outcome, Outcome)

    assert outcome.requires == {"agent": ("led.los",), "customer": ()}


def test_a_plain_list_of_requires_is_for_every_audience() -> None:
    text = WHOLE.replace("{agent: [led.los], customer: []}", "[led.los]")

    found = read_tree(text, "t.yaml", REGISTRY)

    assert isinstance(found, Tree)
    outcome = found.nodes["fim"]
    assert isinstance(outcome, Outcome)
    assert set(outcome.requires) == {"agent", "customer", "trainee"}


@pytest.mark.parametrize("note", ["decide: true", "decide:", "decide: fibra indeterminada"])
def test_a_decide_may_carry_a_note_of_its_author(note: str) -> None:
    found = read_tree(WHOLE.replace("decide: true", note), "t.yaml", REGISTRY)

    assert isinstance(found, Tree)
    assert isinstance(found.nodes["rota"], Decide)


def test_every_problem_of_a_file_comes_at_once() -> None:
    text = WHOLE.replace("title:", "titulo:", 1).replace("goto: back", "goto: atras", 1)

    problems = problems_of(text.replace("led.los: [red", "led.los: [verde", 1))

    rules = {problem.rule for problem in problems}
    assert rules >= {"missing-key", "unknown-key", "missing-node", "impossible-value"}


def test_reading_without_a_registry_still_finds_what_is_wrong_in_itself() -> None:
    found = read_tree(WHOLE.replace("unknown: rota", "unknown: rotta"), "t.yaml", None)

    assert isinstance(found, list)
    assert [problem.rule for problem in found] == ["missing-node"]


LINES = WHOLE.splitlines(keepends=True)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_tree_is_read_or_refused_but_never_raises(data: st.DataObject) -> None:
    lines = list(LINES)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(lines) - 1))
        damage = data.draw(st.sampled_from(["drop", "double", "indent", "cut", "swap", "junk"]))
        line = lines[place]
        if damage == "drop":
            lines[place] = ""
        elif damage == "double":
            lines[place] = line * 2
        elif damage == "indent":
            lines[place] = "  " + line
        elif damage == "cut":
            lines[place] = line[: data.draw(st.integers(0, len(line)))] + "\n"
        elif damage == "swap":
            other = data.draw(st.integers(0, len(lines) - 1))
            lines[place], lines[other] = lines[other], line
        else:
            lines[place] = line.rstrip("\n") + data.draw(st.text(max_size=8)) + "\n"

    found = read_tree("".join(lines), "t.yaml", REGISTRY)

    assert isinstance(found, Tree) or all(problem.message for problem in found)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.just("led.los"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["when", "goto", "agent", "n", "then"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)
KEYS = st.sampled_from(
    [
        "question",
        "check",
        "decide",
        "instruction",
        "action",
        "subtree",
        "outcome",
        "go",
        "branches",
        "else",
        "unknown",
        "goto",
        "poll",
        "changes",
        "requires",
        "order",
        "returns",
        "max_visits",
        "agent",
        "wait_s",
        "refresh",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_a_node_of_any_shape_is_read_or_refused(node: dict[str, object]) -> None:
    import json

    text = (
        '{"tree": "t", "title": "T", "audiences": ["agent"], "entry": "a", "nodes": {"a": '
        + json.dumps(node, ensure_ascii=False)
        + "}}"
    )

    found = read_tree(text, "t.yaml", REGISTRY)

    assert isinstance(found, (Tree, list))


def test_a_label_may_read_otherwise_to_a_customer() -> None:
    text = WHOLE.replace(
        'confirm: "Ligou"', 'confirm: {agent: "Aviso dado", customer: "Entendi"}', 1
    )

    tree = read_tree(text, "t.yaml", REGISTRY)

    assert isinstance(tree, Tree), tree
    told = next(
        node for node in tree if isinstance(node, Instruction) and node.confirm_for("customer")
    )
    assert (told.confirm_for("agent"), told.confirm_for("customer")) == ("Aviso dado", "Entendi")
    assert told.confirm_for("trainee") == "Aviso dado"

"""Scenarios drive the same replay as a live call."""

from __future__ import annotations

from dataclasses import replace

from kbwizard.wizard.facts import Band, Derived
from kbwizard.wizard.model import Expectation, Result, Scenario
from kbwizard.wizard.scenario import run_scenario
from tests.helpers.flows import (
    START,
    TIMEOUT,
    UNSURE,
    act,
    ask,
    bundle,
    check,
    derived,
    end,
    ends,
    enum,
    network,
    number,
    poll,
    registry,
    sub,
    tell,
    to,
    tree,
    when,
)

FACTS = registry(
    enum("led", "red", "off"),
    enum("power", "on", "off"),
    network("state", "online", "los"),
    number("rx"),
    derived("class", Derived(("rx",), bands={"": (Band("good", "else"),)})),
)
CHILD = tree("child", ask("p", "power", goto="n2"), end("n2", Result.ESCALATE, "N2"))
TREE = tree(
    "t",
    check("read", "state", branches=(to("drop", state="online"),), otherwise="led", unknown="led"),
    ask("led", "led", go={"red": "restart", "off": "child"}, unknown="lost"),
    tell("restart", "watch", wait_s=60, changes=("state",)),
    check(
        "watch",
        "state",
        poll=poll(when(state="online"), every_s=10, up_to_s=60),
        branches=(to("good", state="online"),),
        otherwise="lost",
        unknown="lost",
    ),
    act("drop", "good", "lost", "bad"),
    sub("child", "child", N2="bad", solved="good"),
    *ends("good", "bad", "lost"),
)
FLOW = bundle(FACTS, TREE, CHILD)
EMPTY = Scenario("s", "t", "agent", {}, {}, {}, {}, Expectation())


def run(expect=None, **given):
    scenario = replace(EMPTY, expect=Expectation(**(expect or {})), **given)
    return run_scenario(FLOW, scenario, START)


def test_what_is_absent_does_not_answer_and_is_not_known():
    result = run(expect={"outcome": "lost", "path": ("read", "led", "lost"), "questions": 1})

    assert result.mismatches == ()
    assert result.position is not None


def test_successive_values_and_the_last_repeats():
    result = run(
        facts={"state": ("los", "los", "online")},
        answers={"led": ("red",)},
        expect={"outcome": "t.good", "result": "solved"},
    )

    assert result.mismatches == ()
    assert ("t", "watch", "branch 1") in result.edges


def test_a_poll_that_never_comes_true_ends_by_its_own_clock():
    result = run(facts={"state": ("los",)}, answers={"led": ("red",)}, expect={"outcome": "lost"})

    assert result.ok


def test_a_value_may_be_unavailable_and_an_answer_unsure():
    result = run(
        facts={"state": (TIMEOUT,)}, answers={"led": (UNSURE,)}, expect={"outcome": "lost"}
    )

    assert result.ok


def test_actions_end_as_the_scenario_says():
    for told, outcome in (("done", "good"), ("error", "lost"), ("refused", "bad")):
        assert run(
            facts={"state": ("online",)}, actions={"drop": told}, expect={"outcome": outcome}
        ).ok


def test_a_subtree_can_be_left_out_by_result_or_disposition():
    for told, outcome in (("N2", "bad"), ("solved", "good")):
        result = run(
            answers={"led": ("off",)},
            subtrees={"child": told},
            expect={"outcome": outcome, "questions": 1},
        )
        assert result.ok


def test_a_subtree_that_is_not_left_out_is_walked():
    result = run(
        answers={"led": ("off",), "power": ("on",)}, expect={"outcome": "bad", "questions": 2}
    )

    assert result.ok


def test_what_differs_is_told_in_words():
    result = run(
        expect={
            "outcome": "good",
            "result": "dispatch",
            "path": ("led", "read"),
            "questions": 3,
            "conflicts": ("x",),
        }
    )

    assert result.mismatches == (
        "desfecho: esperado good, veio t.lost",
        "resultado: esperado dispatch, veio solved",
        "caminho: não passou por read nesta ordem; passou por read → led → lost",
        "perguntas ao cliente: esperadas 3, feitas 1",
        "conflitos: esperado x, veio nenhum",
    )


def test_a_derived_fact_cannot_be_given():
    assert run(facts={"class": ("good",)}).mismatches == ("class é derivado: dê ao cenário rx",)


def test_a_bundle_that_breaks_the_engine_is_a_mismatch_and_not_an_error():
    result = run_scenario(FLOW, replace(EMPTY, root="nada"), START)

    assert (result.position, result.mismatches) == (None, ("árvore não definida: nada",))


def test_a_scenario_without_end_says_where_it_stopped():
    loop = bundle(FACTS, tree("t", ask("q", "led", refresh=True, goto="q")))

    result = run_scenario(loop, EMPTY, START)

    assert "t.q" in result.mismatches[0]

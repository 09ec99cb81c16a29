"""The trees that ship: clean, covered, cheap in questions, and ending in the desk's own words."""

from __future__ import annotations

from kbwizard.content.library import Library
from kbwizard.content.lint import lint_library
from kbwizard.wizard.model import (
    ONLY_WITH_PARENT,
    Bundle,
    Node,
    Outcome,
    Question,
    Result,
    Scenario,
)
from kbwizard.wizard.scenario import run_scenario
from tests.trees.conftest import START

DEMO = "Demonstração: "
MOST_QUESTIONS = 2


def demo_faults(shipped: Bundle) -> list[Scenario]:
    found = shipped.trees["atendimento"].scenarios
    return [scenario for scenario in found if scenario.name.startswith(DEMO)]


def outcomes(shipped: Bundle) -> list[Outcome]:
    return [node for tree in shipped.trees.values() for node in tree if isinstance(node, Outcome)]


def named(shipped: Bundle, name: str) -> Node:
    tree, node = name.split(".")
    return shipped.node(tree, node)


def test_shipped_content_has_no_problem(library: Library) -> None:
    problems = lint_library(library)

    assert [f"{p.file}:{p.line} {p.rule} {p.message}" for p in problems] == []


def test_the_six_trees_of_the_first_call_are_published(shipped: Bundle) -> None:
    wanted = {"atendimento", "pre-atendimento", "fibra-los", "pppoe", "sem-energia", "dados-os"}

    published = {name for name, tree in shipped.trees.items() if tree.status == "published"}

    assert wanted <= published
    assert [name for name in wanted if shipped.trees[name].root] == ["atendimento"]


def test_every_demo_fault_costs_the_customer_two_questions_at_most(shipped: Bundle) -> None:
    runs = [run_scenario(shipped, scenario, START) for scenario in demo_faults(shipped)]

    assert len(runs) >= 24
    asked = {run.scenario.name: run.position.questions for run in runs if run.position}
    assert {name: n for name, n in asked.items() if n > MOST_QUESTIONS} == {}


def test_an_active_outage_asks_the_customer_nothing(shipped: Bundle) -> None:
    known = [
        run
        for tree in shipped.trees.values()
        for scenario in tree.scenarios
        if (run := run_scenario(shipped, scenario, START)).position
        and run.position.node.name.startswith("parada_")
    ]

    assert len(known) >= 5
    assert {run.scenario.name: run.position.questions for run in known if run.position} == {
        run.scenario.name: 0 for run in known
    }


def test_an_outage_is_told_in_the_words_of_the_desk_and_nothing_technical(shipped: Bundle) -> None:
    failure = "Houve uma falha que atingiu a sua região e nossa equipe já trabalha na manutenção. "

    with_forecast = named(shipped, "pre-atendimento.parada_com_previsao").texts.agent
    without = named(shipped, "pre-atendimento.parada_sem_previsao").texts.agent

    assert with_forecast == failure + "Previsão de retorno: {forecast}. Protocolo: {protocol}."
    assert without == (
        failure + "Ainda não temos uma previsão confirmada; avisaremos assim que houver. "
        "Protocolo: {protocol}."
    )


def test_only_a_confirmed_forecast_is_ever_read_out(shipped: Bundle) -> None:
    saying = [
        f"{tree.name}.{node.name}"
        for tree in shipped.trees.values()
        for node in tree
        if "{forecast}" in node.texts.agent + node.texts.customer
    ]

    assert saying == ["pre-atendimento.parada_com_previsao"]


def test_payment_is_named_only_after_the_holder_was_confirmed(shipped: Bundle) -> None:
    gate = shipped.trees["pre-atendimento"]
    holder = gate.nodes["titular"]

    assert isinstance(holder, Question)
    assert holder.go[False] == "pendencia_terceiro"
    assert holder.unknown == "pendencia_terceiro"
    assert "pendência de cadastro; o titular precisa falar conosco" in (
        gate.nodes["pendencia_terceiro"].texts.agent
    )


def test_a_visit_is_never_promised_before_its_order_exists(shipped: Bundle) -> None:
    dispatches = [node for node in outcomes(shipped) if node.result is Result.DISPATCH]

    assert len(dispatches) >= 8
    for node in dispatches:
        assert "técnico vai" not in node.texts.agent
        assert "order.fees_told" in node.requires["agent"]
        assert node.order is not None


def test_every_outcome_that_ends_a_call_tells_the_protocol(shipped: Bundle) -> None:
    silent = [
        node.name
        for node in outcomes(shipped)
        if node.result not in ONLY_WITH_PARENT and "{protocol}" not in node.texts.agent
    ]

    assert silent == []


def test_every_deadline_is_told_when_there_is_one(shipped: Bundle) -> None:
    untold = [
        node.name
        for node in outcomes(shipped)
        if node.result is Result.ESCALATE and "{deadline}" not in node.texts.agent
    ]

    assert untold == []

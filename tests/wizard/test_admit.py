"""What may be appended, and what people are told when it may not."""

from __future__ import annotations

import pytest

from kbwizard.errors import InvalidInput, StaleForm
from kbwizard.wizard.admit import admit, last_human_event
from kbwizard.wizard.events import (
    Acted,
    Answered,
    Confirmed,
    Ended,
    GivenUp,
    HandedOver,
    Jumped,
    LineBound,
    Noted,
    Read,
    Retracted,
    Revised,
    Started,
)
from kbwizard.wizard.facts import FactSpec, FactType, Reading, Source
from kbwizard.wizard.model import Anytime, Result
from kbwizard.wizard.values import MAX_TEXT, refusal
from tests.helpers.flows import (
    TIMEOUT,
    UNSURE,
    Walk,
    act,
    ask,
    bundle,
    check,
    end,
    ends,
    enum,
    moment,
    network,
    number,
    registry,
    tell,
    tree,
)

FACTS = registry(
    enum("led", "red", "off"),
    enum("power", "on", "off"),
    number("rx", low=-50, high=10, unit="dBm", read_by=""),
    network("state", "online"),
)
FLOW = bundle(
    FACTS,
    tree(
        "t",
        ask("led", "led", go={"red": "rx", "off": "do"}, unknown="do"),
        ask("rx", "rx", goto="do"),
        tell("do", "act"),
        act("act", "read", "read", "read"),
        check("read", "state", otherwise="end", unknown="power"),
        ask("power", "power", goto="end"),
        end("end", Result.SOLVED, requires={"agent": ("rx",)}),
        tell("silence", "back"),
        anytime=(Anytime("Silêncio", "s", "silence"),),
    ),
    tree("alone", *ends("x")),
)
EVENT = {"seq": 99, "at": moment(999)}


def said(visit, **values):
    readings = tuple(Reading(n, v, Source.CUSTOMER, moment(999)) for n, v in values.items())
    return Answered(visit=visit, readings=readings, **EVENT)


def admitted(walk, event):
    """Whether it is let in: what is not raises."""
    return admit(walk.now, event, FLOW) is None


def refused(walk, event, match, kind=InvalidInput):
    with pytest.raises(kind, match=match) as told:
        admit(walk.now, event, FLOW)
    return told.value


def test_an_answer_of_the_registry_is_admitted():
    assert admitted(Walk(FLOW), said(1, led="red"))


def test_unsure_is_admitted_where_the_question_has_a_way_for_it():
    assert admitted(Walk(FLOW), said(1, led=UNSURE))
    refused(Walk(FLOW).answer(led="red"), said(2, rx=UNSURE), "Não sei")


def test_no_other_excuse_is_an_answer():
    refused(Walk(FLOW), said(1, led=TIMEOUT), "Não sei")


def test_a_value_outside_the_registry_is_refused_by_field():
    error = refused(Walk(FLOW), said(1, led="verde"), "escolha uma das opções")

    assert error.fields == {"led": "escolha uma das opções"}


def test_a_fact_that_was_not_asked_is_refused():
    refused(Walk(FLOW), said(1, power="on"), "não foi perguntado")


def test_an_answer_to_nothing_is_refused():
    refused(Walk(FLOW), said(1), "Escolha")
    refused(Walk(FLOW).answer(led="off"), said(2, led="red"), "não espera uma resposta")


def test_a_number_out_of_range_says_the_limit():
    refused(Walk(FLOW).answer(led="red"), said(2, rx=-60.0), "o mínimo é -50 dBm")


def test_a_stale_visit_is_refused_as_stale():
    walk = Walk(FLOW).answer(led="off")
    for event in (
        said(1, led="red"),
        Confirmed(visit=1, **EVENT),
        GivenUp(visit=1, **EVENT),
        Acted(visit=1, result="done", **EVENT),
        Ended(visit=1, **EVENT),
        said(77, led="red"),
    ):
        refused(walk, event, "já avançou", StaleForm)


def test_confirming_where_nothing_is_to_confirm_is_refused():
    refused(Walk(FLOW), Confirmed(visit=1, **EVENT), "nada a confirmar")


def test_giving_up_where_nothing_is_awaited_is_refused():
    refused(Walk(FLOW), GivenUp(visit=1, **EVENT), "Não há espera")


def test_acting_needs_an_action_and_a_known_result():
    walk = Walk(FLOW).answer(led="off")
    refused(walk, Acted(visit=2, result="done", **EVENT), "Não há ação")
    walk.confirm()

    refused(walk, Acted(visit=3, result="talvez", **EVENT), "talvez")
    assert admitted(walk, Acted(visit=3, result="error", **EVENT))


def test_the_question_meanwhile_may_be_answered():
    walk = Walk(FLOW).answer(led="off").confirm().acted()

    assert admitted(walk, said(walk.now.visit, power="on"))
    refused(walk, said(walk.now.visit, led="red"), "não foi perguntado")


def test_ending_needs_an_outcome_with_all_it_requires():
    walk = Walk(FLOW)
    refused(walk, Ended(visit=1, **EVENT), "ainda não chegou")
    walk.answer(led="off").confirm().acted().read(state="online")

    error = refused(walk, Ended(visit=walk.now.visit, **EVENT), "Falta informar: rx")

    assert error.fields == {"rx": "falta informar"}
    admit(walk.answer(rx=-20.0).now, Ended(visit=walk.now.visit, **EVENT), FLOW)


@pytest.mark.parametrize(
    ("event", "match"),
    [
        (Jumped(tree="t", node="nada", **EVENT), "Passo desconhecido"),
        (Jumped(tree="nada", node="x", **EVENT), "Passo desconhecido"),
        (Jumped(tree="alone", node="x", **EVENT), "Não há caminho"),
        (Jumped(tree="", node="", anytime="z", **EVENT), "Saída desconhecida"),
        (HandedOver(audience="chefe", **EVENT), "Público desconhecido"),
        (Noted(text=" ", **EVENT), "Nota"),
        (Noted(text="a\x00b", **EVENT), "não são texto"),
        (Noted(text="a" * (MAX_TEXT + 1), **EVENT), "no máximo"),
        (LineBound(line="", **EVENT), "conexão"),
        (Retracted(target=1, **EVENT), "Não há o que desfazer"),
        (Revised(target=1, readings=(), **EVENT), "não pode ser alterada"),
        (Started(root="t", audience="agent", **EVENT), "já começou"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(event, match):
    refused(Walk(FLOW), event, match)


def test_a_revision_is_held_to_the_registry_and_to_what_was_said():
    walk = Walk(FLOW).answer(led="red")

    def revision(**values):
        return Revised(target=2, readings=said(1, **values).readings, **EVENT)

    refused(walk, revision(led="verde"), "escolha uma das opções")
    refused(walk, revision(power="on"), "não foi perguntado")
    assert admitted(walk, revision(led="off"))


def test_back_names_the_last_thing_a_person_did():
    walk = Walk(FLOW)
    assert last_human_event(walk.now) is None

    walk.answer(led="off").note("nota").read(state="online").confirm().acted()

    assert last_human_event(walk.now) == 5
    assert admitted(walk, Retracted(target=5, **EVENT))


def test_nothing_is_admitted_after_the_end():
    walk = (
        Walk(FLOW).answer(led="off").confirm().acted().read(state="online").answer(rx=-20.0).end()
    )
    assert walk.now.ended

    for event in (
        Noted(text="tarde", **EVENT),
        Read(readings=(), **EVENT),
        Retracted(target=2, **EVENT),
    ):
        refused(walk, event, "já foi encerrado")


def test_a_reading_and_a_note_are_admitted_anywhere():
    assert admitted(Walk(FLOW), Read(readings=(), **EVENT))
    assert admitted(Walk(FLOW), Noted(text="nota", **EVENT))


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (FactType.BOOL, [True, False], [1, "true", None]),
        (FactType.INT, [0, -3], [True, 1.5, "1"]),
        (FactType.FLOAT, [0, 1.5], [True, float("nan"), float("inf"), "1,5"]),
        (FactType.TEXT, ["João", "a\nb"], ["", "  ", "a\x07", 3, "x" * (MAX_TEXT + 1)]),
        (
            FactType.TIME,
            ["2026-03-02T14:00-03:00"],
            ["2026-03-02", "2026-03-02T14:00", "amanhã", 5],
        ),
    ],
)
def test_values_are_held_to_the_type_of_the_fact(kind, good, bad):
    spec = FactSpec("x", "X", kind)

    assert [refusal(spec, value) for value in good] == [""] * len(good)
    assert all(refusal(spec, value) for value in bad)


def test_limits_are_told_as_they_are_written_in_portuguese():
    spec = FactSpec("x", "X", FactType.FLOAT, low=0.5)

    assert refusal(spec, 0.1) == "o mínimo é 0,5"

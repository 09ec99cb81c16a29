"""Closed cases become exercises and scenarios with nobody in them, that walk to the same end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kbwizard.content.personal import find_personal
from kbwizard.errors import InvalidInput
from kbwizard.training.exercise import Exercise
from kbwizard.training.exercise_file import read_exercise
from kbwizard.training.from_case import exercise_from_case, read_scenario, scenario_from_case
from kbwizard.training.impersonal import EXAMPLES, check_impersonal
from kbwizard.training.lint import lint_exercise
from kbwizard.training.tracks import tracks
from kbwizard.wizard.scenario import run_scenario
from tests.training.walked_cases import SECRETS, START, WalkedCase, library, walked_cases

CASES = list(walked_cases())


def made_of(one: WalkedCase) -> tuple[str, str]:
    told = ([one.standing], one.case, one.orders)
    return scenario_from_case(*told), exercise_from_case(*told)


def outcome_of(one: WalkedCase) -> tuple[str, str]:
    position = one.standing.position
    assert position.outcome is not None
    return position.tree, position.outcome.name


def test_there_are_many_cases_to_prove_it_with() -> None:
    assert len(CASES) >= 50


@pytest.mark.parametrize("one", CASES, ids=lambda one: one.name[:50])
def test_nobody_is_left_in_what_is_made(one: WalkedCase) -> None:
    for text in made_of(one):
        bare = text
        for example in EXAMPLES:
            bare = bare.replace(example, "")

        assert [secret for secret in SECRETS if secret.casefold() in text.casefold()] == []
        assert find_personal(bare) == ()


@pytest.mark.parametrize("one", CASES, ids=lambda one: one.name[:50])
def test_the_scenario_walks_to_the_same_outcome(one: WalkedCase) -> None:
    bundle = library().bundle

    scenario = read_scenario(made_of(one)[0], bundle, "atendimento")

    assert scenario is not None
    run = run_scenario(bundle, scenario, START)
    assert run.mismatches == ()
    assert run.position is not None
    assert (run.position.tree, run.position.node.name) == outcome_of(one)


@pytest.mark.parametrize("one", CASES, ids=lambda one: one.name[:50])
def test_the_exercise_is_read_back_as_a_good_one(one: WalkedCase) -> None:
    text = made_of(one)[1]

    made = read_exercise(text, "caso.yaml", library().bundle.registry)

    assert isinstance(made, Exercise)
    outcome = one.standing.position.outcome
    assert outcome is not None
    assert made.expected.outcome == (outcome.disposition,)
    content = library()
    assert lint_exercise(made, content.bundle, content.articles, tracks()) == []


def test_a_case_without_an_outcome_becomes_nothing() -> None:
    one = CASES[0]
    position = replace(one.standing.position, ended=False)

    with pytest.raises(InvalidInput, match="desfecho"):
        scenario_from_case([replace(one.standing, position=position)], one.case)


def test_what_the_detector_finds_is_never_given_out() -> None:
    with pytest.raises(InvalidInput, match="dado pessoal"):
        check_impersonal("Ligar para 11 98888-7777", ())
    with pytest.raises(InvalidInput, match="dado pessoal"):
        check_impersonal("a casa do portão azul", ["portão azul"])

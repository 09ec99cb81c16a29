"""Conditions in Kleene's three values, and the choice of a way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbwizard.wizard.conditions import AllOf, AnyOf, Test
from kbwizard.wizard.judge import Way, choose, evaluate, facts_in, possible
from tests.helpers.flows import to, when

A, B = Test("a", "in", ("yes",)), Test("b", "in", ("yes",))
KNOWN = {True: "yes", False: "no"}


def facts(**said):
    return {name: KNOWN[value] for name, value in said.items() if value is not None}


@pytest.mark.parametrize(
    ("a", "b", "both", "either"),
    [
        (True, True, True, True),
        (True, False, False, True),
        (False, False, False, False),
        (True, None, None, True),
        (False, None, False, None),
        (None, None, None, None),
    ],
)
def test_conjunction_and_disjunction_follow_kleene(a, b, both, either):
    for parts in ((A, B), (B, A)):
        assert evaluate(AllOf(parts), facts(a=a, b=b)) is both
        assert evaluate(AnyOf(parts), facts(a=a, b=b)) is either


@pytest.mark.parametrize(
    ("op", "low", "high", "inside", "outside"),
    [
        ("<", -27, 0, -27.1, -27),
        ("<=", -27, 0, -27, -26.9),
        (">", -8, 0, -7.9, -8),
        (">=", -8, 0, -8, -8.1),
        ("..", -27, -8, -27, -7.9),
        ("..", -27, -8, -8, -27.1),
    ],
)
def test_numbers_compare_at_their_borders(op, low, high, inside, outside):
    test = Test("rx", op, low=low, high=high)

    assert evaluate(test, {"rx": inside}) is True
    assert evaluate(test, {"rx": outside}) is False


def test_a_number_is_not_a_truth_value():
    assert evaluate(Test("x", "in", (True,)), {"x": 1}) is False
    assert evaluate(Test("x", "in", (1,)), {"x": True}) is False
    assert evaluate(Test("x", "in", (True,)), {"x": True}) is True


def test_text_held_against_a_number_is_unknown():
    assert evaluate(Test("x", "<", low=3), {"x": "2"}) is None


@given(st.dictionaries(st.sampled_from("ab"), st.booleans()))
def test_knowing_more_never_turns_an_answer_around(known):
    less = facts(**known)
    for condition in (A, AllOf((A, B)), AnyOf((A, B)), AllOf((AnyOf((A, B)), B))):
        answer = evaluate(condition, less)
        for more in ({"a": "yes", "b": "no"}, {"a": "no", "b": "yes"}):
            if answer is not None:
                assert evaluate(condition, {**more, **less}) is answer


def test_the_first_true_branch_is_chosen_with_its_place_and_words():
    branches = (to("x", a="yes"), to("y", b="yes"))

    assert choose(branches, "e", "u", {"b": "yes"}) == Way("y", "branch 2")


def test_each_of_else_and_unknown_stands_in_for_the_other():
    branches = (to("x", a="yes"),)

    assert choose(branches, "e", "", {}) == Way("e", "else")
    assert choose(branches, "", "u", {"a": "no"}) == Way("u", "unknown")
    assert choose(branches, "", "", {}) is None


def test_what_could_still_come_true_is_possible():
    assert not possible(AllOf((A, B)), {"a"})
    assert possible(AnyOf((A, B)), {"a"})
    assert not possible(AnyOf((A, B)), {"a", "b"})


def test_facts_of_a_condition_are_listed_once_in_order():
    assert facts_in(AllOf((B, AnyOf((A, B)), when(c="yes")))) == ("b", "a", "c")

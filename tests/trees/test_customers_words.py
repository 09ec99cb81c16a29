"""What customers read alone is true at that moment, can be done, and still says something untied."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from kbwizard.web.sentences import without_gaps
from kbwizard.wizard.graph import trees_below
from kbwizard.wizard.model import Node, Outcome, Question, Result
from tests.trees.conftest import shipped_library

ROOT = "autoatendimento"
AT_HOME = ("autoatendimento", "fibra-los", "pppoe", "um-site")
"""Trees whose last question is answered by opening a site on the phone."""
PEOPLE = frozenset(
    {Result.ESCALATE, Result.DISPATCH, Result.CALLBACK, Result.BILLING, Result.SCHEDULED}
)
NOT_YET = re.compile(r"\bjá (?:foi|fomos|está) (?:avis|acion|pass|registr)\w+|\bpassamos\b", re.I)


def for_customers() -> Iterator[tuple[str, Node]]:
    bundle = shipped_library().bundle
    for tree in trees_below(bundle, ROOT):
        yield from ((f"{tree}.{n.name}", n) for n in bundle.trees[tree] if n.texts.customer)


def questions_of(fact: str, tree: str) -> list[str]:
    bundle = shipped_library().bundle
    return [
        node.texts.customer
        for node in bundle.trees[tree]
        if isinstance(node, Question) and node.texts.customer and fact in node.facts
    ]


@pytest.mark.parametrize("tree", AT_HOME)
def test_whether_it_works_is_tried_over_the_wifi_of_the_house(tree: str) -> None:
    """The first page sends everybody to mobile data: there, every site opens."""
    asked = questions_of("service.confirmed", tree)

    assert asked
    assert [text for text in asked if "Wi-Fi" not in text] == []


def test_who_tried_without_wifi_is_told_to_put_it_on_again() -> None:
    bundle = shipped_library().bundle

    assert "Ligue o Wi-Fi" in bundle.trees["um-site"].nodes["ajustes"].texts.customer
    assert "ligue o Wi-Fi" in bundle.trees["lentidao"].nodes["teste_perto"].texts.customer
    assert "ligue o Wi-Fi" in bundle.trees["wifi"].nodes["perto"].texts.customer


def test_an_end_says_something_before_there_is_a_protocol_or_a_deadline() -> None:
    ends = {
        name: node.texts.customer
        for name, node in for_customers()
        if isinstance(node, Outcome) and node.result in PEOPLE
    }

    assert len(ends) > 60
    assert [name for name, text in ends.items() if not without_gaps(text, {}).strip()] == []


def test_no_end_says_that_somebody_was_told_before_a_person_was_asked_for() -> None:
    told = [
        name
        for name, node in for_customers()
        if isinstance(node, Outcome)
        and node.result in PEOPLE
        and NOT_YET.search(node.texts.customer)
    ]

    assert told == []


def test_only_a_router_known_to_be_apart_is_moved() -> None:
    """Where the router is the device of the fibre, moving it pulls the thin cable."""
    moves = re.compile(r"\b(?:ponha|leve|mude)\b[^.]{0,20}\broteador\b(?! em modo)", re.I)
    moving = [name for name, node in for_customers() if moves.search(node.texts.customer)]

    assert moving == ["wifi.tira"]

"""Rule 5: the first true branch wins; none true: unknown if any is, else `else`."""

from __future__ import annotations

import pytest

from kbwizard.errors import EngineError
from tests.helpers.flows import (
    TIMEOUT,
    Walk,
    ask,
    bundle,
    check,
    decide,
    ends,
    enum,
    network,
    registry,
    to,
    tree,
    when,
)

FACTS = registry(
    network("state", "online", "los"), network("pattern", "cut", "none"), enum("led", "red", "off")
)
ENDS = ends("cut", "good", "other", "lost")


def read(**values):
    flow = bundle(
        FACTS,
        tree(
            "t",
            check(
                "c",
                "state",
                "pattern",
                branches=(to("cut", pattern="cut"), to("good", state="online")),
                otherwise="other",
                unknown="lost",
            ),
            *ENDS,
        ),
    )
    return Walk(flow).read(**values)


@pytest.mark.parametrize(
    ("state", "pattern", "end", "exit_"),
    [
        ("online", "cut", "cut", "branch 1"),
        ("online", "none", "good", "branch 2"),
        ("online", TIMEOUT, "good", "branch 2"),
        ("los", "none", "other", "else"),
        ("los", TIMEOUT, "lost", "unknown"),
        (TIMEOUT, "none", "lost", "unknown"),
        (TIMEOUT, "cut", "cut", "branch 1"),
        (TIMEOUT, TIMEOUT, "lost", "unknown"),
    ],
)
def test_first_true_then_unknown_then_else(state, pattern, end, exit_):
    walk = read(state=state, pattern=pattern)

    assert (walk.node, walk.now.path[0].exit) == (end, exit_)


def test_a_check_waits_for_all_its_facts_even_when_a_branch_holds_already():
    walk = read(pattern="cut")

    assert walk.node == "c"
    assert walk.now.pending.facts == ("state",)


def test_the_words_of_the_branch_taken_are_kept():
    from kbwizard.wizard.model import Branch

    flow = bundle(
        FACTS,
        tree(
            "t",
            decide("d", Branch(when(led="red"), "good", "porque sim"), otherwise="other"),
            *ENDS,
        ),
    )
    walk = Walk(flow)
    assert walk.now.path[0].why == ""

    asked = bundle(
        FACTS,
        tree(
            "t",
            ask(
                "a",
                "led",
                branches=(Branch(when(led="red"), "good", "porque sim"),),
                otherwise="other",
            ),
            *ENDS,
        ),
    )

    assert Walk(asked).answer(led="red").now.path[0].why == "porque sim"


def test_where_no_way_serves_the_node_is_named():
    flow = bundle(FACTS, tree("t", decide("beco", to("good", led="red")), *ENDS))

    with pytest.raises(EngineError, match=r"t\.beco"):
        Walk(flow).now  # noqa: B018


def test_an_undefined_node_is_named():
    flow = bundle(FACTS, tree("t", decide("d", otherwise="nada"), *ENDS))

    with pytest.raises(EngineError, match=r"t\.nada"):
        Walk(flow).now  # noqa: B018

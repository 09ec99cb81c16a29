"""Rule 13: loops are capped by `max_visits`, and by the engine, which names the node."""

from __future__ import annotations

import pytest

from kbwizard.errors import EngineError
from kbwizard.wizard.events import Answered, Confirmed
from kbwizard.wizard.facts import Reading, Source
from kbwizard.wizard.replay import replay
from tests.helpers.flows import (
    Walk,
    ask,
    bundle,
    decide,
    ends,
    enum,
    limit,
    moment,
    registry,
    tell,
    to,
    tree,
)

FACTS = registry(enum("led", "red", "off"))


def looping(**more):
    return bundle(
        FACTS,
        tree(
            "t",
            tell("restart", "led", changes=("led",), **more),
            ask("led", "led", go={"red": "restart", "off": "good"}),
            *ends("good", "bad"),
        ),
    )


def test_after_n_visits_the_next_arrival_goes_on_to_then():
    walk = Walk(looping(max_visits=limit(2, "bad")))
    walk.confirm().answer(led="red").confirm().answer(led="red")

    assert walk.node == "bad"
    assert walk.now.path[-2].exit == "max_visits"


def test_a_loop_that_needs_nobody_is_stopped_by_the_engine_which_names_the_node():
    flow = bundle(FACTS, tree("t", decide("a", otherwise="b"), decide("b", otherwise="a")))

    with pytest.raises(EngineError, match=r"laço sem saída no passo t\.[ab]"):
        Walk(flow).now  # noqa: B018


def test_a_loop_through_a_person_is_stopped_by_the_engine_at_last():
    events = Walk(looping()).events
    for round_ in range(250):
        visit, seq = 2 * round_ + 1, len(events)
        at = moment(10 * seq)
        events.append(Confirmed(seq=seq + 1, at=at, visit=visit))
        said = (Reading("led", "red", Source.CUSTOMER, at),)
        events.append(Answered(seq=seq + 2, at=at, visit=visit + 1, readings=said))

    with pytest.raises(EngineError, match=r"t\.(restart|led)"):
        replay(looping(), events, moment(0))


def test_visits_are_counted_for_each_entry_into_the_tree():
    walk = Walk(looping(max_visits=limit(1, "bad"))).confirm()

    assert walk.answer(led="red").node == "bad"


def test_going_back_to_nowhere_names_the_node():
    flow = bundle(
        FACTS,
        tree(
            "t", decide("d", to("good", led="red"), otherwise="back", unknown="back"), *ends("good")
        ),
    )

    with pytest.raises(EngineError, match=r"t\.d"):
        Walk(flow).now  # noqa: B018

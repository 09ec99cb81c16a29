"""Results of functions recorded in the walk."""

from __future__ import annotations

from typing import Any

from kbwizard.wizard.conclude import with_conclusions
from kbwizard.wizard.events import Read
from kbwizard.wizard.facts import Derived, FactType, Reading, Source
from tests.helpers.flows import (
    TIMEOUT,
    Walk,
    ask,
    bundle,
    check,
    derived,
    ends,
    enum,
    moment,
    number,
    registry,
    tell,
    tree,
)

FACTS = registry(
    enum("q", "a", "b"),
    number("loss", FactType.FLOAT, ttl_s=60),
    number("rtt", FactType.FLOAT),
    number("jitter", FactType.FLOAT),
    derived("ping", Derived(("loss", "rtt", "jitter"), function="ping_class")),
)
FLOW = bundle(
    FACTS,
    tree(
        "t",
        ask("q", "q", goto="restart"),
        tell("restart", "look", changes=("rtt",)),
        check("look", "ping", otherwise="end", unknown="end", refresh=True),
        *ends("end"),
    ),
)


def recorded(walk: Walk, line: str | None = None, **said: Any) -> list[tuple[str, Any]]:
    """What a `Read` event of these readings records beside them, at the end of the walk's log."""
    at = moment(walk.clock + 5)
    readings = tuple(Reading(n, v, Source.NETWORK, at, "bng", 5, line) for n, v in said.items())
    event = with_conclusions(FLOW, walk.events, Read(seq=walk.last + 1, at=at, readings=readings))
    assert event.readings[: len(readings)] == readings
    return [(one.fact, one.value) for one in event.readings[len(readings) :]]


def test_a_function_concludes_from_readings_that_came_together():
    assert recorded(Walk(FLOW), loss=0.0, rtt=10.0, jitter=TIMEOUT) == [("ping", "good")]


def test_a_function_concludes_from_what_was_known_already():
    walk = Walk(FLOW).read(rtt=200.0)

    assert recorded(walk, loss=0.0) == [("ping", "bad")]


def test_a_result_bears_the_newest_moment_and_line_of_its_inputs():
    walk = Walk(FLOW).read(rtt=10.0)
    reading = Reading("loss", 0.0, Source.NETWORK, moment(9), "bng", 5, "l")
    event = Read(seq=3, at=moment(10), readings=(reading,))

    ping = with_conclusions(FLOW, walk.events, event).readings[1]

    assert (ping.measured_at, ping.origin, ping.line) == (moment(9), "bng", "l")


def test_nothing_is_concluded_from_silence_or_from_other_facts():
    assert recorded(Walk(FLOW), loss=TIMEOUT, rtt=TIMEOUT, jitter=TIMEOUT) == []
    assert recorded(Walk(FLOW).read(loss=0.0, rtt=1.0), q="a") == []


def test_nothing_is_concluded_with_an_input_that_has_grown_old():
    walk = Walk(FLOW).read(loss=0.0).wait(100).answer(q="a")

    assert recorded(walk, rtt=10.0) == []


def test_nothing_is_concluded_from_readings_of_another_line():
    walk = Walk(FLOW).bind("mine")

    assert recorded(walk, line="other", loss=0.0) == []
    assert recorded(walk, line="mine", loss=0.0) == [("ping", "good")]


def said_otherwise() -> Walk:
    """A walk whose record holds what the function said then, and would not say today."""
    return Walk(FLOW).read(loss=0.0, rtt=10.0, jitter=1.0, ping="attention")


def ping(walk: Walk) -> Any:
    known = walk.now.facts.get("ping")
    return known.reading.value if known else None


def test_a_walk_keeps_the_result_it_recorded():
    assert ping(said_otherwise()) == "attention"


def test_a_newer_input_is_judged_anew():
    assert ping(said_otherwise().read(rtt=11.0)) == "good"


def test_a_result_grows_old_with_its_inputs():
    walk = said_otherwise().wait(100).answer(q="a")

    assert ping(walk) is None


def test_a_result_does_not_outlive_a_change_of_its_inputs():
    walk = said_otherwise().answer(q="a").confirm()

    assert walk.now.pending.facts == ("loss", "rtt", "jitter")
    assert ping(walk) is None


def test_revising_an_input_works_the_result_out_anew():
    assert ping(said_otherwise().revise(2, loss=60.0)) == "bad"


def test_undoing_an_answer_works_the_results_out_anew():
    walk = said_otherwise().answer(q="a")

    assert ping(walk.retract(3)) == "good"


def test_results_are_no_part_of_the_history_that_can_be_revised():
    (given,) = said_otherwise().now.given

    assert [one.fact for one in given.readings] == ["loss", "rtt", "jitter"]

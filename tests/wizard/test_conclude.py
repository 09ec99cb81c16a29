"""Results of functions recorded in the walk."""

from __future__ import annotations

from kbwizard.wizard.conclude import conclusions
from kbwizard.wizard.facts import Derived, FactType, Reading, Source
from tests.helpers.flows import (
    TIMEOUT,
    Walk,
    ask,
    bundle,
    derived,
    ends,
    enum,
    moment,
    number,
    registry,
    tree,
)

FACTS = registry(
    enum("q", "a", "b"),
    number("loss", FactType.FLOAT),
    number("rtt", FactType.FLOAT),
    number("jitter", FactType.FLOAT),
    derived("ping", Derived(("loss", "rtt", "jitter"), function="ping_class")),
)
FLOW = bundle(FACTS, tree("t", ask("q", "q", goto="end"), *ends("end")))


def readings(**said):
    return tuple(Reading(n, v, Source.NETWORK, moment(1), "bng", 5, "l") for n, v in said.items())


def test_a_function_concludes_from_readings_that_came_together():
    (ping,) = conclusions(FACTS, readings(loss=0.0, rtt=10.0, jitter=TIMEOUT))

    assert (ping.fact, ping.value, ping.origin, ping.line) == ("ping", "good", "bng", "l")
    assert ping.measured_at == moment(1)


def test_nothing_is_concluded_from_part_of_the_inputs_or_from_silence():
    assert conclusions(FACTS, readings(loss=0.0, rtt=10.0)) == ()
    assert conclusions(FACTS, readings(loss=TIMEOUT, rtt=TIMEOUT, jitter=TIMEOUT)) == ()


def test_revising_an_input_drops_the_recorded_result():
    walk = Walk(FLOW).read(loss=0.0, rtt=10.0, jitter=1.0, ping="good")

    walk.revise(2, loss=60.0)

    assert walk.now.facts["ping"].reading.value == "bad"

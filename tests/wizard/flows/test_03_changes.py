"""Rule 3: after a change, what was measured before it is unusable, also when delivered later."""

from __future__ import annotations

from kbwizard.wizard.facts import Band, Derived
from tests.helpers.flows import (
    Walk,
    act,
    ask,
    bundle,
    check,
    derived,
    end,
    ends,
    enum,
    moment,
    network,
    number,
    registry,
    tell,
    to,
    tree,
)

FACTS = registry(
    network("state", "online", "los"),
    enum("led", "red", "off"),
    number("rx"),
    derived(
        "rx_class", Derived(("rx",), bands={"": (Band("good", ">=", -25), Band("bad", "else"))})
    ),
)


def restarting(**more):
    return bundle(
        FACTS,
        tree(
            "t",
            ask("led", "led", goto="restart"),
            tell("restart", "after", changes=("led", "state", "rx_class"), **more),
            check("after", "state", branches=(to("good", state="online"),), otherwise="again"),
            ask("again", "led", goto="bad"),
            *ends("good", "bad"),
        ),
    )


def test_what_was_asked_before_a_change_is_asked_again():
    walk = Walk(restarting()).answer(led="red").confirm().read(state="los")

    assert walk.node == "again"


def test_a_reading_asked_for_before_the_change_does_not_count_when_it_comes_late():
    walk = Walk(restarting()).answer(led="red").confirm()

    walk.read(state="online", measured=8, waited=8)

    assert walk.node == "after"
    assert walk.now.pending.facts == ("state",)
    assert not walk.now.facts["state"].usable


def test_a_source_that_only_knows_of_before_the_change_has_tried():
    walk = Walk(restarting()).answer(led="red").confirm().read(state="online", measured=3, waited=2)

    assert walk.node == "again"
    assert not walk.now.facts["state"].usable


def test_what_a_source_could_not_know_is_not_asked_again_for_half_a_minute():
    flow = bundle(
        FACTS,
        tree(
            "t",
            tell("restart", "after", changes=("state",)),
            check("after", "state", branches=(to("end", state="online"),), otherwise="led"),
            ask("led", "led", goto="once_more"),
            check("once_more", "state", branches=(to("end", state="online"),), otherwise="lost"),
            *ends("end", "lost"),
        ),
    )

    def late():
        return Walk(flow).confirm().read(state="online", measured=3)

    assert late().answer(led="red").node == "lost"
    assert late().wait(30).answer(led="red").node == "once_more"


def test_an_outcome_does_not_wait_for_what_a_source_cannot_know_yet():
    flow = bundle(
        FACTS,
        tree(
            "t", tell("restart", "end", changes=("state",)), end("end", requires={"": ("state",)})
        ),
    )
    walk = Walk(flow).confirm()
    assert walk.now.required == ("state",)

    walk.read(state="online", measured=3)

    assert walk.now.required == ()


def test_a_check_after_a_change_says_since_when_readings_count():
    walk = Walk(restarting()).answer(led="red").confirm()

    assert walk.now.pending.since == moment(10)


def test_a_reading_measured_after_the_change_counts():
    walk = Walk(restarting()).answer(led="red").confirm().read(state="online")

    assert walk.node == "good"


def test_a_changed_derived_fact_changes_with_its_inputs():
    walk = Walk(restarting()).read(rx=-20.0)
    assert walk.now.facts["rx_class"].reading.value == "good"

    walk.answer(led="red").confirm()

    assert "rx_class" not in walk.now.facts
    assert not walk.now.facts["rx"].usable


def test_an_action_that_was_done_changes_what_it_says():
    flow = bundle(
        FACTS,
        tree(
            "t",
            ask("led", "led", goto="drop"),
            act("drop", "again", "again", "again", changes=("led",)),
            ask("again", "led", goto="end"),
            *ends("end"),
        ),
    )

    assert Walk(flow).answer(led="red").acted("done").node == "again"
    assert Walk(flow).answer(led="red").acted("refused").node == "end"

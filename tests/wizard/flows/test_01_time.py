"""Rule 1: age is judged on arrival, by when a value was measured."""

from __future__ import annotations

from tests.helpers.flows import (
    Walk,
    ask,
    bundle,
    check,
    decide,
    ends,
    enum,
    moment,
    network,
    registry,
    to,
    tree,
)

FACTS = registry(network("state", "online", "los", ttl_s=60), enum("led", "red", "off"))

FLOW = bundle(
    FACTS,
    tree(
        "t",
        check("first", "state", otherwise="led", unknown="led"),
        ask("led", "led", go={"red": "again", "off": "decided"}),
        check("again", "state", branches=(to("good", state="online"),), otherwise="bad"),
        decide("decided", to("good", state="online"), otherwise="bad", unknown="lost"),
        *ends("good", "bad", "lost"),
    ),
)


def test_a_fresh_value_is_not_read_again():
    walk = Walk(FLOW).read(state="online").answer(led="red")

    assert walk.node == "good"


def test_an_old_value_is_read_again_on_the_next_arrival():
    walk = Walk(FLOW).read(state="online").wait(60).answer(led="red")

    assert walk.node == "again"
    assert walk.now.pending.facts == ("state",)


def test_age_counts_from_when_a_value_was_measured_not_from_when_it_came():
    walk = Walk(FLOW).wait(100).read(state="online", measured=40).answer(led="red")

    assert walk.node == "again"


def test_a_source_that_only_knows_a_value_too_old_is_not_asked_for_ever():
    walk = Walk(FLOW).wait(100).read(state="online", measured=40)

    assert walk.node == "led"
    assert not walk.now.path[0].skipped


def test_a_value_that_is_too_old_is_unknown_where_nothing_is_read():
    walk = Walk(FLOW).read(state="online").wait(60).answer(led="off")

    assert walk.node == "lost"
    assert not walk.now.facts["state"].usable


def test_without_a_wait_the_position_is_the_same_for_every_later_now():
    walk = Walk(FLOW).read(state="online")

    assert walk.at(5) == walk.at(5000)


def test_what_was_measured_shows_its_own_moment():
    walk = Walk(FLOW).wait(100).read(state="online", measured=90)

    assert walk.now.facts["state"].reading.measured_at == moment(90)

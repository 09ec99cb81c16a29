"""Rule 7: while a check runs a person may answer; the late reading is kept."""

from __future__ import annotations

from kbwizard.wizard.facts import Ask, ConflictSpec, FactType, Source
from tests.helpers.flows import (
    Walk,
    ask,
    bundle,
    check,
    ends,
    enum,
    network,
    number,
    poll,
    registry,
    to,
    tree,
    when,
)

FACTS = registry(
    network("state", "online", "los"),
    enum("led", "red", "off"),
    enum("power", "on", "off"),
    number("rx", FactType.FLOAT, step=0.1, ask=Ask.SCREEN, prefer="network"),
    enum("seen", "yes", "no", prefer="person", read_by="onu"),
    conflicts=(ConflictSpec("light", when(state="online", led="red"), "não batem"),),
)

FLOW = bundle(
    FACTS,
    tree(
        "t",
        check(
            "read", "state", branches=(to("good", state="online"),), otherwise="bad", unknown="led"
        ),
        ask("led", "led", go={"red": "power", "off": "good"}, unknown="lost"),
        ask("power", "power", go={"on": "bad", "off": "bad"}, unknown="lost"),
        *ends("good", "bad", "lost"),
    ),
)


def test_the_question_at_unknown_is_offered_while_a_check_runs():
    pending = Walk(FLOW).now.pending

    assert (pending.person, pending.person_node, pending.unsure) == (("led",), "led", True)


def test_answering_it_ends_the_wait():
    walk = Walk(FLOW).answer(led="red")

    assert walk.node == "power"
    assert walk.nodes == ["read", "led", "power"]


def test_giving_up_and_then_answering_comes_to_the_same():
    told = Walk(FLOW).give_up().answer(led="red")

    assert told.nodes == Walk(FLOW).answer(led="red").nodes


def test_an_answer_from_the_running_checks_form_is_taken_after_giving_up():
    walk = Walk(FLOW).give_up().answer(visit=1, led="red")

    assert walk.node == "power"


def test_the_late_reading_is_kept_moves_nothing_and_may_show_a_conflict():
    walk = Walk(FLOW).answer(led="red").read(state="online")

    assert walk.node == "power"
    assert walk.now.facts["state"].reading.value == "online"
    assert walk.now.conflicts == ("light",)


def test_a_conflict_can_be_branched_on_and_is_false_where_nobody_spoke():
    flow = bundle(
        FACTS,
        tree(
            "t",
            check("read", "state", otherwise="led", unknown="led"),
            ask(
                "led",
                "led",
                branches=(to("bad", conflict__light=True),),
                otherwise="good",
                unknown="lost",
            ),
            *ends("good", "bad", "lost"),
        ),
    )

    assert Walk(flow).read(state="online").answer(led="red").node == "bad"
    assert Walk(flow).read(state="online").answer(led="off").node == "good"
    assert Walk(flow).answer(led="red").node == "good"


def test_the_newest_measured_wins_and_the_other_is_shown():
    walk = Walk(FLOW).answer(state="los", led="red").read(state="online")

    assert walk.now.facts["state"].reading.value == "online"
    assert [other.value for other in walk.now.facts["state"].others] == ["los"]
    assert "fact:state" in walk.now.conflicts


def test_a_fact_may_prefer_the_network_over_a_newer_answer():
    walk = Walk(FLOW).read(rx=-20.0).answer(rx=-28.0, led="red")

    assert walk.now.facts["rx"].reading.source is Source.NETWORK
    assert "fact:rx" in walk.now.conflicts


def test_a_fact_may_prefer_the_person_over_a_newer_reading():
    walk = Walk(FLOW).answer(seen="yes", led="red").read(seen="no")

    assert walk.now.facts["seen"].reading.value == "yes"


def test_a_small_difference_between_two_measurements_is_no_conflict():
    walk = Walk(FLOW).read(rx=-20.0).answer(rx=-20.4, led="red")

    assert walk.now.conflicts == ()


def test_answering_while_some_facts_are_known_follows_what_is_true():
    flow = bundle(
        FACTS,
        tree(
            "t",
            check(
                "read",
                "state",
                "rx",
                branches=(to("good", state="online"),),
                otherwise="bad",
                unknown="led",
            ),
            ask("led", "led", goto="bad"),
            *ends("good", "bad"),
        ),
    )
    walk = Walk(flow).read(state="online").answer(led="red")

    assert walk.node == "good"
    assert walk.now.facts["led"].reading.value == "red"


def test_answering_while_a_poll_watches_goes_where_that_question_leads():
    flow = bundle(
        FACTS,
        tree(
            "t",
            check(
                "watch",
                "state",
                poll=poll(when(state="online"), every_s=5, up_to_s=60),
                branches=(to("good", state="online"), to("bad", state="los")),
                unknown="led",
            ),
            ask("led", "led", go={"red": "bad", "off": "good"}, unknown="bad"),
            *ends("good", "bad"),
        ),
    )
    walk = Walk(flow).read(state="los")

    assert walk.node == "watch"
    assert walk.answer(led="off").node == "good"

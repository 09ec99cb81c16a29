"""Rule 8: a revision takes its target's place; Back undoes; later events are offered again."""

from __future__ import annotations

from dataclasses import replace

from tests.helpers.flows import (
    UNSURE,
    Walk,
    act,
    ask,
    bundle,
    check,
    ends,
    enum,
    network,
    registry,
    tell,
    to,
    tree,
)

FACTS = registry(
    enum("led", "red", "off"),
    enum("power", "on", "off"),
    enum("cable", "in", "out"),
    network("state", "online", "los"),
)

FLOW = bundle(
    FACTS,
    tree(
        "t",
        ask("led", "led", go={"red": "power", "off": "cable"}, unknown="power"),
        ask("power", "power", go={"on": "cable", "off": "bad"}, unknown="lost"),
        ask("cable", "cable", go={"in": "good", "out": "bad"}, unknown="lost"),
        *ends("good", "bad", "lost"),
    ),
)

RESTART = bundle(
    FACTS,
    tree(
        "t",
        ask("led", "led", go={"red": "restart", "off": "power"}, unknown="restart"),
        ask("power", "power", go={"on": "restart", "off": "bad"}, unknown="lost"),
        tell("restart", "cable", changes=("power",)),
        ask("cable", "cable", go={"in": "good", "out": "bad"}, unknown="lost"),
        *ends("good", "bad", "lost"),
    ),
)


def test_changing_an_answer_keeps_later_answers_that_still_fit():
    walk = Walk(FLOW).answer(led="red").answer(power="on").answer(cable="in")

    walk.revise(2, led="off")

    assert walk.nodes == ["led", "cable", "good"]


def test_an_answer_that_no_longer_fits_is_set_aside_and_comes_back():
    walk = Walk(FLOW).answer(led="red").answer(power="on").answer(cable="in").revise(2, led="off")
    assert walk.now.set_aside == (3,)
    assert "power" not in walk.now.facts

    walk.revise(2, led="red")

    assert walk.nodes == ["led", "power", "cable", "good"]
    assert walk.now.set_aside == ()


def test_an_answer_that_was_set_aside_is_still_in_the_history():
    walk = Walk(FLOW).answer(led="red").answer(power="on").revise(2, led="off")

    kept = [(one.node, one.set_aside, one.readings[0].value) for one in walk.now.given]
    assert kept == [("led", False, "off"), ("power", True, "on")]


def test_revising_to_the_same_value_changes_nothing():
    walk = Walk(FLOW).answer(led="red").answer(power="on")
    before = walk.now

    after = walk.revise(2, led="red").now

    assert replace(after, last_seq=before.last_seq, undoable=before.undoable) == before


def test_a_revised_answer_keeps_its_place_and_its_moment():
    walk = Walk(FLOW).answer(led="red").answer(power="on")
    said = walk.now.facts["led"]

    walk.revise(2, led=UNSURE)

    known = walk.now.facts["led"]
    assert (known.seq, known.reading.measured_at) == (2, said.reading.measured_at)


def test_a_revision_can_itself_be_revised():
    walk = Walk(FLOW).answer(led="red").revise(2, led="off").revise(3, led="red")

    assert walk.node == "power"


def test_a_reading_can_be_revised_by_a_person():
    flow = bundle(
        FACTS,
        tree(
            "t",
            check("c", "state", branches=(to("good", state="online"),), otherwise="bad"),
            *ends("good", "bad"),
        ),
    )
    walk = Walk(flow).read(state="online")

    assert walk.revise(2, state="los").node == "bad"


def test_readings_carry_wherever_the_walk_goes():
    flow = bundle(
        FACTS,
        tree(
            "t",
            ask("led", "led", go={"red": "one", "off": "two"}),
            check("one", "state", otherwise="bad"),
            check("two", "state", otherwise="good"),
            *ends("good", "bad"),
        ),
    )
    walk = Walk(flow).answer(led="red").read(state="los")

    assert walk.revise(2, led="off").node == "good"


def test_a_confirmation_carries_only_where_the_walk_stands():
    walk = Walk(RESTART).answer(led="red").confirm().answer(cable="in")
    assert walk.revise(2, led=UNSURE).node == "good"

    walk.revise(2, led="off")

    assert walk.node == "power"
    assert walk.now.set_aside == (3, 4)


def test_after_a_detour_the_instruction_has_to_be_confirmed_again():
    walk = Walk(RESTART).answer(led="red").confirm().answer(cable="in").revise(2, led="off")

    walk.answer(power="on")

    assert walk.node == "restart"
    assert walk.confirm().node == "good"


def test_an_action_that_was_done_never_runs_again():
    flow = bundle(
        FACTS,
        tree(
            "t",
            ask("led", "led", go={"red": "drop", "off": "power"}),
            ask("power", "power", goto="drop"),
            act("drop", "cable", "lost", "lost"),
            ask("cable", "cable", go={"in": "good", "out": "bad"}),
            *ends("good", "bad", "lost"),
        ),
    )
    walk = Walk(flow).answer(led="red").acted("done").answer(cable="in").revise(2, led="off")
    assert walk.node == "power"

    walk.answer(power="on")

    assert walk.nodes == ["led", "power", "drop", "cable", "good"]


def test_an_action_runs_once_for_each_entry_into_the_tree():
    flow = bundle(
        FACTS,
        tree(
            "t",
            ask("led", "led", goto="drop", refresh=True),
            act("drop", "power", "bad", "bad"),
            ask("power", "power", go={"on": "led", "off": "good"}),
            *ends("good", "bad"),
        ),
    )
    walk = Walk(flow).answer(led="red").acted("done").answer(power="on").answer(led="off")

    assert walk.nodes == ["led", "drop", "power", "led", "drop", "power", "led"]


def test_back_undoes_the_last_thing_a_person_did():
    walk = Walk(FLOW).answer(led="red").answer(power="on")

    walk.retract(walk.now.undoable[-1])

    assert walk.node == "power"
    assert "power" not in walk.now.facts


def test_back_twice_undoes_two_things():
    walk = Walk(FLOW).answer(led="red").answer(power="on")

    walk.retract(walk.now.undoable[-1]).retract(walk.now.undoable[-1])

    assert walk.node == "led"
    assert walk.now.undoable == ()


def test_back_over_a_confirmation_takes_its_change_back():
    walk = Walk(RESTART).answer(led="off").answer(power="on").confirm()
    assert not walk.now.facts["power"].usable

    walk.retract(walk.now.undoable[-1])

    assert walk.node == "restart"
    assert walk.now.facts["power"].usable


def test_back_over_a_revision_restores_what_was_said():
    walk = Walk(FLOW).answer(led="red").revise(2, led="off")

    walk.retract(walk.now.undoable[-1])

    assert walk.node == "power"


def test_back_passes_over_an_action():
    flow = bundle(
        FACTS,
        tree(
            "t",
            ask("led", "led", goto="drop"),
            act("drop", "cable", "bad", "bad"),
            ask("cable", "cable", go={"in": "good", "out": "bad"}),
            *ends("good", "bad"),
        ),
    )
    walk = Walk(flow).answer(led="red").acted("done")

    walk.retract(walk.now.undoable[-1])
    assert walk.node == "led"

    assert walk.answer(led="red").node == "cable"


def test_back_after_giving_up_on_a_check_waits_for_it_again():
    flow = bundle(
        FACTS,
        tree(
            "t",
            check("c", "state", otherwise="bad", unknown="led"),
            ask("led", "led", goto="bad"),
            *ends("bad"),
        ),
    )
    walk = Walk(flow).give_up()
    assert walk.node == "led"

    assert walk.retract(walk.now.undoable[-1]).node == "c"


def test_an_amendment_of_nothing_is_set_aside():
    walk = Walk(FLOW).answer(led="red").retract(1).revise(99, led="off")

    assert (walk.node, walk.now.set_aside) == ("power", (3, 4))

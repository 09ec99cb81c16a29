"""Rule 9: a form carries its visit; only what persons did makes it stale."""

from __future__ import annotations

import pytest

from kbwizard.errors import StaleForm
from kbwizard.wizard.admit import admit
from kbwizard.wizard.events import Answered
from kbwizard.wizard.facts import Reading, Source
from tests.helpers.flows import (
    Walk,
    ask,
    bundle,
    check,
    ends,
    enum,
    moment,
    network,
    registry,
    to,
    tree,
)

FACTS = registry(
    enum("led", "red", "off"), enum("power", "on", "off"), network("state", "online", "los")
)

FLOW = bundle(
    FACTS,
    tree(
        "t",
        check(
            "read", "state", branches=(to("power", state="online"),), otherwise="led", unknown="led"
        ),
        ask("led", "led", go={"red": "power", "off": "power"}, unknown="power"),
        ask("power", "power", goto="end"),
        *ends("end"),
    ),
)


def form(visit, **said):
    at = moment(500)
    readings = tuple(Reading(name, value, Source.CUSTOMER, at) for name, value in said.items())
    return Answered(seq=99, at=at, visit=visit, readings=readings)


def test_an_answer_moves_the_walk_and_makes_older_forms_stale():
    walk = Walk(FLOW).read(state="los").answer(led="red")

    assert walk.now.moved_seq == 3
    with pytest.raises(StaleForm, match="já avançou"):
        admit(walk.now, form(2, led="off"), FLOW)


def test_readings_and_notes_never_make_a_form_stale():
    walk = Walk(FLOW).read(state="los").note("ligou de novo").read(state="online")

    assert walk.now.moved_seq == 1
    admit(walk.now, form(walk.now.visit, led="red"), FLOW)


def test_a_reading_that_moves_the_walk_leaves_the_checks_form_good():
    walk = Walk(FLOW)
    shown = walk.now.visit
    walk.read(state="los")

    admit(walk.now, form(shown, led="red"), FLOW)

    assert walk.answer(visit=shown, led="red").node == "power"


def test_an_answer_that_a_reading_overtook_is_kept_and_moves_nothing():
    walk = Walk(FLOW)
    shown = walk.now.visit
    walk.read(state="online").answer(visit=shown, led="red")

    assert walk.node == "power"
    assert walk.now.facts["led"].reading.value == "red"
    assert walk.now.set_aside == ()


def test_a_stale_answer_that_slipped_into_the_log_is_set_aside():
    walk = Walk(FLOW).read(state="los").answer(led="red").answer(visit=2, led="off")

    assert walk.node == "power"
    assert walk.now.set_aside == (4,)
    assert walk.now.facts["led"].reading.value == "red"


def test_a_revision_that_leaves_the_walk_where_it_is_makes_no_form_stale():
    walk = Walk(FLOW).read(state="los").answer(led="red")
    moved, visit = walk.now.moved_seq, walk.now.visit

    walk.revise(3, led="off")

    assert (walk.now.moved_seq, walk.now.visit) == (moved, visit)


def test_a_revision_that_moves_the_walk_does():
    walk = Walk(FLOW).read(state="los")
    shown = walk.now.visit

    walk.revise(2, state="online")

    assert walk.now.moved_seq == 3
    with pytest.raises(StaleForm):
        admit(walk.now, form(shown, led="red"), FLOW)


def test_an_answer_that_a_reading_overtook_is_kept_through_a_revision_too():
    walk = Walk(FLOW)
    shown = walk.now.visit
    walk.read(state="online").answer(visit=shown, led="red")
    before = walk.now

    after = walk.revise(2, state="online").now

    assert after.facts == before.facts
    assert after.set_aside == ()


def test_an_answer_given_while_a_check_ran_finds_its_question_after_a_revision():
    walk = Walk(FLOW).answer(led="red").answer(power="on")
    assert walk.node == "end"

    walk.revise(3, power="off")

    assert walk.nodes == ["read", "led", "power", "end"]
    assert walk.now.facts["led"].reading.value == "red"

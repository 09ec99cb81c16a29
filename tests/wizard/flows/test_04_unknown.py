"""Rule 4: unavailable has a reason, never displaces a value, is not retried for 30 s."""

from __future__ import annotations

import pytest

from kbwizard.wizard.facts import Reason, Unavailable
from tests.helpers.flows import (
    TIMEOUT,
    UNSURE,
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
)

FACTS = registry(
    network("state", "online", "los", ttl_s=60),
    enum("led", "red", "off"),
    network("pattern", "cut"),
)

FLOW = bundle(
    FACTS,
    tree(
        "t",
        check(
            "read", "state", branches=(to("good", state="online"),), otherwise="bad", unknown="led"
        ),
        ask("led", "led", go={"red": "again", "off": "good"}, unknown="again"),
        check(
            "again",
            "state",
            branches=(to("good", state="online"),),
            otherwise="bad",
            unknown="lost",
        ),
        *ends("good", "bad", "lost"),
    ),
)


@pytest.mark.parametrize(
    "reason", [reason for reason in Reason if reason is not Reason.PERSON_UNSURE]
)
def test_every_reason_of_a_source_goes_by_unknown_and_never_by_else(reason):
    walk = Walk(FLOW).read(state=Unavailable(reason))

    assert walk.node == "led"


def test_unsure_takes_unknown():
    walk = Walk(FLOW).read(state=TIMEOUT).answer(led=UNSURE)

    assert walk.nodes[1:3] == ["led", "again"]


def test_a_source_that_failed_is_not_tried_again_within_30_s():
    walk = Walk(FLOW).read(state=TIMEOUT).answer(led="red")

    assert walk.node == "lost"


def test_a_source_that_failed_is_tried_again_after_30_s():
    walk = Walk(FLOW).read(state=TIMEOUT).wait(30).answer(led="red")

    assert walk.node == "again"


def test_unavailable_never_displaces_a_known_value():
    walk = Walk(FLOW).read(state=TIMEOUT).read(state="online").read(state=TIMEOUT)

    assert walk.now.facts["state"].reading.value == "online"
    assert walk.now.facts["state"].others[-1].value == TIMEOUT
    assert walk.answer(led="red").node == "good"


def test_what_was_never_asked_is_unknown_too():
    flow = bundle(
        FACTS,
        tree(
            "t",
            decide("d", to("good", led="red"), otherwise="bad", unknown="lost"),
            *ends("good", "bad", "lost"),
        ),
    )

    assert Walk(flow).node == "lost"


def test_a_person_who_is_unsure_does_not_spare_the_reading():
    walk = Walk(FLOW).read(state=TIMEOUT).wait(40).answer(state=UNSURE, led="red")

    assert walk.node == "again"

"""Rule 2: a question whose fact is settled, fresh and unchanged is skipped."""

from __future__ import annotations

from tests.helpers.flows import (
    UNSURE,
    Walk,
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
    enum("led", "red", "off", ttl_s=600),
    enum("power", "on", "off"),
    network("light", "good", "bad", ttl_s=300),
)


def flow(refresh=False):
    return bundle(
        FACTS,
        tree(
            "t",
            ask("led", "led", go={"red": "power", "off": "power"}, unknown="power"),
            ask("power", "power", go={"on": "led_again", "off": "led_again"}, unknown="led_again"),
            ask(
                "led_again",
                "led",
                go={"red": "bad", "off": "good"},
                unknown="lost",
                refresh=refresh,
            ),
            *ends("good", "bad", "lost"),
        ),
    )


def test_a_known_fact_is_not_asked_again_and_shows_as_known():
    walk = Walk(flow()).answer(led="red").answer(power="on")

    skipped = walk.now.path[-2]
    assert walk.node == "bad"
    assert (skipped.node, skipped.skipped, skipped.asked) == ("led_again", True, False)


def test_a_source_that_already_told_it_saves_the_question():
    walk = Walk(flow()).answer(led="red").read(power="on").answer(power="off")

    assert walk.now.facts["power"].reading.value == "off"
    assert walk.node == "bad"


def test_an_old_answer_is_asked_again():
    walk = Walk(flow()).answer(led="red").wait(700).answer(power="on")

    assert walk.node == "led_again"


def test_refresh_asks_even_what_is_known():
    walk = Walk(flow(refresh=True)).answer(led="red").answer(power="on")

    assert walk.node == "led_again"


def test_unsure_at_a_refreshed_question_does_not_fall_back_on_the_old_answer():
    walk = Walk(flow(refresh=True)).answer(led="red").answer(power="on").answer(led=UNSURE)

    assert walk.node == "lost"
    assert walk.now.facts["led"].reading.value == "red"


def test_who_did_not_know_is_not_asked_the_same_again():
    walk = Walk(flow()).answer(led=UNSURE).answer(power="on")

    assert walk.node == "lost"
    assert walk.now.questions == 2


def test_what_has_passed_stands_though_it_grows_old():
    walk = Walk(flow()).answer(led="red").wait(700)

    assert walk.node == "power"
    assert walk.nodes == ["led", "power"]


def test_a_question_of_several_facts_asks_only_the_missing_ones():
    both = bundle(
        FACTS,
        tree(
            "t",
            ask("led", "led", goto="both"),
            ask("both", "led", "power", goto="end"),
            *ends("end"),
        ),
    )
    walk = Walk(both).answer(led="red")

    assert walk.now.pending.facts == ("power",)
    assert walk.answer(power="on").node == "end"


def test_part_of_a_screen_may_be_answered_first():
    both = bundle(FACTS, tree("t", ask("both", "led", "power", goto="end"), *ends("end")))
    walk = Walk(both).answer(power="on")

    assert (walk.node, walk.now.pending.facts) == ("both", ("led",))


def test_an_instruction_between_does_not_make_a_fact_unknown():
    flow_ = bundle(
        FACTS,
        tree(
            "t",
            ask("led", "led", goto="do"),
            tell("do", "again"),
            ask("again", "led", goto="end"),
            *ends("end"),
        ),
    )

    assert Walk(flow_).answer(led="red").confirm().node == "end"


def reading_again():
    flow = bundle(
        FACTS,
        tree(
            "t",
            ask("power", "power", goto="light"),
            check(
                "light",
                "light",
                branches=(to("good", light="good"),),
                otherwise="bad",
                unknown="lost",
                refresh=True,
            ),
            *ends("good", "bad", "lost"),
        ),
    )
    return Walk(flow).read(light="good").answer(power="on")


def test_a_refreshed_check_goes_on_when_its_source_only_knows_an_older_value():
    walk = reading_again()
    assert walk.node == "light"

    walk.read(light="good", measured=walk.clock - 3, waited=1)

    assert walk.node == "lost"
    assert walk.now.facts["light"].reading.value == "good"


def test_a_refreshed_check_waits_on_when_a_reading_was_asked_for_before_it():
    walk = reading_again()

    walk.read(light="good", measured=walk.clock - 3, waited=6)
    assert walk.node == "light"

    assert walk.read(light="bad").node == "bad"

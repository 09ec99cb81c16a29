"""Rule 6: a poll ends on a reading only."""

from __future__ import annotations

from kbwizard.wizard.facts import FactType
from kbwizard.wizard.position import Need
from tests.helpers.flows import (
    TIMEOUT,
    Walk,
    any_of,
    ask,
    bundle,
    check,
    ends,
    enum,
    moment,
    network,
    number,
    poll,
    registry,
    tell,
    to,
    tree,
    when,
)

FACTS = registry(
    network("onu", "online", "offline"),
    network("session", "online", "offline", read_by="session"),
    number("rx", optics=True),
    number("onu.uptime_s", FactType.INT),
    enum("led", "red", "off"),
)


def flow(until=None, facts=("onu", "rx"), changes=("onu",), wait_s=None, **more):
    return bundle(
        FACTS,
        tree(
            "t",
            tell("restart", "watch", changes=changes, wait_s=wait_s),
            check(
                "watch",
                *facts,
                poll=poll(until or when(onu="online"), every_s=10, up_to_s=60),
                branches=(to("good", onu="online"),),
                otherwise="bad",
                unknown="led",
                **more,
            ),
            ask("led", "led", go={"red": "bad", "off": "good"}, unknown="lost"),
            *ends("good", "bad", "lost"),
        ),
    )


def test_a_poll_says_when_to_read_next_and_until_when():
    walk = Walk(flow()).confirm()
    assert walk.now.pending.next_read_at == moment(5)

    walk.read(onu="offline")

    pending = walk.now.pending
    assert (pending.next_read_at, pending.until) == (moment(20), moment(65))


def test_a_poll_goes_on_while_what_it_waits_for_does_not_hold():
    walk = Walk(flow()).confirm().read(onu="offline").read(onu="offline")

    assert walk.node == "watch"


def test_a_poll_never_reads_optics():
    walk = Walk(flow()).confirm()

    assert walk.now.pending.facts == ("onu",)


def test_optics_are_read_once_when_the_poll_is_over():
    walk = Walk(flow()).confirm().read(onu="online")
    assert walk.now.pending.facts == ("rx",)
    assert walk.now.pending.until is None

    assert walk.read(rx=-20.0).node == "good"


def test_optics_of_before_the_restart_do_not_hold_the_walk_when_the_poll_is_over():
    walk = Walk(flow(changes=("onu", "rx"))).confirm().read(onu="online")

    walk.read(rx=-20.0, measured=3)

    assert walk.node == "good"
    assert not walk.now.facts["rx"].usable


def test_readings_of_before_the_change_do_not_end_a_poll():
    walk = Walk(flow()).confirm()

    walk.read(onu="online", measured=3).read(onu="online", measured=4)

    assert (walk.node, walk.now.pending.facts) == ("watch", ("onu",))
    assert walk.read(onu="online").now.pending.facts == ("rx",)


def test_time_is_up_on_a_reading_and_not_by_the_clock():
    walk = Walk(flow()).confirm().read(onu="offline")

    assert walk.at(10_000).node.name == "watch"
    assert walk.at(10) == walk.at(10_000)


def test_the_first_reading_after_time_is_up_ends_the_poll():
    walk = Walk(flow()).confirm().read(onu="offline").wait(60).read(onu="offline")

    assert walk.node == "bad"


def test_the_last_reading_is_due_when_time_is_up():
    walk = Walk(flow()).confirm().wait(45).read(onu="offline")

    assert walk.now.pending.next_read_at == moment(65)


def test_two_unavailable_in_a_row_end_the_poll():
    walk = Walk(flow()).confirm().read(onu=TIMEOUT)
    assert walk.node == "watch"

    assert walk.read(onu=TIMEOUT).node == "led"


def test_a_value_between_two_unavailable_keeps_the_poll_going():
    walk = Walk(flow()).confirm().read(onu=TIMEOUT).read(onu="offline").read(onu=TIMEOUT)

    assert walk.node == "watch"


def test_one_source_out_of_reach_does_not_end_a_poll_that_another_can_end():
    either = any_of(when(onu="online"), when(session="online"))
    walk = Walk(flow(either, facts=("onu", "session"))).confirm()

    walk.read(onu=TIMEOUT, session="offline").read(onu=TIMEOUT, session="offline")

    assert walk.node == "watch"


def test_a_reading_from_before_the_change_does_not_end_a_poll():
    walk = Walk(flow()).confirm().read(onu="online", measured=2)

    assert walk.node == "watch"


def test_uptime_must_say_that_the_device_did_restart():
    restarted = flow(facts=("onu", "onu.uptime_s"), changes=("onu", "onu.uptime_s"))
    walk = Walk(restarted).confirm().read(onu="online", onu__uptime_s=90_000)
    assert walk.node == "watch"
    assert walk.now.conflicts == ("restart:onu.uptime_s",)

    assert walk.read(onu="online", onu__uptime_s=4).node == "good"


def test_done_before_is_believed_and_checked_against_uptime():
    restarted = flow(facts=("onu", "onu.uptime_s"), changes=("onu", "onu.uptime_s"))
    walk = Walk(restarted).confirm(already=True).read(onu="online", onu__uptime_s=90_000)

    assert walk.node == "good"
    assert walk.now.conflicts == ("restart:onu.uptime_s",)


def test_a_wait_before_a_poll_does_not_block_it():
    walk = Walk(flow(wait_s=120)).confirm()

    assert walk.node == "watch"
    assert walk.now.pending.until == moment(5 + 120 + 60)
    assert walk.read(onu="online", rx=-20.0).node == "good"


def test_a_wait_before_anything_else_holds_the_walk_until_its_time():
    waiting = bundle(
        FACTS,
        tree(
            "t",
            tell("restart", "led", wait_s=120, changes=("led",)),
            ask("led", "led", goto="end"),
            *ends("end"),
        ),
    )
    walk = Walk(waiting).confirm()

    assert (walk.now.pending.need, walk.now.pending.until) == (Need.WAIT, moment(125))
    assert walk.at(124).node.name == "restart"
    assert walk.at(125).node.name == "led"
    assert walk.at(125).arrived_at == walk.at(9999).arrived_at == moment(125)


def test_who_gives_up_a_wait_goes_on_at_once():
    waiting = bundle(FACTS, tree("t", tell("restart", "end", wait_s=120), *ends("end")))

    assert Walk(waiting).confirm().give_up().node == "end"


def test_nothing_is_waited_for_when_it_was_done_before():
    waiting = bundle(FACTS, tree("t", tell("restart", "end", wait_s=120), *ends("end")))

    assert Walk(waiting).confirm(already=True).node == "end"

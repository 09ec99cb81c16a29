"""The exits an agent has on every node: silence, offence in two stages, a supervisor."""

from __future__ import annotations

import pytest

from kbwizard.wizard.model import Bundle, Result
from kbwizard.wizard.position import Need
from tests.helpers.flows import Walk


@pytest.fixture(params=["atendimento", "autoatendimento"])
def greeted(request: pytest.FixtureRequest, shipped: Bundle) -> Walk:
    """A call at the question who is speaking; also one that an agent took over from its customer."""
    walk = Walk(
        shipped, request.param, "customer" if request.param == "autoatendimento" else "agent"
    )
    return (walk.hand_over("agent") if walk.now.audience == "customer" else walk).answer(
        protocol__told=True
    )


def test_a_caller_who_speaks_again_is_where_they_were(greeted: Walk) -> None:
    walk = greeted.jump(anytime="s").confirm()

    assert walk.now.pending.need is Need.WAIT
    walk.wait(20).answer(caller__responded=True)

    assert walk.node == "quem"


def test_silence_is_given_fifteen_seconds_before_the_end(greeted: Walk) -> None:
    walk = greeted.jump(anytime="s").confirm()

    before, after = walk.at(walk.clock + 14), walk.at(walk.clock + 15)
    walk.wait(16).answer(caller__responded=False)

    assert (before.node.name, after.node.name) == ("silencio", "silencio_voltou")
    assert walk.now.outcome is not None
    assert walk.now.outcome.result is Result.NO_CONTACT


def test_a_second_silence_is_asked_about_again(greeted: Walk) -> None:
    walk = greeted.jump(anytime="s").confirm().wait(16).answer(caller__responded=True)

    walk.jump(anytime="s").confirm().wait(16)

    assert walk.node == "silencio_voltou"
    assert walk.now.pending.facts == ("caller.responded",)


def test_an_offence_has_two_stages(greeted: Walk) -> None:
    walk = greeted.jump(anytime="o")
    first = walk.node

    walk.confirm().answer(caller__tone="offensive")

    assert first == "ofensa"
    assert walk.node == "ofensa_fim"


def test_a_caller_who_calms_down_goes_on(greeted: Walk) -> None:
    walk = greeted.jump(anytime="o").confirm().answer(caller__tone="calmer")

    assert walk.node == "quem"


def test_a_supervisor_calls_back_even_before_the_gates(greeted: Walk) -> None:
    walk = greeted.jump(anytime="e")

    walk.answer(contact__phone="(11) 90000-0001", contact__best_time="à tarde")

    assert walk.node == "supervisor"
    assert not walk.now.refused
    assert walk.now.required == ()

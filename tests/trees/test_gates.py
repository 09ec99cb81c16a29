"""Jumps past the gates of the shipped root: what is refused until they have passed, and no longer."""

from __future__ import annotations

from typing import Any

import pytest

from kbwizard.errors import InvalidInput
from kbwizard.wizard.admit import admit
from kbwizard.wizard.events import Ended
from kbwizard.wizard.model import Bundle, Outcome, Result
from kbwizard.wizard.position import Need
from tests.helpers.flows import TIMEOUT, UNSURE, Walk, moment

KNOWN: dict[str, Any] = {
    "customer.located": True,
    "contract.state": "active",
    "outage.active": False,
    "pop.down": False,
    "case.open": False,
    "order.open": False,
    "session.blocked_list": False,
    "customer.on_site": True,
    "fibre.house": "on",
    "fibre.block": "na",
    "fibre.pole": "undetermined",
    "fibre.reason": "Ninguém vê o poste da casa",
    "order.contact_name": "Maria",
    "order.contact_phone": "(11) 90000-0001",
    "order.date": "24/11",
    "order.period": "morning",
    "order.fees_told": True,
    "order.absence_told": True,
}


def go_on(walk: Walk) -> Walk:
    """Say what is needed, out of `KNOWN`, until nothing is."""
    while (pending := walk.now.pending).need is not Need.NOTHING:
        if pending.need is Need.ANSWER:
            walk.answer(**{fact: KNOWN.get(fact, UNSURE) for fact in pending.facts})
        elif pending.need is Need.READINGS:
            walk.read(**{fact: KNOWN.get(fact, TIMEOUT) for fact in pending.facts})
        else:
            walk.confirm()
    return walk


def jumped_to_a_visit(shipped: Bundle) -> Walk:
    return go_on(Walk(shipped, "atendimento").jump("pppoe", "dados_sinal"))


def ending(walk: Walk) -> Ended:
    return Ended(seq=walk.last + 1, at=moment(walk.clock + 5), visit=walk.now.visit)


def test_the_root_has_one_gate(shipped: Bundle) -> None:
    assert Walk(shipped, "atendimento").now.gates_pending == ("pre-atendimento",)


def test_a_visit_behind_the_gate_is_refused(shipped: Bundle) -> None:
    walk = jumped_to_a_visit(shipped)

    assert isinstance(walk.now.node, Outcome)
    assert walk.now.node.result is Result.DISPATCH
    with pytest.raises(InvalidInput):
        admit(walk.now, ending(walk), shipped)


def test_the_same_visit_is_accepted_once_the_gate_has_passed(shipped: Bundle) -> None:
    walk = jumped_to_a_visit(shipped)
    visit = walk.now.visit

    go_on(walk.jump("pre-atendimento", "cadastro"))

    assert (walk.now.visit, walk.now.gates_pending, walk.now.refused) == (visit, (), False)
    admit(walk.now, ending(walk), shipped)
    assert walk.end().now.ended


def test_whoever_takes_over_behind_the_gate_runs_it_and_nothing_else(shipped: Bundle) -> None:
    walk = jumped_to_a_visit(shipped)
    visit = walk.now.visit

    walk.hand_over("agent")
    gate = walk.now.tree
    go_on(walk)

    assert (gate, walk.now.visit) == ("pre-atendimento", visit)
    assert walk.end().now.ended

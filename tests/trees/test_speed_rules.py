"""Rules of slowness, Wi-Fi and games that hold on every walk, whatever is said or read."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from kbwizard.wizard.model import Audience, Check, Outcome, Question, Result
from tests.trees.test_domain_rules import SEEDS, SHIPPED, nodes, walked, world

TREES = ("lentidao", "wifi", "latencia")
WALKS = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
UP: dict[str, Any] = {
    "contract__state": "active",
    "access__technology": "fibre",
    "access__auth": "pppoe",
    "onu__state": "online",
    "onu__rx_dbm": -19.5,
    "line__optic_class": "gpon_b",
    "session__state": "online",
}
PLAN: dict[str, Any] = {"contract__down_mbps": 300.0, "contract__up_mbps": 150.0}
FREE: dict[str, Any] = {**PLAN, "traffic__down_mbps": 4.0, "traffic__up_mbps": 0.5}
APPLIED: dict[str, Any] = {"session__profile_down_mbps": 300.0}
QUIET: dict[str, Any] = {"ping__loss_pct": 0.0, "ping__rtt_ms": 4.0, "ping__jitter_ms": 1.0}
GIGABIT: dict[str, Any] = {"onu__lan_speed_mbps": 1000}
NO_CAUSE: dict[str, Any] = {**UP, **FREE, **APPLIED, **QUIET, **GIGABIT}
"""With these the network explains nothing, and people are asked."""


@WALKS
@given(seed=SEEDS)
def test_none_of_the_three_opens_an_order_for_fibre(seed: int) -> None:
    for root in TREES:
        end = walked(world(root, seed)).node

        assert isinstance(end, Outcome)
        assert end.order is None or end.order.skill in ("radio", "indoor")


@WALKS
@given(seed=SEEDS)
def test_wi_fi_is_never_a_visit_nor_an_escalation(seed: int) -> None:
    end = walked(world("wifi", seed)).node

    assert isinstance(end, Outcome)
    assert end.result not in (Result.DISPATCH, Result.ESCALATE)


@WALKS
@given(seed=SEEDS)
def test_a_router_that_may_hold_the_fibre_is_never_moved(seed: int) -> None:
    hidden = {"slow__scope": "all", "wifi__near": "good", "router__place": "hidden"}
    mode = Random(seed).choice([{}, {"onu__mode": "router"}, {"onu__mode": "bridge"}])
    position = walked(world("wifi", seed, **{**NO_CAUSE, **hidden, **mode}))

    known = position.facts.get("onu.mode")
    if "tira" in nodes(position):
        assert known is not None
        assert known.reading.value == "bridge"


@WALKS
@given(seed=SEEDS)
def test_a_customer_alone_is_asked_for_no_contact_and_drops_no_session(seed: int) -> None:
    for root in TREES:
        position = walked(world(root, seed, Audience.CUSTOMER))

        assert not [v for v in position.path if v.asked and v.node.startswith("contato_")]
        assert "acompanha_perfil" not in nodes(position)


@WALKS
@given(seed=SEEDS)
def test_a_reduced_contract_asks_nothing_and_names_no_payment(seed: int) -> None:
    position = walked(world("lentidao", seed, contract__state="reduced"))

    assert (position.node.name, position.questions) == ("pendencia", 0)


@WALKS
@given(seed=SEEDS)
def test_a_line_that_is_down_or_weak_is_given_back_without_a_question(seed: int) -> None:
    chance = Random(seed)
    wrong: dict[str, Any] = chance.choice(
        [
            {"onu__state": chance.choice(["los", "dying_gasp", "offline", "auth_failed"])},
            {"onu__rx_dbm": chance.choice([-28.5, -26.5, -6.0])},
            {"session__state": "offline"},
        ]
    )
    for root in TREES:
        position = walked(world(root, seed, **{**NO_CAUSE, **wrong}))

        assert (position.node.name, position.questions) == ("fora", 0)


@WALKS
@given(seed=SEEDS)
def test_a_smaller_plan_on_the_router_comes_before_any_measuring(seed: int) -> None:
    fixed = {**NO_CAUSE, "session__profile_down_mbps": 150.0}

    path = nodes(walked(world("lentidao", seed, **fixed)))

    assert path[:2] == ["rede", "perfil"]


@pytest.mark.parametrize("root", ["lentidao", "latencia"])
@WALKS
@given(seed=SEEDS)
def test_a_line_full_of_its_own_use_is_paused_before_anything_is_asked(
    root: str, seed: int
) -> None:
    full = Random(seed).choice([{"traffic__up_mbps": 146.0}, {"traffic__down_mbps": 291.0}])

    path = nodes(walked(world(root, seed, **{**NO_CAUSE, **full})))

    assert path[:3] == ["rede", "em_uso", "folga"]


@WALKS
@given(seed=SEEDS)
def test_94_is_no_fault_on_a_plan_of_100(seed: int) -> None:
    small: dict[str, Any] = {
        "contract__down_mbps": 100.0,
        "contract__up_mbps": 50.0,
        "session__profile_down_mbps": 100.0,
        "onu__lan_speed_mbps": 100,
        "test__down_mbps": 94.0,
    }

    position = walked(world("lentidao", seed, **{**NO_CAUSE, **small}))

    assert "cabo_100" not in nodes(position)
    assert "abaixo" not in nodes(position)


@WALKS
@given(seed=SEEDS)
def test_a_full_pon_goes_to_n3_with_its_evidence(seed: int) -> None:
    full = Random(seed).choice(["peak", "full"])

    position = walked(world("lentidao", seed, **NO_CAUSE, pon__load=full, evidence__note="x"))

    end = position.node
    assert isinstance(end, Outcome)
    assert (end.name, end.level, position.questions) == ("n3_saturacao", "n3", 0)
    assert "evidence.note" in end.requires["agent"]


@WALKS
@given(seed=SEEDS)
def test_a_first_low_measure_by_phone_proves_nothing(seed: int) -> None:
    by_phone: dict[str, Any] = {
        "pon__load": "normal",
        "slow__scope": "all",
        "test__device": "phone",
        "test__near_mbps": 60.0,
        "case__recent_count": 0,
        "cpe__owner": "isp",
    }

    position = walked(world("lentidao", seed, **NO_CAUSE, **by_phone))

    assert position.node.name == "retorno_teste"


@WALKS
@given(seed=SEEDS)
def test_silence_of_every_source_still_reaches_somebody(seed: int) -> None:
    for root in TREES:
        position = walked(replace(world(root, seed), facts={}))

        assert position.outcome is not None


@pytest.mark.parametrize("root", TREES)
def test_a_quick_answer_never_cuts_the_first_reading_short(root: str) -> None:
    """A question at `unknown` is offered while a check runs, and answering it ends the check."""
    tree = SHIPPED.trees[root]
    first = tree.nodes[tree.entry]

    assert isinstance(first, Check)
    assert not isinstance(tree.nodes[first.unknown], Question)


def test_no_text_of_the_three_dictates_a_password() -> None:
    said = [
        text
        for name in TREES
        for node in SHIPPED.trees[name]
        for text in (node.texts.agent, node.texts.customer)
        if "senha" in text
    ]

    assert len(said) >= 4
    assert [text for text in said if "etiqueta" not in text] == []


def test_the_limit_of_a_phone_is_said_to_everybody() -> None:
    texts = SHIPPED.node("lentidao", "teste_perto").texts

    assert "pista, não de prova" in texts.agent
    assert "pista, não de prova" in texts.customer

"""Slowness, Wi-Fi and games on live readings: what the network knows decides, the rest is asked."""

from __future__ import annotations

import pytest

from kbwizard.wizard.facts import Scalar
from kbwizard.wizard.position import Position
from tests.calls.caller import Caller, whole_call
from tests.calls.conftest import Floor

BETTER: dict[str, Scalar] = {"speed.confirmed": True}
ON_CABLE: dict[str, Scalar] = {"slow.scope": "all", "test.device": "cable"}


def ended(end: Position) -> tuple[str, int]:
    assert end.outcome is not None
    return end.outcome.disposition, end.questions


def trees_of(end: Position) -> list[str]:
    return list(dict.fromkeys(visit.tree for visit in end.path))


@pytest.mark.parametrize(
    ("login", "disposition"),
    [("paulo.teixeira", "FINANCEIRO_REDUCAO"), ("joao.freitas", "OS_SINAL")],
)
def test_a_reduced_contract_and_a_weak_level_come_before_any_test(
    floor: Floor, login: str, disposition: str
) -> None:
    end = whole_call(floor.desk, login, Caller({"symptom": "slow"}))

    assert ended(end) == (disposition, 0)


def test_a_plan_that_was_not_applied_is_applied_by_a_new_session_and_read_again(
    floor: Floor,
) -> None:
    end = whole_call(floor.desk, "igor.freitas", Caller({"symptom": "slow", **BETTER}))

    assert ended(end) == ("RESOLVIDO_PLANO", 1)
    assert end.facts["session.profile_class"].reading.value == "as_sold"


@pytest.mark.parametrize(
    ("login", "symptom", "fault", "direction"),
    [
        ("sueli.ramos", "slow", "saturated_uplink", "up"),
        ("carlos.campos", "gaming", "saturated_uplink", "up"),
        ("juliana.costa", "slow", "saturated_downlink", "down"),
        ("antonio.lima", "gaming", "saturated_downlink", "down"),
    ],
)
def test_a_line_full_of_its_own_use_is_seen_from_here_and_seen_free_again(
    floor: Floor, login: str, symptom: str, fault: str, direction: str
) -> None:
    floor.lab.set_fault(login, fault)

    end = whole_call(
        floor.desk, login, Caller({"symptom": symptom, **BETTER}, lambda: floor.lab.fix(login))
    )

    assert ended(end) == ("RESOLVIDO_USO", 1)
    assert "em_uso" in [visit.node for visit in end.path]
    assert end.facts[f"traffic.{direction}_class"].reading.value == "free"


@pytest.mark.parametrize("login", ["jose.martins", "odete.costa"])
def test_a_port_at_100_on_a_larger_plan_is_cured_by_another_cable(floor: Floor, login: str) -> None:
    says: dict[str, Scalar] = {"symptom": "slow", "cable.spare": True, **BETTER}

    end = whole_call(floor.desk, login, Caller(says, lambda: floor.lab.fix(login)))

    assert ended(end) == ("RESOLVIDO_CABO", 2)


def test_a_customers_own_router_is_advised_and_called_back_never_visited(floor: Floor) -> None:
    says: dict[str, Scalar] = {"symptom": "slow", **ON_CABLE, "test.down_mbps": 210.0}

    end = whole_call(floor.desk, "caetano.brito", Caller(says))

    assert ended(end) == ("RETORNO_ORIENTACAO", 3)
    assert "dados-os" not in trees_of(end)


def test_94_is_a_fault_on_a_plan_of_1000_and_the_plan_itself_on_100(floor: Floor) -> None:
    says: dict[str, Scalar] = {"symptom": "slow", **ON_CABLE, "test.down_mbps": 94.0}
    far: dict[str, Scalar] = {"wifi.near": "good", "router.place": "far", "cable.spare": False}

    large = whole_call(floor.desk, "maria.gomes", Caller({**says, **far}))
    small = whole_call(floor.desk, "jonas.cardoso", Caller({**says, **far}))

    assert ended(large)[0] == "RETORNO_CABO"
    assert ended(small)[0] == "RETORNO_ORIENTACAO"


def test_a_slow_radio_line_goes_to_a_technician_for_radio(floor: Floor) -> None:
    says: dict[str, Scalar] = {"symptom": "slow", **ON_CABLE, "test.down_mbps": 9.0}

    end = whole_call(floor.desk, "francisca.campos", Caller(says))

    assert ended(end)[0] == "OS_RADIO"
    assert end.outcome is not None
    assert end.outcome.order is not None
    assert end.outcome.order.skill == "radio"


def test_reach_of_the_wi_fi_is_advised_without_an_order(floor: Floor) -> None:
    says: dict[str, Scalar] = {
        "symptom": "wifi",
        "slow.scope": "all",
        "wifi.near": "good",
        "router.place": "far",
    }

    end = whole_call(floor.desk, "vitor.freitas", Caller(says))

    assert ended(end) == ("RETORNO_ORIENTACAO", 3)
    assert "dados-os" not in trees_of(end)


def test_a_shared_address_is_read_before_anybody_opens_ports(floor: Floor) -> None:
    end = whole_call(
        floor.desk, "renato.ribeiro", Caller({"symptom": "gaming", "game.problem": "join"})
    )

    assert ended(end) == ("COMERCIAL_ENDERECO", 1)
    assert end.facts["session.address_class"].reading.value == "shared"

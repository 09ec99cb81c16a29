"""Drops and company links, read live from the lab: each fault of these trees ends where it should."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kbwizard.cases.record import evidence_of
from kbwizard.wizard.facts import Scalar
from kbwizard.wizard.position import Position
from tests.calls.caller import Caller, whole_call
from tests.calls.conftest import Floor

MOST_QUESTIONS = 2
ORDER: dict[str, Scalar] = {
    "fibre.house": "on",
    "fibre.block": "na",
    "fibre.pole": "on",
    "order.contact_name": "Fulana",
    "order.contact_phone": "(11) 90000-0001",
    "order.date": "24/11",
    "order.period": "morning",
    "order.fees_told": True,
    "order.absence_told": True,
}


LAST_HOP = "20 203.0.113.9 loss 12%"
MTR = "\n".join(f"{hop} 203.0.113.9 loss 12%" for hop in range(1, 21))


def evidence(floor: Floor, login: str) -> tuple[str, ...]:
    """What the record of the open case about a line hands to the next level."""
    line = floor.desk.directory.line_by_login(login)
    case = floor.desk.cases.open_case_of(line.customer_id, line.line_id)
    assert case is not None
    (walk,) = floor.desk.cases.walks_of(case.id or 0)
    return evidence_of(floor.desk.walks.stand(walk.walk_id), ZoneInfo("America/Sao_Paulo"))


def call(floor: Floor, login: str, symptom: str, **says: Any) -> Position:
    said = {name.replace("__", "."): value for name, value in says.items()}
    caller = Caller({**ORDER, "symptom": symptom, **said}, lambda: floor.lab.restart(login))
    end = whole_call(floor.desk, login, caller)
    assert end.outcome is not None
    assert end.questions <= MOST_QUESTIONS
    return end


def ending(position: Position) -> tuple[str, int]:
    assert position.outcome is not None
    return position.outcome.disposition, position.questions


def trees(position: Position) -> set[str]:
    return {visit.tree for visit in position.path}


def test_a_light_that_comes_and_goes_is_a_visit_that_the_log_proves(floor: Floor) -> None:
    end = call(floor, "10000000063", "drops")

    assert ending(end) == ("OS_QUEDAS_FIBRA", 0)
    assert "historico" in {visit.node for visit in end.path}


def test_a_device_that_loses_power_is_moved_to_another_outlet_and_watched(floor: Floor) -> None:
    end = call(floor, "ivete.salgado", "drops", power__drops="device")

    assert ending(end) == ("RETORNO_QUEDAS", 1)
    assert "volta_energia" in {visit.node for visit in end.path}


@pytest.mark.parametrize(
    ("login", "when", "disposition"),
    [
        ("orlando.quintela", "any", "RETORNO_QUEDAS"),
        ("renato.ribeiro", "same_time", "N2_SESSAO_24H"),
    ],
)
def test_a_session_that_falls_alone_is_the_router_or_the_hour(
    floor: Floor, login: str, when: str, disposition: str
) -> None:
    floor.lab.set_fault(login, "router_flapping")

    end = call(floor, login, "drops", drops__when=when)

    assert ending(end) == (disposition, 1)


def test_an_onu_that_is_not_the_one_on_record_goes_to_n2_unread(floor: Floor) -> None:
    assert ending(call(floor, "noelia.prates", "drops")) == ("N2_CADASTRO_ONU", 0)


def test_a_login_in_use_twice_is_dropped_once_and_then_watched(floor: Floor) -> None:
    end = call(floor, "10000000059", "drops")

    assert ending(end) == ("RETORNO_QUEDAS", 0)
    assert [v for v in end.path if v.node == "duas_sessoes" and v.exit == "then"]
    assert floor.lab.subscriber("10000000059")["sessions"] == 1


def test_a_line_that_has_not_fallen_for_a_day_is_watched(floor: Floor) -> None:
    end = call(floor, "maria.gomes", "drops", drops__last="before")

    assert ending(end) == ("RETORNO_QUEDAS", 1)
    assert "wifi" not in trees(end)


def test_what_falls_while_the_line_stays_up_is_the_wifi(floor: Floor) -> None:
    said = {"symptom": "drops", "drops.last": "today", "devices.affected": "one"}

    end = whole_call(floor.desk, "carlos.campos", Caller(said))

    assert {"queda-intermitente", "wifi"} <= trees(end)


def test_a_company_with_loss_goes_to_n2_with_the_measurement(floor: Floor) -> None:
    end = call(floor, "padaria.exemplo", "slow", link__circuit="K00026", link__mtr=MTR)

    assert ending(end) == ("N2_EMPRESARIAL", 0)
    assert end.tree == "link-empresarial"
    told = evidence(floor, "padaria.exemplo")
    assert any(line.startswith("Perda no ping=") for line in told)
    assert any(line.endswith(LAST_HOP) for line in told)


def test_a_dedicated_link_that_is_down_is_p1_to_n3_after_a_look_at_its_power(floor: Floor) -> None:
    end = call(floor, "transportadora.ficticia", "no_internet", link__equipment="on")

    assert ending(end) == ("N3_DEDICADO", 1)
    assert end.outcome is not None
    assert (end.outcome.level, end.outcome.deadline) == ("n3", "empresarial_parado")


def test_a_company_with_several_lines_is_read_on_the_line_it_calls_about(floor: Floor) -> None:
    well, faulty = "clinica.saude", "clinica.saude.5"
    floor.lab.set_fault(faulty, "business_loss")
    try:
        assert ending(call(floor, faulty, "slow")) == ("N2_EMPRESARIAL", 0)
        assert "link-empresarial" not in trees(call(floor, well, "wifi_password"))
    finally:
        floor.lab.clear_fault(faulty)

"""Recovery over time, without a socket: what a device would see second by second."""

from __future__ import annotations

import pytest

from kbwizard.lab.faults import FAULTS
from kbwizard.lab.state import LabState
from tests.lab.conftest import HandClock

LOGIN = "maria.gomes"


def seen(state: LabState, login: str = LOGIN) -> tuple[str, int]:
    """ONU state and number of sessions."""
    scene, one = state.scene(), state.plant.find(login)
    return scene.onu(one).state, len(scene.sessions(one))


def uptime(state: LabState, login: str = LOGIN) -> float:
    session = state.scene().sessions(state.plant.find(login))[0]
    return (state.clock() - session.started_at).total_seconds()


def timeline(
    state: LabState, clock: HandClock, login: str = LOGIN, *, until: int = 60
) -> list[tuple[int, str, int]]:
    """(second, ONU state, sessions) at each change."""
    changes: list[tuple[int, str, int]] = []
    for second in range(until):
        now = seen(state, login)
        if not changes or changes[-1][1:] != now:
            changes.append((second, *now))
        clock.forward(1)
    return changes


def test_a_restart_goes_dark_registers_comes_online_and_dials(
    state: LabState, clock: HandClock
) -> None:
    state.restart(LOGIN)

    assert timeline(state, clock) == [
        (0, "dying_gasp", 1),  # the concentrator has not noticed yet
        (15, "dying_gasp", 0),
        (25, "registering", 0),
        (35, "online", 0),
        (43, "online", 1),
    ]


def test_the_session_after_a_restart_is_a_new_one(state: LabState, clock: HandClock) -> None:
    before = uptime(state)
    state.restart(LOGIN)
    clock.forward(5)
    lingering = state.scene().sessions(state.plant.find(LOGIN))[0]
    clock.forward(43)

    assert before > 10_000
    assert not lingering.has_traffic
    assert uptime(state) == 5


def test_a_second_restart_ends_the_first_ones_session(state: LabState, clock: HandClock) -> None:
    state.restart(LOGIN)
    clock.forward(100)
    state.restart(LOGIN)
    clock.forward(2)

    assert uptime(state) == 59


def test_a_restart_during_a_restart_shows_no_session_that_never_was(
    state: LabState, clock: HandClock
) -> None:
    state.restart(LOGIN)
    clock.forward(38)
    state.restart(LOGIN)

    assert seen(state) == ("dying_gasp", 0)


def test_speed_divides_the_delays(state: LabState, clock: HandClock) -> None:
    state.speed = 10
    state.restart(LOGIN)
    clock.forward(4.4)

    assert seen(state) == ("online", 1)


def test_a_fault_that_a_restart_does_not_cure_comes_back(state: LabState, clock: HandClock) -> None:
    state.set_fault(LOGIN, "weak")
    state.restart(LOGIN)
    clock.forward(60)

    assert state.scene().onu(state.plant.find(LOGIN)).rx_dbm == -26.5


def test_a_hung_router_is_cured_by_a_restart(state: LabState, clock: HandClock) -> None:
    state.set_fault(LOGIN, "router_hung")
    assert seen(state) == ("online", 0)

    state.restart(LOGIN)

    assert timeline(state, clock)[-1] == (43, "online", 1)


def test_a_restart_changes_nothing_for_an_onu_without_light(
    state: LabState, clock: HandClock
) -> None:
    state.set_fault(LOGIN, "los")
    down_at = state.scene().onu(state.plant.find(LOGIN)).last_down_at

    state.restart(LOGIN)

    assert timeline(state, clock) == [(0, "los", 0)]
    assert state.scene().onu(state.plant.find(LOGIN)).last_down_at == down_at


@pytest.mark.parametrize("fault", ["los", "dying_gasp", "not_authorised", "onu_disabled"])
def test_a_repair_brings_light_then_the_session(
    state: LabState, clock: HandClock, fault: str
) -> None:
    state.set_fault(LOGIN, fault)
    state.fix(LOGIN)

    assert timeline(state, clock) == [(0, "registering", 0), (10, "online", 0), (18, "online", 1)]
    assert state.scene().onu(state.plant.find(LOGIN)).last_down_cause == FAULTS[fault].onu


def test_a_mended_password_dials_again_without_touching_the_onu(
    state: LabState, clock: HandClock
) -> None:
    state.set_fault(LOGIN, "wrong_password")
    state.fix(LOGIN)

    assert timeline(state, clock) == [(0, "online", 0), (8, "online", 1)]


def test_a_stuck_session_outlives_a_restart_and_yields_to_a_drop(
    state: LabState, clock: HandClock
) -> None:
    state.set_fault(LOGIN, "stuck_session")
    old = uptime(state)
    state.restart(LOGIN)
    clock.forward(60)
    assert uptime(state) == old + 60

    state.drop(LOGIN)

    assert timeline(state, clock) == [(0, "online", 0), (8, "online", 1)]
    assert state.scene().sessions(state.plant.find(LOGIN))[0].has_traffic


def test_clearing_a_fault_is_as_if_it_had_never_been(state: LabState) -> None:
    before = uptime(state)
    state.set_fault(LOGIN, "los")
    state.clear_fault(LOGIN)

    assert seen(state) == ("online", 1)
    assert uptime(state) == before


def test_a_flapping_line_is_up_with_a_short_uptime(state: LabState, clock: HandClock) -> None:
    state.set_fault(LOGIN, "flapping")
    uptimes = []
    for _ in range(10):
        clock.forward(101)
        uptimes.append(uptime(state))

    assert max(uptimes) < 420
    assert uptimes != sorted(uptimes)


def test_a_zombie_has_a_session_without_traffic_and_no_light(state: LabState) -> None:
    state.set_fault(LOGIN, "zombie_light")

    assert seen(state) == ("los", 1)
    assert not state.scene().sessions(state.plant.find(LOGIN))[0].has_traffic

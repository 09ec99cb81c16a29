"""What each fault does, and how the spreading ones take a PON."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kbwizard.errors import InvalidInput
from kbwizard.lab.faults import FAULTS, dark_neighbours, find_fault
from kbwizard.lab.plant import CONCENTRATORS
from kbwizard.lab.router_log import subscriber_lines
from kbwizard.lab.router_menus import RouterView
from kbwizard.lab.state import LabState
from tests.lab.conftest import HandClock

LOGIN = "maria.gomes"
NAMED = [
    "none",
    "los",
    "dying_gasp",
    "weak",
    "critical",
    "saturated",
    "wrong_password",
    "unknown_login",
    "blocked",
    "blocked_reject",
    "stuck_session",
    "flapping",
    "power_flapping",
    "router_flapping",
    "swapped_onu",
    "business_down",
    "cable_100",
    "mass_los",
    "mass_power",
    "suspect_los",
    "not_authorised",
    "router_off",
    "no_attempt",
    "online_no_traffic",
    "business_loss",
    "zombie_light",
    "silent_olt",
    "old_dark",
    "router_hung",
    "saturated_uplink",
    "own_router",
]


def states_on(state: LabState, login: str) -> list[str]:
    scene, plant = state.scene(), state.plant
    return [scene.onu(one).state for one in plant.neighbours(plant.find(login))]


def messages(state: LabState, login: str = LOGIN) -> list[str]:
    lines = subscriber_lines(state.plant.find(login), state.scene(), radius=True)
    return [line.message for line in lines]


@pytest.mark.parametrize("name", NAMED)
def test_every_named_fault_exists_and_is_in_force_somewhere_at_the_start(
    state: LabState, name: str
) -> None:
    first = {one.first_fault for one in state.plant.subscribers}

    assert find_fault(name).says
    assert name in first


def test_an_unknown_fault_is_refused_with_the_names_there_are(state: LabState) -> None:
    with pytest.raises(InvalidInput, match="dying_gasp"):
        state.set_fault(LOGIN, "azar")


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_can_be_seen_restarted_dropped_mended_and_cleared(
    state: LabState, clock: HandClock, name: str
) -> None:
    one = state.plant.find(LOGIN)
    for verb in (state.restart, state.drop, state.fix, state.clear_fault):
        state.set_fault(LOGIN, name)
        for wait in (0, 1, 20, 600):
            verb(LOGIN)
            clock.forward(wait)
            scene = state.scene()

            assert all(session.started_at <= scene.now for session in scene.sessions(one))
            assert scene.onu(one).last_down_at <= scene.now
            subscriber_lines(one, scene, radius=True)
    assert state.condition_of(LOGIN).fault == "none"


@pytest.mark.parametrize("name", [name for name, fault in FAULTS.items() if fault.onu != "absent"])
def test_after_a_repair_everything_is_well_again(
    state: LabState, clock: HandClock, name: str
) -> None:
    state.set_fault(LOGIN, name)
    state.fix(LOGIN)
    clock.forward(60)

    scene, one = state.scene(), state.plant.find(LOGIN)

    assert scene.onu(one).state == "online"
    assert [session.has_traffic for session in scene.sessions(one)] == [True]
    assert scene.onu(one).rx_dbm == one.base_rx_dbm


def test_a_broken_trunk_darkens_four_fifths_of_the_pon_within_a_minute(state: LabState) -> None:
    scene, plant = state.scene(), state.plant
    dark = [
        scene.onu(one)
        for one in plant.neighbours(plant.find("lucas.rocha"))
        if not scene.onu(one).is_online
    ]

    assert len(dark) == 8
    assert {onu.state for onu in dark} == {"los"}
    times = [onu.last_down_at for onu in dark]
    assert max(times) - min(times) <= timedelta(minutes=1)


def test_a_power_cut_is_told_by_dying_gasps(state: LabState) -> None:
    states = states_on(state, "nilo.souza")

    assert states.count("dying_gasp") == 8
    assert "los" not in states


def test_a_suspicion_stays_under_half_of_the_pon(state: LabState) -> None:
    states = states_on(state, "10000000047")

    assert (states.count("los"), len(states)) == (3, 12)


@pytest.mark.parametrize(
    ("name", "on_pon", "dark"),
    [
        ("mass_los", 2, 2),
        ("mass_los", 10, 8),
        ("suspect_los", 8, 3),
        ("suspect_los", 20, 5),
        ("suspect_los", 2, 2),
    ],
)
def test_how_many_go_dark(name: str, on_pon: int, dark: int) -> None:
    assert dark_neighbours(FAULTS[name], on_pon) == dark


def test_planned_mass_failures_stay_recent_and_others_grow_old(
    state: LabState, clock: HandClock
) -> None:
    clock.forward(6 * 3600)
    scene, plant = state.scene(), state.plant

    mass = scene.onu(plant.find("lucas.rocha")).last_down_at
    single = scene.onu(plant.find("camila.gomes")).last_down_at

    assert scene.now - mass < timedelta(minutes=9)
    assert scene.now - single > timedelta(hours=6)


def test_mending_the_trunk_brings_everyone_back(state: LabState, clock: HandClock) -> None:
    victim = next(
        one.login for one in state.plant.neighbours(state.plant.find("lucas.rocha"))
        if one.login != "lucas.rocha" and state.scene().onu(one).state == "los"
    )  # fmt: skip
    state.fix(victim)
    assert set(states_on(state, "lucas.rocha")) == {"registering", "online"}
    clock.forward(30)

    assert set(states_on(state, "lucas.rocha")) == {"online"}


def test_a_fault_set_by_hand_begins_when_it_is_told_to(state: LabState, clock: HandClock) -> None:
    state.set_fault(LOGIN, "los", age_s=42)

    onu = state.scene().onu(state.plant.find(LOGIN))

    assert clock.now - onu.last_down_at == timedelta(seconds=42)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("wrong_password", "authentication failed - wrong password"),
        ("unknown_login", "authentication failed - unknown user"),
        ("mac_locked", "authentication failed - MAC address mismatch"),
        ("stuck_session", "You are already logged in - access denied"),
        ("radius_down", "authentication failed - radius timeout"),
        ("blocked_reject", "authentication failed - contrato bloqueado"),
        ("no_pool", "could not determine remote address"),
    ],
)
def test_refused_attempts_are_in_the_log_each_minute(
    state: LabState, fault: str, words: str
) -> None:
    state.set_fault(LOGIN, fault, age_s=610)

    assert sum(words in message for message in messages(state)) == 10


@pytest.mark.parametrize("fault", ["router_off", "no_attempt", "los"])
def test_who_does_not_dial_leaves_no_attempt(state: LabState, fault: str) -> None:
    state.set_fault(LOGIN, fault, age_s=600)

    assert not any("failed" in message or "established" in message for message in messages(state))
    assert any("peer is not responding" in message for message in messages(state))


def test_a_return_is_in_the_log_with_its_three_lines(state: LabState, clock: HandClock) -> None:
    state.restart(LOGIN)
    clock.forward(60)

    assert messages(state)[-3:] == [
        "PPPoE connection established from 02:00:5E:AA:DD:01",
        f"<pppoe-{LOGIN}>: authenticated",
        f"<pppoe-{LOGIN}>: connected",
    ]


@pytest.mark.parametrize(
    ("fault", "cause"), [("flapping", "los"), ("power_flapping", "dying_gasp")]
)
def test_a_line_that_comes_and_goes_says_by_which_cause(
    state: LabState, fault: str, cause: str
) -> None:
    state.set_fault(LOGIN, fault)
    scene, one = state.scene(), state.plant.find(LOGIN)

    onu = scene.onu(one)

    assert (onu.state, onu.last_down_cause) == ("online", cause)
    assert scene.now - onu.last_up_at < timedelta(seconds=420)


@pytest.mark.parametrize("fault", ["flapping", "power_flapping", "router_flapping"])
def test_a_restart_between_two_falls_is_seen_in_the_uptimes(
    state: LabState, clock: HandClock, fault: str
) -> None:
    state.set_fault(LOGIN, fault, age_s=600)
    one = state.plant.find(LOGIN)
    before = clock.now

    state.restart(LOGIN)
    clock.forward(60)

    scene = state.scene()
    assert scene.onu(one).last_up_at > before
    assert scene.onu(one).last_down_cause == "dying_gasp"
    assert scene.sessions(one)[0].started_at > before


def test_a_router_that_comes_and_goes_leaves_the_onu_alone(state: LabState) -> None:
    state.set_fault(LOGIN, "router_flapping")
    scene, one = state.scene(), state.plant.find(LOGIN)

    assert scene.now - scene.onu(one).last_up_at > timedelta(days=1)
    assert scene.now - scene.sessions(one)[0].started_at < timedelta(seconds=420)
    assert sum("disconnected" in message for message in messages(state)) > 20


def test_a_swapped_onu_answers_with_another_serial_of_the_same_maker(state: LabState) -> None:
    one = state.plant.find(LOGIN)
    before = state.scene().onu(one).serial

    state.set_fault(LOGIN, "swapped_onu")

    after = state.scene().onu(one).serial
    assert before == one.serial
    assert after != before
    assert (after[:4], len(after)) == (before[:4], len(before))


def test_a_dedicated_link_that_is_down_answers_no_echo(state: LabState) -> None:
    one = state.plant.find("transportadora.ficticia")
    router = CONCENTRATORS[0]

    down = RouterView(router, state.scene(), {}).reachable(one.address)
    state.fix(one.login)
    mended = RouterView(router, state.scene(), {}).reachable(one.address)

    assert down is not None
    assert down[1].loss_every == 1
    assert mended is not None
    assert mended[1].loss_every == 0


@pytest.mark.parametrize(
    ("fault", "down_full", "up_full"),
    [
        ("saturated_uplink", False, True),
        ("saturated_downlink", True, False),
        ("none", False, False),
    ],
)
def test_a_full_line_moves_what_the_plan_lets_through_in_one_direction(
    state: LabState, fault: str, *, down_full: bool, up_full: bool
) -> None:
    state.set_fault(LOGIN, fault)
    one = state.plant.find(LOGIN)

    session = state.scene().sessions(one)[0]

    assert (session.down_bps > 0.9 * one.down_mbps * 1e6) is down_full
    assert (session.up_bps > 0.9 * one.up_mbps * 1e6) is up_full
    assert session.down_bps <= one.down_mbps * 1e6
    assert session.up_bps <= one.up_mbps * 1e6


@pytest.mark.parametrize("verb", ["drop", "restart"])
def test_a_new_session_applies_the_plan_that_the_old_one_lacked(
    state: LabState, clock: HandClock, verb: str
) -> None:
    state.set_fault(LOGIN, "wrong_profile")
    router = CONCENTRATORS[0]

    getattr(state, verb)(LOGIN)
    clock.forward(60)

    queues = RouterView(router, state.scene(), {}).queues()
    limits = {row["name"]: row["max-limit"] for row in queues}
    assert limits[f"<pppoe-{LOGIN}>"] == "500000000/1000000000"

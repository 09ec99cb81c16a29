"""The real adapter against the lab's Huawei, ZTE and FiberHome agents, over real sockets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kbwizard.checks.adapters.snmp_olt import OnuSource, PonSource
from kbwizard.lab import RunningLab

from .conftest import Desk, lab_olt, lab_v3

OLTS = ("olt-huawei", "olt-zte", "olt-fiberhome")
SILENT = "10000000031"
"""Its PON gets no answer at all until its fault is cleared."""
FAMILY_CANNOT_TELL = {
    "olt-huawei": {"auth_failed": "offline", "registering": "offline"},
    "olt-zte": {},
    "olt-fiberhome": {"auth_failed": "offline", "registering": "offline", "disabled": "offline"},
}


def members(lab: RunningLab, olt: str) -> list[dict[str, Any]]:
    return [one for one in lab.client.subscribers() if one["olt"] == olt]


@pytest.mark.parametrize("olt", OLTS)
def test_every_onu_of_the_lab_is_read_as_it_is(lab: RunningLab, desk: Desk, olt: str) -> None:
    lab.client.clear_fault(SILENT)
    source = OnuSource(lab_olt(lab, olt))

    for one in members(lab, olt):
        said = desk.values(source, pon=one["pon"], onu=one["onu"], serial=one["serial"])

        state = one["onu_state"]
        if state == "absent" or one["fault"] == "swapped_onu":
            # Nothing is there, or another customer's ONU, of which nothing is said.
            assert said["onu.state"] == "<not_found>"
            continue
        assert said["onu.state"] == FAMILY_CANNOT_TELL[olt].get(state, state), one["login"]
        assert said["onu.serial"] == one["serial"]
        assert said["onu.serial_matches"] is True
        if state == "online":
            assert said["onu.rx_dbm"] == pytest.approx(one["rx_dbm"], abs=0.02)
            assert said["onu.distance_m"] > 0
        else:
            assert said["onu.rx_dbm"] == "<no_value>"
            assert said["onu.olt_rx_dbm"] == "<no_value>"
            assert said["onu.uptime_s"] == "<no_value>"


@pytest.mark.parametrize("olt", OLTS)
def test_a_check_of_every_fact_is_one_get_pdu(lab: RunningLab, desk: Desk, olt: str) -> None:
    one = next(one for one in members(lab, olt) if one["onu_state"] == "online")

    desk.values(OnuSource(lab_olt(lab, olt)), pon=one["pon"], onu=one["onu"], serial=one["serial"])

    counts = lab.client.counts()[olt]
    assert (counts["pdus"], counts["get"]) == (1, 1)


def test_a_check_of_the_state_asks_for_no_optics(lab: RunningLab, desk: Desk) -> None:
    one = members(lab, "olt-huawei")[0]

    desk.values(
        OnuSource(lab_olt(lab, "olt-huawei")), ["onu.state"], pon=one["pon"], onu=one["onu"]
    )

    assert lab.client.counts()["olt-huawei"]["bindings"] == 3  # status, cause, serial


@pytest.mark.parametrize(
    ("login", "pattern", "extent"),
    [
        ("lucas.rocha", "cut", "mass"),
        ("10000000047", "cut", "suspected"),
        ("nilo.souza", "power", "mass"),
    ],
)
def test_a_mass_failure_shows_in_the_pon(
    lab: RunningLab, desk: Desk, login: str, pattern: str, extent: str
) -> None:
    one = lab.client.subscriber(login)

    said = desk.values(PonSource(lab_olt(lab, one["olt"])), pon=one["pon"], onu=one["onu"])

    on_pon = [other for other in members(lab, one["olt"]) if other["pon"] == one["pon"]]
    assert (said["pon.pattern"], said["pon.extent"]) == (pattern, extent)
    assert said["pon.onus_total"] == len(on_pon)
    assert said["pon.recent_los" if pattern == "cut" else "pon.recent_dying_gasp"] >= 3


def test_old_dark_onus_on_a_pon_are_no_pattern(lab: RunningLab, desk: Desk) -> None:
    one = lab.client.subscriber("rosana.gomes")

    said = desk.values(PonSource(lab_olt(lab, "olt-zte")), pon=one["pon"], onu=one["onu"])

    assert said["pon.onus_down"] >= 1
    assert said["pon.pattern"] == "none"


@pytest.mark.parametrize("olt", OLTS)
def test_a_pon_is_read_in_few_pdus(lab: RunningLab, desk: Desk, olt: str) -> None:
    one = members(lab, olt)[0]

    desk.values(PonSource(lab_olt(lab, olt)), pon=one["pon"], onu=one["onu"])

    assert lab.client.counts()[olt]["pdus"] == 1


def test_a_fresh_drop_has_its_time_and_cause(lab: RunningLab, desk: Desk) -> None:
    one = lab.client.subscriber("camila.gomes")
    lab.client.set_fault("camila.gomes", "dying_gasp", age_s=300)

    said = desk.values(OnuSource(lab_olt(lab, one["olt"])), pon=one["pon"], onu=one["onu"])

    fell = datetime.fromisoformat(said["onu.last_down_at"])
    assert said["onu.state"] == said["onu.last_down_cause"] == "dying_gasp"
    assert abs(datetime.now(UTC) - fell - timedelta(seconds=300)) < timedelta(seconds=20)
    assert 280 < said["onu.down_for_s"] < 320


def test_a_restart_shows_in_the_uptime(lab: RunningLab, desk: Desk) -> None:
    one = lab.client.subscriber("maria.gomes")
    source = OnuSource(lab_olt(lab, "olt-huawei"))
    place = {"pon": one["pon"], "onu": one["onu"]}
    before = desk.values(source, **place)["onu.uptime_s"]

    lab.client.restart("maria.gomes")
    lab.client.wait_until("maria.gomes", onu_state="online", limit_s=20)

    assert desk.values(source, **place)["onu.uptime_s"] < 60 < before


def test_an_onu_is_found_by_serial_on_its_pon_without_a_number(lab: RunningLab, desk: Desk) -> None:
    one = lab.client.subscriber("maria.gomes")

    said = desk.values(
        OnuSource(lab_olt(lab, "olt-huawei")), pon=one["pon"], serial=one["serial"].lower()
    )

    assert said["onu.serial"] == one["serial"]
    assert said["onu.state"] == "online"
    counts = lab.client.counts()["olt-huawei"]
    assert (counts["getbulk"], counts["get"]) == (1, 1)


def test_optics_of_fiberhome_say_that_they_may_be_five_minutes_old(
    lab: RunningLab, desk: Desk
) -> None:
    one = next(one for one in members(lab, "olt-fiberhome") if one["onu_state"] == "online")
    source = OnuSource(lab_olt(lab, "olt-fiberhome"))

    readings = desk.readings(source, ["onu.state", "onu.rx_dbm"], pon=one["pon"], onu=one["onu"])

    state, light = readings["onu.state"], readings["onu.rx_dbm"]
    assert state.measured_at - light.measured_at > timedelta(seconds=299)


def test_readings_carry_line_olt_and_duration(lab: RunningLab, desk: Desk) -> None:
    one = members(lab, "olt-zte")[0]

    readings = desk.readings(
        OnuSource(lab_olt(lab, "olt-zte")), ["onu.state"], pon=one["pon"], onu=one["onu"]
    )

    reading = readings["onu.state"]
    assert (reading.line, reading.origin, reading.source) == ("linha", "olt-zte", "network")
    assert reading.took_ms is not None
    assert reading.took_ms >= 0


def test_version_3_with_authentication_and_privacy_reads_the_same(
    lab: RunningLab, desk: Desk
) -> None:
    one = next(one for one in members(lab, "olt-fiberhome") if one["onu_state"] == "online")
    keys = lab_v3(lab, "olt-fiberhome")

    said = desk.values(
        OnuSource(lab_olt(lab, "olt-fiberhome", keys=keys)), pon=one["pon"], onu=one["onu"]
    )

    assert said["onu.state"] == "online"


@pytest.mark.parametrize("wrong", [{"auth": "chave-errada-1"}, {"priv": "chave-errada-2"}])
def test_a_wrong_v3_key_is_an_access_problem_never_offline(
    lab: RunningLab, desk: Desk, wrong: dict[str, str]
) -> None:
    one = members(lab, "olt-fiberhome")[0]
    keys = lab_v3(lab, "olt-fiberhome", **wrong)
    source = OnuSource(lab_olt(lab, "olt-fiberhome", keys=keys))

    said = desk.values(source, ["onu.state"], pon=one["pon"], onu=one["onu"], deadline_s=3.0)

    assert said["onu.state"] == "<auth>"


def test_a_corrected_v3_key_works_without_a_restart(lab: RunningLab, desk: Desk) -> None:
    one = next(one for one in members(lab, "olt-fiberhome") if one["onu_state"] == "online")
    place = {"pon": one["pon"], "onu": one["onu"]}
    wrong, right = lab_v3(lab, "olt-fiberhome", auth="outra-errada"), lab_v3(lab, "olt-fiberhome")
    refused = OnuSource(lab_olt(lab, "olt-fiberhome", keys=wrong))
    desk.values(refused, ["onu.state"], **place)

    said = desk.values(OnuSource(lab_olt(lab, "olt-fiberhome", keys=right)), ["onu.state"], **place)

    assert said["onu.state"] == "online"

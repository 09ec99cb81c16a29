"""Deadlines: by policy and segment, on business hours and holidays, in the installation's zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kbwizard.cases.deadlines import POLICIES, BusinessCalendar, deadline_at
from kbwizard.cases.settings import DEFAULTS
from kbwizard.errors import EngineError, InvalidInput
from tests.cases.conftest import ZONE, Desk, registry
from tests.helpers.clock import FrozenClock


def calendar(**more: Any) -> BusinessCalendar:
    hours = more.pop("hours", DEFAULTS["business_hours"])
    return BusinessCalendar(hours, more.pop("zone", ZONE), **more)


def local(text: str, zone: ZoneInfo = ZONE) -> datetime:
    return datetime.strptime(f"2026 {text}", "%Y %d/%m %H:%M").replace(tzinfo=zone)


def test_the_policies_are_those_of_the_registry() -> None:
    assert set(POLICIES) == set(registry().deadlines)


@pytest.mark.parametrize(
    ("policy", "segment", "now", "told"),
    [
        ("n2_sem_acesso", "residential", "23/11 09:00", "23/11 13:00"),  # a Monday
        ("n2_sem_acesso", "residential", "23/11 18:30", "24/11 10:30"),  # over the night
        ("n2_sem_acesso", "residential", "23/11 16:00", "23/11 20:00"),  # to the last minute
        ("n2_sem_acesso", "residential", "23/11 06:00", "23/11 12:00"),  # before opening
        (
            "n2_sem_acesso",
            "residential",
            "21/11 13:00",
            "23/11 11:00",
        ),  # Saturday, short; Sunday shut
        ("n2_sem_acesso", "business", "23/11 09:00", "23/11 09:30"),
        ("n2_sem_acesso", "business", "21/11 13:45", "23/11 08:15"),
        ("n2_degradado", "residential", "19/11 16:00", "21/11 12:00"),  # 20/11 is a holiday
        ("n2_sem_acesso", "residential", "24/12 18:00", "26/12 10:00"),  # so is 25/12
        (
            "visita_sem_acesso",
            "residential",
            "24/12 18:00",
            "25/12 18:00",
        ),  # this clock never stops
        ("visita_sem_acesso", "business", "22/11 23:00", "23/11 03:00"),
        ("n3_massa", "residential", "22/11 03:00", "22/11 07:00"),
        # A company without its link is called at any hour (T8); a watched line after two days open.
        ("empresarial_parado", "business", "22/11 03:00", "22/11 03:30"),
        ("acompanhamento", "residential", "23/11 09:00", "25/11 09:00"),
        ("acompanhamento", "business", "23/11 09:00", "24/11 09:00"),
    ],
)
def test_a_deadline_is_told_by_policy_segment_and_clock(
    policy: str, segment: str, now: str, told: str
) -> None:
    moment = deadline_at(policy, segment, local(now).astimezone(UTC), calendar())

    assert moment == local(told)
    assert moment.utcoffset() == timedelta(0)


def test_a_municipal_holiday_of_the_settings_stops_the_clock() -> None:
    shut = calendar(local_holidays={"2026-11-23": "Aniversário da cidade"})

    assert deadline_at("retorno", "residential", local("23/11 09:00"), shut) == local("24/11 12:00")


def test_a_holiday_of_the_state_counts_only_there() -> None:
    day = local("09/07 09:00").date()

    assert calendar(state="SP").open_span(day) is None
    assert calendar(state="MG").open_span(day) is not None


def test_zones_without_daylight_saving_keep_their_hours_all_year() -> None:
    for zone in (
        ZoneInfo("America/Sao_Paulo"),
        ZoneInfo("America/Manaus"),
        ZoneInfo("America/Rio_Branco"),
    ):
        for day in ("12/01 09:00", "13/07 09:00"):
            now = local(day, zone)
            assert deadline_at(
                "retorno", "residential", now, calendar(zone=zone)
            ) == now + timedelta(hours=4)


def test_a_zone_that_moves_its_clocks_counts_real_hours() -> None:
    zone = ZoneInfo("America/Santiago")
    hours = {"sat": "00:00-12:00", "sun": "00:00-12:00"}
    now = local("04/04 22:00", zone)  # the clocks go back at midnight

    told = deadline_at("retorno", "residential", now, calendar(zone=zone, hours=hours))

    open_since = local("05/04 00:00", zone).astimezone(UTC)
    assert told - open_since == timedelta(hours=4)


def test_a_policy_nobody_defined_is_our_error() -> None:
    with pytest.raises(EngineError, match="'amanha'"):
        deadline_at("amanha", "residential", local("23/11 09:00"), calendar())


def test_opening_hours_that_never_fit_a_deadline_are_our_error_and_not_a_loop() -> None:
    with pytest.raises(EngineError, match="60 dias"):
        deadline_at(
            "comercial", "residential", local("23/11 09:00"), calendar(hours={"sun": "08:00-08:05"})
        )


def test_a_call_is_told_the_deadline_of_its_segment(desk: Desk, frozen: FrozenClock) -> None:
    frozen.moment = local("23/11 09:00").astimezone(UTC)
    home, firm = desk.open(1), desk.open(6)
    desk.read(firm, customer__segment="business")

    told = [desk.told(desk.walk_to(case, "n2")) for case in (home, firm)]

    assert told == [local("23/11 13:00"), local("23/11 09:30")]


def test_a_change_of_the_settings_counts_for_the_next_promise(
    desk: Desk, frozen: FrozenClock
) -> None:
    frozen.moment = local("23/11 09:00").astimezone(UTC)
    standing = desk.walk_to(desk.open(1), "n2")
    desk.settings.change("local_holidays", {"2026-11-23": "Padroeira"}, by="lia", now=frozen())

    assert desk.told(standing) == local("24/11 12:00")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("no_such", 1), ("business_hours", {}), ("business_hours", {"mon": "20:00-08:00"}),
        ("business_hours", {"segunda": "08:00-20:00"}), ("business_hours", "08:00-20:00"),
        ("business_hours", {"mon": "8h às 20h"}), ("local_holidays", {"20/11": "x"}), ("local_holidays", [1]),
        ("suspected_outage", {"cases": 1, "minutes": 10}), ("suspected_outage", {}),
        ("case_reopen_days", "7"), ("fees", ""), ("fees", 3),
    ],
)  # fmt: skip
def test_a_setting_that_could_not_be_used_is_refused_and_the_old_one_stands(
    desk: Desk, frozen: FrozenClock, key: str, value: Any
) -> None:
    with pytest.raises(InvalidInput):
        desk.settings.change(key, value, by="lia", now=frozen())

    assert all(desk.settings.get(name) == default for name, default in DEFAULTS.items())

"""Outage notices: which one covers a line, who may change it, and what is said of its forecast."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from kbwizard.cases.outages import OutageForm, Place
from kbwizard.cases.sources import CaseSource, OutageSource
from kbwizard.checks.ports import LineRef, Subject
from kbwizard.errors import Conflict, InvalidInput, NotFound
from tests.cases.conftest import PLACES, ZONE, Desk
from tests.helpers.clock import FrozenClock

HOME = PLACES[4]
TARGETS = {
    "all": "",
    "pop": "bng-1",
    "olt": "olt-a",
    "pon": "olt-a 0/1/2",
    "cto": "CTO-2",
    "district": "Jardim América",
}


def open_notice(desk: Desk, scope: str, target: str = "", **more: Any) -> int:
    notice = desk.outages.open(OutageForm(scope, target, **more), by="lia", now=desk.clock())
    return notice.id or 0


@pytest.mark.parametrize(("scope", "target"), TARGETS.items())
def test_a_notice_of_each_scope_covers_the_lines_below_it(
    desk: Desk, scope: str, target: str
) -> None:
    notice = open_notice(desk, scope, target)

    covered = desk.outages.covering(HOME)

    assert covered is not None
    assert covered.id == notice
    assert (desk.outages.covering(PLACES[6]) is None) is (scope != "all")


@pytest.mark.parametrize("written", ["jardim america", "  JARDIM  AMÉRICA "])
def test_a_district_is_found_as_people_write_it(desk: Desk, written: str) -> None:
    open_notice(desk, "district", written)

    assert desk.outages.covering(HOME) is not None


def test_the_narrowest_notice_wins_and_a_declared_one_before_a_suspicion(desk: Desk) -> None:
    open_notice(desk, "all")
    wide = open_notice(desk, "olt", "olt-a")
    narrow = open_notice(desk, "pon", "olt-a 0/1/2")
    open_notice(desk, "cto", "CTO-2", kind="suspected")

    covering = [desk.outages.covering(place) for place in (HOME, PLACES[1])]

    assert [notice.id for notice in covering if notice] == [narrow, wide]


def test_a_place_that_is_not_registered_is_covered_by_a_notice_for_all_only(desk: Desk) -> None:
    open_notice(desk, "cto", "CTO-2")
    assert desk.outages.covering(Place()) is None

    open_notice(desk, "all")
    assert desk.outages.covering(Place()) is not None


def test_a_notice_that_has_ended_covers_nobody(desk: Desk) -> None:
    notice = open_notice(desk, "all")

    desk.outages.close(notice, version=1, by="lia", now=desk.clock())

    assert desk.outages.covering(HOME) is None
    assert desk.outages.active() == []


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        (OutageForm("region", "Sul"), {"scope"}),
        (OutageForm("cto", "  "), {"target"}),
        (OutageForm("cto", "x" * 501, customer_text="x" * 501), {"target", "customer_text"}),
    ],
)
def test_a_form_that_cannot_be_used_names_its_fields(
    desk: Desk, form: OutageForm, fields: set[str]
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        desk.outages.open(form, by="lia", now=desk.clock())

    assert set(refusal.value.fields) == fields


@pytest.mark.parametrize("minutes", [-1, 0])
def test_a_forecast_that_has_passed_is_never_taken(desk: Desk, minutes: int) -> None:
    past = desk.clock() + timedelta(minutes=minutes)
    notice = open_notice(desk, "all")

    with pytest.raises(InvalidInput):
        desk.outages.open(OutageForm("cto", "CTO-2", forecast_at=past), by="lia", now=desk.clock())
    with pytest.raises(InvalidInput):
        desk.outages.extend(notice, forecast_at=past, version=1, now=desk.clock())


def test_the_same_scope_is_not_opened_twice(desk: Desk) -> None:
    open_notice(desk, "district", "Jardim América")

    with pytest.raises(InvalidInput) as refusal:
        open_notice(desk, "district", "jardim america")

    assert set(refusal.value.fields) == {"target"}


def test_of_two_leads_who_change_a_notice_at_once_one_is_told(desk: Desk) -> None:
    notice = open_notice(desk, "all")
    later = desk.clock() + timedelta(hours=2)

    def change(number: int) -> str:
        try:
            if number % 2:
                desk.outages.extend(notice, forecast_at=later, version=1, now=desk.clock())
            else:
                desk.outages.close(notice, version=1, by="lia", now=desk.clock())
        except Conflict:
            return "conflict"
        return "done"

    with ThreadPoolExecutor(8) as pool:
        said = sorted(pool.map(change, range(8)))

    assert said == ["conflict"] * 7 + ["done"]
    assert desk.outages.get(notice).version == 2


def test_a_suspicion_is_confirmed_once_and_an_ended_notice_never(desk: Desk) -> None:
    notice = open_notice(desk, "all", kind="suspected")

    assert desk.outages.confirm(notice, version=1).kind == "declared"
    with pytest.raises(Conflict):
        desk.outages.confirm(notice, version=1)
    desk.outages.close(notice, version=2, by="lia", now=desk.clock())
    with pytest.raises(Conflict):
        desk.outages.extend(notice, forecast_at=None, version=3, now=desk.clock())


def test_a_notice_that_does_not_exist_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.outages.close(404, version=1, by="lia", now=desk.clock())


def test_a_case_that_moves_to_another_notice_is_counted_there_only(desk: Desk) -> None:
    wide = open_notice(desk, "olt", "olt-a")
    case = desk.call(4, "parada").case
    narrow = open_notice(desk, "cto", "CTO-2")
    desk.cases.begin_walk(case.protocol, line_id=4, by="ana")

    desk.conclude(case, desk.walk_to(case, "parada"))

    assert (desk.outages.get(wide).affected, desk.outages.get(narrow).affected) == (0, 1)


def facts_of(desk: Desk, line: int | None, *facts: str) -> dict[str, Any]:
    source = OutageSource(desk.engine, lambda name: PLACES.get(int(name)), desk.clock)
    subject = Subject(line=LineRef(id=str(line)) if line is not None else None)
    readings = asyncio.run(source.read(subject, facts or sorted(source.provides), deadline_s=1))
    return {
        name: one.value if one.known else str(one.value.reason) for name, one in readings.items()
    }  # type: ignore[union-attr]


def test_a_forecast_is_given_out_until_it_passes_and_not_after(
    desk: Desk, frozen: FrozenClock
) -> None:
    later = frozen() + timedelta(hours=2)
    open_notice(desk, "cto", "CTO-2", forecast_at=later)

    before = facts_of(
        desk, 4, "outage.active", "outage.forecast", "outage.forecast_state", "pop.down"
    )
    frozen.pass_time(hours=2)
    after = facts_of(desk, 4, "outage.active", "outage.forecast", "outage.forecast_state")

    assert before == {
        "outage.active": True, "outage.forecast": later.isoformat(), "outage.forecast_state": "confirmed", "pop.down": False,
    }  # fmt: skip
    assert after == {
        "outage.active": True,
        "outage.forecast": "no_value",
        "outage.forecast_state": "passed",
    }


def test_without_a_line_only_a_notice_for_all_is_certain(desk: Desk) -> None:
    assert facts_of(desk, None, "outage.active") == {"outage.active": "not_configured"}
    assert facts_of(desk, 4, "outage.active") == {"outage.active": False}

    open_notice(desk, "all")
    assert facts_of(desk, None, "outage.active") == {"outage.active": True}


def test_every_fact_asked_is_answered_whatever_it_is(desk: Desk) -> None:
    assert facts_of(desk, 4, "outage.active", "onu.state")["onu.state"] == "not_configured"


def case_facts(desk: Desk, customer: int | None, case_id: int | None = None) -> dict[str, Any]:
    source = CaseSource(desk.engine, ZONE, desk.clock)
    subject = Subject(case_id=case_id, customer_id=str(customer) if customer is not None else None)
    readings = asyncio.run(source.read(subject, sorted(source.provides), deadline_s=1))
    return {
        name: one.value if one.known else str(one.value.reason) for name, one in readings.items()
    }  # type: ignore[union-attr]


def test_a_visit_to_come_is_told_and_one_that_was_missed_is_told_as_such(
    desk: Desk, frozen: FrozenClock
) -> None:
    desk.call(1, "os")

    to_come = case_facts(desk, 1)
    frozen.pass_time(days=4)
    missed = case_facts(desk, 1)

    assert (to_come["order.open"], to_come["order.subject"], to_come["order.missed"]) == (
        True,
        "repair",
        False,
    )
    assert missed["order.missed"] is True


def test_a_visit_whose_case_was_solved_is_neither_open_nor_missed(
    desk: Desk, frozen: FrozenClock
) -> None:
    case = desk.call(1, "os").case
    desk.cases.close(case.protocol, closing="resolvido", confirmed_by="Ana", text="", by="ana")
    frozen.pass_time(days=10)

    assert case_facts(desk, 1)["order.open"] is False


def test_this_case_does_not_count_among_the_others(desk: Desk) -> None:
    desk.call(1, "n2")
    case = desk.open(1)

    facts = case_facts(desk, 1, case.id)

    assert (facts["case.open"], facts["case.recent_count"]) == (False, 1)
    assert case_facts(desk, None)["case.open"] == "not_configured"

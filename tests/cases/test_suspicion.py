"""CD-90: calls of one place within minutes open one suspected notice, and later ones attach."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from kbwizard.cases.outages import OutageForm
from tests.cases.conftest import Desk
from tests.helpers.clock import START, FrozenClock


def test_the_third_call_of_one_cto_opens_a_suspicion_and_ties_the_first_two(desk: Desk) -> None:
    first, second = desk.call(1), desk.call(2, "os")
    third = desk.call(3)

    (notice,) = desk.outages.active()
    assert (first.outage, second.outage) == (None, None)
    assert (notice.kind, notice.scope, notice.target) == ("suspected", "cto", "CTO-1")
    assert (notice.affected, notice.forecast_at) == (3, None)
    assert [one.line_id for one in desk.outages.cases_of(notice.id or 0)] == [1, 2, 3]
    assert [step.kind for step in desk.history(first.case)][-1] == "attached"
    assert desk.history(third.case)[-1].details["outage"] == notice.id


def test_later_calls_of_that_scope_attach_to_the_one_notice(
    desk: Desk, frozen: FrozenClock
) -> None:
    for line in (1, 2, 3):
        desk.call(line)
    frozen.pass_time(minutes=30)

    later = desk.call(1, "parada")

    (notice,) = desk.outages.active()
    assert later.outage is not None
    assert (later.outage.id, notice.affected) == (notice.id, 4)


@pytest.mark.parametrize(
    ("lines", "scope", "target"),
    [((4, 5, 7), "pon", "olt-a 0/1/2"), ((1, 4, 5), "olt", "olt-a"), ((1, 2, 3), "cto", "CTO-1")],
)
def test_the_narrowest_scope_with_enough_calls_is_suspected(
    desk: Desk, lines: tuple[int, ...], scope: str, target: str
) -> None:
    for line in lines:
        desk.call(line, symptom="drops")

    (notice,) = desk.outages.active()
    assert (notice.scope, notice.target) == (scope, target)


def test_calls_too_far_apart_are_no_suspicion(desk: Desk, frozen: FrozenClock) -> None:
    for line in (1, 2, 3):
        desk.call(line)
        frozen.pass_time(minutes=6)

    assert desk.outages.active() == []


def test_one_line_that_calls_three_times_is_no_suspicion(desk: Desk) -> None:
    for _ in range(3):
        desk.call(1)

    assert desk.outages.active() == []


@pytest.mark.parametrize(
    ("outcome", "symptom"),
    [("n2", "wifi"), ("resolvido", "no_internet"), ("cobranca", "no_internet")],
)
def test_other_subjects_and_solved_calls_are_no_suspicion(
    desk: Desk, outcome: str, symptom: str
) -> None:
    for line in (1, 2, 3):
        desk.call(line, outcome, symptom)

    assert desk.outages.active() == []


def test_a_line_that_works_is_no_evidence(desk: Desk) -> None:
    desk.call(1)
    desk.call(2)
    desk.call(3, onu__state="online", session__state="online")

    assert desk.outages.active() == []


def test_places_far_from_each_other_are_no_suspicion(desk: Desk) -> None:
    for line in (1, 2, 6):
        desk.call(line)

    assert desk.outages.active() == []


def test_how_many_and_within_how_long_are_settings(desk: Desk, frozen: FrozenClock) -> None:
    desk.settings.change("suspected_outage", {"cases": 2, "minutes": 30}, by="lia", now=frozen())
    desk.call(1)
    frozen.pass_time(minutes=25)
    desk.call(2)

    assert len(desk.outages.active()) == 1


def test_a_notice_the_lead_closed_is_not_opened_again_by_the_same_calls(
    desk: Desk, frozen: FrozenClock
) -> None:
    for line in (1, 2, 3):
        desk.call(line)
    (notice,) = desk.outages.active()
    desk.outages.close(notice.id or 0, version=notice.version, by="lia", now=frozen())

    desk.call(1)

    assert desk.outages.active() == []


def test_calls_that_end_at_once_open_one_notice(desk: Desk) -> None:
    waiting = []
    for line in (1, 2, 3):
        case = desk.open(line)
        waiting.append((case, desk.walk_to(case, "n2")))

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda one: desk.conclude(*one), waiting))

    (notice,) = desk.outages.active()
    assert notice.affected == 3


def test_a_covered_line_that_works_tells_the_lead_that_the_notice_may_be_too_wide(
    desk: Desk,
) -> None:
    notice = desk.outages.open(OutageForm("cto", "CTO-1"), by="lia.lider", now=START)

    working = desk.call(1, **{"onu.state": "online", "session.state": "online"})
    dark = desk.call(2, **{"onu.state": "los", "session.state": "offline"})

    seen = desk.outages.get(notice.id or 0)
    assert (seen.working, seen.affected) == (1, 1)
    assert working.outage is None
    assert dark.outage is not None
    assert desk.history(working.case)[-1].details["outage_too_wide"] == notice.id

"""Closing by CD-05 and CD-15, reopening within the days that the settings allow."""

from __future__ import annotations

import pytest
from sqlmodel import select

from kbwizard.cases.models import Closing, WorkOrder
from kbwizard.db import reading
from kbwizard.errors import Conflict, InvalidInput
from tests.cases.conftest import Desk
from tests.helpers.clock import FrozenClock


def close(
    desk: Desk, protocol: str, closing: str = "resolvido", confirmed_by: str = "Ana", text: str = ""
) -> None:
    desk.cases.close(protocol, closing=closing, confirmed_by=confirmed_by, text=text, by="bia")


@pytest.mark.parametrize("closing", ["os", "n2", "n3", "massa", "retorno", "", "qualquer"])
def test_a_case_does_not_close_with_its_problem_open(desk: Desk, closing: str) -> None:
    case = desk.call(1, "n2").case

    with pytest.raises(InvalidInput) as refusal:
        close(desk, case.protocol, closing)

    assert set(refusal.value.fields) == {"closing"}
    assert desk.fresh(case).status == "waiting"


@pytest.mark.parametrize("closing", ["resolvido", "financeiro", "sem_comunicacao"])
def test_a_case_closes_by_the_closings_that_end_it(desk: Desk, closing: str) -> None:
    case = desk.call(1, "n2").case

    close(desk, case.protocol, closing)

    stored = desk.fresh(case)
    assert (stored.status, stored.closing, stored.queue, stored.deadline_at) == (
        "closed",
        closing,
        "",
        None,
    )


def test_solved_needs_who_confirmed_it(desk: Desk) -> None:
    case = desk.call(1, "n2").case

    with pytest.raises(InvalidInput) as refusal:
        close(desk, case.protocol, confirmed_by=" ")

    assert set(refusal.value.fields) == {"confirmed_by"}


def test_after_a_callback_the_comment_is_mandatory(desk: Desk) -> None:
    case = desk.call(1, "retorno").case

    with pytest.raises(InvalidInput) as refusal:
        close(desk, case.protocol)

    assert set(refusal.value.fields) == {"text"}


def test_the_history_of_a_callback_says_what_was_done_and_who_confirmed(desk: Desk) -> None:
    case = desk.call(1, "retorno").case

    close(desk, case.protocol, text="Atendeu Ana; religado o roteador.", confirmed_by="Ana Maria")

    last = desk.history(case)[-1]
    assert (last.kind, last.by) == ("closed", "bia")
    assert last.details == {"closing": "resolvido", "after": "retorno"}
    assert last.text == "Atendeu Ana; religado o roteador. | Normalização constatada por: Ana Maria"


@pytest.mark.parametrize(
    ("confirmed_by", "text"), [("x" * 121, ""), ("Ana", "x" * 2001), ("Ana", "\x07")]
)
def test_absurd_texts_are_refused(desk: Desk, confirmed_by: str, text: str) -> None:
    case = desk.call(1, "n2").case

    with pytest.raises(InvalidInput):
        close(desk, case.protocol, confirmed_by=confirmed_by, text=text)

    assert desk.fresh(case).status == "waiting"


def test_closing_twice_is_a_conflict(desk: Desk) -> None:
    case = desk.call(1, "n2").case
    close(desk, case.protocol)

    with pytest.raises(Conflict):
        close(desk, case.protocol)


@pytest.mark.parametrize(
    ("closing", "status"), [("resolvido", "done"), ("sem_comunicacao", "cancelled")]
)
def test_a_visit_does_not_outlive_its_case(desk: Desk, closing: str, status: str) -> None:
    case = desk.call(1, "os").case

    close(desk, case.protocol, closing)

    with reading(desk.engine) as db:
        assert [order.status for order in db.exec(select(WorkOrder))] == [status]


def test_a_closed_case_is_opened_again_and_says_why(desk: Desk) -> None:
    case = desk.call(1, "resolvido").case

    desk.cases.reopen(case.protocol, reason="Caiu de novo", by="bia")

    stored = desk.fresh(case)
    last = desk.history(case)[-1]
    assert (stored.status, stored.closing, stored.confirmed_by, stored.closed_at) == (
        "open",
        "",
        "",
        None,
    )
    assert (last.kind, last.text, last.details) == (
        "reopened",
        "Caiu de novo",
        {"closing": Closing.RESOLVIDO},
    )


def test_a_case_opened_again_can_be_walked_and_closed_again(desk: Desk) -> None:
    case = desk.call(1, "resolvido").case
    desk.cases.reopen(case.protocol, reason="Caiu de novo", by="bia")
    desk.cases.begin_walk(case.protocol, line_id=1, by="bia")

    desk.conclude(case, desk.walk_to(case, "resolvido"), confirmed_by="Ana")

    assert desk.fresh(case).status == "closed"


def test_a_closed_case_takes_no_new_walk(desk: Desk) -> None:
    case = desk.call(1, "resolvido").case

    with pytest.raises(Conflict):
        desk.cases.begin_walk(case.protocol, line_id=1, by="bia")


@pytest.mark.parametrize("reason", ["", "  ", "x" * 2001])
def test_reopening_needs_a_reason(desk: Desk, reason: str) -> None:
    case = desk.call(1, "resolvido").case

    with pytest.raises(InvalidInput):
        desk.cases.reopen(case.protocol, reason=reason, by="bia")


def test_a_case_that_is_open_is_not_opened_again(desk: Desk) -> None:
    with pytest.raises(Conflict):
        desk.cases.reopen(desk.open(1).protocol, reason="x", by="bia")


def test_after_the_days_of_the_settings_a_new_case_is_opened_instead(
    desk: Desk, frozen: FrozenClock
) -> None:
    case = desk.call(1, "resolvido").case
    desk.settings.change("case_reopen_days", 2, by="lia", now=frozen())
    frozen.pass_time(days=2, seconds=1)

    with pytest.raises(Conflict, match="mais de 2 dias"):
        desk.cases.reopen(case.protocol, reason="Caiu de novo", by="bia")


def test_reopening_never_makes_two_open_cases_of_one_line(desk: Desk) -> None:
    case = desk.call(1, "resolvido").case
    newer = desk.open(1)

    with pytest.raises(Conflict, match=newer.protocol):
        desk.cases.reopen(case.protocol, reason="Caiu de novo", by="bia")

    assert desk.fresh(case).status == "closed"

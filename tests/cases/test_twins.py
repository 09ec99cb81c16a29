"""One open case for a customer and line (CD-86), whoever opens and reopens at once; and finding it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from kbwizard.cases.models import Status
from kbwizard.cases.service import Filters
from kbwizard.errors import Conflict
from tests.cases.conftest import Desk

ROUNDS = 4


@pytest.mark.parametrize("customer", range(50, 50 + ROUNDS))
def test_of_a_reopening_and_an_opening_at_once_one_is_refused(desk: Desk, customer: int) -> None:
    old = desk.open(1, customer=customer)
    done = desk.conclude(old, desk.walk_to(old, "cobranca_vista"), confirmed_by="Ana")
    assert done.case.status == Status.CLOSED
    start = Barrier(2)

    def reopen() -> str:
        return desk.cases.reopen(old.protocol, reason="voltou", by="ana").protocol

    def open_new() -> str:
        return desk.open(1, customer=customer).protocol

    def tried(deed: object) -> str:
        start.wait()
        try:
            return str(deed())  # type: ignore[operator]
        except Conflict:
            return "conflict"

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(tried, (reopen, open_new)))

    assert said.count("conflict") == 1
    assert len(desk.cases.find(Filters(status=Status.OPEN))) == 1


@pytest.mark.parametrize("typed", ["ab-1", "AB-1", " Ab-12 ", "aB"])
def test_the_erps_number_is_found_however_it_is_typed(desk: Desk, typed: str) -> None:
    case = desk.open(1)
    desk.cases.set_erp_protocol(case.protocol, "Ab-12%3")
    desk.open(4)

    assert [one.protocol for one in desk.cases.find(Filters(text=typed))] == [case.protocol]
    assert desk.cases.find(Filters(text="ab-12_")) == []

"""A case has its protocol and its first walk from the first moment, and is the only one of its line."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kbwizard.cases.service import Filters, NewCase
from kbwizard.errors import Conflict, InvalidInput, NotFound
from tests.cases.conftest import Desk
from tests.helpers.clock import FrozenClock

ROOT = Path(__file__).parents[2]


def test_protocols_count_from_one_on_each_local_day(desk: Desk, frozen: FrozenClock) -> None:
    frozen.moment = datetime(2026, 11, 22, 2, 59, 59, tzinfo=UTC)  # 23:59:59 in São Paulo
    before = [desk.open(None).protocol for _ in range(2)]
    frozen.pass_time(seconds=1)
    after = desk.open(None).protocol

    assert before == ["20261121-000001", "20261121-000002"]
    assert after == "20261122-000001"


def test_a_refused_opening_leaves_no_gap(desk: Desk) -> None:
    desk.open(1)
    with pytest.raises(Conflict):
        desk.open(1)

    assert desk.open(6).protocol == "20261121-000002"


def test_two_processes_of_eight_threads_give_out_every_number_once(
    desk: Desk, database: str
) -> None:
    command = [sys.executable, "-m", "tests.helpers.opening_process", database, "20"]
    running = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    said = [process.communicate(timeout=60)[0].split() for process in running]

    numbers = sorted(protocol for one in said for protocol in one)
    assert numbers == [f"20261121-{number:06d}" for number in range(1, 41)]
    assert all(
        len(desk.cases.walks_of(case.id or 0)) == 1
        for case in desk.cases.find(Filters(), limit=100)
    )


def test_of_eight_who_open_for_one_line_at_once_one_does(desk: Desk) -> None:
    def open_one(_number: int) -> str:
        try:
            return desk.open(1).protocol
        except Conflict:
            return "conflict"

    with ThreadPoolExecutor(8) as pool:
        said = sorted(pool.map(open_one, range(8)))

    assert said == ["20261121-000001"] + ["conflict"] * 7


def test_another_line_of_the_customer_may_have_its_own_case(desk: Desk) -> None:
    desk.open(1, customer=50)

    assert desk.open(2, customer=50).line_id == 2


def test_a_case_whose_line_is_not_chosen_yet_is_offered_for_every_line(desk: Desk) -> None:
    case = desk.open(None, customer=50)

    twin = desk.cases.open_case_of(50, 2)

    assert twin is not None
    assert twin.id == case.id
    assert desk.cases.walks_of(case.id or 0) == []


def test_a_case_that_waits_does_not_keep_a_new_call_from_its_own(desk: Desk) -> None:
    desk.call(1, "n2")

    assert desk.open(1).protocol == "20261121-000002"


def test_a_walk_is_refused_on_a_line_that_another_open_case_is_about(desk: Desk) -> None:
    one = desk.open(1, customer=50)
    other = desk.open(2, customer=50)

    with pytest.raises(Conflict, match=other.protocol):
        desk.cases.begin_walk(one.protocol, line_id=2, by="ana")

    assert len(desk.cases.walks_of(one.id or 0)) == 1


def test_a_second_subject_is_a_second_walk_of_the_same_case(desk: Desk) -> None:
    case = desk.open(1)

    desk.cases.begin_walk(case.protocol, line_id=1, by="ana")

    assert [walk.ordinal for walk in desk.cases.walks_of(case.id or 0)] == [1, 2]


@pytest.mark.parametrize("name", ["x" * 121, "Ana\x00", "Ana\x1b[2J"])
def test_an_absurd_name_is_refused_and_nothing_is_opened(desk: Desk, name: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        desk.cases.open(NewCase(customer_name=name), by="ana")

    assert set(refusal.value.fields) == {"customer_name"}
    assert desk.cases.find(Filters()) == []


def test_the_number_of_the_erp_is_opaque_text_and_is_found_from_its_beginning(desk: Desk) -> None:
    case = desk.open(1)

    desk.cases.set_erp_protocol(case.protocol, " ABC/99-Ç ")

    assert [found.protocol for found in desk.cases.find(Filters(text="ABC/"))] == [case.protocol]
    assert desk.cases.find(Filters(text="%")) == []


@pytest.mark.parametrize("number", ["9" * 61, "12\x0034"])
def test_an_absurd_number_of_the_erp_is_refused(desk: Desk, number: str) -> None:
    case = desk.open(1)

    with pytest.raises(InvalidInput):
        desk.cases.set_erp_protocol(case.protocol, number)


def test_a_protocol_nobody_gave_out_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.cases.get("20261121-000001")

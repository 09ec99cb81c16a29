"""Cases by the number somebody reads out: whole, its end, the ERP's; never by a person."""

from __future__ import annotations

import pytest

from kbwizard.cases.numbers import cases_by_number, looks_like_number
from tests.cases.conftest import Desk


def found(desk: Desk, typed: str) -> list[str]:
    return [one.protocol for one in cases_by_number(desk.engine, typed)]


def test_a_protocol_is_found_whole_without_its_dash_and_by_its_end(desk: Desk) -> None:
    protocol = desk.open(1).protocol

    ways = (protocol, protocol.replace("-", ""), protocol.replace("-", " "), protocol[-6:])
    assert [found(desk, f" {way} ") for way in ways] == [[protocol]] * 4


def test_the_newest_stands_first(desk: Desk) -> None:
    first = desk.open(1).protocol
    desk.clock.pass_time(minutes=5)
    second = desk.open(4).protocol

    assert first[-6:-1] == second[-6:-1]
    both = cases_by_number(desk.engine, first[:8])
    assert both == []  # a day alone is no end of a protocol
    for number in (first, second):
        desk.cases.set_erp_protocol(number, f"77{number[-6:]}555")
    assert found(desk, "555") == [second, first]


@pytest.mark.parametrize("typed", ["AB-12%3", "ab-12%3"])
def test_the_erps_number_is_found_however_it_is_typed(desk: Desk, typed: str) -> None:
    case = desk.open(1)
    desk.cases.set_erp_protocol(case.protocol, "Ab-12%3")
    desk.open(4)

    assert found(desk, typed) == [case.protocol]
    assert found(desk, "ab-12_3") == []
    assert found(desk, "%123") == []


@pytest.mark.parametrize("typed", ["", "12", "luz 123", "maria", "1" * 61])
def test_what_is_no_number_finds_nothing(desk: Desk, typed: str) -> None:
    desk.open(1)

    assert not looks_like_number(typed)
    assert found(desk, typed) == []


def test_at_most_so_many_are_shown(desk: Desk) -> None:
    numbers = [desk.open(customer).protocol for customer in (1, 4)]
    for number in numbers:
        desk.cases.set_erp_protocol(number, f"{number[-6:]}888")

    assert len(cases_by_number(desk.engine, "888", limit=1)) == 1

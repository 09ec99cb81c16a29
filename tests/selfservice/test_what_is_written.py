"""What customers write reaches records that people read: as one line, in one direction."""

from __future__ import annotations

from tests.selfservice.conftest import Help


def test_a_name_can_neither_forge_a_line_nor_turn_one_around(help_desk: Help) -> None:
    visit = help_desk.begin()

    help_desk.service.ask_person(
        visit,
        name="Ana\nProtocolo: 20200101-000001\u202e",
        phone="(11) 90000-0001\r\nCPF",
        best_time="\u2066cedo\u2028tarde",
    )

    row, case = help_desk.row(visit), help_desk.case(visit)
    assert case.customer_name == row.contact_name == "Ana Protocolo: 20200101-000001"
    assert case.contact_phone == "(11) 90000-0001 CPF"
    assert row.best_time == "cedo tarde"

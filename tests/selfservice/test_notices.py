"""Outages in the words of call-desk section 10, for who is tied and for who only names a district."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kbwizard.errors import InvalidInput
from tests.selfservice.conftest import Help


def test_with_a_forecast_the_customer_hears_it(help_desk: Help) -> None:
    forecast = help_desk.clock() + timedelta(hours=2)
    help_desk.outage("district", "Centro", forecast_at=forecast)

    told = help_desk.service.outages_by_district("Centro")

    assert told is not None
    assert told.text == (
        "Houve uma falha que atingiu a sua região e nossa equipe já trabalha na manutenção. "
        "Previsão de retorno: hoje, 16h02."
    )
    assert told.certain


def test_a_forecast_that_has_passed_is_never_read_out(help_desk: Help) -> None:
    help_desk.outage("district", "Centro", forecast_at=help_desk.clock() + timedelta(hours=1))
    help_desk.clock.pass_time(hours=1)

    told = help_desk.service.outages_by_district("Centro")

    assert told is not None
    assert told.forecast_at is None
    assert told.text.endswith(
        "Ainda não temos uma previsão confirmada; avisaremos assim que houver."
    )


def test_a_suspicion_promises_nothing(help_desk: Help) -> None:
    forecast = help_desk.clock() + timedelta(hours=1)
    help_desk.outage("district", "Centro", kind="suspected", forecast_at=forecast)

    told = help_desk.service.outages_by_district("Centro")

    assert told is not None
    assert told.forecast_at is None


def test_internal_text_is_never_shown(help_desk: Help) -> None:
    help_desk.outage("all", internal_text="rompimento na OLT centro")

    told = help_desk.service.outage_of(help_desk.begin())

    assert told is not None
    assert "rompimento" not in told.text
    assert "OLT" not in told.text


def test_the_leads_words_for_customers_are_shown_unless_they_are_technical(help_desk: Help) -> None:
    help_desk.outage("district", "Centro", customer_text="A internet do Centro está em manutenção")
    help_desk.outage("district", "Jardim", customer_text="A OLT caiu por rompimento")

    centro = help_desk.service.outages_by_district("Centro")
    jardim = help_desk.service.outages_by_district("Jardim")

    assert centro is not None
    assert jardim is not None
    assert centro.text.startswith("A internet do Centro está em manutenção. ")
    assert jardim.text.startswith("Houve uma falha que atingiu a sua região")


def test_the_protocol_is_told_once_there_is_one(help_desk: Help) -> None:
    help_desk.outage("all")
    visit = help_desk.begin()
    handle = help_desk.service.ask_person(visit)

    told = help_desk.service.outage_of(help_desk.service.fresh(visit))

    assert told is not None
    assert told.text.endswith(f"Protocolo: {handle.protocol}.")


@pytest.mark.parametrize("written", ["Vila Nova", "vila nova", "  VILA NOVA "])
def test_a_district_is_named_as_people_write_it(help_desk: Help, written: str) -> None:
    assert help_desk.begin(district=written).district == "Vila Nova"


def test_a_district_where_we_have_nobody_is_refused(help_desk: Help) -> None:
    with pytest.raises(InvalidInput):
        help_desk.service.set_district(help_desk.begin(), "Atlântida")


def test_a_district_can_be_taken_back(help_desk: Help) -> None:
    visit = help_desk.begin(district="Centro")

    assert help_desk.service.set_district(visit, "").district == ""


def test_the_districts_are_listed_once_each_and_no_customer_is(help_desk: Help) -> None:
    assert help_desk.service.districts() == ("Centro", "Jardim", "Vila Nova")


@pytest.mark.parametrize(
    ("scope", "target"), [("pon", "olt-a 0/1/1"), ("cto", "CTO-1"), ("olt", "olt-a")]
)
def test_a_narrow_notice_is_heard_by_the_lines_it_covers(
    help_desk: Help, scope: str, target: str
) -> None:
    help_desk.outage(scope, target)

    assert help_desk.service.outage_of(help_desk.tied("ana")) is not None
    assert help_desk.service.outage_of(help_desk.tied("caio")) is None


@pytest.mark.parametrize(("scope", "target"), [("pon", "olt-a 0/1/1"), ("cto", "CTO-1")])
def test_a_narrow_notice_says_nothing_to_who_only_names_a_district(
    help_desk: Help, scope: str, target: str
) -> None:
    help_desk.outage(scope, target)

    assert help_desk.service.outages_by_district("Centro") is None


def test_a_notice_of_most_of_a_district_is_told_as_possible(help_desk: Help) -> None:
    help_desk.outage("olt", "OLT-A")  # two of the three lines of Centro

    told = help_desk.service.outages_by_district("Centro")

    assert told is not None
    assert not told.certain
    assert "pode ter atingido" in told.text
    assert help_desk.service.outages_by_district("Vila Nova") is None


def test_a_notice_of_few_of_a_district_is_not_told(help_desk: Help) -> None:
    help_desk.outage("olt", "olt-b")  # one of the three lines of Centro

    assert help_desk.service.outages_by_district("Centro") is None
    assert help_desk.service.outages_by_district("Vila Nova") is not None


def test_only_what_is_sure_becomes_a_fact(help_desk: Help) -> None:
    help_desk.outage("olt", "olt-a")

    visit = help_desk.begin(district="Centro")

    assert help_desk.service.advance(visit).position.node.name == "queixa"
    assert help_desk.service.outage_of(visit) is not None


def test_another_district_hears_nothing(help_desk: Help) -> None:
    help_desk.outage("district", "Jardim")

    assert help_desk.service.outage_of(help_desk.begin(district="Centro")) is None
    assert help_desk.service.outage_of(help_desk.begin()) is None

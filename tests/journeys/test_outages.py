"""A declared outage: nobody is asked anything, the forecast is told while it holds, cases come back."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from tests.journeys.at_the_desk import BROWSER_TESTS, AtTheDesk
from tests.journeys.conftest import OpenDesk
from tests.journeys.running import Demo

pytestmark = BROWSER_TESTS

FORECAST = "Previsão de retorno:"
NO_FORECAST = "Ainda não temos uma previsão confirmada"


def reach_the_notice(desk: AtTheDesk, login: str) -> str:
    protocol = desk.open(login)
    desk.greet("Lucas")
    desk.asked("Desfecho: Parada em andamento")
    return protocol


def extend(lead: AtTheDesk, ahead: timedelta) -> None:
    """Give the outage a new forecast, by keyboard."""
    later = datetime.now(ZoneInfo("America/Sao_Paulo")) + ahead
    lead.page.goto(f"{lead.address}/desk/outages")
    lead.tab_to("form[action$='/extend'] [name=forecast_at]")
    lead.page.locator("form[action$='/extend'] [name=forecast_at]").first.fill(
        f"{later:%Y-%m-%dT%H:%M}"
    )
    lead.tab_to("form[action$='/extend'] button")
    lead.press("Enter")
    expect(lead.page.locator("main")).to_contain_text("previsão")


def test_an_outage_is_told_extended_closed_and_its_cases_called_back(
    demo: Demo, open_desk: OpenDesk
) -> None:
    agent, lead = open_desk(), open_desk("lia.lider")

    protocol = reach_the_notice(agent, "lucas.rocha")
    agent.told(FORECAST)
    assert "Alguma luz" not in agent.record  # nothing was asked of the customer
    assert "Está no local" not in agent.record
    agent.conclude()
    assert "Ligado à parada" in agent.step

    demo.sql("update outage set forecast_at = '2020-01-01 00:00:00' where ended_at is null")
    second = reach_the_notice(agent, "10000000011")
    agent.told(NO_FORECAST)
    assert FORECAST not in agent.step
    lead.page.goto(f"{lead.address}/desk/outages")
    expect(lead.page.locator("main")).to_contain_text("previsão vencida")

    agent.conclude()

    extend(lead, timedelta(hours=2))
    third = reach_the_notice(agent, "aline.mendes")
    agent.told(FORECAST)
    agent.conclude()

    lead.tab_to("form[action$='/close'] button")
    lead.press("Enter")
    ended = lead.page.locator("section", has_text="Encerradas")
    expect(ended).to_contain_text(protocol)
    expect(ended).to_contain_text(second)
    expect(ended).to_contain_text(third)
    expect(ended).to_contain_text("3 atendimentos a conferir")

    lead.page.get_by_role("link", name=protocol).press("Enter")
    lead.asked("Ligado à parada")

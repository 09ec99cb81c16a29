"""A customer without light on the fibre: from the ring to the work order, closing and reopening."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.journeys.at_the_desk import BROWSER_TESTS, AtTheDesk

pytestmark = BROWSER_TESTS


def a_day_ahead(days: int = 3) -> str:
    return f"{datetime.now(UTC) + timedelta(days=days):%d/%m}"


def reach_the_order(desk: AtTheDesk, login: str) -> str:
    """One customer without light, to the outcome that opens an order."""
    protocol = desk.open(login)
    desk.greet()
    desk.asked("Está no local")
    desk.answer("Está no local")
    desk.asked("Alguma luz acesa")
    desk.answer("Tem luz acesa")
    desk.told("Vamos olhar o cabo juntos")
    desk.send()
    desk.asked("Cabo fino à vista")
    desk.answer("Dobrado")
    desk.order(a_day_ahead())
    desk.asked("Desfecho: Abrir ordem de serviço")
    return protocol


def test_no_light_to_a_complete_order_closed_and_reopened(desk: AtTheDesk) -> None:
    protocol = reach_the_order(desk, "camila.gomes")
    assert "Prazo a dizer: até" in desk.step
    desk.conclude()

    expect(desk.page.locator("#call-step h1")).to_have_text("Ordem de serviço aberta")
    expect(desk.page.locator("#call-step")).to_contain_text("fila campo")
    desk.press("c")
    expect(desk.page.locator("#announce")).to_have_text("Copiado.")
    copied = desk.clipboard()
    assert copied.startswith(f"[ATENDIMENTO] Protocolo {protocol}")
    assert "Fibra: casa=OFF bloco=N/A poste=INDETERMINADO (Ninguém vê" in copied, copied
    assert "contato até" in copied

    desk.page.goto(f"{desk.address}/desk/cases?queue=campo&status=waiting")
    expect(desk.page.locator("#cases")).to_contain_text(protocol)

    desk.page.goto(f"{desk.address}/desk/cases/{protocol}")
    desk.tab_to("#call-step summary")
    desk.press("Enter")
    desk.tab_to("[name=closing]")
    desk.press("Space")
    desk.tab_to("#field-text")
    desk.page.keyboard.type("Técnico trocou o conector")
    desk.tab_to("#call-step form.form button")
    desk.press("Enter")
    expect(desk.page.locator("[role=alert]")).to_contain_text("continua aberto")
    expect(desk.page.locator("#field-text")).to_have_value("Técnico trocou o conector")
    assert "Diga quem confirmou que normalizou" in desk.step

    desk.tab_to("[name=confirmed_by]")
    desk.page.keyboard.type("Camila")
    desk.press("Enter")
    expect(desk.page.locator("#call-step")).to_contain_text("encerrado")

    desk.tab_to("#call-step summary")
    desk.press("Enter")
    desk.tab_to("[name=reason]")
    desk.page.keyboard.type("Caiu outra vez")
    desk.press("Enter")
    desk.asked("Protocolo informado")
    assert desk.protocol == protocol

"""A slow call by keyboard: the line's own use is seen and paused, a measure is typed."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.at_the_desk import BROWSER_TESTS, AtTheDesk
from tests.journeys.running import Demo

pytestmark = BROWSER_TESTS


def test_a_full_upload_is_paused_and_seen_free_again(desk: AtTheDesk, demo: Demo) -> None:
    desk.open("sueli.ramos")
    desk.greet("Sueli", symptom="Lentidão")
    desk.asked("Está no local")
    desk.answer("Está no local")
    desk.told("sendo usada quase inteira")
    demo.lab.fix("sueli.ramos")
    desk.send()

    desk.asked("Ficou bom")
    desk.answer("Ficou bom")
    desk.asked("Desfecho: Resolvido")
    expect(desk.page.locator("#call-readings")).to_contain_text("Com folga")


def test_a_low_measure_behind_an_own_router_ends_in_advice_and_a_callback(
    desk: AtTheDesk,
) -> None:
    desk.open("caetano.brito")
    desk.greet("Caetano", symptom="Lentidão")
    desk.asked("Está no local")
    desk.answer("Está no local")
    desk.asked("Carga da PON")
    desk.answer("Com folga")
    desk.asked("Onde está ruim")
    desk.answer("Em tudo")
    desk.asked("Com que se pode testar")
    desk.answer("Computador no cabo")
    desk.told("Deixe só esse computador")
    desk.send()
    desk.asked("Teste no cabo")
    desk.page.keyboard.type("210,5")
    desk.send()
    desk.told("O roteador é seu")
    desk.send()
    desk.contact()

    desk.asked("Desfecho: Retorno combinado")
    desk.conclude()
    assert "210,5" in desk.record

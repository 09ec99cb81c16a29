"""Two people on one case, a killed server, a killed network, a sign-in that ran out."""

from __future__ import annotations

import os
import random
import signal
import time

import pytest
from playwright.sync_api import expect

from tests.journeys.at_the_desk import BROWSER_TESTS, AtTheDesk
from tests.journeys.conftest import OpenDesk, WithoutLight
from tests.journeys.running import Demo

pytestmark = BROWSER_TESTS


def test_of_two_people_on_one_case_the_later_sees_where_it_stands(open_desk: OpenDesk) -> None:
    ana, nilo = open_desk(), open_desk("nilo.n2")
    protocol = ana.open("davi.cardoso")
    ana.asked("Protocolo informado")
    ana.answer("Informado")
    ana.asked("Na linha")
    nilo.page.goto(f"{nilo.address}/desk/cases/{protocol}")
    nilo.asked("Na linha")

    ana.fill("Davi", "↓0")
    ana.send()
    ana.asked("Queixa")
    nilo.fill("Dona Zilda", "↓1")
    nilo.send()

    nilo.asked("Queixa")
    alert = nilo.page.locator("#call-step [role=alert]")
    expect(alert).to_be_visible()
    expect(alert).to_contain_text("Dona Zilda")
    assert "Davi" in nilo.record


@pytest.mark.parametrize("seed", [1, 2])
def test_a_killed_server_loses_no_answer_and_no_step(
    desk: AtTheDesk, demo: Demo, without_light: WithoutLight, seed: int
) -> None:
    chance = random.Random(seed)
    login = {1: "carlos.campos", 2: "renato.ribeiro"}[seed]
    protocol = desk.open(without_light(login))
    desk.greet("Ivo")
    desk.asked("Está no local")
    desk.answer("Está no local")
    desk.asked("Alguma luz acesa")
    desk.answer("Tem luz acesa")
    desk.told("Vamos olhar o cabo")
    time.sleep(chance.random() / 5)
    desk.press("Enter")
    time.sleep(chance.random() / 5)
    demo.kill()
    try:
        expect(desk.page.locator("#call")).to_be_visible()
    finally:
        demo.start()

    desk.page.goto(f"{desk.address}/desk/cases/{protocol}")
    if "Vamos olhar o cabo" in desk.step:  # the kill came before the answer was taken
        desk.send()
    desk.asked("Cabo fino à vista")
    for kept in ("Queixa: Sem internet", "Alguma luz acesa=Tem luz acesa", "ONU=Sem luz"):
        assert kept in desk.record


def test_a_killed_network_comes_back_and_is_read_again(desk: AtTheDesk, demo: Demo) -> None:
    killed = demo.lab_pid
    os.kill(killed, signal.SIGKILL)
    ends = time.monotonic() + 20
    while demo.lab_pid in (killed, 0) and time.monotonic() < ends:
        time.sleep(0.2)
    assert demo.lab_pid not in (killed, 0)

    desk.open("zilda.alves")
    expect(desk.page.locator("#call-readings")).to_contain_text("Online", timeout=40_000)


def test_what_was_typed_outlives_a_sign_in_that_ran_out(desk: AtTheDesk, demo: Demo) -> None:
    protocol = desk.open("celia.dias")
    desk.asked("Protocolo informado")
    desk.answer("Informado")
    desk.asked("Na linha")
    demo.sql("update account_sign_in set expires_at = '2020-01-01 00:00:00'")
    desk.fill("Célia", "↓0")
    desk.press("Enter")
    desk.page.wait_for_url("**/account/sign-in**")

    expect(desk.page.locator("#field-name")).to_be_focused()
    desk.page.keyboard.type("ana.agente")
    desk.press("Tab")
    desk.page.keyboard.type("demonstracao")
    desk.press("Enter")
    expect(desk.page.locator("main")).to_contain_text("Você tinha enviado isto")
    expect(desk.page.locator("main")).to_contain_text("Célia")
    desk.tab_to("button:has-text('Enviar agora')")
    desk.press("Enter")

    desk.page.wait_for_url(f"**/desk/cases/{protocol}**")
    desk.asked("Queixa")
    assert "Célia" in desk.record

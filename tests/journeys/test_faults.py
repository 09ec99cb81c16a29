"""What else goes wrong at customers' homes, each to its own end, by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.at_the_desk import BROWSER_TESTS, AtTheDesk
from tests.journeys.running import Demo

pytestmark = BROWSER_TESTS


def test_no_power_at_home_ends_in_a_callback(desk: AtTheDesk) -> None:
    desk.open("daniel.freitas")
    desk.greet("Daniel")
    desk.asked("Está no local")
    desk.answer("Está no local")
    desk.told("cheiro de queimado")
    desk.send()
    desk.asked("Energia no local")
    desk.answer("Falta energia")
    desk.contact()

    desk.asked("Desfecho: Retorno combinado")
    assert "Prazo a dizer: até" in desk.step
    desk.conclude()
    assert "fila retornos" in desk.step


def test_a_weak_signal_goes_straight_to_an_order(desk: AtTheDesk) -> None:
    desk.open("tales.teixeira")
    desk.greet("Tales", symptom="Cai e volta")
    desk.asked("Está no local")
    desk.answer("Está no local")

    desk.asked("Fibra na casa")
    evidence = desk.page.locator("#call-readings")
    expect(evidence).to_contain_text("−26,5 dBm")
    expect(evidence).to_contain_text("limite")
    expect(evidence).to_contain_text("olt-fiberhome")


def test_a_stuck_session_is_dropped_and_comes_back_by_itself(desk: AtTheDesk, demo: Demo) -> None:
    desk.open("elias.castro")
    desk.greet("Elias")
    desk.asked("Está no local")
    desk.answer("Está no local")
    desk.asked("Aparelhos sem internet")
    desk.answer("Todos")
    desk.told("Vou refazer a sua conexão")
    desk.send()

    desk.asked("Normalizado")  # nobody pressed anything: the new session was seen
    assert demo.lab.subscriber("elias.castro")["sessions"] == 1
    desk.answer("Voltou a navegar")
    desk.asked("Desfecho: Resolvido")
    desk.conclude()
    assert "encerrado" in desk.step


def test_a_wrong_password_asks_the_customer_nothing(desk: AtTheDesk) -> None:
    desk.open("10000000003")
    desk.greet("Ana")
    desk.contact()

    desk.asked("Desfecho: Escalar")
    assert "Está no local" not in desk.record
    desk.conclude()
    assert "fila n2" in desk.step


def test_a_restart_is_watched_until_light_and_session_are_back(desk: AtTheDesk, demo: Demo) -> None:
    demo.lab.set_fault("maria.gomes", "router_hung")
    desk.open("maria.gomes")
    desk.greet("Maria")
    desk.asked("Está no local")
    desk.answer("Está no local")
    desk.asked("Roteador trocado")
    desk.answer("Nada mudou")
    desk.told("Desligue da tomada")
    demo.lab.restart("maria.gomes")
    desk.send()

    desk.told("Estou acompanhando daqui")
    expect(desk.page.locator("#call-step [role=timer]")).to_have_text(re.compile(r"0[0-5]:\d\d"))
    desk.asked("Normalizado")  # seen by itself, within seconds of the lab's time
    assert "não reiniciou" not in desk.step
    desk.answer("Voltou a navegar")
    desk.asked("Desfecho: Resolvido")


@pytest.mark.parametrize(
    ("login", "holder", "said"),
    [
        ("elaine.mendes", True, "bloqueado por uma pendência"),
        ("10000000067", False, "o titular precisa falar conosco"),
    ],
)
def test_a_block_is_told_to_the_holder_only(
    desk: AtTheDesk, login: str, holder: bool, said: str
) -> None:
    desk.open(login)
    desk.greet("Elaine", holder=holder)

    desk.asked("Desfecho: Financeiro")
    desk.told(said)
    if not holder:
        assert "bloquead" not in desk.page.locator("#call-step .say").first.inner_text()


def test_a_customer_who_is_not_found_is_attended_by_hand(desk: AtTheDesk) -> None:
    desk.find("Zuleica Inexistente")
    assert "Nenhum cliente com" in desk.page.locator("#customers").inner_text()
    desk.tab_to("#customers .button")
    desk.press("Enter")
    desk.page.wait_for_url("**/desk/cases/*")
    assert re.fullmatch(r"\d{8}-\d{6}", desk.protocol)

    desk.greet("Zuleica")
    desk.told("Não achei o cadastro")


def test_of_several_lines_one_is_chosen(desk: AtTheDesk) -> None:
    desk.find("Clínica Modelo")
    lines = desk.page.locator("#customers .results button")
    expect(lines).to_have_count(3)
    desk.press("ArrowDown")
    desk.press("ArrowDown")
    chosen = lines.nth(1).locator(".num").inner_text()
    desk.press("Enter")
    desk.page.wait_for_url("**/desk/cases/*")

    desk.greet("Letícia")
    demo_line = desk.page.locator("#call-bar").inner_text()
    assert "empresarial" in demo_line
    assert chosen


def test_a_silent_olt_is_said_and_a_person_is_asked(desk: AtTheDesk) -> None:
    desk.open("10000000031")
    desk.greet("Simone")
    expect(desk.page.locator("#call-step .answer").first).to_contain_text("Está no local")
    desk.answer("Está no local")

    desk.asked("Lendo: ONU")
    desk.told("estou lendo o seu aparelho")
    bar = desk.page.locator("#call-bar").inner_text()
    assert "Sem luz" not in bar
    assert "Fora do ar" not in bar
    desk.answer("Tem luz acesa")
    desk.asked("Luz LOS")


@pytest.mark.parametrize("login", ["francisca.campos", "luciana.costa"])
def test_a_line_without_onu_or_without_pppoe_is_read_by_other_means(
    desk: AtTheDesk, login: str
) -> None:
    desk.open(login)
    desk.greet("Luciana")
    desk.asked("Está no local")
    desk.answer("Está no local")
    desk.contact()

    desk.asked("Desfecho: Escalar")
    assert "Prazo a dizer" in desk.step

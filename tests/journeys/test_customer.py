"""A customer without internet helps themselves: the scenarios of section 20 and what surrounds them.

On a small phone, with scripts and without; the network is the lab's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, expect

from tests.journeys.at_home import SMALL, SMALLEST, AtHome
from tests.journeys.at_the_desk import BROWSER_TESTS
from tests.journeys.conftest import OpenDesk, WithoutLight
from tests.journeys.running import Demo

pytestmark = BROWSER_TESTS

OpenPhone = Callable[..., AtHome]
RED_LIGHT = (
    "Estou sem internet",
    "Por um cabo bem fino",
    "Não, é só aqui",
    "Tem luz acesa",
    "Vermelha, piscando",
)
PHONES = [
    pytest.param({"viewport": SMALL}, id="360"),
    pytest.param({"viewport": SMALLEST, "java_script_enabled": False}, id="320-no-script"),
]


@pytest.fixture
def open_phone(demo: Demo, browser: Browser) -> Iterator[OpenPhone]:
    """`open_phone(java_script_enabled=False)`: a phone of somebody's own; nothing may throw."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_one(**options: Any) -> AtHome:
        context = browser.new_context(**{"viewport": SMALL, "has_touch": True, **options})
        contexts.append(context)
        if options.get("java_script_enabled", True):
            context.grant_permissions(["clipboard-read", "clipboard-write"], origin=demo.address)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: complaints.append(said.text) if "Security" in said.text else None,
        )
        return AtHome(page, demo.address)

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize("phone", PHONES)
def test_a_without_power_ends_with_the_internet_back(
    open_phone: OpenPhone, phone: dict[str, Any]
) -> None:
    home = open_phone(**phone)
    home.begin()

    home.tap(*RED_LIGHT[:3], "Está tudo apagado", "Entendi", "Tem energia, só o aparelho")
    home.tap("Já liguei em outra tomada", "Acendeu", "Apagada", "Acesa, sem piscar")
    home.tap("Voltou a funcionar", "Está resolvido")

    home.sees("Isto ajudou você?")
    home.page.get_by_label("Sim, ajudou").check()
    home.page.get_by_label("5").check()
    home.tap("Enviar")
    home.sees("Obrigado")


@pytest.mark.parametrize("phone", PHONES)
def test_b_a_router_that_hangs_is_restarted_in_order(
    open_phone: OpenPhone, phone: dict[str, Any]
) -> None:
    home = open_phone(**phone)
    home.begin()

    home.tap(*RED_LIGHT[:4], "Apagada", "Acesa, sem piscar", "Vermelha", "Não mexi em nada")
    home.tap("Ainda não")
    home.sees("Desligue da tomada o aparelho da fibra e o roteador")
    assert "Primeiro o aparelho" in str(home.page.locator(".drawing").get_attribute("alt"))
    home.tap("Já liguei os dois", "Não quero esperar", "Voltou a funcionar")
    home.tap("Está resolvido")
    home.sees("Isto ajudou você?")


@pytest.mark.parametrize("phone", PHONES)
def test_c_a_red_light_ends_with_protocol_and_code(
    open_phone: OpenPhone, phone: dict[str, Any]
) -> None:
    home = open_phone(**phone)
    home.begin()

    home.tap(*RED_LIGHT, "Entendi", "Parece normal", "Já apertei", "Já liguei de novo")
    home.sees("Agora é só esperar")
    home.tap("Não quero esperar", "Vermelha, acesa", "Pedir atendimento")
    home.page.get_by_label("Seu nome").fill("Camila")
    home.tap("Pedir atendimento")

    home.sees("Pedido feito")
    assert re.fullmatch(r"\d{8}-\d{6}", home.page.locator("#protocol").inner_text())
    assert re.fullmatch(r"\w{4}-\w{4}", home.page.locator("#code").inner_text())
    assert "Como está a luz escrita LOS" in home.page.locator("#summary").inner_text()


def test_a_wait_tells_the_hour_and_keeps_the_place(open_phone: OpenPhone, demo: Demo) -> None:
    home = open_phone(java_script_enabled=False)
    home.begin()
    home.tap(*RED_LIGHT, "Entendi", "Parece normal", "Já apertei", "Já liguei de novo")

    told = home.page.locator(".when").inner_text()
    home.open("/help")
    home.tap("Continuar de onde parei")

    assert re.fullmatch(r"\d\d:\d\d", told)
    assert home.page.locator(".when").inner_text() == told
    home.tap("Já passou da hora")
    home.sees("Agora é só esperar")


def test_a_person_is_one_tap_away_from_every_page(open_phone: OpenPhone) -> None:
    home = open_phone()
    home.begin()

    for label in RED_LIGHT:
        home.tap(label)
        expect(home.page.get_by_role("link", name="Falar com uma pessoa")).to_be_visible()
    home.tap("Falar com uma pessoa", "Pedir atendimento")

    home.page.get_by_role("button", name="Copiar código").click()
    copied = home.page.evaluate("navigator.clipboard.readText()")
    assert copied == home.page.locator("#code").inner_text()


def test_another_phone_goes_on_by_the_code(open_phone: OpenPhone) -> None:
    first, second = open_phone(), open_phone(java_script_enabled=False)
    first.begin()
    first.tap(*RED_LIGHT[:4], "Continuar em outro celular", "Mostrar um código")
    code = first.page.locator("#code").inner_text()

    second.open()
    second.tap("Tenho um código")
    second.page.get_by_label("Código de 8").fill(code.lower())
    second.tap("Continuar")

    second.sees("Como está a luz escrita LOS")
    first.open("/help/passo")
    first.sees("Vamos começar de novo")


def test_a_code_to_the_phone_on_file_lets_the_line_be_read(
    open_phone: OpenPhone, without_light: WithoutLight, demo: Demo
) -> None:
    without_light("saulo.campos")
    home = open_phone()
    home.open()
    home.tap("Pronto, começar", "Não sei, ou não está na lista")
    home.page.get_by_label("Celular do cadastro").fill("(11) 90000-0065")
    home.tap("Mandar o código")
    home.page.get_by_label("Código de 6").fill(_sent_code(demo, "0065"))
    home.tap("Continuar", "Estou sem internet")

    home.sees("Tem alguma luz acesa?")
    home.tap("Tem luz acesa")
    home.sees("Vamos olhar o cabo fino")
    assert "Saulo" not in home.page.content()


def test_a_link_from_the_agent_reads_nothing_until_its_button_is_pressed(
    open_phone: OpenPhone, open_desk: OpenDesk, without_light: WithoutLight
) -> None:
    desk = open_desk()
    protocol = desk.open(without_light("jonas.cardoso"))
    desk.page.goto(f"{desk.address}/desk/cases/{protocol}/links")
    desk.page.get_by_role("button", name="Fazer um link").click()
    link = desk.page.locator("#link").inner_text()
    home = open_phone()

    home.open(link.removeprefix(home.address))
    assert "Jonas" not in home.page.content()
    home.tap("Ver a minha conexão", "Estou sem internet")

    home.sees("Tem alguma luz acesa?")
    other = open_phone()
    other.open(link.removeprefix(home.address))
    other.sees("Este link não vale mais")


def test_the_agent_goes_on_at_the_customers_step_and_the_visit_comes_back(
    open_phone: OpenPhone, open_desk: OpenDesk, without_light: WithoutLight
) -> None:
    login = without_light("valter.freitas")
    home = open_phone()
    home.begin()
    home.tap(*RED_LIGHT, "Entendi")
    home.sees("Como está o cabo?")
    home.tap("Falar com uma pessoa", "Pedir atendimento")
    code = home.page.locator("#code").inner_text()

    desk = open_desk(fits=False)
    page = desk.page
    page.fill("#code", code)
    page.get_by_role("button", name="Abrir").click()
    page.fill("#who", login)
    page.get_by_role("button", name="Buscar").click()
    page.locator(".results button").first.click()
    page.wait_for_url("**/desk/cases/*")
    asked = []
    while "Acompanhe com os olhos" not in desk.step:
        asked.append(desk.page.locator("#call-step h1").first.inner_text())
        assert len(asked) < 12, asked
        _pass_a_gate(desk)

    assert not any("Luz LOS" in one or "Queixa" in one for one in asked)
    home.page.get_by_role("link", name="Ver se há novidade").click()
    home.sees("Uma pessoa está com o seu caso")
    desk.answer("Dobrado")
    desk.order("31/12")
    desk.conclude()
    home.page.get_by_role("link", name="Ver se há novidade").click()
    home.sees("A visita do técnico está marcada")
    assert "31/12" in home.text()
    assert desk.protocol in home.text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(open_phone: OpenPhone, scheme: str) -> None:
    home = open_phone(color_scheme=scheme)
    axe = Axe()

    def check() -> None:
        found = axe.run(home.page, context="html").response["violations"]
        assert found == [], [(one["id"], one["nodes"][0]["html"]) for one in found]

    home.open()
    check()
    for label in ("Pronto, começar", "Não sei, ou não está na lista", "Seguir sem isso", *RED_LIGHT,
                  "Entendi", "Parece normal", "Já apertei", "Já liguei de novo"):  # fmt: skip
        home.tap(label)
        check()
    for path in ("resumo", "outro-celular", "retomar", "fim", "pessoa", "nada", "c/x"):
        home.open(f"/help/{path}")
        check()
    home.open("/help/retomar")
    home.tap("Continuar")
    check()
    home.open("/help/pessoa")
    home.tap("Pedir atendimento")
    check()


def test_large_text_fits_on_the_smallest_phone(open_phone: OpenPhone) -> None:
    home = open_phone(viewport=SMALLEST)

    def enlarge() -> None:
        home.page.evaluate("document.documentElement.style.fontSize = '225%'")
        home.fits()

    home.open()
    enlarge()
    for label in ("Pronto, começar", "Não sei, ou não está na lista", "Seguir sem isso", *RED_LIGHT,
                  "Entendi", "Falar com uma pessoa", "Pedir atendimento"):  # fmt: skip
        home.tap(label)
        enlarge()


def test_a_screen_reader_hears_the_question_first_and_the_keyboard_reaches_every_answer(
    open_phone: OpenPhone,
) -> None:
    home = open_phone()
    home.begin()

    focused = home.page.evaluate("document.activeElement.tagName")
    assert focused == "H1"
    home.page.keyboard.press("Tab")
    first = home.page.evaluate("document.activeElement.textContent.trim()")
    assert first == "Estou sem internet"
    with home.page.expect_navigation():
        home.page.keyboard.press("Enter")
    assert home.heading == "Como a internet chega na sua casa?"
    assert home.page.title().startswith(home.heading)


# -------------------------------------------------------------------------------------------


def _pass_a_gate(desk: Any) -> None:
    """Answer what stands before the customer's step: who speaks, and where they are."""
    page = desk.page
    page.wait_for_timeout(300)
    step = desk.step
    if "Na linha" in step:
        page.locator("[name='caller.name']").fill("Camila")
        page.locator("[name='caller.is_holder'][value='true']").check()
        page.locator("#call-step button", has_text="Continuar").first.click()
    else:
        for label in ("Informado", "Está no local", "Tem luz acesa"):
            button = page.locator("#call-step .answer", has_text=label)
            if button.count():
                button.first.click()
                break
    page.wait_for_timeout(500)


def _sent_code(demo: Demo, last_digits: str) -> str:
    """The code that the demo's sender wrote down instead of sending it."""
    log = demo.folder.parent / "demo.log"
    found: list[str] = []
    for _ in range(100):
        found = re.findall(rf"final {last_digits}: (\d{{6}})", log.read_text(encoding="utf-8"))
        if found:
            break
    assert found, "no code was sent"
    return found[-1]

"""The same call without scripts, on a phone, in the dark; and nothing that stops anybody (axe)."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.at_the_desk import BROWSER_TESTS, DESK_SIZE
from tests.journeys.conftest import OpenDesk, WithoutLight

pytestmark = BROWSER_TESTS


def press(page: Page, label: str) -> None:
    page.locator("#call-step button", has_text=label).first.click()


def choose(page: Page, **facts: str) -> None:
    for name, value in facts.items():
        fact = name.replace("__", ".")
        page.locator(f"[name='{fact}'][value='{value}']").check()


def test_a_whole_call_works_without_scripts(
    open_desk: OpenDesk, without_light: WithoutLight
) -> None:
    page = open_desk(java_script_enabled=False).page
    page.fill("#who", without_light("vitor.freitas"))
    page.get_by_role("button", name="Buscar").click()
    page.locator("#customers .results button").first.click()

    press(page, "Informado")
    page.fill("[name='caller.name']", "Raul")
    choose(page, caller__is_holder="true")
    press(page, "Continuar")
    press(page, "Sem internet")
    press(page, "Está no local")
    page.wait_for_selector("text=Tem luz acesa")  # the page asks again by itself
    press(page, "Tem luz acesa")
    press(page, "Aviso dado")
    press(page, "Dobrado")
    choose(page, fibre__house="off", fibre__block="na", fibre__pole="on")
    press(page, "Continuar")
    page.fill("[name='order.contact_name']", "Raul")
    page.fill("[name='order.contact_phone']", "(11) 90000-0051")
    page.fill("[name='order.date']", "31/12")
    choose(page, order__period="morning")
    press(page, "Continuar")
    choose(page, order__fees_told="true", order__absence_told="true")
    press(page, "Continuar")
    press(page, "abrir a OS")

    expect(page.locator("#call-step h1")).to_have_text("Ordem de serviço aberta")


def test_a_call_is_usable_on_a_phone(open_desk: OpenDesk) -> None:
    desk = open_desk(fits=False, viewport={"width": 390, "height": 844})
    desk.open("10000000055")
    desk.greet("Noemi")

    for label in ("Está no local", "Todos"):
        page = desk.page
        expect(page.locator("#call-step .answer", has_text=label).first).to_be_visible()
        assert page.evaluate("document.scrollingElement.scrollWidth") == 390
        first = page.locator("#call-step .answer").first
        box = first.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["y"] + box["height"] <= 844
        desk.answer(label)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_any_screen(
    open_desk: OpenDesk, without_light: WithoutLight, scheme: str
) -> None:
    login = without_light({"light": "juliana.costa", "dark": "vera.moreira"}[scheme])
    desk = open_desk("lia.lider", viewport=DESK_SIZE, color_scheme=scheme)
    page, found = desk.page, {}

    def look(name: str) -> None:
        found[name] = serious(page)

    for name, path in (
        ("cases", "/desk/cases"),
        ("outages", "/desk/outages"),
        ("articles", "/desk/articles"),
        ("article", "/desk/articles/los-vermelha"),
        ("search", "/desk/search?q=sinal"),
        ("keys", "/desk/keys"),
    ):
        page.goto(desk.address + path)
        look(name)
    desk.find(login)
    look("results")
    desk.press("ArrowDown")
    desk.press("Enter")
    desk.asked("Protocolo informado")
    look("answer")
    desk.answer("Informado")
    desk.asked("Na linha")
    look("form")
    desk.send()
    look("form refused")
    desk.fill("Inês", "↓0")
    desk.send()
    desk.asked("Queixa")
    look("complaint")
    desk.answer("Sem internet")
    desk.asked("Está no local")
    desk.answer("Está no local")
    desk.asked("Alguma luz acesa")
    desk.press("a")
    expect(page.locator("#article-open")).to_be_visible()
    look("article beside")
    desk.press("Escape")
    desk.answer("Tem luz acesa")
    look("instruction")
    desk.send()
    desk.answer("Dobrado")
    look("order")
    desk.order("31/12")
    desk.asked("Desfecho")
    look("outcome")
    desk.conclude()
    look("ended")

    assert {name: problems for name, problems in found.items() if problems} == {}


def serious(page: Page) -> list[str]:
    violations = Axe().run(page).response["violations"]
    return [
        f"{problem['id']}: {problem['nodes'][0]['html'][:150]}"
        for problem in violations
        if problem["impact"] in ("serious", "critical")
    ]

"""A customer finds an article, reads it on a small phone, and goes on from it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.journeys.at_home import SMALL, SMALLEST
from tests.journeys.at_the_desk import BROWSER_TESTS
from tests.journeys.running import Demo

pytestmark = BROWSER_TESTS


@pytest.fixture
def phone(demo: Demo, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    options = getattr(request, "param", {"viewport": SMALL})
    context = browser.new_context(base_url=demo.address, has_touch=True, **options)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Security" in said.text else 0)
    yield page
    context.close()
    assert complaints == []


PHONES = [
    pytest.param({"viewport": SMALL}, id="360"),
    pytest.param({"viewport": SMALLEST, "java_script_enabled": False}, id="320-no-script"),
]


def overflows(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


@pytest.mark.parametrize("phone", PHONES, indirect=True)
def test_a_customer_finds_a_page_reads_it_and_says_that_it_helped(phone: Page) -> None:
    phone.goto("/help")
    phone.get_by_role("link", name="Ler sobre um assunto").click()
    phone.get_by_label("O que está acontecendo?").fill("luz vermelha no modem")
    phone.get_by_role("button", name="Buscar").click()
    phone.locator(".pages a").first.click()

    expect(phone.locator("h1")).to_contain_text(re.compile("luz", re.IGNORECASE))
    assert phone.locator("img").count() >= 1
    phone.get_by_role("link", name="Sim", exact=True).click()
    phone.get_by_role("button", name="Enviar").click()
    expect(phone.get_by_role("heading", name="Obrigado por dizer")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_public_page_fits_a_phone_and_passes_axe(
    demo: Demo, browser: Browser, scheme: str
) -> None:
    context = browser.new_context(base_url=demo.address, viewport=SMALLEST, color_scheme=scheme)
    page = context.new_page()
    page.goto("/help/articles")
    pages = page.locator(".pages a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    bad = []
    for address in ["/help/articles", "/help/articles?q=nada+disto+existe", *pages[::3]]:
        page.goto(address)
        if overflows(page):
            bad.append((address, "wider than the phone"))
        results = Axe().run(page)
        bad += [(address, one["id"]) for one in results.response["violations"]]
    context.close()

    assert len(pages) >= 20
    assert bad == []


def test_a_page_that_was_read_is_there_without_a_network(phone: Page) -> None:
    phone.goto("/help/articles")
    phone.evaluate("navigator.serviceWorker.ready.then(() => true)")
    phone.reload()  # the worker sees what is loaded from here on
    phone.locator(".pages a").first.click()
    title = phone.locator("h1").inner_text()
    read = phone.url
    phone.reload()

    phone.context.set_offline(True)
    phone.goto(read)
    expect(phone.locator("h1")).to_have_text(title)
    phone.goto("/help/articles/uma-que-nao-foi-lida")
    expect(phone.get_by_role("heading", name="Você está sem conexão agora")).to_be_visible()
    expect(phone.locator("[data-kept] a").first).to_be_visible()
    again = phone.get_by_role("link", name="Tentar de novo")
    expect(again).to_have_attribute("href", re.compile("/help/articles/uma-que-nao-foi-lida$"))
    phone.context.set_offline(False)


def test_from_a_page_the_walk_begins_at_what_it_is_about(phone: Page) -> None:
    phone.goto("/help/articles/luz-vermelha-no-aparelho")
    phone.get_by_role("link", name="Começar o passo a passo").click()
    phone.get_by_role("button", name=re.compile("começar", re.IGNORECASE)).click()
    phone.get_by_role("button", name=re.compile("Não sei")).click()

    expect(phone.locator("body")).not_to_contain_text("O que está acontecendo?")
    expect(phone.get_by_role("heading").first).to_be_visible()

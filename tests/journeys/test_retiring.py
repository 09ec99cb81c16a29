"""An article goes out of the base and comes back: two people each time, and everybody is told."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.journeys.at_home import SMALL
from tests.journeys.at_the_desk import BROWSER_TESTS, AtTheDesk
from tests.journeys.conftest import OpenDesk
from tests.journeys.running import Demo
from tests.journeys.test_author import AtTheEditor, read

pytestmark = BROWSER_TESTS

SLUG = "quero-mais-velocidade"
TITLE = "Quero mais velocidade"
HEIR = "troca-de-plano-e-upgrade"
DESK, HELP = f"/desk/articles/{SLUG}", f"/help/articles/{SLUG}"


@pytest.fixture
def phone(demo: Demo, browser: Browser) -> Iterator[Page]:
    """A customer's."""
    context = browser.new_context(base_url=demo.address, viewport=SMALL, has_touch=True)
    yield context.new_page()
    context.close()


def look(page: Page) -> None:
    """Nothing hangs over the edge, and nothing is out of anybody's reach."""
    violations = Axe().run(page).response["violations"]
    assert [one["id"] for one in violations if one["impact"] in ("serious", "critical")] == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def approve(desk: AtTheDesk, address: str, words: str) -> None:
    """As another person, who is told what it is about."""
    desk.page.goto(address)
    expect(desk.page.locator(".writing-retiring")).to_contain_text(words)
    look(desk.page)
    desk.press("p")
    expect(desk.page.locator(".notice--good")).to_contain_text("Publicado.")


def status_at(page: Page, path: str, status: int) -> None:
    """Every process shows a published change within two seconds; a browser keeps a page for a
    minute, so each look is at an address of its own."""
    for number in range(20):
        answer = page.goto(f"{path}?{status}-{number}")
        if answer is not None and answer.status == status:
            return
        page.wait_for_timeout(300)
    raise AssertionError(f"{path} never answered {status}")


def test_an_article_goes_out_and_comes_back(open_desk: OpenDesk, phone: Page) -> None:
    aldo, lia = (AtTheEditor.at(open_desk(name)) for name in ("aldo.autor", "lia.lider"))
    ana = open_desk(fits=False)
    status_at(phone, HELP, 200)

    aldo.page.goto(aldo.address + DESK)
    aldo.page.get_by_role("link", name="Retirar artigo…").click()
    expect(aldo.page.locator(".writing-led")).to_contain_text("artigo, linha")
    look(aldo.page)
    aldo.page.get_by_role("button", name="Começar o rascunho que retira").click()
    notice = aldo.page.locator(".writing-retiring")
    expect(notice).to_contain_text("Este rascunho retira o artigo. Nada o substitui.")
    look(aldo.page)
    aldo.tab_to("[data-text]")
    aldo.press("Control+Enter")
    expect(aldo.page.locator("#field-note")).to_be_focused()
    aldo.press("Control+Enter")
    expect(aldo.page.locator(".notice--critical[role=alert]:not([hidden])")).to_contain_text(
        "não enviado"
    )
    expect(aldo.page.locator("#writing-problems")).to_contain_text(f"articles/{HEIR}.md")

    aldo.page.get_by_role("link", name="Trocar o substituto").click()
    aldo.page.get_by_label("O que o substitui").select_option(HEIR)
    aldo.page.get_by_role("button", name="Começar o rascunho que retira").click()
    expect(notice).to_contain_text("O substituto é interno")
    address = aldo.send_to_review()
    expect(aldo.page.locator(".writing-decide")).to_contain_text("não pode aprová-lo")
    approve(lia, address, "Este rascunho retira o artigo.")

    status_at(phone, HELP, 410)
    expect(phone.locator("h1")).to_have_text("Este artigo saiu do ar")
    look(phone)
    phone.get_by_label("O que está acontecendo?").fill("quero mais velocidade")
    phone.get_by_role("button", name="Buscar").click()
    assert TITLE not in phone.locator(".pages").all_inner_texts()
    ana.page.goto(ana.address + DESK)
    expect(ana.page).to_have_url(re.compile(f"/desk/articles/{HEIR}$"))

    aldo.page.goto(f"{aldo.address}/desk/drafts")
    aldo.page.locator("summary", has_text="Artigos retirados").click()
    aldo.page.locator(f"a[href$='/{SLUG}/retire']").click()
    expect(aldo.page.locator(".notice")).to_contain_text("com a aprovação de Lia")
    look(aldo.page)
    aldo.press("Enter")
    expect(notice).to_contain_text("traz o artigo de volta")
    approve(lia, aldo.send_to_review(), "traz o artigo de volta")

    read(ana, DESK, TITLE)
    status_at(phone, HELP, 200)
    expect(phone.locator("h1")).to_contain_text(TITLE)

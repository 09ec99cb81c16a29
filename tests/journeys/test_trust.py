"""How far articles can be trusted, by hand: opinions and their answers, verifying, "li e entendi"."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.at_the_desk import BROWSER_TESTS, DESK_SIZE, AtTheDesk
from tests.journeys.conftest import OpenDesk
from tests.journeys.running import Demo
from tests.journeys.test_other_screens import serious

pytestmark = BROWSER_TESTS
NOTICED_MS = 8_000
"""An edited file is noticed within two seconds; the machine may be busy."""


def edit(file: Path, **keys: object) -> None:
    """Change keys of the front matter, as somebody does by hand."""
    text = file.read_text(encoding="utf-8")
    for key, value in keys.items():
        line = f"{key}: {value}"
        text, found = re.subn(rf"(?m)^{key}: .*$", line, text, count=1)
        text = text if found else text.replace("---\n", f"---\n{line}\n", 1)
    file.write_text(text, encoding="utf-8")


def read(desk: AtTheDesk, slug: str) -> None:
    desk.page.goto(f"{desk.address}/desk/articles/{slug}")


def test_an_opinion_reaches_its_owner_and_the_answer_comes_back(open_desk: OpenDesk) -> None:
    agent, owner = open_desk("ana.agente"), open_desk("aldo.autor")
    read(agent, "sessao-presa")

    agent.tab_to("#feedback summary:has-text('Não')")
    agent.press("Enter")
    agent.tab_to("#feedback [name=reason]")
    agent.press("ArrowDown")
    agent.tab_to("#opinion-text")
    agent.page.keyboard.type("Com o cliente (11) 90000-0042 não foi assim.")
    agent.tab_to("#feedback .opinion-no button:has-text('Enviar')")
    agent.press("Enter")
    said = agent.page.locator("#feedback")
    expect(said).to_contain_text("Você disse que não ajudou: está errado.")
    expect(said).to_contain_text("Escondemos do seu texto: telefone.")
    expect(said).not_to_contain_text("90000")

    owner.page.goto(f"{owner.address}/desk/feedback")
    entry = owner.page.locator(".opinion-entry", has_text="Com o cliente [removido]")
    expect(entry).to_contain_text("Ana Agente")
    owner.tab_to(".opinion-entry:has-text('Com o cliente [removido]') textarea")
    owner.page.keyboard.type("Acertei o segundo passo. Obrigado!")
    owner.press("Tab")
    owner.press("Enter")
    expect(entry).to_have_count(0)

    read(agent, "sessao-presa")
    expect(agent.page.locator(".opinion-answer")).to_contain_text("Acertei o segundo passo.")


def test_the_queue_is_verified_by_keyboard_into_the_file(demo: Demo, open_desk: OpenDesk) -> None:
    file = demo.articles / "ergonomia-e-volume-da-voz.md"
    edit(file, verified_at="2020-01-10")
    lead = open_desk("lia.lider")
    page = lead.page
    first = page.locator(".due-row").first

    def shown() -> None:
        page.goto(f"{lead.address}/desk/due")
        expect(first).to_contain_text("10/01/2020", timeout=500)

    wait_until(lead, shown)
    title = first.locator(".due-what a").inner_text()
    expect(first.locator(".due-what a")).to_be_focused()  # to be read first
    lead.press("Tab")
    expect(first.locator("button")).to_be_focused()
    lead.press("Enter")

    expect(page.get_by_role("status").filter(has_text="1 artigo verificado")).to_be_visible()
    expect(page.locator(".due-what a", has_text=title)).to_have_count(0)
    text = file.read_text(encoding="utf-8")
    assert "verified_by: lia.lider" in text
    assert re.search(rf"verified_at: {date.today().year}-", text)


def test_a_minor_edit_leaves_li_e_entendi_and_a_major_one_asks_again(
    demo: Demo, open_desk: OpenDesk
) -> None:
    slug = "lgpd-no-atendimento"
    file = demo.articles / f"{slug}.md"
    edit(file, must_read="true", edition=4)
    agent = open_desk("nilo.n2")
    page = agent.page
    asked = page.locator("#acknowledge")

    def present(words: str) -> None:
        read(agent, slug)
        expect(asked).to_contain_text(words, timeout=500)

    wait_until(agent, lambda: present("Leitura obrigatória"))
    agent.tab_to("#acknowledge button")
    agent.press("Enter")
    expect(asked).to_contain_text("Você leu e entendeu esta edição.")

    edit(file, summary="Uma frase um pouco melhor, sem mudar o que vale.")
    wait_until(agent, lambda: summary_is(agent, slug, "Uma frase um pouco melhor"))
    expect(asked).to_contain_text("Você leu e entendeu esta edição.")

    edit(file, edition=5)
    wait_until(agent, lambda: present("Mudou bastante desde que você leu (edição 4"))
    page.goto(f"{agent.address}/desk/to-read")
    expect(page.locator("[aria-labelledby=waiting]")).to_contain_text("mudou desde que você leu")


def test_a_search_given_up_becomes_an_article_in_one_press(open_desk: OpenDesk) -> None:
    agent, lead = open_desk("ana.agente"), open_desk("lia.lider")
    agent.page.goto(f"{agent.address}/desk/cases")
    agent.press("/")
    agent.page.keyboard.type("xqzwkvjw ybplmkq")
    expect(agent.page.locator("#search-results")).to_contain_text(re.compile("Nada|nenhum", re.I))
    with agent.page.expect_response("**/desk/search/settled") as counted:
        agent.press("Escape")
    assert counted.value.status == 204

    lead.page.goto(f"{lead.address}/desk/reports/articles")
    row = lead.page.locator("#sem-resultado tr", has_text="xqzwkvjw ybplmkq")
    expect(row).to_be_visible()
    row.get_by_role("link", name="Criar artigo").press("Enter")

    expect(lead.page.locator("[name=title]")).to_have_value("Xqzwkvjw ybplmkq")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_the_screens_of_quality(
    open_desk: OpenDesk, demo: Demo, scheme: str
) -> None:
    agent = open_desk("nadia.n3", viewport=DESK_SIZE, color_scheme=scheme)
    read(agent, {"light": "login-recusado", "dark": "pppoe-em-5-minutos"}[scheme])
    agent.page.locator("#feedback summary", has_text="Não").first.click()
    agent.page.locator("#feedback [name=reason]").first.check()
    found = {"opinion": serious(agent.page)}
    agent.page.locator("#feedback button", has_text="Enviar").first.click()
    expect(agent.page.locator("#feedback")).to_contain_text("Obrigado")
    found["thanks"] = serious(agent.page)
    for name, path in (
        ("to read", "/desk/to-read"),
        ("mandatory", "/desk/articles/protocolo-e-registro"),
    ):
        agent.page.goto(agent.address + path)
        found[name] = serious(agent.page)
    lead = open_desk("lia.lider", viewport=DESK_SIZE, color_scheme=scheme)
    for name, path in (
        ("due", "/desk/due"),
        ("inbox", "/desk/feedback"),
        ("answered", "/desk/feedback?state=done&all=1"),
        ("reports", "/desk/reports/articles"),
        ("one report", "/desk/reports/articles?table=nao-lidos&days=90"),
    ):
        lead.page.goto(lead.address + path)
        found[name] = serious(lead.page)

    assert {name: problems for name, problems in found.items() if problems} == {}


@pytest.mark.parametrize("path", ["/desk/due", "/desk/feedback", "/desk/reports/articles"])
def test_the_screens_of_quality_fit_a_phone(open_desk: OpenDesk, path: str) -> None:
    lead = open_desk("lia.lider", viewport={"width": 360, "height": 740})

    lead.page.goto(lead.address + path)

    assert lead.page.evaluate("document.scrollingElement.scrollWidth") == 360


def summary_is(desk: AtTheDesk, slug: str, words: str) -> None:
    read(desk, slug)
    expect(desk.page.locator(".lead")).to_contain_text(words, timeout=500)


def wait_until(desk: AtTheDesk, look: object) -> None:
    """Look again until what was edited by hand is noticed."""
    assert callable(look)
    for _ in range(NOTICED_MS // 500):
        try:
            look()
        except AssertionError:
            desk.page.wait_for_timeout(400)
        else:
            return
    look()

"""Who reads all day: search by keyboard from anywhere, articles, and what stands beside a call."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.at_the_desk import BROWSER_TESTS, DESK_SIZE, AtTheDesk
from tests.journeys.conftest import OpenDesk

pytestmark = BROWSER_TESTS

PHONE = {"width": 360, "height": 740}
ARTICLE = "los-vermelha"
SCREENS = (
    "/desk/articles",
    "/desk/articles?topic=fibra-los&standing=verified",
    f"/desk/articles/{ARTICLE}",
    "/desk/articles/luzes-da-onu",
    "/desk/search?q=luz+vermelha",
    "/desk/search?q=zzzxxq",
    "/desk/steps/fibra-los/luz_los",
)


def look_for(desk: AtTheDesk, words: str, *, key: str = "/") -> None:
    """Open search from wherever one is, by keys alone, and type."""
    desk.press(key)
    expect(desk.page.locator("#search-q")).to_be_focused()
    desk.page.keyboard.type(words)
    expect(desk.page.locator("#search-results .hits")).to_be_visible()


def stays_in_width(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]


@pytest.mark.parametrize("key", ["/", "Control+k"])
@pytest.mark.parametrize("screen", ["/desk/cases", "/account", f"/desk/articles/{ARTICLE}"])
def test_an_article_is_found_and_opened_by_keys_from_any_screen(
    desk: AtTheDesk, key: str, screen: str
) -> None:
    desk.page.goto(desk.address + screen)
    look_for(desk, "potencia optica ler o numero", key=key)
    desk.press("ArrowDown")
    desk.press("Enter")

    desk.page.wait_for_url(re.compile("/desk/articles/[a-z0-9-]+"))
    expect(desk.page.locator("h1")).to_contain_text("Potência óptica")


def test_keys_lead_through_the_results_and_back_to_the_words(desk: AtTheDesk) -> None:
    desk.page.goto(f"{desk.address}/desk/articles")
    look_for(desk, "luz vermelha")
    stops = desk.page.locator("#search-results .hits a")
    desk.press("ArrowDown")
    expect(stops.nth(0)).to_be_focused()
    desk.press("ArrowDown")
    expect(stops.nth(1)).to_be_focused()
    desk.press("ArrowUp")
    desk.press("ArrowUp")
    expect(desk.page.locator("#search-q")).to_be_focused()
    desk.press("ArrowDown")
    desk.page.keyboard.type(" piscando")
    expect(desk.page.locator("#search-q")).to_have_value("luz vermelha piscando")
    expect(desk.page.locator("#search-said")).to_contain_text("resultado")

    desk.press("Escape")
    expect(desk.page.locator("#search")).to_be_hidden()
    assert "luz" not in desk.page.url


def test_a_slash_in_a_field_is_a_slash_and_control_k_works_there_too(desk: AtTheDesk) -> None:
    desk.page.goto(f"{desk.address}/desk/")
    expect(desk.page.locator("#who")).to_be_focused()
    desk.page.keyboard.type("a/b")
    expect(desk.page.locator("#who")).to_have_value("a/b")
    expect(desk.page.locator("#search")).to_be_hidden()

    desk.press("Control+k")
    expect(desk.page.locator("#search-q")).to_be_focused()
    desk.press("Escape")
    desk.press("Escape")
    desk.press("b")
    expect(desk.page.locator("#who")).to_be_focused()


def test_filters_and_completions_work_while_typing(desk: AtTheDesk) -> None:
    desk.page.goto(f"{desk.address}/desk/articles")
    look_for(desk, "luz vermelha")
    results = desk.page.locator("#search-results")
    desk.page.locator(".segments label", has_text="Passos").click()
    expect(results.locator(".hits > li").first).to_contain_text(re.compile("passo|roteiro"))
    assert "/articles/" not in (results.locator(".hits a").first.get_attribute("href") or "")
    desk.page.locator(".segments label", has_text="Artigos").click()
    desk.page.locator("#search select[name=topic]").select_option("wifi-senha")
    expect(results).not_to_contain_text("LOS vermelha")

    desk.page.locator("#search select[name=topic]").select_option("")
    desk.page.fill("#search-q", "conect")
    results.locator("[data-complete]").first.click()
    expect(desk.page.locator("#search-q")).to_have_value(re.compile(r"^conect\w+ $"))
    expect(desk.page.locator("#search-q")).to_be_focused()


def test_a_page_of_results_is_shared_by_its_address(desk: AtTheDesk, open_desk: OpenDesk) -> None:
    desk.page.goto(f"{desk.address}/desk/search")
    desk.page.keyboard.type("wifi fraco no quarto")
    desk.page.locator("main select[name=kind]").select_option("articles")
    desk.page.get_by_role("button", name="Buscar").click()
    desk.page.wait_for_url("**/desk/search?q=*")
    found = desk.page.locator(".hits .strong").all_inner_texts()

    colleague = open_desk("nilo.n2").page
    colleague.goto(desk.page.url)

    assert colleague.locator(".hits .strong").all_inner_texts() == found
    assert len(found) == 10
    colleague.locator(".hits a").first.click()
    colleague.wait_for_url(re.compile("/desk/articles/"))


def test_what_looks_personal_never_gets_into_the_address(desk: AtTheDesk) -> None:
    seen: list[str] = []
    desk.page.on("request", lambda request: seen.append(request.url))
    desk.page.goto(f"{desk.address}/desk/search")
    desk.page.keyboard.type("111.222.333-44")
    desk.press("Enter")
    expect(desk.page.locator("#search-results")).to_contain_text("Nada encontrado")
    desk.press("Escape")
    desk.page.goto(f"{desk.address}/desk/articles")
    desk.press("/")
    desk.page.keyboard.type("maria@exemplo.net")
    desk.page.wait_for_timeout(600)
    desk.press("Enter")
    desk.page.wait_for_timeout(600)

    assert not [url for url in seen if re.search("111|222|exemplo", url)]


def test_a_case_is_found_by_the_end_of_its_protocol(desk: AtTheDesk) -> None:
    protocol = desk.open("fabio.castro")
    desk.page.goto(f"{desk.address}/desk/articles")
    look_for(desk, protocol[-6:])
    hit = desk.page.locator("#search-results .hits a").first
    expect(hit).to_contain_text(protocol)
    desk.press("Enter")
    desk.press("Enter")

    desk.page.wait_for_url(f"**/desk/cases/{protocol}")


def test_who_learns_searches_and_finds_no_case(desk: AtTheDesk, open_desk: OpenDesk) -> None:
    protocol = desk.open("igor.freitas")
    trainee = open_desk("tito.treino", fits=False)
    trainee.press("/")
    trainee.page.keyboard.type(protocol)
    expect(trainee.page.locator("#search-results")).not_to_contain_text("Digite como")

    expect(trainee.page.locator("#search-results .protocol")).to_have_count(0)
    expect(trainee.page.locator(".segments")).not_to_contain_text("Atendimentos")


def test_steps_are_ticked_scripts_copied_and_sections_linked(desk: AtTheDesk) -> None:
    page = desk.page
    page.goto(f"{desk.address}/desk/articles/{ARTICLE}")
    bar = page.locator(".ticks-bar").first
    expect(bar).to_be_hidden()
    page.locator(".tick").nth(1).check()
    expect(bar).to_contain_text("1 de ")
    bar.get_by_role("button").click()
    expect(page.locator(".tick:checked")).to_have_count(0)
    expect(bar).to_be_hidden()

    quote = page.locator("blockquote").first
    quote.get_by_role("button").click()
    expect(page.locator("#announce")).to_have_text("Copiado.")
    assert desk.clipboard() == quote.locator("p").first.inner_text()

    page.locator("h2 .heading-link").nth(2).click()
    page.wait_for_timeout(200)
    assert desk.clipboard() == page.url
    assert "#" in page.url


def test_the_contents_follow_what_is_read(desk: AtTheDesk) -> None:
    page = desk.page
    page.goto(f"{desk.address}/desk/articles/{ARTICLE}")
    link = page.locator(".contents a").nth(3)
    link.click()

    expect(link).to_have_attribute("aria-current", "true")
    expect(page.locator(".contents a[aria-current]")).to_have_count(1)
    expect(page.locator(f"h2[id='{str(link.get_attribute('href'))[1:]}']")).to_be_in_viewport()


def test_from_the_article_to_its_step_in_a_new_call(desk: AtTheDesk) -> None:
    desk.page.goto(f"{desk.address}/desk/articles/{ARTICLE}")
    desk.page.get_by_role("button", name="Começar o passo a passo").click()

    desk.page.wait_for_url("**/desk/cases/*")
    expect(desk.page.locator("#call-path")).to_be_visible()
    expect(desk.page.locator("#call-bar")).to_contain_text("não identificado")


def test_beside_a_call_an_article_opens_at_the_section_and_stays_while_steps_go_on(
    desk: AtTheDesk,
) -> None:
    page = desk.page
    protocol = desk.open("helio.castro")
    desk.asked("Protocolo informado")
    look_for(desk, "aperto no conector")
    page.locator("#search-results .hits a[href*='#']").first.focus()
    desk.press("Enter")

    panel = page.locator("#article-open")
    expect(panel).to_be_visible()
    expect(page.locator("#search")).to_be_hidden()
    at = panel.get_attribute("data-at")
    assert at
    expect(panel.locator(f"#{at}")).to_be_in_viewport()
    place = panel.evaluate("panel => panel.scrollTop")
    assert place > 0

    panel.locator(".tick").first.check()
    place = panel.evaluate("panel => panel.scrollTop")
    desk.answer("Informado")
    desk.asked("Na linha")
    expect(panel.locator(".tick").first).to_be_checked()
    assert panel.evaluate("panel => panel.scrollTop") == place

    desk.press("Escape")
    desk.press("Escape")
    expect(panel).to_have_count(0)
    slug = page.evaluate(
        "Object.keys(sessionStorage).find(key => key.startsWith('kbw:ticks:'))"
    ).split(":")
    assert slug[2] == protocol


def test_links_of_an_article_beside_a_call_stay_beside_it(desk: AtTheDesk) -> None:
    page = desk.page
    desk.open("noemi.moreira")
    desk.asked("Protocolo informado")
    look_for(desk, "los vermelha o que fazer em ordem")
    desk.press("Enter")
    desk.press("Enter")
    panel = page.locator("#article-open")
    expect(panel).to_be_visible()
    before = panel.get_attribute("data-article")
    url = page.url

    panel.locator("a[href^='/desk/articles/']:not([data-elsewhere])").first.click()

    expect(panel).not_to_have_attribute("data-article", before or "")
    assert page.url == url
    assert panel.get_attribute("data-protocol") == desk.protocol


def test_suggestions_follow_a_note_and_take_nothing_from_who_types(desk: AtTheDesk) -> None:
    page = desk.page
    desk.open("livia.mendes")
    desk.asked("Protocolo informado")
    suggestions = page.locator("#call-suggestions")
    expect(suggestions.locator("a")).to_have_count(3)
    before = suggestions.bounding_box()
    desk.press("n")
    page.keyboard.type("telefone fixo sem linha, chiado no voip")
    desk.act("Control+Enter")
    expect(suggestions).to_contain_text("da nota")
    expect(suggestions).to_contain_text("elefone")

    after = suggestions.bounding_box()
    assert before is not None
    assert after is not None
    assert (before["x"], before["height"]) == (after["x"], after["height"])
    suggestions.locator("a", has_text="elefone").first.click()
    expect(page.locator("#article-open")).to_be_visible()
    desk.all_in_sight()


def test_ticks_are_gone_when_the_call_is_over(desk: AtTheDesk) -> None:
    page = desk.page
    protocol = desk.open("gloria.mendes")
    desk.asked("Protocolo informado")
    kept = f"kbw:ticks:{protocol}:x:y"
    page.evaluate("key => sessionStorage.setItem(key, '[0]')", kept)
    page.evaluate("document.getElementById('call').dataset.ended = ''")
    page.evaluate(
        "htmx.trigger(document.getElementById('call'), 'htmx:afterSettle', {target: document.getElementById('call')})"
    )

    assert page.evaluate("key => sessionStorage.getItem(key)", kept) is None


def test_on_paper_only_the_article_is_left(desk: AtTheDesk) -> None:
    page = desk.page
    page.goto(f"{desk.address}/desk/articles/{ARTICLE}")
    page.emulate_media(media="print")

    for hidden in (
        ".top",
        ".contents",
        ".article-actions",
        ".copy-script >> nth=0",
        ".tick >> nth=0",
    ):
        expect(page.locator(hidden)).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".trust").first).to_be_visible()
    expect(page.locator("blockquote").first).to_be_visible()


@pytest.mark.parametrize("screen", SCREENS)
def test_nothing_is_wider_than_a_phone(open_desk: OpenDesk, screen: str) -> None:
    desk = open_desk(fits=False, viewport=PHONE)
    page = desk.page
    page.goto(desk.address + screen)

    stays_in_width(page)
    if "luzes-da-onu" in screen:
        wide = page.locator(".table-scroll[tabindex]")
        assert wide.count() > 0
        assert wide.first.evaluate("frame => frame.scrollWidth > frame.clientWidth")


def test_on_a_phone_the_search_is_closed_without_a_key(open_desk: OpenDesk) -> None:
    desk = open_desk(fits=False, viewport=PHONE)
    page = desk.page
    page.goto(f"{desk.address}/desk/articles")
    page.get_by_role("link", name="Buscar").click()
    page.keyboard.type("luz")
    expect(page.locator("#search-results .hits")).to_be_visible()

    close = page.locator("#search").get_by_role("button", name="Fechar")
    expect(close).to_be_in_viewport(ratio=1)
    close.click()

    expect(page.locator("#search")).to_be_hidden()


def test_on_a_phone_an_article_found_in_a_call_comes_into_sight(open_desk: OpenDesk) -> None:
    desk = open_desk(fits=False, viewport=PHONE)
    page = desk.page
    desk.open("ivete.salgado")
    page.keyboard.press("/")
    page.keyboard.type("luz vermelha")
    expect(page.locator("#search-results .hits")).to_be_visible()
    page.locator("#search-results a[data-hit]").first.click()

    expect(page.locator("#article-open")).to_be_in_viewport()


def test_on_paper_an_article_is_dark_on_light_whatever_the_screen(open_desk: OpenDesk) -> None:
    desk = open_desk(fits=False, color_scheme="dark")
    page = desk.page
    page.goto(f"{desk.address}/desk/articles/los-vermelha")

    page.emulate_media(media="print", color_scheme="dark")
    warning = page.locator(".admonition").first
    colours = warning.evaluate(
        "box => [getComputedStyle(box).backgroundColor, getComputedStyle(box).color]"
    )

    ground, ink = (sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in colours)
    assert ground > 600 > 200 > ink


def test_without_scripts_everything_is_read_searched_and_filtered(open_desk: OpenDesk) -> None:
    desk = open_desk(java_script_enabled=False)
    page = desk.page
    page.goto(f"{desk.address}/desk/articles")
    page.get_by_role("link", name="Buscar").click()
    page.fill("main input[name=q]", "luz vermelha")
    page.locator("main select[name=kind]").select_option("articles")
    page.get_by_role("button", name="Buscar").click()
    page.locator(".hits a").first.click()
    expect(page.locator("article h1")).to_be_visible()
    expect(page.locator(".contents a").first).to_be_visible()

    page.goto(f"{desk.address}/desk/articles")
    page.locator(".shelf-topics a", has_text="Wi-Fi fraco").click()
    page.locator("main select[name=readers]").select_option("public")
    page.get_by_role("button", name="Filtrar").click()
    page.wait_for_url("**topic=wifi-fraco*")
    expect(page.locator(".hits .chip").first).to_have_text("público")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(open_desk: OpenDesk, scheme: str) -> None:
    desk = open_desk("lia.lider", fits=False, viewport=DESK_SIZE, color_scheme=scheme)
    found = []
    for screen in SCREENS:
        desk.page.goto(desk.address + screen)
        found += _serious(desk.page, screen)
    desk.page.keyboard.press("Control+k")
    desk.page.keyboard.type("luz")
    expect(desk.page.locator("#search-results .hits")).to_be_visible()
    found += _serious(desk.page, "search")
    desk.press("Escape")
    desk.open("ines.costa" if scheme == "light" else "ivete.salgado")
    desk.page.locator("#call-suggestions a").first.click()
    expect(desk.page.locator("#article-open")).to_be_visible()
    found += _serious(desk.page, "call")

    assert found == []


def _serious(page: Page, screen: str) -> list[tuple[str, str, str]]:
    violations = Axe().run(page).response["violations"]
    return [
        (screen, violation["id"], violation["nodes"][0]["html"][:160])
        for violation in violations
        if violation["impact"] in ("serious", "critical")
    ]

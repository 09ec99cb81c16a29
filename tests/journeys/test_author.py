"""An author and a reviewer: an article from the first word to its readers, whatever happens between."""

from __future__ import annotations

import base64
import os
import re
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from tests.editing.pictures import png
from tests.journeys.at_the_desk import BROWSER_TESTS, DESK_SIZE, PATIENCE_MS, AtTheDesk
from tests.journeys.conftest import OpenDesk
from tests.journeys.running import Demo

pytestmark = BROWSER_TESTS

SAVED = re.compile(r"^salvo às \d\d:\d\d$")
PHONE = {"width": 360, "height": 740}
FLUSH_MS = 7_000
"""Chromium writes what pages store to its disk some seconds later."""

PASTE = """async () => {
  const canvas = document.createElement("canvas");
  canvas.width = 60; canvas.height = 40;
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#b1241c"; pen.fillRect(0, 0, 30, 40);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
}"""


DROP = """(area, files) => {
  const dropped = new DataTransfer();
  for (const [name, type, size, text] of files) {
    dropped.items.add(new File([size ? new Uint8Array(size) : Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name, { type }));
  }
  area.dispatchEvent(new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true }));
}"""


class AtTheEditor(AtTheDesk):
    """What somebody who writes does and sees, by keyboard."""

    @classmethod
    def at(cls, desk: AtTheDesk) -> AtTheEditor:
        return cls(desk.page, desk.address, fits=False)

    def edit(self, slug: str) -> None:
        """Begin a draft of an article, or go on with it."""
        self.page.goto(f"{self.address}/desk/articles/{slug}/edit")
        if self.page.locator("#writing-form").count() == 0:
            expect(self.page.locator("[data-focus]")).to_be_focused()
            self.press("Enter")
        expect(self.page.locator("#writing-form")).to_be_visible()

    def write(self, text: str) -> None:
        """In place of the whole text."""
        self.tab_to("[data-text]")
        self.press("Control+a")
        self.page.keyboard.type(text)

    def saved(self) -> None:
        expect(self.page.locator("#writing-state")).to_have_text(SAVED, timeout=PATIENCE_MS)

    def send_to_review(self, note: str = "") -> str:
        """By the keys of the editor; the address of the review."""
        self.tab_to("[data-text]")
        self.press("Control+Enter")
        expect(self.page.locator("#field-note")).to_be_focused()
        self.page.keyboard.type(note)
        self.press("Control+Enter")
        self.page.wait_for_url("**/desk/review/*")
        return self.page.url.partition("?")[0]

    @property
    def text(self) -> str:
        return self.page.locator("[data-text]").input_value()


def read(desk: AtTheDesk, path: str, words: str) -> None:
    """Every process shows a published change within two seconds."""
    for _ in range(20):
        desk.page.goto(desk.address + path)
        if words in desk.page.locator("main").inner_text():
            return
        desk.page.wait_for_timeout(300)
    raise AssertionError(f"{words!r} is not to be read at {path}")


def test_an_article_by_keyboard_from_the_first_word_to_its_readers(open_desk: OpenDesk) -> None:
    aldo = AtTheEditor.at(open_desk("aldo.autor"))
    page = aldo.page
    expect(page).to_have_url(re.compile("/desk/drafts$"))
    aldo.tab_to("#field-title")
    page.keyboard.type("Etiqueta prateada do aparelho")
    aldo.press("Tab")
    aldo.press("ArrowDown")  # the second template
    aldo.press("Enter")
    expect(page.locator("#writing-heading")).to_have_text("Etiqueta prateada do aparelho")
    aldo.tab_to("#field-summary")
    aldo.press("Control+a")
    page.keyboard.type("Onde fica a etiqueta prateada e o que se lê nela.")
    aldo.tab_to("[name=topics][value=protocolo]")
    aldo.press("Space")
    aldo.tab_to("#field-aliases")
    aldo.press("Control+a")
    page.keyboard.type("onde vejo o serial\nadesivo de baixo\n")
    aldo.write("A etiqueta fica embaixo do aparelho.\n\n")
    page.evaluate(PASTE)
    aldo.press("Control+v")
    expect(page.locator("#writing-image-state")).to_contain_text("Imagem no texto")
    page.keyboard.type("aparelho visto de baixo, com a etiqueta")  # over the chosen word
    aldo.press("Control+End")
    page.keyboard.type("\n\n## O que fazer\n\n1. Vire o aparelho.\nLeia o serial.\n\nVeja ")
    aldo.press("Control+k")
    expect(page.locator("#writing-link-q")).to_be_focused()
    page.keyboard.type("o que dizem as luzes da onu")
    first = page.locator("#writing-links [data-link]").first
    expect(first).to_have_attribute("data-link", "luzes-da-onu")
    page.wait_for_timeout(600)  # until nothing typed is still being looked for
    aldo.press("ArrowDown")
    expect(first).to_be_focused()
    aldo.press("Enter")
    page.keyboard.type(". É ")
    aldo.press("Control+b")
    page.keyboard.type("rápido")
    aldo.press("Control+s")
    aldo.saved()

    assert "1. Vire o aparelho.\n2. Leia o serial." in aldo.text
    assert "](luzes-da-onu). É **rápido" in aldo.text
    preview = page.locator("#writing-preview .prose")
    expect(preview.locator("ol li")).to_have_count(2)
    assert preview.locator("img").evaluate("image => image.naturalWidth") == 60
    expect(page.locator("#writing-problems")).to_contain_text("nada a acertar")
    address = aldo.send_to_review("Faltava dizer onde se lê o serial")
    expect(page.locator(".writing-decide")).to_contain_text("não pode aprová-lo")

    lia = AtTheEditor.at(open_desk("lia.lider"))
    lia.page.goto(f"{lia.address}/desk/drafts")
    expect(lia.page.locator("[data-focus]")).to_contain_text("Etiqueta prateada")
    lia.press("Enter")
    lia.page.wait_for_url(address)
    lia.tab_to("#field-note")
    lia.page.keyboard.type("Diga também onde fica em cima da mesa.")
    lia.press("Tab")
    lia.press("Enter")
    expect(lia.page.locator(".notice")).to_contain_text("Devolvido por lia.lider")

    page.goto(address.replace("review", "drafts"))
    expect(page.locator(".notice--attention:visible")).to_contain_text("em cima da mesa")
    aldo.tab_to("[data-text]")
    aldo.press("Control+End")
    page.keyboard.type("\n\nEm cima da mesa, deite o aparelho.\n")
    aldo.saved()
    aldo.send_to_review()
    assert page.evaluate("Object.keys(localStorage).join()") == ""

    lia.page.goto(address)
    lia.press("p")
    expect(lia.page.locator(".notice--good")).to_contain_text("Publicado.")
    ana = open_desk()
    read(ana, "/desk/articles/etiqueta-prateada-do-aparelho", "Em cima da mesa, deite o aparelho")
    assert ana.page.locator("article img").first.evaluate("image => image.naturalWidth") == 60
    read(ana, "/desk/search?q=adesivo+de+baixo", "Etiqueta prateada do aparelho")


def test_a_table_keeps_its_height_in_the_preview(open_desk: OpenDesk) -> None:
    aldo = AtTheEditor.at(open_desk("aldo.autor", viewport=DESK_SIZE))
    aldo.edit("luzes-da-onu")
    frame = aldo.page.locator("#writing-preview .table-scroll").first
    expect(frame).to_be_attached()

    assert frame.evaluate("box => box.offsetHeight >= box.firstElementChild.offsetHeight - 1")


def test_a_browser_that_was_killed_offers_what_was_typed_again(
    demo: Demo, playwright: Playwright, browser_type_launch_args: dict[str, Any], tmp_path: Path
) -> None:
    def open_browser() -> tuple[BrowserContext, AtTheEditor]:
        context = playwright.chromium.launch_persistent_context(
            str(tmp_path), viewport=DESK_SIZE, **browser_type_launch_args
        )
        aldo = AtTheEditor(context.pages[0], demo.address, fits=False)
        aldo.page.goto(f"{demo.address}/desk/drafts")
        if "sign-in" in aldo.page.url:
            aldo.sign_in("aldo.autor")
        return context, aldo

    context, aldo = open_browser()
    aldo.edit("sessao-presa")
    address = aldo.page.url
    context.set_offline(True)
    aldo.tab_to("[data-text]")
    aldo.press("Control+Home")
    aldo.page.keyboard.type("Digitado antes da queda. ")
    expect(aldo.page.locator("#writing-state")).to_contain_text("guardado neste navegador")
    aldo.page.wait_for_timeout(FLUSH_MS)
    kill_browser(tmp_path)
    with suppress(Exception):
        context.close()

    context, aldo = open_browser()
    aldo.page.goto(address)
    assert "Digitado antes da queda" not in aldo.text
    expect(aldo.page.locator("#writing-offer")).to_be_visible()
    expect(aldo.page.locator("[data-offer=take]")).to_be_focused()
    expect(aldo.page.locator("#writing-offer")).to_contain_text("Digitado antes da queda")
    aldo.tab_to("[data-text]")
    aldo.press("Control+End")
    aldo.page.keyboard.type(" Sem ver o aviso.")
    aldo.saved()
    expect(aldo.page.locator("#writing-offer")).to_be_in_viewport()
    aldo.page.reload()
    expect(aldo.page.locator("[data-offer=take]")).to_be_focused()
    aldo.press("Enter")
    expect(aldo.page.locator("#writing-late")).to_be_visible(timeout=PATIENCE_MS)
    aldo.page.get_by_role("link", name="Ver os dois textos").click()
    aldo.page.get_by_role("button", name="Continuar com este outro").click()
    expect(aldo.page.locator("#writing-form")).to_be_visible()
    aldo.saved()
    aldo.page.reload()

    assert aldo.text.startswith("Digitado antes da queda. ")
    expect(aldo.page.locator("#writing-offer")).to_be_hidden()
    assert (
        aldo.page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('kbw-draft'))") == []
    )
    context.close()


def kill_browser(profile: Path) -> None:
    """`kill -9` of the browser of this profile and of nothing else."""
    for process in Path("/proc").iterdir():
        with suppress(OSError):
            command = (process / "cmdline").read_bytes() if process.name.isdigit() else b""
            if f"--user-data-dir={profile}".encode() in command and b"--type=" not in command:
                os.kill(int(process.name), signal.SIGKILL)


def test_a_sign_in_that_runs_out_while_typing_loses_nothing(
    demo: Demo, open_desk: OpenDesk
) -> None:
    aldo = AtTheEditor.at(open_desk("aldo.autor"))
    aldo.edit("potencia-optica")
    demo.sql(
        "UPDATE account_sign_in SET expires_at = created_at WHERE user_id = "
        "(SELECT id FROM account_user WHERE name = 'aldo.autor')"
    )
    aldo.tab_to("[data-text]")
    aldo.press("Control+Home")
    aldo.page.keyboard.type("Digitado depois de expirar. ")
    expect(aldo.page.locator("#writing-expired")).to_be_visible(timeout=PATIENCE_MS)
    expect(aldo.page.locator("#writing-state")).to_contain_text("expirou")

    other = AtTheDesk(aldo.page.context.new_page(), aldo.address)
    other.sign_in("aldo.autor")
    other.page.close()
    aldo.page.keyboard.type("E mais isto. ")

    aldo.saved()
    expect(aldo.page.locator("#writing-expired")).to_be_hidden()
    aldo.page.reload()
    assert aldo.text.startswith("Digitado depois de expirar. E mais isto. ")


def test_who_signs_out_and_in_elsewhere_goes_on_writing(open_desk: OpenDesk) -> None:
    aldo = AtTheEditor.at(open_desk("aldo.autor"))
    aldo.edit("latencia-e-jogos")
    other = AtTheDesk(aldo.page.context.new_page(), aldo.address)
    other.page.goto(f"{aldo.address}/desk/drafts")
    other.page.get_by_role("button", name="Sair").click()
    other.page.wait_for_url("**/account/sign-in*")
    aldo.tab_to("[data-text]")
    aldo.press("Control+Home")
    aldo.page.keyboard.type("Digitado depois de sair. ")
    expect(aldo.page.locator("#writing-state")).to_contain_text("expirou", timeout=PATIENCE_MS)

    other.sign_in("aldo.autor")
    aldo.page.keyboard.type("E mais isto. ")

    aldo.saved()
    aldo.page.reload()
    assert aldo.text.startswith("Digitado depois de sair. E mais isto. ")


def test_of_two_tabs_neither_text_is_lost(open_desk: OpenDesk) -> None:
    first = AtTheEditor.at(open_desk("aldo.autor"))
    first.edit("teste-de-velocidade-valido")
    second = AtTheEditor(first.page.context.new_page(), first.address, fits=False)
    second.page.goto(first.page.url)
    for tab, words in ((first, "Da primeira aba. "), (second, "Da segunda aba. ")):
        tab.page.bring_to_front()
        tab.tab_to("[data-text]")
        tab.press("Control+Home")
        tab.page.keyboard.type(words)
        if tab is first:
            tab.saved()

    expect(second.page.locator("#writing-late")).to_be_visible(timeout=PATIENCE_MS)
    second.page.get_by_role("link", name="Ver os dois textos").click()
    areas = second.page.locator("textarea[name=source]")
    assert "Da primeira aba." in areas.nth(0).input_value()
    assert "Da segunda aba." in areas.nth(1).input_value()
    second.page.get_by_role("button", name="Continuar com este outro").click()
    expect(second.page.locator("#writing-form")).to_be_visible()
    assert second.text.startswith("Da segunda aba. ")


def test_two_authors_of_one_article_settle_it(open_desk: OpenDesk) -> None:
    slug = "energia-e-dying-gasp"
    aldo, lia = (AtTheEditor.at(open_desk(name)) for name in ("aldo.autor", "lia.lider"))
    aldo.edit(slug)
    lia.edit(slug)
    for one, words in ((lia, "Comece pela tomada. "), (aldo, "Comece pela fonte. ")):
        one.tab_to("[data-text]")
        one.press("Control+Home")
        one.page.keyboard.type(words)
        one.saved()
    address = lia.send_to_review()
    ada = AtTheEditor.at(open_desk("ada.admin"))
    ada.page.goto(address)
    ada.press("p")
    expect(ada.page.locator(".notice--good")).to_contain_text("Publicado.")

    aldo.press("Control+Enter")
    aldo.press("Control+Enter")
    aldo.page.wait_for_url("**/conflict?sent=1")
    joined = aldo.page.locator("#field-source")
    text = joined.input_value()
    assert "Comece pela tomada." in text
    assert "Comece pela fonte." in text
    both = re.sub(r"(?s)<{7}[^\n]*\n(.*?)={7}[^\n]*\n.*?>{7}[^\n]*\n", r"\1", text)
    joined.fill(both.replace("Comece pela fonte. ", "Comece pela tomada e pela fonte. "))
    aldo.tab_to("main form button:has-text('Continuar')")
    aldo.press("Enter")
    aldo.page.wait_for_url("**/desk/drafts/*")
    expect(aldo.page.locator("#writing-offer")).to_be_hidden()  # what was sent arrived
    aldo.send_to_review()
    ada.page.goto(aldo.page.url)
    ada.press("p")
    expect(ada.page.locator(".notice--good")).to_contain_text("Publicado.")

    read(ada, f"/desk/articles/{slug}", "Comece pela tomada e pela fonte.")
    ada.page.goto(f"{ada.address}/desk/articles/{slug}/history")
    expect(ada.page.locator(".writing-versions tbody tr")).to_have_count(3)


def test_dropped_files_take_no_word_away_and_each_refusal_is_told(open_desk: OpenDesk) -> None:
    aldo = AtTheEditor.at(open_desk("aldo.autor"))
    aldo.edit("mtr-e-tracert")
    aldo.write("Antes da imagem.")
    aldo.press("Control+a")
    picture = base64.b64encode(png()).decode()
    files = [
        ["um.png", "image/png", 0, picture],
        ["manual.pdf", "application/pdf", 10, ""],
        ["grande.jpg", "image/jpeg", 9_000_000, ""],
        ["falsa.png", "image/png", 10, ""],
        ["dois.png", "image/png", 0, picture],
    ]

    aldo.page.locator("[data-text]").evaluate(DROP, files)
    told = aldo.page.locator("#writing-image-state")

    expect(told).to_contain_text("manual.pdf não entrou: só imagens")
    expect(told).to_contain_text("grande.jpg não entrou: tem 9\u00a0MB, e o limite é 8\u00a0MB")
    expect(told).to_contain_text("falsa.png não entrou. Este arquivo não é uma imagem")
    image = r"!\[descrição\]\(images/%s-\w+\.png\)"
    pattern = rf"Antes da imagem\.\n\n{image % 'um'}\n\n{image % 'dois'}"
    assert re.fullmatch(pattern, aldo.text), aldo.text
    aldo.saved()


def test_an_article_is_published_at_its_date_by_itself(demo: Demo, open_desk: OpenDesk) -> None:
    aldo, lia = (AtTheEditor.at(open_desk(name)) for name in ("aldo.autor", "lia.lider"))
    aldo.edit("reiniciar-na-ordem")
    aldo.tab_to("[data-text]")
    aldo.press("Control+Home")
    aldo.page.keyboard.type("Vale a partir da data marcada. ")
    aldo.saved()
    lia.page.goto(aldo.send_to_review())
    lia.page.locator("#field-publish_at").fill("2099-12-31T08:30")
    lia.page.get_by_role("button", name="Aprovar com esta data").click()
    expect(lia.page.locator(".notice--good")).to_contain_text("31/12/2099 08:30")
    lia.page.goto(f"{lia.address}/desk/drafts")
    expect(lia.page.locator("#scheduled")).to_contain_text("aprovado por lia.lider")

    demo.sql("UPDATE article_draft SET publish_at = created_at WHERE state = 'scheduled'")

    for _ in range(20):
        lia.page.goto(f"{lia.address}/desk/articles/reiniciar-na-ordem")
        if "Vale a partir da data marcada." in lia.page.locator("article").first.inner_text():
            break
        lia.page.wait_for_timeout(1500)
    expect(lia.page.locator("article").first).to_contain_text("Vale a partir da data marcada.")


def test_writing_works_without_scripts(open_desk: OpenDesk, tmp_path: Path) -> None:
    picture = tmp_path / "luz.png"
    picture.write_bytes(png())
    desk = open_desk("aldo.autor", java_script_enabled=False)
    page = desk.page
    page.goto(f"{desk.address}/desk/articles/conector-e-seguranca/edit")
    page.get_by_role("button", name="Começar um rascunho").click()
    page.locator("#field-body").fill("Escrito sem scripts.\n\n## O que fazer\n\n1. Olhe.\n")
    page.locator(".writing-bar").get_by_role("button", name="Salvar").click()
    expect(page.locator("#writing-state")).to_have_text(SAVED)
    expect(page.locator("#writing-preview")).to_contain_text("Escrito sem scripts.")
    page.get_by_role("button", name="Treinamento").click()
    expect(page.locator("#writing-preview [aria-current]")).to_have_text("Treinamento")
    page.locator("summary", has_text="Pôr uma imagem").click()
    page.set_input_files("#field-image", picture)
    page.fill("#field-image_alt", "luz vermelha")
    page.get_by_role("button", name="Salvar e pôr no fim do texto").click()
    expect(page.locator("#field-body")).to_have_value(re.compile(r"!\[luz vermelha\]\(images/luz"))
    page.get_by_role("button", name="Ver o arquivo inteiro").click()
    expect(page.locator("#field-source")).to_have_value(re.compile(r"^---\ntitle:"))
    page.get_by_role("button", name="Ver o cabeçalho em campos").click()
    page.fill("#field-note", "sem scripts")
    page.get_by_role("button", name="Salvar e enviar").click()
    expect(page.locator(".writing-decide h2")).to_have_text("À espera de outra pessoa")


def test_a_problem_leads_to_its_line_and_leaving_keeps_what_was_typed(open_desk: OpenDesk) -> None:
    aldo = AtTheEditor.at(open_desk("aldo.autor"))
    aldo.edit("ordem-de-servico-completa")
    aldo.tab_to("[data-text]")
    aldo.press("Control+End")
    aldo.page.keyboard.type("\n\n[leva](a-lugar-nenhum-mesmo)")
    aldo.saved()
    link = aldo.page.locator(".writing-problem a").first
    link.focus()
    aldo.press("Enter")
    chosen = "document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)"
    assert aldo.page.evaluate(chosen) == "[leva](a-lugar-nenhum-mesmo)"

    aldo.page.keyboard.type("Saiu na hora.")
    aldo.page.goto(f"{aldo.address}/desk/drafts")
    aldo.edit("ordem-de-servico-completa")
    assert aldo.text.endswith("Saiu na hora.")


def test_an_archive_too_large_is_told_before_it_is_sent(
    open_desk: OpenDesk, tmp_path: Path
) -> None:
    archive = tmp_path / "todos.zip"
    archive.write_bytes(b"x" * 2_000_000)
    lia = open_desk("lia.lider")
    page = lia.page
    page.goto(f"{lia.address}/desk/exchange")
    field = page.locator("#field-archive")
    field.evaluate("field => field.dataset.most = 1048576")  # 100 MB would be slow to choose

    field.set_input_files(archive)
    page.get_by_role("button", name="Conferir o arquivo").click()

    told = field.evaluate("field => field.validationMessage")
    assert told == "todos.zip tem 2\u00a0MB, e o limite é 1\u00a0MB."
    expect(page).to_have_url(re.compile("/desk/exchange$"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_screen_of_writing_fits_a_phone_and_passes_axe(
    open_desk: OpenDesk, scheme: str
) -> None:
    slug = {"light": "parada-em-massa", "dark": "login-recusado"}[scheme]
    aldo = AtTheEditor.at(open_desk("aldo.autor", viewport=PHONE, color_scheme=scheme))
    lia = open_desk("lia.lider", viewport=PHONE, color_scheme=scheme)
    found: dict[str, list[str]] = {}

    def look(name: str, page: Page) -> None:
        found[name] = serious(page)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found[name].append("wider than the phone")

    aldo.edit(slug)
    look("editor", aldo.page)
    aldo.tab_to("[data-text]")
    aldo.press("Control+End")
    aldo.page.keyboard.type("\n\n[leva](a-lugar-nenhum)")
    aldo.saved()
    expect(aldo.page.locator(".writing-problem")).not_to_have_count(0)
    look("problems", aldo.page)
    aldo.press("Control+k")
    look("link", aldo.page)
    aldo.press("Escape")
    for _ in range(len("[leva](a-lugar-nenhum)")):
        aldo.press("Backspace")
    aldo.page.keyboard.type("Olhe o painel.")
    aldo.saved()
    address = aldo.send_to_review("No fim")
    look("own review", aldo.page)
    lia.page.goto(address)
    look("reviewer's", lia.page)
    lia.press("p")
    expect(lia.page.locator(".notice--good")).to_contain_text("Publicado.")
    lia.page.goto(f"{lia.address}/desk/drafts?title={'palavra' * 12}")
    lia.page.get_by_role("button", name="Começar a escrever").click()
    expect(lia.page.locator("#writing-form")).to_be_visible()
    look("long title", lia.page)
    for name, path in (
        ("drafts", "/desk/drafts"),
        ("history", f"/desk/articles/{slug}/history"),
        ("synonyms", "/desk/synonyms?q=luz"),
        ("exchange", "/desk/exchange"),
    ):
        lia.page.goto(lia.address + path)
        look(name, lia.page)

    assert {name: problems for name, problems in found.items() if problems} == {}


def serious(page: Page) -> list[str]:
    violations = Axe().run(page).response["violations"]
    return [
        f"{problem['id']}: {problem['nodes'][0]['html'][:150]}"
        for problem in violations
        if problem["impact"] in ("serious", "critical")
    ]

"""Take the pictures of README from a running demo: `make screenshots`.

Starts a demo of its own on a free port and in a temporary folder, walks some calls by keyboard in
Chromium, and writes `docs/screenshots/*.png`. Needs the Debian package chromium.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright

from kbwizard.accounts.demo import DEMO_PASSWORD
from kbwizard.config import ROOT

PICTURES = ROOT / "docs" / "screenshots"
CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
START_LIMIT_S = 40.0
TO_THE_LIGHT = (
    "Pronto, começar",
    "Não sei, ou não está na lista",
    "Seguir sem isso",
    "Estou sem internet",
    "Por um cabo bem fino",
    "Não, é só aqui",
    "Tem luz acesa",
)


@contextmanager
def demo() -> Iterator[str]:
    """A demo on a free port; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "kbwizard", "demo", "--port", str(port)],
            env={**os.environ, "KBWIZARD_DATA_DIR": folder},
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(address)
            yield address
        finally:
            process.terminate()
            process.wait(20)


def _wait_for(address: str) -> None:
    ends = time.monotonic() + START_LIMIT_S
    while time.monotonic() < ends:
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("A demonstração não respondeu a tempo.")


class Desk:
    """An agent's browser, driven by keyboard."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address

    def sign_in(self) -> None:
        self.page.goto(f"{self.address}/desk/")
        self.page.fill("input[name=name]", "ana.agente")
        self.page.fill("input[name=password]", DEMO_PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector("#who")

    def search(self, who: str) -> None:
        self.page.goto(f"{self.address}/desk/")
        self.page.wait_for_selector("#who:focus, input[name=who]:focus")
        self.page.keyboard.type(who)
        self.page.wait_for_selector("#customers li button")

    def open(self, who: str) -> None:
        """Open the call and come to the complaint."""
        self.search(who)
        self.page.click("#customers li button")
        self.press("1", waits_for="[name='caller.name']:focus")
        self.page.keyboard.type("Fulana de Teste")
        self.page.keyboard.press("Tab")
        self.page.keyboard.press("Space")
        self.press("Enter", waits_for="#call-step .answers button[name=symptom]")

    def press(self, key: str, *, waits_for: str) -> None:
        self.page.wait_for_timeout(500)  # a key belongs to the step that is shown
        self.page.keyboard.press(key)
        self.page.wait_for_selector(waits_for, timeout=20_000)

    def take(self, name: str) -> None:
        self.page.wait_for_timeout(1200)
        self.page.screenshot(path=PICTURES / f"{name}.png")


def without_light(desk: Desk) -> None:
    """A line without light: the question, the restart that is watched, the record."""
    desk.open("dalva.pinto")
    desk.press("1", waits_for="button[name='customer.on_site']")
    desk.press("1", waits_for="button[name='led.power']")
    desk.take("call")
    desk.press("1", waits_for="#call-step .warning")
    desk.press("Enter", waits_for="button[name='cable.visible']")
    desk.press("1", waits_for="#call-step .warning")
    for _ in range(4):
        if desk.page.locator("#call-reads").count():
            break
        desk.page.wait_for_timeout(900)
        desk.page.keyboard.press("Enter")
        desk.page.wait_for_timeout(900)
    desk.take("restart")


def weak_signal(desk: Desk) -> None:
    """The network settles the case: straight to a complete order."""
    desk.open("tales.teixeira")
    desk.press("1", waits_for="button[name='customer.on_site']")
    desk.press("1", waits_for="[name='fibre.house']")
    desk.take("order")


def declared_outage(desk: Desk) -> None:
    """Nothing is asked: the notice, its forecast and its words."""
    desk.open("lucas.rocha")
    desk.press("1", waits_for="#call-step form[action$=conclude] button")
    desk.take("outage")


def customer(page: Page, address: str) -> None:
    """A customer without signing in: the light they are asked about, and the way to a person."""
    page.goto(f"{address}/help")
    for label in TO_THE_LIGHT:
        page.get_by_role("button", name=label).or_(page.get_by_role("link", name=label)).click()
    page.wait_for_timeout(400)
    page.screenshot(path=PICTURES / "help.png")


def trainee(page: Page, address: str) -> None:
    """An exercise: the desk with the coach's margin."""
    page.goto(f"{address}/study")
    page.fill("input[name=name]", "tito.treino")
    page.fill("input[name=password]", DEMO_PASSWORD)
    page.keyboard.press("Enter")
    page.locator(".tile form[action*='parada-declarada'] button").click()
    page.wait_for_selector("#study-coach")
    page.wait_for_timeout(1500)
    page.screenshot(path=PICTURES / "study.png")


def reader(page: Page, address: str) -> None:
    """Search by "/" and the article it leads to; the same subject as customers read it."""
    page.goto(f"{address}/desk/articles")
    page.fill("input[name=name]", "aldo.autor")
    page.fill("input[name=password]", DEMO_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("h1")
    page.keyboard.press("/")
    page.keyboard.type("luzinha vermelha piscando no modem", delay=20)
    page.wait_for_selector("#search-results mark")
    page.wait_for_timeout(800)
    page.screenshot(path=PICTURES / "find.png")
    page.goto(f"{address}/desk/articles/luzes-da-onu")
    page.wait_for_timeout(800)
    page.screenshot(path=PICTURES / "article.png")


def author(page: Page, address: str) -> None:
    """A draft beside what its readers will see."""
    page.goto(f"{address}/desk/articles/luz-vermelha-no-aparelho")
    page.locator("form[action$='/edit'] button").first.click()
    page.wait_for_selector("textarea.writing-area")
    page.wait_for_timeout(2000)
    page.screenshot(path=PICTURES / "editor.png")


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        wide = browser.new_page(viewport={"width": 1366, "height": 650}, locale="pt-BR")
        desk = Desk(wide, address)
        desk.sign_in()
        desk.search("maria")
        desk.take("search")
        declared_outage(desk)
        weak_signal(desk)
        without_light(desk)
        narrow = browser.new_page(viewport={"width": 390, "height": 844}, locale="pt-BR")
        phone = Desk(narrow, address)
        phone.sign_in()
        phone.open("camila.gomes")
        phone.take("phone")
        customer(browser.new_page(viewport={"width": 390, "height": 844}, locale="pt-BR"), address)
        studying = browser.new_context(viewport={"width": 1366, "height": 650}, locale="pt-BR")
        trainee(studying.new_page(), address)
        writing = browser.new_page(viewport={"width": 1366, "height": 768}, locale="pt-BR")
        reader(writing, address)
        author(writing, address)
        browser.close()


if __name__ == "__main__":
    main()

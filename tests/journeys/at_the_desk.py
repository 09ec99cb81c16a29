"""An agent at the desk: keyboard only, one small screen, everything checked while it is shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

CHROMIUM = Path("/usr/bin/chromium")
BROWSER_TESTS = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not CHROMIUM.exists(), reason="Chromium is not installed (requirements-system.txt)"
    ),
]
DESK_SIZE = {"width": 1366, "height": 650}
PASSWORD = "demonstracao"
PATIENCE_MS = 20_000
"""Two cores, a browser, a server and a network: what takes 0.3 s alone may take long together."""

FITS = """() => {
  const inside = (element) => {
    const box = element.getBoundingClientRect(), column = element.closest(".desk-step").getBoundingClientRect();
    return box.top >= column.top && box.bottom <= column.bottom && box.right <= column.right && box.bottom <= innerHeight;
  };
  const page = document.scrollingElement;
  const wrong = [...document.querySelectorAll("#call-step .answer, #call-step .button, #call-step input:not([type=hidden]), #call-step textarea, #call-step .say")]
    .filter((element) => element.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true }) && !inside(element))
    .map((element) => element.outerHTML.slice(0, 120));
  if (page.scrollHeight > innerHeight) wrong.push(`page ${page.scrollHeight} > ${innerHeight}`);
  return wrong;
}"""


class AtTheDesk:
    """What an agent does and sees. Every method waits for the screen to follow."""

    def __init__(self, page: Page, address: str, *, fits: bool = True) -> None:
        self.page, self.address, self.fits = page, address, fits
        page.set_default_timeout(PATIENCE_MS)

    # -- before a call

    def sign_in(self, name: str = "ana.agente") -> None:
        self.page.goto(f"{self.address}/account/sign-in")
        expect(self.page.locator("#field-name")).to_be_focused()
        self.page.keyboard.type(name)
        self.press("Tab")
        self.page.keyboard.type(PASSWORD)
        self.press("Enter")
        self.page.wait_for_url(re.compile("/(desk|account|study)(?!/sign-in)"))

    def find(self, who: str) -> None:
        """Type into the search box of the first screen."""
        self.page.goto(f"{self.address}/desk/")
        expect(self.page.locator("#who")).to_be_focused()
        self.page.keyboard.type(who)
        expect(self.page.locator("#customers")).to_contain_text("atender à mão")

    def open(self, who: str) -> str:
        """Find a customer, open the case of the first line found; the protocol."""
        self.find(who)
        expect(self.page.locator("#customers .results")).to_be_visible()
        self.press("ArrowDown")
        self.press("Enter")
        self.page.wait_for_url("**/desk/cases/*")
        return self.protocol

    def greet(
        self, name: str = "Camila", *, holder: bool = True, symptom: str = "Sem internet"
    ) -> None:
        """The opening that every call has: protocol told, who speaks, the complaint."""
        self.asked("Protocolo informado")
        self.answer("Informado")
        self.asked("Na linha")
        self.page.keyboard.type(name)
        self.press("Tab")
        self.press("Space" if holder else "ArrowDown")
        self.send()
        self.asked("Queixa")
        self.answer(symptom)

    # -- during a call

    @property
    def protocol(self) -> str:
        return self.page.locator("#protocol").inner_text()

    @property
    def step(self) -> str:
        return " ".join(self.page.locator("#call-step").inner_text().split())

    @property
    def record(self) -> str:
        return self.page.locator("#record-text").inner_text()

    def asked(self, title: str) -> None:
        """The step's heading begins so, and the whole step can be seen."""
        heading = self.page.locator("#call-step h1.ask")
        expect(heading).to_have_text(re.compile(f"^{re.escape(title)}"), timeout=PATIENCE_MS)
        self.all_in_sight()

    def told(self, words: str) -> None:
        """These words are to be said now, and the whole step can be seen."""
        expect(self.page.locator("#call-step .say").first).to_contain_text(
            words, timeout=PATIENCE_MS
        )
        self.all_in_sight()

    def all_in_sight(self) -> None:
        if self.fits:
            outside = self.page.evaluate(FITS)
            assert outside == [], f"{outside} in: {self.step}"

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def key_of(self, label: str) -> str:
        """The key that stands on an answer or a button."""
        pressed = self.page.locator("#call-step [data-key]", has_text=label).first
        return str(pressed.get_attribute("data-key"))

    def answer(self, label: str) -> None:
        """Press the key of an answer; the step goes on."""
        self.act(self.key_of(label))

    def send(self) -> None:
        """Enter, where the keyboard stands."""
        self.act("Enter")

    def act(self, key: str) -> None:
        """Press a key that posts something, and wait for the call's screen that answers it."""
        self.page.locator("#call").evaluate("call => { call.dataset.seen = '1' }")
        if self.page.locator("#call-step [data-guard]").count():
            self.page.wait_for_timeout(450)  # what cannot be undone does not take a bouncing key
        self.press(key)
        expect(self.page.locator("#call[data-seen]")).to_have_count(0, timeout=PATIENCE_MS)

    def tab_to(self, selector: str) -> None:
        """Tab until the keyboard stands there."""
        wanted = self.page.locator(selector).first
        for _ in range(80):
            if wanted.evaluate("element => element === document.activeElement"):
                return
            self.press("Tab")
        raise AssertionError(f"Tab never reaches {selector}")

    def fill(self, *values: str) -> None:
        """Fill the fields of a form in their order: text is typed, '↓2' chooses the third radio."""
        for number, value in enumerate(values):
            if number:
                self.press("Tab")
            if value.startswith("↓"):
                self.press("Space")
                for _ in range(int(value[1:])):
                    self.press("ArrowDown")
            else:
                self.page.keyboard.type(value)

    def order(self, day: str) -> None:
        """The order's data: fibre, visit, fees."""
        self.asked("Fibra na casa")
        self.fill("↓1", "↓2", "↓3")
        self.send()
        if "não pôde ser determinado" in self.step:
            self.page.keyboard.type("Ninguém vê o poste da janela")
            self.send()
        self.asked("Quem recebe o técnico")
        self.fill("Camila", "(11) 90000-0020", day, "↓0")
        self.send()
        self.asked("Taxas informadas")
        self.fill("↓0", "↓0")
        self.send()

    def contact(self) -> None:
        """Telephone and time for a callback."""
        self.asked("Telefone para contato")
        self.fill("(11) 90000-0020", "depois das 18h")
        self.send()

    def conclude(self) -> None:
        """Let the outcome take effect."""
        self.send()
        expect(self.page.locator("#call-step")).to_contain_text("Próximo atendimento")

    def clipboard(self) -> str:
        return str(self.page.evaluate("navigator.clipboard.readText()"))

"""A customer on a phone: taps on what is written there, and everything checked while it is shown."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Request, expect

from tests.journeys.at_the_desk import PATIENCE_MS

SMALL = {"width": 360, "height": 640}
SMALLEST = {"width": 320, "height": 568}
LEAST_HIT_PX = 44

TOO_SMALL = f"""() => [...document.querySelectorAll(".answer, .button, .choice, .back, input:not([type=hidden]):not([type=radio])")]
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < {LEAST_HIT_PX})
  .map((one) => one.outerHTML.slice(0, 100))"""


class AtHome:
    """What a customer does and sees. Every tap waits for the next page."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.asked_elsewhere: list[str] = []
        page.set_default_timeout(PATIENCE_MS)
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        if not request.url.startswith(self.address):
            self.asked_elsewhere.append(request.url)

    @property
    def heading(self) -> str:
        return " ".join(self.page.locator("h1").inner_text().split())

    def open(self, path: str = "/help") -> None:
        self.page.goto(self.address + path)
        self.fits()

    def tap(self, *labels: str) -> None:
        """Tap one after the other, each on the page that the one before led to."""
        for label in labels:
            button = self.page.get_by_role("button", name=label)
            link = self.page.get_by_role("link", name=label)
            with self.page.expect_navigation():
                button.or_(link).first.click()
            self.fits()

    def begin(self, *, tied: bool = False) -> None:
        """To the first question, without a district."""
        self.open()
        self.tap("Pronto, começar", "Não sei, ou não está na lista")
        if not tied:
            self.tap("Seguir sem isso")
        self.sees("O que está acontecendo?")

    def sees(self, heading: str) -> None:
        """This heading comes, now or when what is being read has arrived."""
        expect(self.page.locator("h1")).to_have_text(
            re.compile(re.escape(heading)), timeout=PATIENCE_MS
        )
        self.fits()

    def text(self) -> str:
        return " ".join(self.page.locator("main").inner_text().split())

    def fits(self) -> None:
        """One heading, nothing beside the screen, nothing too small to tap."""
        assert self.page.locator("h1").count() == 1
        size = self.page.viewport_size
        assert size is not None
        wide = self.page.evaluate("document.scrollingElement.scrollWidth")
        assert wide <= size["width"], f"{wide} px wide: {self.heading}"
        assert self.page.evaluate(TOO_SMALL) == [], self.heading
        assert self.asked_elsewhere == []

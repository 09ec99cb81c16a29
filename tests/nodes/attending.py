"""One call driven through several nodes: every look and every deed goes to the next one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import cycle

from tests.calls.caller import AT_HOME
from tests.helpers.page import Page
from tests.nodes.browser import Browser

LONGEST_CALL_S = 60.0
GIVE_UP = "#call-step form[action*='/give']"
MORE: Mapping[str, str] = {
    "fibre.house": "off",
    "fibre.block": "na",
    "fibre.pole": "on",
    "cable.visible": "bent",
    "order.contact_name": "Maria",
    "order.contact_phone": "(11) 90000-0001",
    "order.period": "morning",
    "order.fees_told": "true",
    "order.absence_told": "true",
}


def said(fact: str) -> str:
    """What this customer answers, as a form writes it."""
    if fact == "order.date":
        return f"{datetime.now(UTC) + timedelta(days=3):%d/%m}"
    value = {**AT_HOME, **MORE}.get(fact, "")
    return str(value).lower() if isinstance(value, bool) else str(value)


class Call:
    """A case, the browser of its agent, and the nodes behind the balancer."""

    def __init__(self, browser: Browser, ports: tuple[int, ...], protocol: str) -> None:
        self.browser, self.protocol = browser, protocol
        self._ports: Iterator[int] = cycle(ports)

    @property
    def path(self) -> str:
        return f"/desk/cases/{self.protocol}"

    def look(self) -> Page:
        page = self.browser.get(next(self._ports), self.path)
        assert page.status == 200, page.soup.get_text(" ")[:500]
        return page

    def go_on(self, until: Callable[[Page], bool]) -> Page:
        """Answer, confirm and wait until a page is as wanted."""
        ends = time.monotonic() + LONGEST_CALL_S
        while time.monotonic() < ends:
            page = self.look()
            if until(page):
                return page
            self.take_step(page)
        raise AssertionError(f"stands on: {page['#call-step']}")

    def take_step(self, page: Page) -> None:
        """Do what the page asks for, on the next node; nothing but wait while devices are read."""
        if page.has("#call-step form[action$='/answer'] .answers") and not page.has(".reads"):
            self._press(page)
        elif page.has("#call-step form.form[action$='/answer']"):
            self._fill(page)
        elif page.has("#call-step form[action$='/confirm']"):
            self.browser.send(next(self._ports), page, "#call-step form[action$='/confirm']")
        elif "Acompanho por mais" in page:  # nobody restarts anything here: do not wait for it
            if page.has(GIVE_UP):
                self.browser.send(next(self._ports), page, GIVE_UP)
            else:
                self._press(page)
        else:
            time.sleep(0.1)

    def _press(self, page: Page) -> None:
        form = "#call-step form[action$='/answer']"
        buttons = page.soup.select(f"{form} button[name]")
        fact = str(buttons[0]["name"])
        values = [str(button["value"]) for button in buttons]
        chosen = said(fact) if said(fact) in values else values[0]
        self.browser.send(next(self._ports), page, form, **{fact: chosen})

    def _fill(self, page: Page) -> None:
        form = "#call-step form.form[action$='/answer']"
        names = {str(one["name"]) for one in page.soup.select(f"{form} [name]")}
        typed = {fact: said(fact) for fact in names if "." in fact}
        answer = self.browser.send(next(self._ports), page, form, **typed)
        assert answer.status == 200, answer["#call-step"]


def outcome_shown(page: Page) -> bool:
    """Whether the call has come to an outcome."""
    return page.has("#call-step h1") and page["#call-step h1"].startswith("Desfecho")

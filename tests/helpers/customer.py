"""A customer on the help pages, without a browser: what they press, and what they then see."""

from __future__ import annotations

from bs4 import Tag
from flask.testing import FlaskClient

from tests.helpers.clock import FrozenClock
from tests.helpers.page import Page, squeeze

A_MOMENT_S = 7
"""Between two presses: what was said before an instruction must be older than it."""
SELECTABLE = "button, a[href]"


class Customer:
    """One phone. Every press moves the clock a little."""

    def __init__(self, client: FlaskClient, clock: FrozenClock) -> None:
        self.client, self.clock = client, clock
        self.page = self.open("/help")

    def open(self, path: str) -> Page:
        self.page = Page(self.client.get(path, follow_redirects=True))
        return self.page

    @property
    def heading(self) -> str:
        return self.page["h1"]

    def labels(self) -> list[str]:
        return self.page.all(SELECTABLE)

    def press(self, label: str, **typed: str) -> Page:
        """Press what begins with this label, with the fields of its form filled in."""
        found = [one for one in self.page.soup.select(SELECTABLE) if squeeze(one).startswith(label)]
        assert found, f"{label!r} is not on {self.heading!r}: {self.labels()}"
        self.clock.pass_time(seconds=A_MOMENT_S)
        return self._send(found[0], typed)

    def begin(self, district: str = "") -> Page:
        """From the first page to the first question, saying nothing of who they are."""
        self.open("/help")
        self.press("Começar de novo" if "Começar de novo" in self.labels() else "Pronto, começar")
        self.press(district or "Não sei, ou não está na lista")
        if "Seguir sem isso" in self.labels():
            self.press("Seguir sem isso")
        return self.page

    def say(self, *labels: str) -> Page:
        """Press one after the other."""
        for label in labels:
            self.press(label)
        return self.page

    def _send(self, element: Tag, typed: dict[str, str]) -> Page:
        if element.name == "a":
            return self.open(str(element["href"]))
        form = element.find_parent("form")
        assert isinstance(form, Tag)
        values = {
            str(one["name"]): str(one.get("value") or "")
            for one in form.select("input[name], textarea[name]")
            if one.get("type") not in ("radio", "checkbox")
        }
        values.update(typed)
        if element.get("name"):
            values[str(element["name"])] = str(element.get("value") or "")
        self.page = Page(self.client.post(str(form["action"]), data=values, follow_redirects=True))
        return self.page


def weight(client: FlaskClient, address: str) -> int:
    """The bytes of an answer's body as a phone gets it."""
    answer = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200, address
    return len(answer.data)


def resources(client: FlaskClient, address: str) -> list[str]:
    """Everything that a page makes a phone fetch."""
    found = Page(client.get(address)).soup.select(
        "link[rel=stylesheet], link[rel=icon], script[src], img[src]"
    )
    return [str(one.get("src") or one.get("href")) for one in found]

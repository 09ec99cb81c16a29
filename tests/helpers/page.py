"""An answer as a person sees it: HTML by selector, forms that can be filled and sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.test import TestResponse


class Page:
    """One answer. `page["h1"]` is the text of the first match, `page.all(...)` every text."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.soup = BeautifulSoup(response.get_data(as_text=True), "html.parser")

    def __getitem__(self, selector: str) -> str:
        return squeeze(self.find(selector))

    def __contains__(self, text: str) -> bool:
        return text in squeeze(self.soup)

    def find(self, selector: str) -> Tag:
        """The first element; fails with the page's text when there is none."""
        found = self.soup.select_one(selector)
        assert found is not None, f"nothing matches {selector} in: {squeeze(self.soup)[:500]}"
        return found

    def has(self, selector: str) -> bool:
        """Whether anything matches."""
        return self.soup.select_one(selector) is not None

    def all(self, selector: str) -> list[str]:
        """The text of every match."""
        return [squeeze(element) for element in self.soup.select(selector)]

    def token(self) -> str:
        """The CSRF token of the page's forms."""
        return str(self.find("input[name=csrf_token]")["value"])

    def fields(self, form: str = "form") -> dict[str, str]:
        """What the browser would send for a form that nobody touched."""
        return dict(_fields(self.find(form)))

    def values(self, form: str = "form") -> dict[str, list[str]]:
        """The same where several fields have one name, as boxes to tick do."""
        found: dict[str, list[str]] = {}
        for name, value in _fields(self.find(form)):
            found.setdefault(name, []).append(value)
        return found


def squeeze(element: Tag) -> str:
    """An element's text with single spaces."""
    return " ".join(element.get_text(" ").split())


def get(client: FlaskClient, path: str, **headers: str) -> Page:
    """Open a page, following redirects."""
    return Page(client.get(path, headers=headers, follow_redirects=True))


def send(client: FlaskClient, page: Page, form: str = "form", **typed: Any) -> Page:
    """Fill a form of a page and send it as the browser would, following the redirect."""
    element = page.find(form)
    values = {**page.values(form), **typed}
    return Page(client.post(str(element["action"]), data=values, follow_redirects=True))


def _fields(form: Tag) -> Iterator[tuple[str, str]]:
    for element in form.select("input[name], textarea[name], select[name]"):
        if element.name == "textarea":
            yield str(element["name"]), element.get_text().removeprefix("\n")
        elif element.name == "select":
            chosen = element.select_one("option[selected]") or element.select_one("option")
            yield str(element["name"]), str(chosen["value"]) if chosen else ""
        elif element.get("type") not in ("radio", "checkbox") or element.has_attr("checked"):
            yield str(element["name"]), str(element.get("value", ""))

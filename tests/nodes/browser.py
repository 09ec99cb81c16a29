"""A browser that talks to any of several nodes with the same cookies, as behind one balancer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from kbwizard.accounts.demo import DEMO_PASSWORD
from tests.helpers.page import Page

TIMEOUT_S = 30


@dataclass(frozen=True)
class Answer:
    """What `Page` needs of an answer, whoever gave it."""

    status_code: int
    text: str
    url: str

    def get_data(self, *, as_text: bool) -> str:
        assert as_text
        return self.text


class Browser:
    """Cookies do not know ports: what one node set, all nodes of this host receive."""

    def __init__(self) -> None:
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def get(self, port: int, path: str) -> Page:
        return self._ask(port, Request(f"http://127.0.0.1:{port}{path}"))

    def post(self, port: int, path: str, fields: dict[str, str]) -> Page:
        """Send a form and follow the redirect, on the same node."""
        body = urlencode(fields).encode()
        return self._ask(port, Request(f"http://127.0.0.1:{port}{path}", data=body))

    def send(self, port: int, page: Page, form: str, **typed: str) -> Page:
        """Fill a form of a page, which another node may have written, and send it."""
        action = str(page.find(form)["action"])
        return self.post(port, action, {**page.fields(form), **typed})

    def sign_in(self, port: int, name: str = "ana.agente", password: str = DEMO_PASSWORD) -> Page:
        form = self.get(port, "/account/sign-in")
        return self.send(port, form, "form", name=name, password=password)

    def open_case(self, port: int, login: str) -> str:
        """Find a customer by login and open a case about the line; its protocol."""
        home = self.get(port, "/desk/")
        found = self.post(port, "/desk/customers", {"who": login, "csrf_token": home.token()})
        opened = self.send(port, found, "#customers form")
        assert opened.status == 200, opened.soup.get_text(" ")[:500]
        place = re.search(r"/desk/cases/([\d-]+)", address_of(opened))
        assert place is not None, address_of(opened)
        return place[1]

    def _ask(self, port: int, request: Request) -> Page:
        try:
            with self._opener.open(request, timeout=TIMEOUT_S) as reply:
                answer = Answer(reply.status, reply.read().decode(), reply.url)
        except HTTPError as error:
            with error:
                answer = Answer(error.code, error.read().decode(), error.url)
        return Page(answer)  # type: ignore[arg-type]


def address_of(page: Page) -> str:
    """Where the browser stands."""
    return str(page.response.url)  # type: ignore[attr-defined]

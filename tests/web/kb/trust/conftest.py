"""An app over a handful of articles in a folder of the test's own, and one small tree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from kbwizard.config import Settings
from kbwizard.content.articles import Article
from kbwizard.readership.service import Readership
from kbwizard.web.kb.parts import KbParts
from tests.conftest import SignedIn
from tests.helpers.articles import article_source
from tests.helpers.clock import FrozenClock
from tests.helpers.content import write_content
from tests.helpers.page import Page, get

ARTICLES = {
    "luzes": article_source("Luzes da ONU"),
    "senha": article_source("Senha do Wi-Fi", owner="lia.lider"),
    "da-casa": article_source("Da casa", owner="kbwizard"),
    "conduta": article_source("Conduta", must_read="true", edition=2),
    "vencido": article_source("Fibra dobrada", verified_at="2026-01-10", owner="lia.lider"),
    "nunca": article_source("Sem verificação", verified_by=None, verified_at=None),
    "logo": article_source("Vence logo", verified_at="2026-06-01", review_every=180),
}
TODAY = date(2026, 11, 21)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The test's settings, with content of its own."""
    trees, articles = write_content(settings.data_dir, {}, articles=ARTICLES)
    return replace(settings, trees_dir=trees, articles_dir=articles)


@dataclass
class Base:
    """What a test of trust looks at beside the screens."""

    app: Flask
    kb: KbParts
    engine: Engine
    clock: FrozenClock
    settings: Settings
    client_as: SignedIn

    @property
    def readership(self) -> Readership:
        return self.kb.readership

    def article(self, slug: str) -> Article:
        """As it is in the folder now."""
        self.kb.live.reload()
        return self.kb.live.articles()[slug]

    def rewrite(self, slug: str, title: str, body: str = "Outro texto.", **head: object) -> None:
        """As somebody does with an editor of their own."""
        file = self.settings.articles_dir / f"{slug}.md"
        file.write_text(article_source(title, body, **head), encoding="utf-8")
        self.kb.live.reload()

    def page(self, role: str, path: str, status: int = 200) -> Page:
        page = get(self.client_as(role), path)
        assert page.status == status, page.soup.get_text(" ", strip=True)[:400]
        return page

    def post(self, role: str, path: str, **form: object) -> Page:
        """A form sent by who has just opened a page: with its token, following the redirect."""
        browser = self.client_as(role)
        return post(browser, path, **form)

    def audited(self, action: str) -> list[dict[str, object]]:
        query = text("SELECT * FROM audit_row WHERE action = :action ORDER BY id")
        with self.engine.connect() as db:
            return [dict(row) for row in db.execute(query, {"action": action}).mappings()]


Open = Callable[[str], FlaskClient]


def post(browser: FlaskClient, path: str, *, fragment: bool = False, **form: object) -> Page:
    """Send a form as the browser would; `fragment`: as htmx would."""
    token = get(browser, "/account").token()
    headers = {"HX-Request": "true"} if fragment else {}
    data = {"csrf_token": token, **form}
    return Page(browser.post(path, data=data, headers=headers, follow_redirects=not fragment))


@pytest.fixture
def base(
    app: Flask, engine: Engine, frozen: FrozenClock, settings: Settings, client_as: SignedIn
) -> Base:
    return Base(app, app.extensions["kbwizard.kb"], engine, frozen, settings, client_as)

"""An app over a few articles in a folder of the test's own, and who writes and reviews there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kbwizard.config import Settings
from kbwizard.editing.service import Editing
from kbwizard.web.kb.parts import KbParts
from tests.conftest import SignedIn
from tests.helpers.articles import article_source
from tests.helpers.clock import FrozenClock
from tests.helpers.content import write_content
from tests.helpers.page import Page, get, send

ARTICLES = {
    "luzes": article_source("Luzes da ONU"),
    "senha": article_source("Senha do Wi-Fi"),
}
FORM = "#writing-form"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The test's settings, with content of its own."""
    trees, articles = write_content(settings.data_dir, {}, articles=ARTICLES)
    return replace(settings, trees_dir=trees, articles_dir=articles)


@dataclass
class Desk:
    """The screens of writing, and what tests do there in a few words."""

    app: Flask
    folder: Path
    clock: FrozenClock
    open_as: Callable[[str], FlaskClient]

    @property
    def editing(self) -> Editing:
        kb: KbParts = self.app.extensions["kbwizard.kb"]
        return kb.editing

    def file(self, slug: str) -> str:
        return (self.folder / f"{slug}.md").read_text(encoding="utf-8")

    def begin(self, client: FlaskClient, slug: str = "luzes") -> Page:
        """The editor of a draft of that article."""
        return send(client, get(client, f"/desk/articles/{slug}/edit"), "form[action$='/edit']")

    def change(self, client: FlaskClient, page: Page, **typed: object) -> Page:
        """Save the editor's form with something typed over it."""
        return send(client, page, FORM, then="save", **typed)

    def send(self, client: FlaskClient, page: Page, **typed: object) -> Page:
        """Save it and send it to review."""
        return send(client, page, FORM, then="send", **typed)

    def in_review(self, body: str = "Olhe bem a luz do aparelho.\n") -> str:
        """The address of the review of a draft that the author has just sent."""
        author = self.open_as("author")
        sent = self.send(author, self.begin(author), body=body)
        return sent.response.request.path


@pytest.fixture
def desk(app: Flask, settings: Settings, frozen: FrozenClock, client_as: SignedIn) -> Desk:
    return Desk(app, settings.articles_dir, frozen, client_as)


@pytest.fixture
def author(desk: Desk) -> FlaskClient:
    """Aldo, who writes."""
    return desk.open_as("author")


@pytest.fixture
def lead(desk: Desk) -> FlaskClient:
    """Lia, who reviews."""
    return desk.open_as("lead")

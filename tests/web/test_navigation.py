"""The header shows each person the screens that are theirs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from kbwizard.accounts.roles import Permission
from kbwizard.web.navigation import SCREENS
from kbwizard.web.security import require
from tests.conftest import SignedIn
from tests.helpers.page import get


@pytest.fixture
def app(app: Flask) -> Flask:
    for endpoint, word, permission in SCREENS:
        if endpoint not in app.view_functions:
            app.add_url_rule(f"/try/{endpoint}", endpoint, require(permission)(_opened(word)))
    return app


def _opened(word: str) -> Callable[[], str]:
    return lambda: word


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("agent", ["Atender", "Atendimentos", "Artigos", "Estudar"]),
        (
            "lead",
            [
                "Atender",
                "Atendimentos",
                "Paradas",
                "Artigos",
                "Escrever",
                "Qualidade",
                "Estudar",
                "Tutoria",
            ],
        ),
        ("author", ["Artigos", "Escrever", "Qualidade", "Estudar"]),
        ("trainee", ["Artigos", "Estudar"]),
    ],
)
def test_each_role_sees_its_own_screens(client_as: SignedIn, role: str, words: list[str]) -> None:
    page = get(client_as(role), "/account")
    for waiting in page.soup.select(".nav .chip"):
        waiting.decompose()

    assert page.all(".nav a") == words


def test_every_address_of_the_header_opens(client_as: SignedIn) -> None:
    browser = client_as("lead")
    links = get(browser, "/account").soup.select(".nav a")

    statuses = {browser.get(str(link["href"])).status_code for link in links}

    assert statuses == {200}


def test_permissions_of_the_header_are_real_ones() -> None:
    assert all(permission in Permission for _, _, permission in SCREENS)


@pytest.mark.parametrize(
    ("address", "section"),
    [
        ("/desk/drafts", "Escrever"),
        ("/desk/synonyms", "Escrever"),
        ("/desk/feedback", "Qualidade"),
        ("/desk/reports/articles", "Qualidade"),
        ("/desk/to-read", "Artigos"),
        ("/desk/search", "Artigos"),
    ],
)
def test_the_header_says_in_which_part_one_is(
    client_as: SignedIn, address: str, section: str
) -> None:
    assert get(client_as("lead"), address).all(".nav#nav [aria-current]") == [section]

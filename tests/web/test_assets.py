"""Static files: their addresses, their caching, their weight."""

from __future__ import annotations

import gzip
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kbwizard.web.assets import FOLDER, load_assets
from tests.helpers.page import get

BUDGET = 12 * 1024


@pytest.fixture
def addresses(client: FlaskClient) -> list[str]:
    page = get(client, "/account/sign-in")
    return [
        str(element.get("src") or element.get("href"))
        for element in page.soup.select("script[src], link[href]")
    ]


def test_every_file_of_a_page_is_ours_and_kept_for_ever(
    client: FlaskClient, addresses: list[str]
) -> None:
    answers = [client.get(address) for address in addresses]

    assert len(answers) == 5
    assert all(answer.status_code == 200 for answer in answers)
    assert all("immutable" in answer.headers["Cache-Control"] for answer in answers)


def test_an_old_address_still_answers_but_is_not_kept(client: FlaskClient) -> None:
    answer = client.get("/assets/000000000000/kbwizard.css")

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"


def test_a_browser_that_may_gets_it_compressed(client: FlaskClient, addresses: list[str]) -> None:
    css = next(address for address in addresses if address.endswith(".css"))

    answer = client.get(css, headers={"Accept-Encoding": "gzip"})

    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data) == (FOLDER / "kbwizard.css").read_bytes()


def test_a_known_file_is_not_sent_again(client: FlaskClient, addresses: list[str]) -> None:
    etag = client.get(addresses[0]).headers["ETag"]

    assert client.get(addresses[0], headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize("name", ["../app.py", "%2e%2e/app.py", "nothing.css", ""])
def test_nothing_else_can_be_read(client: FlaskClient, name: str) -> None:
    assert client.get(f"/assets/x/{name}").status_code == 404


def test_the_style_sheet_keeps_its_budget() -> None:
    assert len(load_assets()["kbwizard.css"].zipped) < BUDGET


def test_the_style_sheet_asks_nobody_else_for_anything() -> None:
    css = (FOLDER / "kbwizard.css").read_text(encoding="utf-8")

    assert not re.search(r"url\(|@import|https?:", css)


def test_every_icon_that_a_template_names_exists(app: Flask) -> None:
    icons = set(
        re.findall(r'<symbol id="(\w+)"', (FOLDER / "icons.svg").read_text(encoding="utf-8"))
    )
    named: set[str] = set()
    for name in app.jinja_env.list_templates():
        source = app.jinja_env.loader.get_source(app.jinja_env, name)[0]  # type: ignore[union-attr]
        named |= set(re.findall(r'\bicon\("(\w+)"', source))

    assert named <= icons

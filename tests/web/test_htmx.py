"""Which requests get fragments, and how answers speak to htmx."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from kbwizard.web import htmx

FRAGMENT = {"HX-Request": "true"}


@pytest.mark.parametrize(
    ("headers", "fragment"),
    [
        ({}, False),
        (FRAGMENT, True),
        ({**FRAGMENT, "HX-Boosted": "true"}, False),
        ({**FRAGMENT, "HX-History-Restore-Request": "true"}, False),
    ],
)
def test_who_gets_a_fragment(app: Flask, headers: dict[str, str], fragment: bool) -> None:
    with app.test_request_context("/", headers=headers):
        assert htmx.wants_fragment() is fragment


def test_a_plain_redirect_is_a_303(app: Flask) -> None:
    with app.test_request_context("/", headers=FRAGMENT):
        response = htmx.redirect_after_post("/desk")

    assert (response.status_code, response.location) == (303, "/desk")


def test_leaving_the_page_is_told_to_htmx_in_its_own_header(app: Flask) -> None:
    with app.test_request_context("/", headers=FRAGMENT):
        response = htmx.redirect_after_post("/desk", whole_page=True)

    assert (response.status_code, response.headers["HX-Redirect"]) == (200, "/desk")


def test_without_htmx_leaving_the_page_is_a_303_too(app: Flask) -> None:
    with app.test_request_context("/"):
        assert htmx.redirect_after_post("/desk", whole_page=True).status_code == 303


def test_a_place_within_the_page_names_its_target(app: Flask) -> None:
    with app.test_request_context("/", headers=FRAGMENT):
        response = htmx.go_within("/desk/7", target="#step")

    assert json.loads(response.headers["HX-Location"]) == {"path": "/desk/7", "target": "#step"}


def test_swapping_can_be_changed_with_modifiers(app: Flask) -> None:
    with app.test_request_context("/"):
        response = htmx.reswap(htmx.go_to("/x"), "beforeend scroll:bottom", target="#log")

    assert response.headers["HX-Reswap"] == "beforeend scroll:bottom"
    assert response.headers["HX-Retarget"] == "#log"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://localhost/desk/7?tab=1", "/desk/7?tab=1"),
        ("https://example.net/x", ""),
        ("http://[", ""),
    ],
)
def test_the_page_shown_is_ours_or_nothing(app: Flask, url: str, shown: str) -> None:
    with app.test_request_context("/", headers={**FRAGMENT, "HX-Current-URL": url}):
        assert htmx.shown_page() == shown


def test_nothing_else_in_the_web_speaks_htmx() -> None:
    from pathlib import Path

    web = Path(htmx.__file__).parent
    speakers = {
        path.relative_to(web).as_posix()
        for path in web.rglob("*.py")
        if '"HX-' in path.read_text(encoding="utf-8")
        or "htmx_flask" in path.read_text(encoding="utf-8")
    }

    assert speakers == {"htmx.py"}

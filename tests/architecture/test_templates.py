"""Fragments have one root with a name of its own, and no page asks anything of the outside."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kbwizard.config import ROOT

FOLDER = ROOT / "templates"
PAGES = sorted(FOLDER.rglob("*.html"))
VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
    ]
)

ROOTS = {
    "account/_expired.html": "expired",
    "kb/_article.html": "article-open",
    "kb/_articles.html": "articles",
    "kb/_retired.html": "article-open",
    "desk/_bar.html": "call-bar",
    "desk/_beat.html": "beat",
    "desk/_call.html": "call",
    "desk/_cases.html": "cases",
    "desk/_change.html": "call-step",
    "desk/_customers.html": "customers",
    "desk/_keys.html": "call-keys",
    "desk/_keys_dialog.html": "keys",
    "desk/_keys_list.html": "keys-list",
    "desk/_path.html": "call-path",
    "desk/_readings.html": "call-readings",
    "desk/_reads.html": "call-reads",
    "desk/_record.html": "call-record",
    "desk/_revealed.html": "revealed-*",
    "kb/_search_dialog.html": "search",
    "kb/_search_results.html": "search-results",
    "kb/_suggestions.html": "call-suggestions",
    "desk/_step.html": "call-step",
    "desk/_with_customer.html": "with-customer",
    "errors/_error.html": "error",
    "layouts/_nav.html": "nav",
    "layouts/_signed_in.html": "signed-in",
    "study/_before.html": "study-before",
    "study/_coach.html": "study-coach",
    "study/_notes.html": "study-notes",
    "study/_talk.html": "study-talk",
    "study/_written.html": "study-written",
    "trust/_acknowledge.html": "acknowledge",
    "trust/_answered.html": "answered",
    "trust/_feedback.html": "feedback",
    "trust/_pending.html": "pending",
    "trust/_tabs.html": "tabs",
    "writing/_links.html": "writing-links",
    "writing/_preview.html": "writing-preview",
    "writing/_problems.html": "writing-problems",
    "writing/_tried.html": "writing-tried",
}
"""Every fragment and the id that HTMX finds it by; `*` where the name ends in a value."""

INSIDE_OTHERS = frozenset(
    {
        "desk/_ended.html",
        "desk/_forms.html",
        "desk/_note.html",
        "desk/_outcome.html",
        "desk/_pulse.html",
        "writing/_diff.html",
        "writing/_head.html",
        "writing/_retiring.html",
        "writing/_sending.html",
        "writing/_text.html",
    }
)
"""Never swapped by themselves: bodies of another fragment, macros, or several fragments at once."""


class Roots(HTMLParser):
    """The outermost elements of a piece of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0
        self.roots: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.depth == 0:
            self.roots.append(dict(attrs).get("id") or "")
        if tag not in VOID:
            self.depth += 1

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.depth -= 1


def name_of(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


def html_of(path: Path) -> str:
    """The template's own elements: logic and macros away, values as `*`."""
    source = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    source = re.sub(r"\{%-?\s*macro.*?endmacro\s*-?%\}", "", source, flags=re.DOTALL)
    return re.sub(
        r"\{\{.*?\}\}", "*", re.sub(r"\{%.*?%\}", "", source, flags=re.DOTALL), flags=re.DOTALL
    )


def test_every_fragment_has_its_place_in_this_table() -> None:
    fragments = {name_of(path) for path in PAGES if path.name.startswith("_")}

    assert fragments == set(ROOTS) | INSIDE_OTHERS


@pytest.mark.parametrize(("name", "root"), ROOTS.items())
def test_a_fragment_has_one_root_and_its_own_id(name: str, root: str) -> None:
    parser = Roots()
    parser.feed(html_of(FOLDER / name))

    assert (parser.roots, parser.depth) == ([root], 0)


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_no_page_asks_anything_of_another_host(path: Path) -> None:
    addresses = re.findall(
        r"""(?:src|href|action|hx-\w+)\s*=\s*["']?\s*((?:https?:)?//[^"'\s>]+)""", html_of(path)
    )

    assert addresses == []


def test_our_own_scripts_and_styles_ask_nothing_of_another_host() -> None:
    static = ROOT / "kbwizard" / "web" / "static"
    own = [
        path
        for path in static.rglob("*")
        if path.suffix in (".css", ".js") and ".min." not in path.name
    ]

    assert own
    for path in own:
        source = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.search(
            r"(?:https?:)?//[\w.-]+\.[a-z]{2,}", source.replace("http://www.w3.org", "")
        ), path.name

"""Rules that every template keeps: no inline script or style, fragments with one named root."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kbwizard.config import ROOT
from kbwizard.web.assets import FOLDER as STATIC

FOLDER = ROOT / "templates"
HTML = sorted(FOLDER.rglob("*.html"))
SHEETS = sorted(path.name for path in STATIC.glob("*.css"))
HELP_SHEETS = [name for name in SHEETS if name.startswith("help")]
OWN_SHEETS = [name for name in SHEETS if name not in HELP_SHEETS]
"""What customers' pages may load, and those of who is signed in."""
FRAGMENTS = [path for path in HTML if path.name.startswith("_")]


def _source(path: Path) -> str:
    return re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def _name(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


@pytest.mark.parametrize("path", HTML, ids=_name)
def test_no_script_or_style_is_written_inline(path: Path) -> None:
    source = _source(path)

    assert not re.search(r"<style|\sstyle\s*=", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)
    assert not re.search(r"\son\w+\s*=|hx-on|javascript:|js:", source)


@pytest.mark.parametrize("path", HTML, ids=_name)
def test_nothing_is_let_through_unescaped_but_rendered_markdown(path: Path) -> None:
    for found in re.findall(r"\{\{([^}]*\|\s*safe[^}]*)\}\}", _source(path)):
        fixed = re.match(r"\s*'[^'{]*'\s*\|\s*safe", found)
        assert fixed or "html" in found, f"{_name(path)}: {found} is not known to be sanitised"


@pytest.mark.parametrize("path", HTML, ids=_name)
def test_every_form_that_posts_carries_the_token(path: Path) -> None:
    for form in re.findall(r'<form[^>]*method="post".*?</form>', _source(path), flags=re.DOTALL):
        assert "csrf" in form


@pytest.mark.parametrize("path", FRAGMENTS, ids=_name)
def test_a_fragment_extends_nothing(path: Path) -> None:
    assert "{% extends" not in _source(path)


@pytest.mark.parametrize("path", HTML, ids=_name)
def test_every_class_is_in_the_style_sheet(path: Path) -> None:
    sheets = HELP_SHEETS if "help" in _name(path) else OWN_SHEETS
    written = "".join((STATIC / sheet).read_text("utf-8") for sheet in sheets)
    known = set(re.findall(r"\.(-?[a-zA-Z][\w-]*)", written))

    named = re.findall(r'\sclass="([^"]*)"', re.sub(r"\{[{%].*?[%}]\}", "\0", _source(path)))
    used = {name for text in named for name in text.split() if "\0" not in name}

    assert used <= known

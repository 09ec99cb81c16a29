"""The customer's style sheet: the desk's palette, nothing from elsewhere, sizes that grow."""

from __future__ import annotations

import re

from kbwizard.web.assets import FOLDER, load_assets

CSS = (FOLDER / "help.css").read_text(encoding="utf-8")
COLOUR = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6});")


def palettes(css: str) -> list[dict[str, str]]:
    """Light, then dark."""
    return [dict(COLOUR.findall(root)) for root in re.findall(r":root\s*\{([^}]*)\}", css)]


def test_the_colours_are_the_desks_whose_contrast_is_computed() -> None:
    desk = palettes((FOLDER / "kbwizard.css").read_text(encoding="utf-8"))

    for own, whole in zip(palettes(CSS), desk, strict=True):
        assert own.items() <= whole.items()


def test_no_colour_stands_outside_the_palette() -> None:
    rest = re.sub(r":root\s*\{[^}]*\}", "", CSS)

    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;\s,)])", rest) == []


def test_every_length_of_text_and_of_what_is_pressed_grows_with_the_text() -> None:
    fixed = re.findall(r"(?:font-size|min-height|padding|gap):\s*[^;}]*\b\d+px", CSS)

    assert fixed == []


def test_the_sheet_and_the_script_are_small_and_ask_nobody_else() -> None:
    script = (FOLDER / "help.js").read_text(encoding="utf-8")

    assert len(load_assets()["help.css"].zipped) < 4 * 1024
    assert len(load_assets()["help.js"].zipped) < 1024
    assert not re.search(r"url\(|@import|https?:", CSS + script)

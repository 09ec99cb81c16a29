"""The palette's contrast, computed: AA in light and in dark (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re

import pytest

from kbwizard.web.assets import FOLDER

CSS = (FOLDER / "kbwizard.css").read_text(encoding="utf-8")
_ROOTS = re.findall(r":root\s*\{([^}]*)\}", CSS)
LIGHT, DARK = (dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", root)) for root in _ROOTS)
MEANINGS = ("good", "attention", "critical", "unknown")

TEXT = [
    *[(ink, ground) for ink in ("ink", "soft", "accent") for ground in ("bg", "surface", "sunken")],
    *[(ink, "accent-soft") for ink in ("ink", "accent")],
    ("accent-ink", "accent"),
    *[(kind, ground) for kind in MEANINGS for ground in ("bg", "surface", f"{kind}-soft")],
    *[(ink, f"{kind}-soft") for kind in MEANINGS for ink in ("ink", "accent")],
]
LINES = [(line, ground) for line in ("edge", "focus") for ground in ("bg", "surface")]


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(theme: dict[str, str], ink: str, ground: str) -> None:
    assert _contrast(theme[ink], theme[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("line", "ground"), LINES)
def test_edges_and_the_focus_ring_can_be_seen(
    theme: dict[str, str], line: str, ground: str
) -> None:
    assert _contrast(theme[line], theme[ground]) >= 3


def test_both_themes_name_the_same_colours() -> None:
    assert set(LIGHT) == set(DARK)


def test_no_colour_is_written_outside_the_palette() -> None:
    rest = CSS
    for root in _ROOTS:
        rest = rest.replace(root, "")

    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;\s,)])", rest) == []


@pytest.mark.parametrize("kind", MEANINGS)
def test_each_meaning_has_its_shape(kind: str) -> None:
    shape = {"good": "●", "attention": "▲", "critical": "■", "unknown": "◌"}[kind]

    assert re.search(rf"\.state--{kind}::before[^{{]*\{{[^}}]*{shape}", CSS)

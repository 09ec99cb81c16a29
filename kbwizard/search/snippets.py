"""The piece of a text that shows why it was found: escaped, the words found in `<mark>`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from markupsafe import Markup, escape

from kbwizard.search.words import finder, fold, stems_of

LENGTH = 180
"""Characters shown, about two lines of a result."""
MOST_READ = 20_000
"""Characters of a text that are looked at."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where wanted words stand in the text."""

    start: int
    end: int
    stems: frozenset[str]


def snippet(text: str, wanted: Collection[str]) -> Markup:
    """The stretch of a tidy text with most of the wanted terms, as safe HTML.

    Accents and endings do not matter: `wanted` are stems. Without any, the text's beginning.
    """
    return placed_snippet(text, wanted)[0]


def placed_snippet(text: str, wanted: Collection[str]) -> tuple[Markup, int]:
    """The same, and where in the text the first word found in it stands (or the piece begins)."""
    text = text[:MOST_READ]
    found = _found(text, frozenset(wanted))
    start, end = _stretch(text, found)
    shown = [place for place in found if start <= place.start and place.end <= end]
    pieces = [escape("… " if start else "")]
    at = start
    for place in shown:
        if place.start < at:
            continue
        pieces += [escape(text[at : place.start]), Markup("<mark>")]
        pieces += [escape(text[place.start : place.end]), Markup("</mark>")]
        at = place.end
    pieces.append(escape(text[at:end]))
    pieces.append(escape(" …" if end < len(text) else ""))
    return Markup("").join(pieces), shown[0].start if shown else start


def _found(text: str, wanted: frozenset[str]) -> list[_Place]:
    if not wanted:
        return []
    places = []
    for match in finder(wanted).finditer(fold(text)):
        common = stems_of(match.group()) & wanted
        if common:
            places.append(_Place(match.start(), match.end(), common))
    return places


def _stretch(text: str, found: list[_Place]) -> tuple[int, int]:
    """Where the best window begins and ends, at word borders."""
    begin = (
        max((_worth(found, n), -place.start) for n, place in enumerate(found)) if found else None
    )
    start = -begin[1] if begin else 0
    if start + LENGTH > len(text):
        start = max(0, len(text) - LENGTH)
    start = 0 if start < 40 else _next_border(text, max(0, start - 30))
    end = len(text) if start + LENGTH >= len(text) else text.rfind(" ", start, start + LENGTH)
    return start, end if end > start else min(len(text), start + LENGTH)


def _worth(found: list[_Place], first: int) -> int:
    """How much the window that begins at a place shows: different words before many words."""
    limit = found[first].start + LENGTH - 40
    stems: set[str] = set()
    many = 0
    for place in found[first:]:
        if place.end > limit:
            break
        stems |= place.stems
        many += 1
    return 10 * len(stems) + many


def _next_border(text: str, at: int) -> int:
    space = text.find(" ", at, at + 30)
    return space + 1 if space >= 0 else at

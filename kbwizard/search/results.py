"""What a search answers."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from kbwizard.search.documents import Kind


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found. `slug` of a node is `tree#node`; `snippet` is safe HTML.

    `score` only orders the hits of one search: the best match of every word is about 1.
    """

    kind: Kind
    slug: str
    title: str
    topics: tuple[str, ...]
    score: float
    snippet: Markup
    tree: str = ""
    node: str = ""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits, best first. `corrected`: the query as understood, when a word was corrected."""

    hits: tuple[Hit, ...] = ()
    corrected: str | None = None

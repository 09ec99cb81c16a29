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
    section: str = ""
    """Anchor of the article's section that the snippet comes from; empty above the first one."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits, best first, and what the search would say to who typed.

    Everything here is made of words that the reader may see.
    """

    hits: tuple[Hit, ...] = ()
    corrected: str | None = None
    """The query as it was understood, when a word that leads nowhere was corrected."""
    suggestion: str | None = None
    """Another query ("você quis dizer") that would find clearly more than what was typed."""
    completions: tuple[str, ...] = ()
    """While typing: words that the last one may become, the most used first."""

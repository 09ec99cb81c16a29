"""What the index is given of a document: ready terms by field, and what is stored to be shown."""

from __future__ import annotations

from collections import Counter
from typing import Any

from kbwizard.search.documents import Document
from kbwizard.search.stem import stem
from kbwizard.search.words import Word, fold, telling, terms, tidy

TITLE, TAGS, SUMMARY = 4, 3, 2
"""How often a word of the title, of tags and aliases, of the summary counts; of the body, once."""


def fields(document: Document) -> dict[str, Any]:
    """The document as the engine takes it."""
    hidden = " ".join((*document.tags, *document.aliases))
    counts: Counter[str] = Counter()
    written: dict[bool, dict[str, None]] = {True: {}, False: {}}
    for text, weight, visible in (
        (document.title, TITLE, True),
        (hidden, TAGS, False),
        (document.summary, SUMMARY, True),
        (document.body, 1, True),
    ):
        text = tidy(text)
        for word in telling(text):
            counts[stem(word.text)] += weight
            written[visible][_surface(text, word)] = None
    shown = _shown(document) | {
        "visible": " ".join(written[True]),
        "hidden": " ".join(written[False]),
    }
    return {"key": document.key, "terms": counts, "shown": shown}


def _shown(document: Document) -> dict[str, Any]:
    return {
        "key": document.key,
        "print": document.fingerprint,
        "kind": document.kind,
        "audiences": list(document.audiences),
        "slug": document.slug,
        "title": document.title,
        "topics": list(document.topics),
        "tree": document.tree,
        "node": document.node,
        "text": document.body or document.summary or document.title,
        "sections": list(document.sections),
        "phrases": _phrases(document),
    }


def _phrases(document: Document) -> list[str]:
    """The terms of the title and of every alias and tag: whole ways of asking for it."""
    if document.kind == "node":
        return []
    ways = (document.title, *document.aliases, *document.tags)
    found = dict.fromkeys(" ".join(dict.fromkeys(terms(way))) for way in ways)
    return [phrase for phrase in found if phrase]


def _surface(text: str, word: Word) -> str:
    """A word as it is written but for capitals."""
    written = text[word.start : word.end].lower()
    return written if len(written) == len(word.text) and fold(written) == word.text else word.text

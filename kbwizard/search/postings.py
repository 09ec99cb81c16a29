"""What the index is given of a document: ready terms by field, and what is stored to be shown."""

from __future__ import annotations

from typing import Any

from kbwizard.search.documents import Document
from kbwizard.search.words import STOP, Word, fold, grams, is_stop, kept_words, terms, tidy, words

TITLE, TAGS, SUMMARY = 4, 3, 2
"""How often a word of the title, of tags and aliases, of the summary counts; of the body, once."""
LONGEST_EDGE = 12
_EDGES = range(2, LONGEST_EDGE + 1)


def fields(document: Document) -> dict[str, Any]:
    """The document as the engine takes it."""
    weighted = [
        (document.title, TITLE),
        (" ".join(document.tags), TAGS),
        (" ".join(document.aliases), TAGS),
        (document.summary, SUMMARY),
        (document.body, 1),
    ]
    heads = " ".join(text for text, weight in weighted if weight > 1)
    return {
        "key": document.key,
        "terms": " ".join(" ".join(terms(text) * weight) for text, weight in weighted),
        "edges": " ".join(_edges(document.title) * 2 + _edges(f"{heads} {document.body}")),
        "grams": " ".join(grams(document.title) * 2 + grams(heads)),
        "shown": _shown(document),
    }


def _shown(document: Document) -> dict[str, Any]:
    hidden = " ".join((*document.tags, *document.aliases))
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
        "visible": _surfaces(" ".join((document.title, document.summary, document.body))),
        "hidden": _surfaces(hidden),
    }


def _phrases(document: Document) -> list[str]:
    """The terms of the title and of every alias and tag: whole ways of asking for it."""
    if document.kind == "node":
        return []
    ways = (document.title, *document.aliases, *document.tags)
    return list(dict.fromkeys(" ".join(dict.fromkeys(terms(way))) for way in ways))


def _surfaces(text: str) -> str:
    """Every word that carries meaning, once, as it is written but for capitals."""
    text = tidy(text)
    return " ".join(
        dict.fromkeys(_surface(text, word) for word in words(text) if not is_stop(word))
    )


def _surface(text: str, word: Word) -> str:
    written = text[word.start : word.end].lower()
    return written if fold(written) == word.text and word.text not in STOP else word.text


def _edges(text: str) -> list[str]:
    return [word[:size] for word in set(kept_words(text)) for size in _EDGES if size <= len(word)]

"""How people talk, put beside the words of the articles: one way, at query time, never chained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kbwizard.errors import ContentError, Problem
from kbwizard.search.stem import stem
from kbwizard.search.words import STOP, kept_words, terms, tidy, words

FILE = Path(__file__).with_name("synonyms.txt")
WEIGHT = 0.6
MOST_WORDS = 4


@dataclass(frozen=True, slots=True)
class Synonyms:
    """`by_terms`: the terms of what is typed, in order, to the terms that are added."""

    by_terms: Mapping[tuple[str, ...], tuple[str, ...]]
    vocabulary: frozenset[str]
    """Folded words of what is typed: known, and therefore never corrected."""

    def added(self, typed: Sequence[str]) -> tuple[str, ...]:
        """The terms to add to a query's terms, each once, none that is there already."""
        found: dict[str, None] = {}
        for size in range(1, MOST_WORDS + 1):
            for at in range(len(typed) - size + 1):
                found.update(dict.fromkeys(self.by_terms.get(tuple(typed[at : at + size]), ())))
        return tuple(term for term in found if term not in typed)


@cache
def shipped() -> Synonyms:
    """The list that comes with kbwizard."""
    return read_synonyms(FILE.read_text(encoding="utf-8"), FILE.name)


def read_synonyms(source: str, file: str) -> Synonyms:
    """Read a list. Raises `ContentError` with every line that cannot be understood."""
    by_terms: dict[tuple[str, ...], tuple[str, ...]] = {}
    vocabulary: set[str] = set()
    problems = []
    for number, line in enumerate(source.splitlines(), start=1):
        entry = line.partition("#")[0].strip()
        if not entry:
            continue
        typed, _, meant = entry.partition("=")
        key, values = _key(typed), tuple(dict.fromkeys(terms(meant)))
        if not key or not values or len(key) > MOST_WORDS:
            problems.append(
                Problem(
                    file,
                    number,
                    "synonym",
                    f"a linha {entry[:60]!r} não é um sinônimo",
                    "escreva: o que se digita = palavra, palavra",
                )
            )
            continue
        by_terms[key] = (*by_terms.get(key, ()), *values)
        vocabulary.update(kept_words(typed))
    if problems:
        raise ContentError(problems)
    return Synonyms(by_terms, frozenset(vocabulary))


def _key(typed: str) -> tuple[str, ...]:
    found = [word.text for word in words(tidy(typed))]
    return tuple(stem(word) for word in found if word not in STOP)

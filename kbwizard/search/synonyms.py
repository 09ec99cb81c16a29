"""How people talk, put beside the words of the articles: one way, at query time, never chained.

One list comes with kbwizard, another is edited by the people who answer for the articles.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from kbwizard.content.synonymlist import MOST_TYPED, problem, read_lines
from kbwizard.errors import ContentError, Problem
from kbwizard.search.stem import stem
from kbwizard.search.words import STOP, kept_words, terms, tidy, words

FILE = Path(__file__).with_name("synonyms.txt")
WEIGHT = 0.6
WEIGHT_OF_STRANGE = 1.2
"""Of what stands for words that no text has: jargon, names of games and of shops."""
EDITED = "articles/_synonyms.txt"


@dataclass(frozen=True, slots=True)
class Synonyms:
    """`by_terms`: the terms of what is typed, in order, to the terms that are added."""

    by_terms: Mapping[tuple[str, ...], tuple[str, ...]]
    vocabulary: frozenset[str]
    """Folded words of what is typed: known, and therefore never corrected."""

    def added(self, typed: Sequence[str], known: Container[str] = ()) -> dict[str, float]:
        """The terms to add to a query's terms, with weights; none that is there already.

        An expression is worth more than its words: those it takes stand for nothing by themselves
        ("vizinho usando" is about a password, "vizinho" alone about a failure of the street).
        One whose words are in no text (`known`) says all that it has to say by what it stands for.
        """
        found: dict[str, float] = {}
        taken: set[int] = set()
        for size in range(MOST_TYPED, 0, -1):
            for at in range(len(typed) - size + 1):
                places = range(at, at + size)
                key = tuple(typed[at : at + size])
                meant = self.by_terms.get(key)
                if meant and taken.isdisjoint(places):
                    strange = not any(term in known for term in key)
                    weight = WEIGHT_OF_STRANGE if strange else WEIGHT
                    for term in meant:
                        found[term] = max(weight, found.get(term, 0.0))
                    taken.update(places)
        return {term: weight for term, weight in found.items() if term not in typed}

    def __or__(self, other: Synonyms) -> Synonyms:
        """Both lists: where both know what is typed, both are meant."""
        by_terms = dict(self.by_terms)
        for key, values in other.by_terms.items():
            by_terms[key] = tuple(dict.fromkeys((*by_terms.get(key, ()), *values)))
        return Synonyms(by_terms, self.vocabulary | other.vocabulary)


@cache
def shipped() -> Synonyms:
    """The list that comes with kbwizard."""
    return read_synonyms(FILE.read_text(encoding="utf-8"), FILE.name)


@lru_cache(maxsize=4)
def with_shipped(source: str) -> Synonyms:
    """The list that comes with kbwizard and one edited here, but for its bad lines."""
    return shipped() | parse_synonyms(source, EDITED)[0]


def read_synonyms(source: str, file: str) -> Synonyms:
    """Read a list. Raises `ContentError` with every line that cannot be understood."""
    found, problems = parse_synonyms(source, file)
    if problems:
        raise ContentError(problems)
    return found


def parse_synonyms(source: str, file: str) -> tuple[Synonyms, list[Problem]]:
    """What the good lines of a list say, and a problem for each line that is none."""
    by_terms: dict[tuple[str, ...], tuple[str, ...]] = {}
    vocabulary: set[str] = set()
    problems = []
    for line in read_lines(source, file):
        if isinstance(line, Problem):
            problems.append(line)
            continue
        key, values = _key(line.typed), tuple(dict.fromkeys(terms(line.meant)))
        if not key or not values or len(key) > MOST_TYPED:
            message = f'"{line.typed[:60]}" não tem de uma a {MOST_TYPED} palavras que digam algo'
            problems.append(problem(file, line.number, message))
            continue
        by_terms[key] = tuple(dict.fromkeys((*by_terms.get(key, ()), *values)))
        vocabulary.update(kept_words(line.typed))
    return Synonyms(by_terms, frozenset(vocabulary)), problems


def _key(typed: str) -> tuple[str, ...]:
    found = [word.text for word in words(tidy(typed))]
    return tuple(stem(word) for word in found if word not in STOP)

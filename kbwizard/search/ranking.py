"""Orders what was found: by terms, by ways of asking, by words alike; exact words first."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from kbwizard.search.phrases import Phrases
from kbwizard.search.query import Wanted
from kbwizard.search.results import Hit
from kbwizard.search.snippets import placed_snippet
from kbwizard.search.stem import stem
from kbwizard.search.weak import WEAK_WEIGHT
from kbwizard.search.weights import TermWeights
from kbwizard.search.words import kept_words

MOST_HITS = 100
NODES_OF_A_TREE = 3
"""Steps of one tree in a mixed list: the rest would only push other answers out."""
_LOOKS_WEIGHT = 0.4
_PHRASES_WEIGHT = 0.4
_AS_TYPED = 0.3
_LOOKED_AT = 20
_BEGUN = 0.6
"""Weight of each word that the one being typed may become."""
_VARIED = 10
_SAME_TOPIC = 0.8
"""What is left of the score of a hit whose every topic a better one has."""
_NODE_WEIGHT = 0.6
"""Short texts score high by their length alone; an article says more."""

Scores = dict[int, float]


@dataclass(frozen=True, slots=True)
class Lists:
    """Ranked lists of document numbers, within what may be seen."""

    searcher: Any
    documents: Sequence[Mapping[str, Any]]
    weights: TermWeights
    phrases: Phrases
    scope: set[int]

    def hits(self, wanted: Wanted, *, limit: int, mixed: bool) -> tuple[Hit, ...]:
        """The best hits. `mixed`: a list of all kinds, in which no tree may crowd out others."""
        marks = {*wanted.terms, *([stem(wanted.prefix)] if wanted.prefix else [])}
        scores = self._scores(wanted)
        numbers: Iterable[int] = self._uncrowded(scores) if mixed else scores
        best = islice(numbers, max(0, min(limit, MOST_HITS)))
        return tuple(_hit(self.documents[number], scores[number], marks) for number in best)

    def _scores(self, wanted: Wanted) -> Scores:
        """Best first; words that look alike join in once the last word is typed."""
        terms = dict(wanted.terms)
        if wanted.prefix:
            terms |= {term: _BEGUN for term in wanted.begun if term not in terms}
            terms.setdefault(stem(wanted.prefix), _BEGUN)
        by_terms = self._ranked(terms)
        near = self.phrases.nearness(wanted.terms)
        by_phrases = {number: much for number, much in near.items() if number in self.scope}
        lists = [(_measured(by_terms), 1.0), (by_phrases, _PHRASES_WEIGHT)]
        if wanted.bent and not wanted.prefix:
            by_looks = self._ranked({**wanted.bent, **{stem(word): 1.0 for word in wanted.words}})
            lists.append((_measured(by_looks), _LOOKS_WEIGHT))
        fused = self._as_typed(_fused(lists), frozenset(wanted.words))
        return _exact_first(self._varied(fused), self._exact(wanted, terms, by_terms))

    def _varied(self, scores: Scores) -> Scores:
        """The same best hit, and among the next ones first what is about something else.

        Who asks in words that fit two subjects finds both on top, not three texts about one.
        """
        left = dict(islice(scores.items(), _VARIED))
        varied: Scores = {}
        shown: set[str] = set()
        while left:
            worth = {number: score * self._news(number, shown) for number, score in left.items()}
            best = max(worth, key=lambda number: worth[number])
            varied[best] = worth[best]
            shown.update(self.documents[best]["topics"])
            del left[best]
        least = min(varied.values(), default=0.0)
        for number, score in islice(scores.items(), _VARIED, None):
            varied[number] = min(score, least)
        return varied

    def _news(self, number: int, shown: Collection[str]) -> float:
        topics = self.documents[number]["topics"]
        return _SAME_TOPIC if topics and all(topic in shown for topic in topics) else 1.0

    def _exact(
        self, wanted: Wanted, terms: Mapping[str, float], by_terms: Scores
    ) -> Collection[int]:
        """Documents that have a telling word as it was typed, or what it stands for."""
        exact = {
            term: weight
            for term, weight in terms.items()
            if term not in wanted.guessed and weight > WEAK_WEIGHT
        }
        if wanted.guessed.isdisjoint(terms) or not exact:
            return by_terms
        return self._ranked(exact)

    def _as_typed(self, scores: Scores, typed: frozenset[str]) -> Scores:
        """Among the best, a title with the very words that were typed is worth more."""
        if not typed:
            return scores
        for number in islice(tuple(scores), _LOOKED_AT):
            have = typed & set(kept_words(self.documents[number]["title"]))
            scores[number] += _AS_TYPED * len(have) / len(typed)
        return _best_first(scores)

    def _ranked(self, wanted: Mapping[str, float]) -> Scores:
        found = self.weights.scores(wanted, self.scope, self.searcher)
        return {number: score * self._weight(number) for number, score in found.items()}

    def _weight(self, number: int) -> float:
        return _NODE_WEIGHT if self.documents[number]["kind"] == "node" else 1.0

    def _uncrowded(self, numbers: Iterable[int]) -> Iterable[int]:
        nodes: dict[str, int] = {}
        for number in numbers:
            shown = self.documents[number]
            if shown["kind"] == "node":
                nodes[shown["tree"]] = nodes.get(shown["tree"], 0) + 1
                if nodes[shown["tree"]] > NODES_OF_A_TREE:
                    continue
            yield number


def _measured(scores: Scores) -> Scores:
    """A list measured against its own best."""
    best = max(scores.values(), default=1.0) or 1.0
    return {number: score / best for number, score in scores.items()}


def _fused(rankings: Iterable[tuple[Scores, float]]) -> Scores:
    """Lists joined by score, best first. Ties keep the content's order."""
    fused: Scores = {}
    for scores, weight in rankings:
        for number, score in scores.items():
            fused[number] = fused.get(number, 0.0) + weight * score
    return _best_first(fused)


def _best_first(scores: Scores) -> Scores:
    return dict(sorted(scores.items(), key=lambda item: (-item[1], item[0])))


def _exact_first(scores: Scores, exact: Collection[int]) -> Scores:
    """What was only guessed (corrected words, words alike) stands after all that was not."""
    first = {number: score for number, score in scores.items() if number in exact}
    least = min(first.values(), default=1.0)
    most = max((score for number, score in scores.items() if number not in first), default=0.0)
    shrink = min(1.0, least / most) if most and first else 1.0
    rest = {number: score * shrink for number, score in scores.items() if number not in first}
    return first | rest


def _hit(shown: Mapping[str, Any], score: float, marks: Collection[str]) -> Hit:
    text, at = placed_snippet(shown["text"], marks)
    sections = shown["sections"]
    place = bisect_right(sections, at, key=lambda section: section[0]) - 1
    return Hit(
        kind=shown["kind"],
        slug=shown["slug"],
        title=shown["title"],
        topics=tuple(shown["topics"]),
        score=round(score, 4),
        snippet=text,
        tree=shown["tree"],
        node=shown["node"],
        section=sections[place][1] if place >= 0 else "",
    )

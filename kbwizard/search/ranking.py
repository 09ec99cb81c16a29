"""Orders what was found: by terms, helped by character runs, and cut to what fits on a screen."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from kbwizard.search.engine import EDGES, GRAMS, TERMS, ranked
from kbwizard.search.postings import LONGEST_EDGE
from kbwizard.search.query import Wanted
from kbwizard.search.results import Hit
from kbwizard.search.snippets import placed_snippet
from kbwizard.search.stem import stem
from kbwizard.search.words import grams

MOST_HITS = 100
NODES_OF_A_TREE = 3
"""Steps of one tree in a mixed list: the rest would only push other answers out."""
_POOL = 2 * MOST_HITS
_MOST_RUNS = 32
_RUNS_WEIGHT = 0.3
_WHOLE_WORD = 0.5
"""What is added when the word being typed is a whole word already."""
_NODE_WEIGHT = 0.6
"""Short texts score high by their length alone; an article says more."""

Scores = dict[int, float]


@dataclass(frozen=True, slots=True)
class Lists:
    """Ranked lists of document numbers, within what may be seen."""

    searcher: Any
    documents: Sequence[Mapping[str, Any]]
    scope: set[int]

    def hits(self, wanted: Wanted, *, limit: int, mixed: bool) -> tuple[Hit, ...]:
        """The best hits. `mixed`: a list of all kinds, in which no tree may crowd out others."""
        marks = {*wanted.terms, *([stem(wanted.prefix)] if wanted.prefix else [])}
        scores = self._scores(wanted)
        numbers: Iterable[int] = self._uncrowded(scores) if mixed else scores
        best = islice(numbers, max(0, min(limit, MOST_HITS)))
        return tuple(_hit(self.documents[number], scores[number], marks) for number in best)

    def _scores(self, wanted: Wanted) -> Scores:
        """Best first; the list by character runs joins in once the last word is typed."""
        terms = [(TERMS, term, weight) for term, weight in wanted.terms.items()]
        if wanted.prefix:
            terms.append((EDGES, wanted.prefix[:LONGEST_EDGE], 1.0))
            terms.append((TERMS, stem(wanted.prefix), _WHOLE_WORD))
            return _fused((self._ranked(terms), 1.0))
        runs = dict.fromkeys(run for word in wanted.words for run in grams(word))
        by_runs = [(GRAMS, run, 1.0) for run in islice(runs, _MOST_RUNS)]
        return _fused((self._ranked(terms), 1.0), (self._ranked(by_runs), _RUNS_WEIGHT))

    def _ranked(self, wanted: Iterable[tuple[str, str, float]]) -> Scores:
        found = ranked(self.searcher, wanted, self.scope, _POOL)
        return {number: score * self._weight(number) for number, score in found}

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


def _fused(*rankings: tuple[Scores, float]) -> Scores:
    """Lists joined by score, each measured against its own best. Ties keep the content's order."""
    fused: Scores = {}
    for scores, weight in rankings:
        best = max(scores.values(), default=1.0) or 1.0
        for number, score in scores.items():
            fused[number] = fused.get(number, 0.0) + weight * score / best
    return dict(sorted(fused.items(), key=lambda item: (-item[1], item[0])))


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

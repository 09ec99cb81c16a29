"""How much a term says of each document that has it (BM25), kept once read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log
from typing import Any

from kbwizard.search.engine import postings

_TWICE, _LENGTH = 1.2, 0.75
"""BM25's k1 and b, as everywhere: how soon more of a term adds nothing, how much length counts."""
_KEPT = 20_000
"""Terms whose weights are kept; a base of a thousand articles has about as many."""

Weights = tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class TermWeights:
    """Of one generation, for all threads; two that ask for the same term both read it."""

    lengths: Sequence[float]
    """By document number, against the average."""
    present: int
    """Documents that are in."""
    _known: dict[str, Weights] = field(default_factory=dict)

    def of(self, term: str, searcher: Any) -> Weights:
        """(document number, weight). `searcher` is the calling thread's own."""
        found = self._known.get(term)
        if found is None:
            have = postings(searcher, term)
            rarity = 1.0 + log(max(self.present, len(have)) / (len(have) + 1.0)) if have else 0.0
            found = tuple((number, rarity * self._much(number, often)) for number, often in have)
            if len(self._known) < _KEPT:
                self._known[term] = found
        return found

    def _much(self, number: int, often: float) -> float:
        steep = _TWICE * (1.0 - _LENGTH + _LENGTH * self.lengths[number])
        return often * (_TWICE + 1.0) / (often + steep)

    def scores(
        self, wanted: Mapping[str, float], scope: set[int], searcher: Any
    ) -> dict[int, float]:
        """Of every document in scope that has any wanted term."""
        scores: dict[int, float] = {}
        for term, weight in wanted.items():
            for number, much in self.of(term, searcher):
                if number in scope:
                    scores[number] = scores.get(number, 0.0) + weight * much
        return scores

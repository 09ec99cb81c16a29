"""Titles, aliases and tags as whole ways of asking: how near the nearest one is to the question.

In the combined field an article with twenty aliases is a heap of words; here every alias stands for
itself, so that one which says just what was asked lifts its article above those that have the same
words apart. Nearness is the cosine over stems weighed by rarity, so it is 1 for the same question
and does not depend on what else was found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import Any

_TOO_COMMON = 4_000
"""A term in so many phrases tells nothing, and would cost most."""
_UNHEARD = 5.0
"""Weight of a term that is in no phrase: about that of one that is in a few of a thousand."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """All phrases of a generation, by number."""

    owners: Sequence[int]
    """The document of each phrase."""
    lengths: Sequence[float]
    holding: Mapping[str, Sequence[int]]
    """The phrases that have a term."""
    rarity: Mapping[str, float]

    def nearness(self, terms: Mapping[str, float]) -> dict[int, float]:
        """0 to 1 by document number, of the best phrase of each that shares a term."""
        asked = {term: weight * self.rarity.get(term, _UNHEARD) for term, weight in terms.items()}
        length = sqrt(sum(weight * weight for weight in asked.values())) or 1.0
        shared: dict[int, float] = {}
        for term, weight in asked.items():
            numbers = self.holding.get(term, ())
            if len(numbers) > _TOO_COMMON:
                continue
            much = weight * self.rarity.get(term, 0.0)
            for number in numbers:
                shared[number] = shared.get(number, 0.0) + much
        best: dict[int, float] = {}
        for number, much in shared.items():
            owner, near = self.owners[number], much / (self.lengths[number] * length)
            if near > best.get(owner, 0.0):
                best[owner] = near
        return best


def read_phrases(documents: Sequence[Mapping[str, Any]]) -> Phrases:
    """The phrases of all documents; an empty document has none."""
    owners: list[int] = []
    split: list[list[str]] = []
    holding: dict[str, list[int]] = {}
    for owner, shown in enumerate(documents):
        for phrase in shown.get("phrases", ()):
            terms = phrase.split()
            for term in terms:
                holding.setdefault(term, []).append(len(owners))
            owners.append(owner)
            split.append(terms)
    rarity = {term: log(1 + len(owners) / (len(have) + 0.5)) for term, have in holding.items()}
    lengths = [sqrt(sum(rarity[term] ** 2 for term in terms)) or 1.0 for terms in split]
    return Phrases(owners, lengths, holding, rarity)

"""Words that share most of their character runs: what is left of a word bent out of shape.

"desconexões" and "desconectado", "reiniciei" and "reinicialização" have different stems and are
further apart than a slip of the finger. Compared are the words, not the documents: a few thousand
words stand for any number of texts, so the index needs no field for this.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from threading import Lock

from kbwizard.search.spelling import can_be_corrected
from kbwizard.search.words import runs

LEAST_ALIKE = 0.5
MOST_ALIKE = 4


class Alike:
    """Words by their runs of four characters. It only grows, and is shared, as `Nearby` is."""

    def __init__(self) -> None:
        self._learning = Lock()
        self._sizes: dict[str, int] = {}
        self._having: dict[str, list[str]] = {}

    def learn(self, words: Iterable[str]) -> None:
        """Add words, once each, whatever other threads learn or read meanwhile."""
        with self._learning:
            for word in words:
                if word not in self._sizes and can_be_corrected(word):
                    found = set(runs(word))
                    self._sizes[word] = len(found)
                    for run in found:
                        self._having.setdefault(run, []).append(word)

    def to(self, word: str, known: Mapping[str, int]) -> list[tuple[str, float]]:
        """Other known words with how much they share (Dice's coefficient), the most alike first."""
        if not can_be_corrected(word):
            return []
        mine = set(runs(word))
        shared: dict[str, int] = {}
        for run in mine:
            for other in self._having.get(run, ()):
                shared[other] = shared.get(other, 0) + 1
        near = [
            (2 * common / (len(mine) + self._sizes[other]), other)
            for other, common in shared.items()
            if other != word and other in known
        ]
        best = sorted(
            (one for one in near if one[0] >= LEAST_ALIKE), key=lambda one: (-one[0], one[1])
        )
        return [(other, share) for share, other in best[:MOST_ALIKE]]

"""Corrects words that the index does not know, by deletions (the idea of SymSpell).

Two words that are close share what is left of them after a letter or two are taken away, so close
words are found by looking up, not by comparing with every word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

LEAST = 4
"""Shorter words are names (los, rx, onu) and are left alone."""
LONG = 8
"""From here two errors are forgiven, below one."""
_PREFIX = 7
"""Letters from which deletions are made: errors beyond them are found all the same."""


class Speller:
    """Finds the likeliest known word. `frequencies`: known words and how often each is used."""

    def __init__(self, frequencies: Mapping[str, int]) -> None:
        self._frequencies = {
            word: count
            for word, count in frequencies.items()
            if len(word) >= LEAST and word.isalpha()
        }
        self._words = tuple(self._frequencies)
        self._left: dict[str, list[int]] = {}
        for place, word in enumerate(self._words):
            for left in _deletions(word, errors_forgiven(word)):
                self._left.setdefault(left, []).append(place)

    def correct(self, word: str) -> str | None:
        """The nearest known word, None when there is none near; a known word is its own."""
        if word in self._frequencies:
            return word
        if len(word) < LEAST or not word.isalpha():
            return None
        best = min(self._ranked(word), default=None)
        return best[-1] if best else None

    def _ranked(self, word: str) -> Iterator[tuple[int, bool, int, str]]:
        most = errors_forgiven(word)
        for candidate in {
            self._words[place]
            for left in _deletions(word, most)
            for place in self._left.get(left, ())
        }:
            errors = distance(word, candidate, most)
            if errors <= min(most, errors_forgiven(candidate)):
                strange = candidate[0] != word[0]
                yield errors, strange, -self._frequencies[candidate], candidate


def errors_forgiven(word: str) -> int:
    return 2 if len(word) >= LONG else 1


def _deletions(word: str, most: int) -> Iterable[str]:
    head = word[:_PREFIX]
    found = {head}
    for count in range(1, most + 1):
        if len(head) > count + 1:
            for kept in combinations(range(len(head)), len(head) - count):
                found.add("".join(head[at] for at in kept))
    return found


def distance(one: str, other: str, most: int) -> int:
    """Letters inserted, left out, changed or swapped with a neighbour; `most + 1` if beyond.

    >>> distance("boltu", "boleto", 2), distance("roteadro", "roteador", 1)
    (2, 1)
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, start=1):
        earlier, before, row = before, row, [i]
        for j, right in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            swapped = i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right
            row.append(min(cost, earlier[j - 2] + 1) if swapped else cost)
        if min(row) > most:
            return most + 1
    return row[-1]

"""Corrects words that the index does not know, by deletions (the idea of SymSpell).

Two words that are close share what is left of them after a letter or two are taken away, so close
words are found by looking up, not by comparing with every word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from threading import Lock

LEAST = 4
LONG = 8
"""From here two errors are forgiven, below one."""
LEAST_STRANGE = 6
"""From here another first letter is taken for a slip."""
_DOUBLED = re.compile(r"(.)\1+")
_PREFIX = 7
"""Letters from which deletions are made: errors beyond them are found all the same."""


class Nearby:
    """Words by what is left of them after deletions. It only grows, and is shared.

    Building it is what costs; a word that a reader may not know is left out by its `Speller`.
    """

    def __init__(self) -> None:
        self._learning = Lock()
        self._words: set[str] = set()
        self._left: dict[str, list[str]] = {}

    def learn(self, words: Iterable[str]) -> None:
        """Add words, once each, whatever other threads learn or read meanwhile."""
        with self._learning:
            for word in words:
                if word not in self._words and can_be_corrected(word):
                    self._words.add(word)
                    for left in _deletions(word, errors_forgiven(word)):
                        self._left.setdefault(left, []).append(word)

    def candidates(self, word: str) -> set[str]:
        found: set[str] = set()
        for left in _deletions(word, errors_forgiven(word)):
            found.update(self._left.get(left, ()))
        return found

    def __len__(self) -> int:
        return len(self._words)


class Speller:
    """Finds the likeliest known word. `frequencies`: known words and how often each is used."""

    def __init__(self, frequencies: Mapping[str, int], nearby: Nearby | None = None) -> None:
        self._frequencies = frequencies
        self._nearby = nearby if nearby is not None else Nearby()
        self._nearby.learn(frequencies)

    def correct(self, word: str) -> str | None:
        """The nearest known word, None when there is none near; a known word is its own."""
        if word in self._frequencies and can_be_corrected(word):
            return word
        if not can_be_corrected(word):
            return None
        best = min(self._ranked(word), default=None)
        return best[-1] if best else None

    def commoner(self, word: str, least: int) -> str | None:
        """The nearest other word with the same first letter that is used at least so often."""
        if not can_be_corrected(word):
            return None
        near = (one for one in self._ranked(word) if one[-1] != word and -one[2] >= least)
        best = min((one for one in near if one[-1][0] == word[0]), default=None)
        return best[-1] if best else None

    def _ranked(self, word: str) -> Iterator[tuple[int, bool, int, str]]:
        """(errors, no letter was only doubled, minus how often it is used, candidate)."""
        most = errors_forgiven(word)
        for candidate in self._nearby.candidates(word):
            frequency = self._frequencies.get(candidate, 0)
            if not frequency or not _begin_alike(word, candidate):
                continue
            errors = distance(word, candidate, most)
            if errors <= min(most, errors_forgiven(candidate)):
                doubled = _DOUBLED.sub(r"\1", word) == _DOUBLED.sub(r"\1", candidate)
                yield errors, not doubled, -frequency, candidate


def _begin_alike(word: str, candidate: str) -> bool:
    """The first letter is seldom wrong, and seldom left out: "cache" is not "ache"."""
    if word[0] == candidate[0]:
        return True
    swapped = word[:2] == candidate[1::-1]
    return len(word) == len(candidate) and (swapped or len(word) >= LEAST_STRANGE)


def can_be_corrected(word: str) -> bool:
    """Short words and those with digits are names (los, rx, onu, 691) and are left alone."""
    return len(word) >= LEAST and word.isalpha()


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

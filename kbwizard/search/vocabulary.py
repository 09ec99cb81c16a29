"""The words of one audience: what completes, corrects and suggests while they type.

Made of the documents that the audience may find, and of nothing else. Words that help to find and
are not shown (tags and aliases, to customers) are known, and are never said.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kbwizard.search.alike import Alike
from kbwizard.search.spelling import Nearby, Speller
from kbwizard.search.stem import stem
from kbwizard.search.words import fold
from kbwizard.wizard.model import Audience

MOST_COMPLETIONS = 6
MOST_BEGINNINGS = 8
LEAST_PREFIX = 2
_LOOKED_AT = 1_500
"""Words with the same beginning that are weighed at most."""
_CLEARLY_MORE = 8
"""A commoner word is suggested when it is in so many times as many documents."""
_LEAST_DOUBTED = 5
_RARE = 3
"""Only words in so few documents are doubted."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Folded words with the number of documents they are in."""

    frequencies: Mapping[str, int]
    written: Mapping[str, str]
    """Folded to written (with accents): words that may be shown."""
    stems: Mapping[str, int]
    ordered: tuple[str, ...]
    """All words, in order."""
    speller: Speller
    alike: Alike

    def known(self, word: str) -> bool:
        """Whether a folded word leads anywhere."""
        return stem(word) in self.stems

    def correction(self, word: str) -> str | None:
        """The likeliest known word instead of one that leads nowhere."""
        better = self.speller.correct(word)
        return better if better != word else None

    def commoner(self, word: str) -> str | None:
        """A word near this one, and in so many more documents that it was probably meant.

        Short words are seldom slips, and a word with other forms in use is one of its own.
        """
        used, family = self.frequencies.get(word, 0), self.stems.get(stem(word), 0)
        if len(word) < _LEAST_DOUBTED or used > _RARE or family > used:
            return None
        better = self.speller.commoner(word, max(used, 1) * _CLEARLY_MORE)
        same = better is not None and stem(better) == stem(word)
        return None if better not in self.written or same else better

    def bent(self, word: str) -> list[tuple[str, float]]:
        """Stems of words that share most of their character runs with this one."""
        own = stem(word)
        found = ((stem(other), share) for other, share in self.alike.to(word, self.frequencies))
        return [(other, share) for other, share in found if other != own]

    def beginning(self, prefix: str) -> tuple[str, ...]:
        """The most used words that begin so, one for each stem; they may help to find only."""
        if len(prefix) < LEAST_PREFIX:
            return ()
        found: dict[str, str] = {}
        for word in self._with(prefix):
            found.setdefault(stem(word), word)
        return tuple(found.values())[:MOST_BEGINNINGS]

    def completions(self, prefix: str) -> tuple[str, ...]:
        """The same, as they are written, of those that may be shown and are not typed yet."""
        if len(prefix) < LEAST_PREFIX:
            return ()
        found: dict[str, str] = {}
        for word in self._with(prefix):
            if word in self.written and word != prefix:
                found.setdefault(stem(word), self.written[word])
        return tuple(found.values())[:MOST_COMPLETIONS]

    def _with(self, prefix: str) -> list[str]:
        at = bisect_left(self.ordered, prefix)
        end = bisect_right(self.ordered, prefix + "\uffff", at)
        near = self.ordered[at : min(end, at + _LOOKED_AT)]
        return sorted(near, key=lambda word: (-self.frequencies[word], word))


def read_vocabulary(
    documents: Iterable[Mapping[str, Any]], audience: str, nearby: Nearby, alike: Alike
) -> Vocabulary:
    """Count the words of what one audience may find."""
    visible: Counter[str] = Counter()
    hidden: Counter[str] = Counter()
    for shown in documents:
        visible.update(shown["visible"].split())
        hidden.update(shown["hidden"].split())
    if audience != Audience.CUSTOMER:
        visible, hidden = visible + hidden, Counter()
    written: dict[str, str] = {}
    frequencies: Counter[str] = Counter()
    for word, count in visible.most_common():
        folded = fold(word)
        written.setdefault(folded, word)
        frequencies[folded] += count
    for word, count in hidden.items():
        frequencies[fold(word)] += count
    stems: Counter[str] = Counter()
    for word, count in frequencies.items():
        stems[stem(word)] += count
    alike.learn(frequencies)
    ordered = tuple(sorted(frequencies))
    return Vocabulary(frequencies, written, stems, ordered, Speller(frequencies, nearby), alike)

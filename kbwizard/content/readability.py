"""How hard a text in Portuguese is to read, for people who read as in sixth grade.

The formula is Flesch's, adapted to Brazilian Portuguese by Martins, Ghiraldelo, Nunes and Oliveira
("Readability formulas applied to textbooks in Brazilian Portuguese", Notas do ICMC-USP 28, 1996):
its slope stays and its constant grows, for words in Portuguese have more syllables. It speaks of
texts of some length; what is said on one screen is judged by its sentences and words besides.
Thresholds and why they are what they are: docs/decisions/0096-sixth-grade.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kbwizard.content.syllables import syllables

SIXTH_GRADE = 68.75
"""The least score for "6º ano": the band 50 to 75 is four grades of 6.25 points, it the first."""

EASY = 50.0
"""The least score of that band ("fácil"), for one screen: shorter, so with more room to vary."""

ENOUGH_WORDS = 100
"""The formula was made for samples of a hundred words: below that it jumps with every word."""

SCREENFUL = 30
"""Words from which one screen or paragraph is judged by the formula, by the whole band."""

LONGEST_SENTENCE = 20
"""Words. Longer ones are read twice on a phone."""

LONGEST_WORD = 5
"""Syllables. "Equipamento" has five; what has more nearly always has a plainer word."""

LONG_WORD = 4
"""Syllables from which a word counts as long, of which a short text has a third at most."""

LONGEST_LABEL = 12
"""Words of one answer's label: it is a key to press, not a sentence."""

_OPENS = re.compile(r"\s*(?:[-+*]\s|\d+\.\s|[#>|]|!!!)")
"""A line that begins a block of its own: an item, a heading, a quotation, a row, a notice."""
_ALONE = re.compile(r"\s*(?:#|!!!|\|)")
"""A line that nothing goes on from."""
_PLACE = re.compile(r"\{[^{}\n]*\}")
_MARKUP = re.compile(r"\]\([^)\s]*\)|[*_`#>~]+|^\s*(?:[-+]|\d+\.)\s+|!{3}\s*\w*", re.MULTILINE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\|")
_WORD = re.compile(r"[^\W_]+(?:[-'’.,][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Prose:
    """A text as the formula sees it."""

    sentences: tuple[tuple[str, ...], ...]

    @property
    def words(self) -> int:
        return sum(len(sentence) for sentence in self.sentences)

    @property
    def score(self) -> float:
        """Flesch in Portuguese: about 0 (very hard) to 100 (very easy)."""
        if not self.sentences:
            return 100.0
        long = self.words / len(self.sentences)
        heavy = sum(syllables(word) for one in self.sentences for word in one) / self.words
        return 248.835 - 1.015 * long - 84.6 * heavy

    @property
    def longest(self) -> tuple[str, ...]:
        """The longest sentence."""
        return max(self.sentences, key=len, default=())

    @property
    def share_of_long_words(self) -> float:
        long = sum(syllables(word) >= LONG_WORD for one in self.sentences for word in one)
        return long / self.words if self.words else 0.0

    def heavy_words(self, most: int = LONGEST_WORD) -> list[str]:
        """Words of more syllables than that, each once."""
        found = (word for one in self.sentences for word in one if syllables(word) > most)
        return list(dict.fromkeys(found))


def prose(*texts: str) -> Prose:
    """The sentences and words of some Markdown. A place (`{deadline}`) counts as one word.

    >>> prose("Olhe o aparelho. Tem *luz*?").sentences
    (('Olhe', 'o', 'aparelho'), ('Tem', 'luz'))
    """
    found = []
    for _, block in (block for text in texts for block in blocks(text)):
        plain = _MARKUP.sub(" ", _PLACE.sub("hora", block))
        for sentence in _SENTENCE.split(plain):
            words = tuple(_WORD.findall(sentence))
            if words:
                found.append(words)
    return Prose(tuple(found))


def blocks(text: str) -> Iterator[tuple[int, str]]:
    """Paragraphs, items and headings of some Markdown, each with the number of its first line.

    A sentence may run on over lines; it never runs over blocks.
    """
    first, lines = 0, list[str]()
    for number, line in enumerate([*text.split("\n"), ""]):
        ends = not line.strip() or _OPENS.match(line) or (lines and _ALONE.match(lines[-1]))
        if lines and ends:
            yield first, " ".join(lines)
            lines = []
        if line.strip():
            first = first if lines else number
            lines.append(line)

"""From what somebody typed to what is looked for: terms with weights, corrections, the prefix."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kbwizard.search import synonyms
from kbwizard.search.spelling import Speller
from kbwizard.search.stem import stem
from kbwizard.search.words import STOP, WORK_ORDER, Word, fold, tidy, words

MOST_TYPED = 200
"""Characters looked at; what is typed beyond is ignored."""
MOST_WORDS = 16
_CORRECTED = 0.9
_ARTICLE = 0.5
"""Weight of "os" in small letters: it may mean the order, or nothing."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for. `terms` are stems with weights; `prefix` is the word being typed."""

    terms: Mapping[str, float]
    prefix: str = ""
    corrected: str | None = None
    """The text as it was understood, when a word was corrected."""
    words: tuple[str, ...] = ()
    """Folded words as understood, for the list by character runs."""

    @property
    def nothing(self) -> bool:
        return not self.terms and not self.prefix


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What one circle of readers can find: whose words may correct what they type."""

    known: Callable[[str], bool]
    """Whether a folded word leads anywhere."""
    speller: Speller


def understand(text: str, vocabulary: Vocabulary, *, as_you_type: bool = False) -> Wanted:
    """Analyse a query. While it is typed, its last word is a prefix and is never corrected."""
    typed = tidy(text[:MOST_TYPED])
    found = list(words(typed))[:MOST_WORDS]
    open_word = bool(found) and as_you_type and not text[-1:].isspace()
    open_word = open_word and found[-1].end == len(typed)
    prefix = found.pop().text if open_word else ""
    corrections = _corrections(found, vocabulary)
    meant = [corrections.get(word.text, word.text) for word in found]
    weights: dict[str, float] = {}
    for word, now in zip(found, meant, strict=True):
        if now not in STOP:
            weights.setdefault(stem(now), _weight(word, now))
    sequence = [stem(now) for now in meant if now not in STOP]
    for term in synonyms.shipped().added(sequence):
        weights.setdefault(term, synonyms.WEIGHT)
    kept = tuple(now for now in meant if now not in STOP)
    return Wanted(weights, prefix, _rewritten(typed, found, corrections), kept)


def _corrections(found: list[Word], vocabulary: Vocabulary) -> dict[str, str]:
    corrections = {}
    for word in found:
        if word.text in STOP or vocabulary.known(word.text):
            continue
        better = vocabulary.speller.correct(word.text)
        if better is not None and better != word.text:
            corrections[word.text] = better
    return corrections


def _weight(word: Word, now: str) -> float:
    if word.text == WORK_ORDER and not word.capital:
        return _ARTICLE
    return 1.0 if now == word.text else _CORRECTED


def _rewritten(typed: str, found: list[Word], corrections: Mapping[str, str]) -> str | None:
    if not corrections:
        return None
    pieces, at = [], 0
    for word in found:
        if word.text in corrections and word.start >= at:
            pieces += [fold(typed[at : word.start]), corrections[word.text]]
            at = word.end
    return "".join(pieces) + fold(typed[at:])

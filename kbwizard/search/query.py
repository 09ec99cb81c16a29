"""From what somebody typed to what is looked for: terms with weights, corrections, the prefix."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from kbwizard.search.stem import stem
from kbwizard.search.synonyms import Synonyms
from kbwizard.search.vocabulary import Vocabulary
from kbwizard.search.weak import WEAK, WEAK_WEIGHT
from kbwizard.search.words import STOP, WORK_ORDER, Word, tidy, words

MOST_TYPED = 200
"""Characters looked at; what is typed beyond is ignored."""
MOST_WORDS = 16
_CORRECTED = 0.9
_DOUBTED = 0.5
"""Weight of what was probably meant beside a rare word that was typed."""
_TELLING_NUMBER = 3
"""Digits from which a number is a name (691, 100)."""
_ARTICLE = 0.5
"""Weight of "os" in small letters: it may mean the order, or nothing."""

_READING = re.compile(
    r"(?<![\w.,;)-])[-\u2212](?:[5-9]|[1-3]\d|40)(?:[.,]\d+)?(?=(?i:dbm?)?(?![\w-]))"
)
"""A negative number of the size of an optical power; Wi-Fi's are beyond it (-50 to -90)."""
_UNIT = "dbm"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for. `terms` are stems with weights; `prefix` is the word being typed."""

    terms: Mapping[str, float]
    prefix: str = ""
    corrected: str | None = None
    """The text as it was understood, when a word was corrected and may be shown."""
    suggestion: str | None = None
    words: tuple[str, ...] = ()
    """Folded words as understood, but for those that say little."""
    bent: Mapping[str, float] = field(default_factory=dict)
    """Terms of words that look like those that were typed, with how much."""
    begun: tuple[str, ...] = ()
    """Terms of words that begin as the one being typed."""
    guessed: frozenset[str] = frozenset()
    """Those of `terms` that stand for no word as it was typed, but for a correction of it."""

    @property
    def nothing(self) -> bool:
        return not self.terms and not self.prefix


def understand(
    text: str, vocabulary: Vocabulary, synonyms: Synonyms, *, as_you_type: bool = False
) -> Wanted:
    """Analyse a query. While it is typed, its last word is a prefix and is never corrected."""
    typed = tidy(text[:MOST_TYPED])
    found = [*_readings(typed), *words(typed)][:MOST_WORDS]
    open_word = bool(found) and as_you_type and not text[-1:].isspace()
    open_word = open_word and found[-1].end == len(typed)
    prefix = found.pop().text if open_word else ""
    corrections = _corrections(found, vocabulary, synonyms)
    doubts = _doubts(found, vocabulary, synonyms) if not corrections else {}
    meant = [corrections.get(word.text, word.text) for word in found]
    weights, kept = _weights(found, meant), _telling(meant)
    for other in doubts.values():
        weights.setdefault(stem(other), _DOUBTED)
    exact = {stem(word.text) for word in found if word.text not in corrections}
    exact.update(synonyms.added(_sequence(word.text for word in found)))
    for term, weight in synonyms.added(_sequence(meant), vocabulary.stems).items():
        weights.setdefault(term, weight)
    return Wanted(
        weights,
        prefix,
        corrected=_rewritten(typed, found, corrections, vocabulary),
        suggestion=_rewritten(typed, found, doubts, vocabulary),
        words=kept,
        bent=_bent(kept, vocabulary),
        begun=tuple(stem(word) for word in vocabulary.beginning(prefix)),
        guessed=frozenset(weights.keys() - exact),
    )


def _readings(typed: str) -> list[Word]:
    """What a number says by its sign alone: "-25" is a power, though nobody typed "dBm"."""
    match = _READING.search(typed)
    return [Word(_UNIT, match.start(), match.start())] if match else []


def _weights(found: list[Word], meant: list[str]) -> dict[str, float]:
    weights: dict[str, float] = {}
    kept = _telling(meant)
    for word, now in zip(found, meant, strict=True):
        if now not in STOP:
            much = 1.0 if now in kept else WEAK_WEIGHT
            weights.setdefault(stem(now), much * _weight(word, now))
    return weights


def _bent(kept: Iterable[str], vocabulary: Vocabulary) -> dict[str, float]:
    found: dict[str, float] = {}
    for word in kept:
        for term, share in vocabulary.bent(word):
            found[term] = max(share, found.get(term, 0.0))
    return found


def _sequence(typed: Iterable[str]) -> list[str]:
    return [stem(word) for word in typed if word not in STOP]


def _telling(meant: list[str]) -> tuple[str, ...]:
    """The words that say what is wanted: all that carry meaning, if none says much."""
    kept = tuple(word for word in meant if word not in STOP)
    return tuple(word for word in kept if not _is_weak(word)) or kept


def _is_weak(word: str) -> bool:
    """Words of ordinary talk, and small numbers: "de 10 em 10"."""
    return word in WEAK or (word.isdigit() and len(word) < _TELLING_NUMBER)


def _corrections(found: list[Word], vocabulary: Vocabulary, synonyms: Synonyms) -> dict[str, str]:
    def better(word: str) -> str | None:
        known = vocabulary.known(word) or word in synonyms.vocabulary or word in WEAK
        return None if known else vocabulary.correction(word)

    return _instead(found, better)


def _doubts(found: list[Word], vocabulary: Vocabulary, synonyms: Synonyms) -> dict[str, str]:
    """Words that lead somewhere, and what was probably meant."""

    def better(word: str) -> str | None:
        return None if word in synonyms.vocabulary or word in WEAK else vocabulary.commoner(word)

    return _instead(found, better)


def _instead(found: list[Word], better: Callable[[str], str | None]) -> dict[str, str]:
    pairs = ((word.text, better(word.text)) for word in found if word.text not in STOP)
    return {word: other for word, other in pairs if other is not None}


def _weight(word: Word, now: str) -> float:
    if word.text == WORK_ORDER and not word.capital:
        return _ARTICLE
    return 1.0 if now == word.text else _CORRECTED


def _rewritten(
    typed: str, found: list[Word], instead: Mapping[str, str], vocabulary: Vocabulary
) -> str | None:
    """The query with other words in it; None when there are none that may be shown."""
    shown = {
        word: vocabulary.written[other]
        for word, other in instead.items()
        if other in vocabulary.written
    }
    if not shown:
        return None
    pieces, at = [], 0
    for word in found:
        if word.text in shown and word.start >= at:
            pieces += [typed[at : word.start], shown[word.text]]
            at = word.end
    return "".join(pieces) + typed[at:]

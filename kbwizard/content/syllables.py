"""Counts the syllables of a Portuguese word, well enough for a readability formula.

Written vowels, diphthongs and hiatuses only: no dictionary, no stress beyond what accents show.
Foreign words ("download") come out near enough; letters and numbers have a rule of their own.
"""

from __future__ import annotations

import re
from functools import lru_cache

OF_A_NUMBER = 2
"""Digits are read as words whose length nobody sees: "30" is trin-ta."""

_VOWELS = frozenset("aáâãàeéêiíoóôõuúüy")
_ACCENTED = frozenset("áâãàéêíóôõú")
_STRONG = frozenset("aáâàeéêoóô")
_NASAL = frozenset({"ão", "ãe", "ãi", "õe"})
_MUTE_U = re.compile(r"(?<=q)u|(?<=g)u(?=[aáâãeéêiíoóô])")
_CLOSING = re.compile(r"(nh|[lmnrz]([^aáâãeéêiíoóôõuú]|$))")
"""After such a consonant `i` and `u` stand alone: ra-i-nha, ru-im, ca-ir, a-in-da."""


@lru_cache(maxsize=4096)
def syllables(word: str) -> int:
    """How many syllables a word has; at least one. Parts joined by a hyphen are words.

    >>> [syllables(word) for word in ("luz", "tomada", "região", "Wi-Fi", "história")]
    [1, 3, 3, 2, 3]
    """
    parts = [part for part in re.split(r"[^\w]+", word.lower()) if part]
    return max(1, sum(_of_part(part) for part in parts))


def _of_part(part: str) -> int:
    if any(letter.isdigit() for letter in part):
        return OF_A_NUMBER
    sounds = _MUTE_U.sub("", part)
    found = 0
    place = 0
    while place < len(sounds):
        if sounds[place] in _VOWELS:
            found += 1
            place += 2 if _one_syllable(sounds, place) else 1
        else:
            place += 1
    # Letters without a vowel are spelled out: "TV" is tê-vê.
    return found or len(part)


def _one_syllable(sounds: str, place: int) -> bool:
    """Whether the vowel here and the letter after it are said in one breath."""
    pair = sounds[place : place + 2]
    if len(pair) < 2 or pair[1] not in _VOWELS or pair[0] == pair[1]:
        return False
    rest = sounds[place + 2 :]
    if pair in _NASAL:
        return True
    if pair in ("ai", "ui") and rest.startswith("ç"):
        return False  # tra-i-ção, dis-tri-bu-i-ção, and not re-fei-ção
    if pair[1] in "iu":
        return pair[0] not in "ãõ" and _CLOSING.match(rest) is None
    return _rising(sounds, place, rest)


def _rising(sounds: str, place: int, rest: str) -> bool:
    """The unstressed end of words stressed before it: his-tó-ria, but e-ner-gi-a."""
    ending = sounds[place] in "iu" and sounds[place + 1] in _STRONG and rest in ("", "s", "m")
    return ending and any(letter in _ACCENTED for letter in sounds[:place])

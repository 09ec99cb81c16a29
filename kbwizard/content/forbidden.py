"""Words a customer should not have to read: a data file, matched whole and accent-blind."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from kbwizard.content.markdown_html import fold
from kbwizard.errors import SetupError

FILE = Path(__file__).with_name("forbidden_words.txt")

LABELS = frozenset({"los", "pon"})
"""Printed on the device, so allowed as the name of a light."""

_LIGHT = re.compile(r"\b(luz|luzes|acesa|apagada|piscando|pisca|vermelha|verde|escrita|led)\b")
_SENTENCE = re.compile(r"[.!?;\n]")
_PLACE = re.compile(r"\{[^{}\n]*\}|\]\([^)\s]*\)")
"""Places that are filled later, and the addresses of links: neither is read out."""


class Found(NamedTuple):
    word: str
    instead: str


@lru_cache(maxsize=1)
def forbidden_words() -> dict[str, Found]:
    """The list, by folded word. Raises `SetupError` when the file is not as it should be."""
    words: dict[str, Found] = {}
    for number, line in enumerate(FILE.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        word, sign, instead = (part.strip() for part in line.partition("="))
        if not sign or not word or not instead:
            raise SetupError(f'{FILE.name}, linha {number}: escreva "palavra = o que dizer".')
        words[fold(word)] = Found(word, instead)
    return words


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    longest_first = sorted(forbidden_words(), key=len, reverse=True)
    words = "|".join(re.escape(word).replace(r"\ ", r"[\s-]+") for word in longest_first)
    # "reiniciá-los" ends in a pronoun, which is not the light; "sub-ONU" and "ONU-2" are devices.
    return re.compile(rf"(?<![^\W_])(?<!\w[-\u2010](?=los\b))({words})(s?)(?![^\W_])")


def find_forbidden(text: str) -> list[Found]:
    """Every forbidden word in a customer's text, once each, in order.

    >>> [found.word for found in find_forbidden("Vou reiniciá-los: a ONU e a OLT caíram.")]
    ['ONU', 'OLT']
    >>> find_forbidden("Como está a luz escrita LOS?")
    []
    """
    words = forbidden_words()
    found: dict[str, Found] = {}
    for sentence in _SENTENCE.split(fold(_PLACE.sub(" ", text))):
        for match in _pattern().finditer(sentence):
            word = re.sub(r"[\s-]+", " ", match[1])
            if word in LABELS and _LIGHT.search(sentence):
                continue
            found.setdefault(word, words[word])
    return list(found.values())

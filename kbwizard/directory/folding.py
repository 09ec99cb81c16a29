"""How names and logins are compared: lower case, no accents."""

from __future__ import annotations

import re
import unicodedata

PARTICLES = frozenset({"da", "das", "de", "do", "dos", "e"})
"""Left out of searches: people say "Maria Silva" for "Maria da Silva"."""

_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Lower case, accents off, single spaces.

    >>> fold("  João  D'Ávila ")
    "joao d'avila"
    """
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
    return " ".join(bare.casefold().split())


def name_words(name: str) -> tuple[str, ...]:
    """The folded words of a name in order, once each, without particles.

    >>> name_words("Conceição da Silva & Filhos, Filial 2")
    ('conceicao', 'silva', 'filhos', 'filial', '2')
    """
    found = _WORD.findall(fold(name))
    return tuple(dict.fromkeys(word for word in found if word not in PARTICLES))

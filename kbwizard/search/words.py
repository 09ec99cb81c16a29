"""The analyser: how text becomes words and words become terms, the same for content and queries.

Portuguese as people type it: accents and case off, spellings joined (wi-fi, 2ª via), our own
short stop list ("sem", "não", "só", "fora" carry the meaning of a complaint and stay), a light
stemmer over the folded word (`stem.py`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from kbwizard.search.stem import stem

STOP = frozenset(
    "a o as um uma uns umas e ou de da do das dos em na no nas nos ao aos pela pelo pelas pelos"  # noqa: SIM905
    " por para pra pro com que se eu ele ela eles elas voce voces meu minha meus minhas seu sua"
    " seus suas esse essa esses essas este esta estes estas isso isto aqui ai la foi ser sao"
    " estao tem ter qual quais como quando onde".split()
)
WORK_ORDER = "os"
"""In capitals, "OS" is the work order; in small letters it is an article, and is not indexed."""


def _folding_table() -> dict[int, str]:
    table = {}
    for code in (*range(0x41, 0x5B), *range(0xAA, 0x250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFKD", chr(code))[:1].lower()
        if base and len(base) == 1:
            table[code] = base
    return table


_FOLDING = _folding_table()


def fold(text: str) -> str:
    """Lower case without accents, sign by sign: places in the result are places in the text.

    >>> fold("Conexão à 2ª VIA")
    'conexao a 2a via'
    """
    return text.translate(_FOLDING)


def tidy(text: str) -> str:
    """Composed accents and single spaces: what must be done once before `fold` can be used."""
    return " ".join(unicodedata.normalize("NFC", text).split())


_JOINS: tuple[tuple[str, str], ...] = (
    (r"wi[\s-]fi", "wifi"),
    (r"2\s?(?:a\.?\s+)?via", "segunda via"),
    (r"e-mails?", "email"),
    (r"on-line", "online"),
    (r"off-line", "offline"),
    (r"cg-nat", "cgnat"),
    (r"ip-?tv", "iptv"),
    (r"vo-?ip", "voip"),
    (r"whats\s?app", "whatsapp"),
    (r"2[.,]4\s?g(?:hz)?", "24ghz"),
    (r"5(?:[.,]8)?\s?g(?:hz)?", "5ghz"),
    (r"(?:1000|1)\s?giga?", "giga"),
    (r"speed\s?test", "speedtest"),
    (r"tv\s?box", "tvbox"),
    (r"tp[\s-]link", "tplink"),
)
_JOIN_BEGINS = r"wi|wh|[125]|e-|on-|off-|cg-|ip|vo|speed|tv|tp"
"""How every join begins: a look at two letters spares most words fourteen attempts."""
_UNITS = r"dbm?|[kmg](?:b|bps|bits?)|megas?|gigas?|ms|mhz|metros?"
"""What is typed against its number, and is looked for by itself: "27dbm", "300mega"."""
_TOKEN = re.compile(
    rf"\b(?={_JOIN_BEGINS})(?:"
    + "|".join(rf"(?P<j{n}>{pattern}\b)" for n, (pattern, _) in enumerate(_JOINS))
    + rf")|\d+(?=(?:{_UNITS})\b)|[^\W_]+"
)
_BEGINNING = 3
"""Letters that a word has in common with its stem, whatever the stemmer did to the rest."""
_JOINED = {f"j{n}": tuple(word.split()) for n, (_, word) in enumerate(_JOINS)}


@dataclass(frozen=True, slots=True)
class Word:
    """A folded word and where it stands in the tidy text it came from."""

    text: str
    start: int
    end: int
    capital: bool = False
    """Written all in capitals."""


def words(text: str) -> Iterator[Word]:
    """Every word of a tidy text, stop words included; a join may give two words at one place."""
    for match in _TOKEN.finditer(fold(text)):
        start, end = match.span()
        for part in _JOINED.get(match.lastgroup or "", (match.group(),)):
            yield Word(part, start, end, text[start:end].isupper())


@lru_cache(maxsize=256)
def finder(stems: frozenset[str]) -> re.Pattern[str]:
    """A pattern for folded text that meets every word with one of these stems, and some others.

    It looks at beginnings only, which is far quicker than reading every word of a page.
    """
    begins = sorted({re.escape(one[:_BEGINNING]) for one in stems})
    joins = [
        pattern
        for (pattern, _), parts in zip(_JOINS, _JOINED.values(), strict=True)
        if any(stem(part) in stems for part in parts)
    ]
    return re.compile(
        "|".join([rf"\b{join}\b" for join in joins] + [rf"(?:\b|(?<=\d))(?:{'|'.join(begins)})\w*"])
    )


@lru_cache(maxsize=16_384)
def stems_of(piece: str) -> frozenset[str]:
    """The stems of a short piece of folded text."""
    return frozenset(stem(word.text) for word in words(piece))


def is_stop(word: Word) -> bool:
    """Whether a word of the content is left out of the index."""
    return word.text in STOP or (word.text == WORK_ORDER and not word.capital)


def telling(text: str) -> list[Word]:
    """The words of a tidy text that carry meaning."""
    return [word for word in words(text) if not is_stop(word)]


def terms(text: str) -> list[str]:
    """The terms by which a text is found.

    >>> terms("As conexões caíram: fale da OS com os clientes")
    ['conect', 'cai', 'fal', 'os', 'client']
    """
    return [stem(word.text) for word in telling(tidy(text))]


def kept_words(text: str) -> list[str]:
    """The folded words that carry meaning, not stemmed: for completion and correction."""
    return [word.text for word in telling(tidy(text))]


def runs(word: str, size: int = 4) -> list[str]:
    """Character runs of a folded word with its edges.

    >>> runs("fibra")
    ['_fib', 'fibr', 'ibra', 'bra_']
    """
    framed = f"_{word}_"
    return [framed[at : at + size] for at in range(max(1, len(framed) - size + 1))]

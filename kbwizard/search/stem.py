"""A light stemmer for Portuguese words already folded: it joins what support desks need joined.

Plural and singular, gender, the verb and its noun: sinais and sinal, conexões and conectar,
lentidão and lento, reiniciou and reinicio. Words under four letters and words with digits are
returned as they are: los, onu, rx, 691 are names.
"""

from __future__ import annotations

from functools import lru_cache

SHORTEST = 4
LEAST_STEM = 3

_AS_THEY_ARE = frozenset(
    {"mais", "status", "pppoe", "ipoe", "fora", "gratis", "virus", "wifi"}
    | {"ontem", "imagem", "ordem", "nuvem"}
)
_IRREGULAR = {
    "cair": "cai", "caiu": "cai", "caem": "cai", "caindo": "cai", "caido": "cai", "caida": "cai",
    "cairam": "cai", "caidas": "cai", "caidos": "cai", "caia": "cai",
    "luzes": "luz", "luzinha": "luz", "luzinhas": "luz",
    "conexao": "conect", "conexoes": "conect",
    "desconexao": "desconect", "desconexoes": "desconect",
    "ligacao": "ligaca", "ligacoes": "ligaca",  # a call, not to switch on
    "lerdo": "lent", "lerda": "lent",
    "veio": "vir", "vira": "vir", "vem": "vir",
    "abriu": "abr", "abre": "abr", "abrem": "abr",
    "televisao": "tv", "televisor": "tv",
    "reducao": "reduz", "reducoes": "reduz",  # not "red", which is the network
    # things whose names end like verbs, and would be taken for them (conta, conte; mudo, mudar)
    "casa": "casa", "conta": "conta", "firma": "firma", "modem": "modem", "mudo": "mudo",
    "partida": "partida", "ponte": "ponte", "poste": "poste", "radio": "radio", "radius": "radius",
    "sabado": "sabado", "sobrado": "sobrado", "feriado": "feriado", "tela": "tela",
    "tomada": "tomada",
}  # fmt: skip
_PLURALS = (
    ("oes", "ao"), ("aes", "ao"), ("aos", "ao"), ("ais", "al"), ("eis", "el"), ("ois", "ol"),
    ("ns", "m"), ("res", "r"), ("zes", "z"), ("s", ""),
)  # fmt: skip
_SUFFIXES = (
    "amento", "imento", "mente", "idade", "acao", "icao", "idao", "anca",
    "ador",
)  # fmt: skip
_VERBS = (
    "ariam", "eriam", "iriam", "aria", "eria", "iria", "aram", "eram", "iram", "avam", "ando",
    "endo", "indo", "ados", "adas", "idos", "idas", "ado", "ada", "ido", "ida", "ava", "ara",
    "ar", "er", "ir", "ou", "eu", "iu", "am", "em", "ei",
)  # fmt: skip
_SPELLINGS = (("gu", "g"), ("qu", "c"))


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The stem of a folded word.

    >>> [stem(word) for word in ("conexoes", "conectado", "sinais", "sinal", "lentidao", "lento")]
    ['conect', 'conect', 'sinal', 'sinal', 'lent', 'lent']
    >>> stem("691"), stem("los"), stem("rx1310")
    ('691', 'los', 'rx1310')
    """
    if len(word) < SHORTEST or not word.isalpha() or word in _AS_THEY_ARE:
        return word
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    singular = _singular(word)
    if singular in _IRREGULAR:
        return _IRREGULAR[singular]
    return _without_vowel(_without_verb(_without_suffix(singular)))


def _singular(word: str) -> str:
    for ending, instead in _PLURALS:
        if word.endswith(ending) and len(word) - len(ending) >= 2 and not word.endswith("ss"):
            return word[: len(word) - len(ending)] + instead
    return word


def _without_suffix(word: str) -> str:
    return _cut(word, _SUFFIXES, LEAST_STEM)


def _without_verb(word: str) -> str:
    shorter = _cut(word, _VERBS, LEAST_STEM)
    if shorter != word and word[len(shorter)] in "ei":
        for ending, instead in _SPELLINGS:  # paguei, pagar; fiquei, ficar
            if shorter.endswith(ending):
                return shorter[: -len(ending)] + instead
    return shorter


def _without_vowel(word: str) -> str:
    bare = word.rstrip("aeiou") if len(word) > LEAST_STEM else word
    return bare if len(bare) >= LEAST_STEM else word[:LEAST_STEM]


def _cut(word: str, endings: tuple[str, ...], least: int) -> str:
    for ending in endings:
        if word.endswith(ending) and len(word) - len(ending) >= least:
            return word[: len(word) - len(ending)]
    return word

"""Finds what may identify a person in free text: documents, phones, e-mails, addresses of devices.

A detector, not a proof: what has a shape is found by its shape. Names have none; whoever must
remove them knows them already (`hide` takes them).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address

MASK = "[removido]"
LEAST_KNOWN = 4
"""A known value shorter than this is part of too many words to be searched for."""


KIND_NAMES = {
    "cpf": "CPF",
    "cnpj": "CNPJ",
    "email": "e-mail",
    "mac": "endereço MAC",
    "ip": "endereço IP",
    "phone": "telefone",
    "serial": "número de série",
    "postcode": "CEP",
}
"""What each kind is called on screen."""


@dataclass(frozen=True, slots=True)
class PersonalData:
    """One find. `kind`: cpf, cnpj, email, mac, ip, phone, serial, postcode."""

    kind: str
    text: str
    start: int
    end: int


_HEX = "[0-9A-Fa-f]"
_MAC = rf"(?<![0-9A-Fa-f:.-])(?:{_HEX}{{2}}[:-]){{5}}{_HEX}{{2}}(?!{_HEX})"
_MAC_DOTTED = rf"(?<!{_HEX})(?:{_HEX}{{4}}\.){{2}}{_HEX}{{4}}(?!{_HEX})"
_IPV6 = rf"(?<![\w:])(?:{_HEX}{{1,4}}:){{2,7}}(?::?{_HEX}{{1,4}})+(?![\w:])"
_CNPJ = r"(?<!\d)\d{2}\.?\d{3}\.?\d{3}/\d{4}-?\d{2}(?!\d)|(?<!\d)\d{14}(?!\d)"
_PHONE = r"(?<!\d)(?:\+?55[ -]?)?\(?0?[1-9]\d\)?[ .-]?9?[ .]?\d{4}[ .-]?\d{4}(?!\d)"
_SHAPES = tuple(
    (kind, re.compile(shape))
    for kind, shape in (
        # A name of at most 64 letters (RFC 5321, 4.5.3.1): without an end, a long word is looked
        # at from each of its letters to its last.
        ("email", r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+"),
        ("mac", _MAC),
        ("mac", _MAC_DOTTED),
        ("ip", r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])"),
        ("ip", _IPV6),
        ("cnpj", _CNPJ),
        ("cpf", r"(?<!\d)\d{3}[. ]?\d{3}[. ]?\d{3}[-. ]?\d{2}(?!\d)"),
        ("phone", _PHONE),
        ("phone", r"(?<!\d)9\d{4}[ .-]?\d{4}(?!\d)"),
        ("postcode", r"(?<!\d)\d{5}-\d{3}(?!\d)"),
        ("serial", r"(?<![0-9A-Za-z])[A-Z]{4}[0-9A-F]{8}(?![0-9A-Za-z])"),
    )
)
"""In order: an earlier shape wins where two overlap."""


def find_personal(text: str) -> tuple[PersonalData, ...]:
    """Everything in the text that looks personal, in order, without overlaps.

    >>> [found.kind for found in find_personal("Ligue (11) 90000-0001 ou a@b.example")]
    ['phone', 'email']
    >>> find_personal("RX -26,5 dBm às 14:32, previsão 3 h")
    ()
    """
    taken: list[PersonalData] = []
    for kind, shape in _SHAPES:
        for match in shape.finditer(text):
            found = PersonalData(kind, match[0], match.start(), match.end())
            if _is_real(found) and not any(_overlap(found, one) for one in taken):
                taken.append(found)
    return tuple(sorted(taken, key=lambda one: one.start))


def mask_personal(text: str, *, mask: str = MASK) -> str:
    """The text with each find replaced.

    >>> mask_personal("Meu número é 11 90000-0001.")
    'Meu número é [removido].'
    """
    for found in reversed(find_personal(text)):
        text = text[: found.start] + mask + text[found.end :]
    return text


def occurrences(text: str, values: Iterable[str]) -> Iterator[str]:
    """Which known personal values (names, logins, numbers) still occur in the text.

    Letters' case is ignored; numbers are compared by their digits too, so that another way of
    writing a phone is found.
    """
    folded, digits = text.casefold(), re.sub(r"\D", "", text)
    for value in values:
        word, number = value.strip().casefold(), re.sub(r"\D", "", value)
        if (len(word) >= LEAST_KNOWN and word in folded) or (len(number) >= 8 and number in digits):
            yield value


def _is_real(found: PersonalData) -> bool:
    """Numbers with dots are addresses only when they could be one."""
    if found.kind != "ip":
        return True
    try:
        ip_address(found.text)
    except ValueError:
        return False
    return True


def _overlap(one: PersonalData, other: PersonalData) -> bool:
    return one.start < other.end and other.start < one.end

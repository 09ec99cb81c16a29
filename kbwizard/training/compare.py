"""Compares what was written with what happened: words without accents, digits, dates, values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from kbwizard.cases.orders import parse_visit_date
from kbwizard.directory.folding import fold
from kbwizard.wizard.facts import FactSpec, FactType, Scalar, Unavailable

LEAST_WORD = 4
STEM = 5
"""Letters that two forms of a word share: "reiniciado", "reinício"."""
SMALL = frozenset(
    {"para", "pela", "pelo", "esta", "este", "esse", "essa", "aqui", "voce", "ainda", "cada"}
    | {"mais", "muito", "depois", "antes", "quando", "entao", "seja", "isso", "sobre", "entre"}
)


def stems(text: str) -> frozenset[str]:
    """The beginnings of a text's words that mean something.

    >>> sorted(stems("Conferiu o conector e reiniciou."))
    ['conec', 'confe', 'reini']
    """
    words = re.findall(r"[a-z0-9]+", fold(text))
    return frozenset(word[:STEM] for word in words if len(word) >= LEAST_WORD and word not in SMALL)


def shares_words(text: str, of: str, *, least: int = 1) -> bool:
    """Whether a text has at least that many meaningful words of another."""
    wanted = stems(of)
    return len(wanted & stems(text)) >= min(least, len(wanted)) if wanted else bool(text.strip())


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def same_phone(one: str, other: str) -> bool:
    """The same number, with or without the country's and the area's code."""
    first, second = digits(one), digits(other)
    return len(min(first, second, key=len)) >= 8 and (
        first.endswith(second[-9:]) or second.endswith(first[-9:])
    )


def has_number(text: str, number: float) -> bool:
    """Whether a number is written there, with comma or point, rounded or not.

    >>> has_number("RX em -26,5 dBm", -26.5), has_number("RX -26", -26.5)
    (True, False)
    """
    wanted = {f"{abs(number):.2f}", f"{abs(number):.1f}", f"{abs(number):g}"}
    written = {found.replace(",", ".") for found in re.findall(r"\d+(?:[.,]\d+)?", text)}
    return bool(wanted & (written | {f"{one}.0" for one in written}))


def has_hour(text: str, hour: int, minute: int) -> bool:
    """Whether an hour is written there, as people write it; minutes may be left out.

    >>> has_hour("até às 9h", 9, 30), has_hour("até 09:30", 9, 30), has_hour("até 9h15", 9, 30)
    (True, True, False)
    """
    found = re.findall(r"(?<![\d/:])(\d{1,2})\s*(?:h|:|horas?\b)\s*(\d{2})?", text.lower())
    return any(int(one) == hour and (not rest or int(rest) == minute) for one, rest in found)


def has_day(text: str, day: date, today: date) -> bool:
    """Whether a day is written there: 5/12, 05/12/2026, "dia 5", "amanhã".

    >>> has_day("Visita 5/12 cedo", date(2026, 12, 5), date(2026, 12, 3))
    True
    >>> has_day("Técnico amanhã", date(2026, 12, 5), date(2026, 12, 3))
    False
    """
    words = fold(text)
    written = re.search(rf"(?<![\d/])0?{day.day}/0?{day.month}(?!\d)", words)
    named = re.search(rf"\bdia 0?{day.day}\b(?!/)", words)
    near = {0: r"\bhoje\b", 1: r"(?<!depois de )\bamanha\b", 2: r"\bdepois de amanha\b"}
    spoken = near.get((day - today).days)
    return bool(written or named or (spoken and re.search(spoken, words)))


def same_name(written: str, name: str) -> bool:
    """Whether the person's first name, at least, was written."""
    first = fold(name).split()[:1]
    return bool(first) and first[0] in fold(written).split()


def same_answer(
    spec: FactSpec | None, given: Scalar | Unavailable, true: Scalar | Unavailable, today: date
) -> bool:
    """Whether what was noted is what the customer said."""
    if isinstance(true, Unavailable) or isinstance(given, Unavailable):
        return isinstance(true, Unavailable) and isinstance(given, Unavailable)
    if spec is None or spec.values or isinstance(true, bool):
        return given == true
    if spec.type in (FactType.INT, FactType.FLOAT):
        return abs(float(given) - float(true)) < 0.01
    return same_text(spec.name, str(given), str(true), today)


def same_text(fact: str, given: str, true: str, today: date) -> bool:
    """Texts are compared as what they are: a name, a phone, a date, or words."""
    if fact.endswith("phone"):
        return same_phone(given, true)
    if fact.endswith("name"):
        return same_name(given, true)
    if fact.endswith(".date"):
        return parse_visit_date(given, today) == parse_visit_date(true, today) is not None
    return shares_words(given, true) if stems(true) else fold(given) == fold(true)


def any_of(text: str, choices: Iterable[str]) -> bool:
    """Whether one of these words or phrases stands in the text."""
    words = f" {' '.join(re.findall(r'[a-z0-9]+', fold(text)))} "
    return any(f" {fold(choice)}" in words for choice in choices)

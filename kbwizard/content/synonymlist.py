"""A list of synonyms as text: `what is typed = word, word`, one to a line.

Only the writing is judged here; what the words come to is the search's to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kbwizard.errors import Problem

MOST_TYPED, MOST_MEANT = 4, 12
"""Words that an expression may have, and words that it may stand for."""
RULE = "synonym"
_REMEDY = "escreva: o que se digita = palavra, palavra"


@dataclass(frozen=True, slots=True)
class Line:
    """One entry, both sides as written."""

    number: int
    typed: str
    meant: str


def read_lines(source: str, file: str) -> Iterator[Line | Problem]:
    """Every line that says something, or what is wrong with it. `#` begins a comment."""
    for number, text in enumerate(source.splitlines(), start=1):
        entry = text.partition("#")[0].strip()
        if not entry:
            continue
        typed, equals, meant = (part.strip() for part in entry.partition("="))
        if not equals or not typed or not meant or "=" in meant:
            yield problem(file, number, f"a linha {entry[:60]!r} não é um sinônimo")
        elif len(typed.split()) > 2 * MOST_TYPED or len(meant.split()) > MOST_MEANT:
            yield problem(file, number, f"a linha {entry[:60]!r} é longa demais")
        else:
            yield Line(number, typed, meant)


def check_synonyms(source: str, file: str) -> list[Problem]:
    """What is wrong with a list; its good lines count all the same."""
    return [line for line in read_lines(source, file) if isinstance(line, Problem)]


def problem(file: str, number: int, message: str) -> Problem:
    return Problem(file, number, RULE, message, _REMEDY)

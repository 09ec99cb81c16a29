"""Skeletons that a new article begins from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from kbwizard.content.articlehead import head_end
from kbwizard.editing.frontmatter import set_key
from kbwizard.errors import NotFound

FOLDER = Path(__file__).with_name("templates")
TEMPLATES = {
    "procedure": "Procedimento: passos em ordem",
    "symptom": "Sintoma: o que o cliente percebe, o que é e o que fazer",
    "question": "Pergunta: uma dúvida e sua resposta",
}
"""Names of the templates, with what they are for."""

_KEYS = ("title", "summary")
_PAIR = re.compile(rf"({'|'.join(_KEYS)})[ \t]*:")
_MARK = re.compile(r"(?:[-*+>]|\d+[.)])[ \t]+")
_QUOTES = "\"'"
_RULE = re.compile(r"\|[ :|-]+\|")


def skeleton(template: str, *, title: str, owner: str) -> str:
    """The text of a new article. Raises `NotFound` for a template that is none."""
    name = template or "procedure"
    if name not in TEMPLATES:
        raise NotFound(f"Não existe o modelo {name[:40]!r}.")
    source = _written(name)
    if title.strip():
        source = set_key(source, "title", title.strip()[:200])
    return set_key(source, "owner", owner)


def left_over(source: str) -> list[int]:
    """The lines of a text, counted from 1, that still say what a template says in their place.

    A sentence counts wherever it stands and whatever its list's sign is. Headings are to stay,
    and so are the heads of tables.
    """
    ours = _placeholders()
    return [number for number, said in _said(source.split("\n")) if said in ours]


@cache
def _placeholders() -> frozenset[str]:
    return frozenset(said for name in TEMPLATES for _, said in _said(_written(name).split("\n")))


def _said(lines: list[str]) -> Iterator[tuple[int, str]]:
    """(number, words) of the lines that say something of their own: the title, the summary, and
    the text without headings and heads of tables."""
    end = head_end(lines) or 0
    for place, line in enumerate(lines):
        words = line.strip()
        if place <= end and not _PAIR.match(words):
            continue
        following = lines[place + 1].strip() if place + 1 < len(lines) else ""
        if not words or words.startswith("#") or _RULE.fullmatch(words) or _RULE.match(following):
            continue
        yield place + 1, " ".join(_MARK.sub("", _unquoted(words), count=1).split()).casefold()


def _unquoted(words: str) -> str:
    key, colon, value = words.partition(":")
    if key in _KEYS and colon:
        return f"{key}: {value.strip().strip(_QUOTES)}"
    return words


def _written(name: str) -> str:
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")

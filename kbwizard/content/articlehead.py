"""Reads the front matter of an article key by key: people, days, addresses, readers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from kbwizard.content.fields import Fields, did_you_mean
from kbwizard.content.topics import TOPICS
from kbwizard.wizard.model import Audience

INTERNAL = (str(Audience.AGENT), str(Audience.TRAINEE))
RESERVED = frozenset({"new"})
"""Words that stand in an article's place in addresses of the desk."""
LONGEST_SLUG = 80
EDITIONS = 10_000

_FENCE = re.compile(r"---[ \t]*")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PERSON = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_STARTS = re.compile(r"[a-z0-9-]+(#[a-z][a-z0-9_]*)?")


def is_slug(word: str) -> bool:
    """Whether a word can be an article's address: lower case, digits, single hyphens."""
    return len(word) <= LONGEST_SLUG and bool(_SLUG.fullmatch(word)) and word not in RESERVED


def head_end(lines: Sequence[str]) -> int | None:
    """The place of the line that closes the front matter; None when there is none.

    >>> head_end(["---", "title: A", "---", "text"]), head_end(["text"])
    (2, None)
    """
    if not _FENCE.fullmatch(lines[0]):
        return None
    return next((at for at in range(1, len(lines)) if _FENCE.fullmatch(lines[at])), None)


def person_in(fields: Fields, key: str) -> str:
    word = fields.text(key)
    if word and not _PERSON.fullmatch(word):
        fields.problems.add(
            fields.line_of(key),
            "person",
            f'"{word[:60]}" não é um nome de usuário em "{key}"',
            "escreva o nome com que a pessoa entra, por exemplo aldo.autor",
        )
    return word


def day_in(fields: Fields, key: str) -> date | None:
    word = fields.text(key)
    if not word:
        return None
    try:
        if len(word) != len("2026-11-22"):
            raise ValueError
        return date.fromisoformat(word)
    except ValueError:
        fields.problems.add(
            fields.line_of(key),
            "date",
            f'"{word[:40]}" não é um dia em "{key}"',
            "escreva ano-mês-dia, por exemplo 2026-11-22",
        )
        return None


def edition_in(fields: Fields) -> int:
    found = fields.count("edition", least=1)
    if found is not None and found > EDITIONS:
        fields.problems.add(
            fields.line_of("edition"), "wrong-type", f"{found} edições são demais", "corrija"
        )
    return found or 1


def former_in(fields: Fields) -> tuple[str, ...]:
    found = fields.texts("formerly")
    for word in found:
        if not is_slug(word):
            fields.problems.add(
                fields.line_of("formerly"),
                "file-name",
                f'"{word[:60]}" em "formerly" não é um endereço de artigo',
                "use minúsculas e hífens",
            )
    return found


def retirement_in(fields: Fields) -> tuple[date | None, str]:
    """The day since which nobody reads it, and the article that replaces it; both may be absent."""
    word = fields.text("replaced_by")
    if word and not is_slug(word):
        fields.problems.add(
            fields.line_of("replaced_by"),
            "file-name",
            f'"{word[:60]}" em "replaced_by" não é um endereço de artigo',
            "use minúsculas e hífens",
        )
    if word and "retired" not in fields:
        fields.problems.add(
            fields.line_of("replaced_by"),
            "missing-key",
            '"replaced_by" só vale num artigo retirado',
            'escreva também "retired: " e o dia, ou apague a linha',
        )
    return day_in(fields, "retired"), word


def starts_in(fields: Fields) -> str:
    word = fields.text("starts")
    if word and not _STARTS.fullmatch(word):
        fields.problems.add(
            fields.line_of("starts"),
            "unknown-value",
            f'"{word[:60]}" não serve em "starts"',
            "escreva arvore ou arvore#passo",
        )
    return word


def audience_in(fields: Fields) -> tuple[str, ...]:
    found = fields.texts("audience")
    return _known(fields, "audience", found, [str(word) for word in Audience]) or INTERNAL


def topics_in(fields: Fields) -> tuple[str, ...]:
    return _known(fields, "topics", fields.texts("topics", required=True), TOPICS)


def _known(
    fields: Fields, key: str, found: tuple[str, ...], known: list[str] | tuple[str, ...]
) -> tuple[str, ...]:
    for word in found:
        if word not in known:
            fields.problems.add(
                fields.line_of(key),
                "unknown-value",
                f'"{word}" não serve em "{key}"',
                did_you_mean(word, known),
            )
    return found

"""The head of an article as a form, and back: the text stays the truth, the form sets its keys.

Keys that nobody touched in the form keep their lines exactly as they were written; keys that the
form does not know are never looked at. A head that cannot be read is written as text only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kbwizard.content.articlehead import INTERNAL, head_end
from kbwizard.content.yamlread import Items, Value, parse_yaml
from kbwizard.editing.frontmatter import remove_key, set_key

LINES = ("aliases",)
"""Lists written one a line in the form; the others are divided by commas."""
LISTS = ("topics", "tags", "aliases", "audience", "related")
TEXTS = ("title", "summary", "owner", "review_every", "starts")
NEVER_AWAY = ("title", "summary")
"""Left empty, they stay as empty keys: the problem is then shown where they stand."""

_BLANKS = re.compile(r"(?:[ \t]*\n)*")


@dataclass(frozen=True, slots=True)
class Head:
    """What the form's fields show. `lines`: the line of the file where each key stands."""

    texts: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]]
    must_read: bool = False
    lines: Mapping[str, int] = field(default_factory=dict)

    def text(self, key: str) -> str:
        return self.texts.get(key, "")

    def items(self, key: str) -> tuple[str, ...]:
        found = self.lists.get(key, ())
        return found or (INTERNAL if key == "audience" else ())

    def key_at(self, line: int) -> str:
        """The key that a line of the head belongs to; empty when there is none above it."""
        above = [(at, key) for key, at in self.lines.items() if at <= line]
        return max(above)[1] if above else ""


def split(source: str) -> tuple[str, str]:
    """Head, with both its fences and the blank lines under it, and body. Joined they are the text.

    >>> split("---\\ntitle: A\\n---\\n\\nOi")
    ('---\\ntitle: A\\n---\\n\\n', 'Oi')
    >>> split("Oi")
    ('', 'Oi')
    """
    lines = source.split("\n")
    end = head_end(lines)
    if end is None:
        return "", source
    head = "\n".join(lines[: end + 1]) + "\n"
    body = "\n".join(lines[end + 1 :])
    blanks = _BLANKS.match(body)
    size = blanks.end() if blanks else 0
    return head + body[:size], body[size:]


def read_head(head: str) -> Head | None:
    """What the keys of a head say; None when fields could not show them without a loss."""
    lines = head.rstrip().split("\n")
    if len(lines) < 2:
        return None
    block = parse_yaml("\n".join(lines[1:-1]), "", first_line=2)
    if isinstance(block, list):
        return None
    texts: dict[str, str] = {}
    lists: dict[str, tuple[str, ...]] = {}
    at: dict[str, int] = {}
    must_read = False
    for key, piece in block.pairs:
        name = key.text
        if name in at:
            return None  # written twice: only its author knows which one counts
        at[name] = key.line
        if name == "must_read":
            if not isinstance(piece, Value) or piece.text not in ("true", "false"):
                return None
            must_read = piece.text == "true"
        elif name in TEXTS:
            if not isinstance(piece, Value):
                return None
            texts[name] = "" if piece.empty else piece.text
        elif name in LISTS:
            if not isinstance(piece, Items):
                return None
            words = [item.text for item in piece.items if isinstance(item, Value)]
            if len(words) != len(piece.items) or any(_spoils(name, word) for word in words):
                return None
            lists[name] = tuple(words)
    return Head(texts, lists, must_read, at)


def compose(head: str, typed: Mapping[str, str | Sequence[str] | bool], body: str) -> str:
    """The whole text: the head with what was typed in the form set into it, and the body."""
    now = read_head(head)
    if now is None:
        return head + body
    source = head
    for key in TEXTS:
        text = " ".join(str(typed.get(key, "")).split())
        if text == " ".join(now.text(key).split()):
            continue
        if text or key in NEVER_AWAY:
            source = set_key(source, key, int(text) if _is_number(key, text) else text)
        else:
            source = remove_key(source, key)
    for key in LISTS:
        given = typed.get(key, ())
        words = [] if isinstance(given, str | bool) else list(given)
        if tuple(words) == now.items(key) or (not words and key not in now.lists):
            continue
        source = set_key(source, key, words) if words else remove_key(source, key)
    if bool(typed.get("must_read")) != now.must_read:
        wanted = bool(typed.get("must_read"))
        source = set_key(source, "must_read", True) if wanted else remove_key(source, "must_read")
    return source + body


def divided(key: str, text: str) -> list[str]:
    """The words of a list as it was typed in one field."""
    parts = text.splitlines() if key in LINES else text.split(",")
    return [word for part in parts if (word := " ".join(part.split()))]


def joined(key: str, words: Sequence[str]) -> str:
    """A list as one field shows it."""
    return "\n".join(words) if key in LINES else ", ".join(words)


def _spoils(key: str, word: str) -> bool:
    """Whether a word of a list would come back from the form as something else."""
    return divided(key, joined(key, [word])) != [word]


def _is_number(key: str, text: str) -> bool:
    return key == "review_every" and text.isascii() and text.isdigit()

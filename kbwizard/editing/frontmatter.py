"""Sets or takes away one key of an article's front matter, and leaves every other line as it is.

Values are written so that our YAML reader gives back the same text: in double quotes wherever a
plain word could be taken for something else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kbwizard.content.articlehead import head_end

_KEY = re.compile(r"([A-Za-z_][\w-]*)[ \t]*:(?:[ \t]|$)")
_PLAIN = re.compile(r"[^\W\d_][\w /().%-]*[\w).%]|[^\W\d_]", re.UNICODE)
_DASH = re.compile(r"[ ]*- (?=[^ ])")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_ITEM = re.compile(r"[ \t]*-[ \t]")
_NOT_WORDS = frozenset({"true", "false", "null"})

Value = str | int | bool | Sequence[str]


def set_key(source: str, key: str, value: Value) -> str:
    """The text with that key set, where it stood, or as the last key when it is new.

    A comment at the end of the line it replaces stays, and a list written one item a line stays so.
    A text without front matter gets one.

    >>> set_key("---\\ntitle: A\\n---\\nx", "edition", 2)
    '---\\ntitle: A\\nedition: 2\\n---\\nx'
    """
    lines = source.split("\n")
    end = head_end(lines)
    if end is None:
        return f"---\n{_line(key, value)}\n---\n{source}"
    place = _place(lines, end, key)
    if place is None:
        at = _last_key_line(lines, end)
        return "\n".join([*lines[:at], _line(key, value), *lines[at:]])
    first, after = place
    comment = _comment(lines[first])
    if (
        value
        and not isinstance(value, str | int)
        and after > first + 1
        and _ITEM.match(lines[first + 1])
    ):
        items = [f"  - {_word(word)}" for word in value]
        return "\n".join([*lines[:first], f"{key}:{comment}", *items, *lines[after:]])
    return "\n".join([*lines[:first], _line(key, value) + comment, *lines[after:]])


def line_of(source: str, key: str) -> int:
    """The line, counted from 1, where that key would be set or taken away; 0: nowhere.

    >>> line_of("---\\ntitle: A\\n---\\nx", "title"), line_of("---\\n'title': A\\n---\\nx", "title")
    (2, 0)
    """
    lines = source.split("\n")
    end = head_end(lines)
    place = None if end is None else _place(lines, end, key)
    return 0 if place is None else place[0] + 1


def remove_key(source: str, key: str) -> str:
    """The text without that key; the same text when it has none.

    >>> remove_key("---\\ntitle: A\\ntags:\\n  - b\\n---\\nx", "tags")
    '---\\ntitle: A\\n---\\nx'
    """
    lines = source.split("\n")
    end = head_end(lines)
    place = None if end is None else _place(lines, end, key)
    if place is None:
        return source
    return "\n".join([*lines[: place[0]], *lines[place[1] :]])


def add_item(source: str, key: str, item: str, *, items: Sequence[str]) -> str:
    """The text with one more item in that key's list, in the way the list is written.

    `items` are those it has now; a list written in a way that cannot be gone on with is written
    anew.

    >>> add_item("---\\ntags:\\n  - a # bom\\n---\\nx", "tags", "b", items=["a"])
    '---\\ntags:\\n  - a # bom\\n  - b\\n---\\nx'
    """
    lines = source.split("\n")
    end = head_end(lines)
    place = None if end is None else _place(lines, end, key)
    if place is None:
        return set_key(source, key, [*items, item])
    first, after = place
    if items and (dash := _DASH.match(lines[after - 1])) and after - first == len(items) + 1:
        return "\n".join([*lines[:after], f"{dash[0]}{_word(item)}", *lines[after:]])
    return set_key(source, key, [*items, item])


def written(value: Value) -> str:
    """A value in YAML, on one line.

    >>> written(["fibra los", "2 luzes", "sim: agora"])
    '[fibra los, "2 luzes", "sim: agora"]'
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _word(value)
    return "[" + ", ".join(map(_word, value)) + "]"


def _word(text: str) -> str:
    if _DATE.fullmatch(text):
        return text
    if _PLAIN.fullmatch(text) and text.lower() not in _NOT_WORDS:
        return text
    escaped = "".join(_ESCAPED.get(c) or (c if c.isprintable() else _code(c)) for c in text)
    return f'"{escaped}"'


_ESCAPED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def _code(character: str) -> str:
    return f"\\U{ord(character):08x}"


def _line(key: str, value: Value) -> str:
    return f"{key}: {written(value)}"


def _place(lines: Sequence[str], end: int, key: str) -> tuple[int, int] | None:
    """First line of a key's pair and the first line after it."""
    for first in range(1, end):
        found = _KEY.match(lines[first])
        if found and found[1] == key:
            after = first + 1
            while after < end and _belongs(lines[after]):
                after += 1
            return first, _without_tail(lines, first, after)
    return None


def _belongs(line: str) -> bool:
    """Whether a line goes on with the pair above: indented, a list's dash, or nothing at all."""
    return line[:1] in (" ", "\t", "-", "]", "}") or not line.strip()


def _without_tail(lines: Sequence[str], first: int, after: int) -> int:
    """Blank lines between two pairs belong to neither."""
    while after > first + 1 and not lines[after - 1].strip():
        after -= 1
    return after


def _last_key_line(lines: Sequence[str], end: int) -> int:
    """Where a new last pair goes: before blank lines and comments that close the block."""
    while end > 1 and not lines[end - 1].strip():
        end -= 1
    return end


def _comment(line: str) -> str:
    """The comment at the end of a pair's line, with the spaces before it."""
    value = line.split(":", 1)[1]
    quote = ""
    for place, character in enumerate(value):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'" and not value[:place].strip():
            quote = character
        elif character == "#" and value[:place][-1:] in (" ", "\t"):
            kept = value[:place]
            return kept[len(kept.rstrip()) :] + value[place:]
    return ""

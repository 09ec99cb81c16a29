"""A RouterOS command taken apart, and its query words (`?name=x`, `?#|`) applied to rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from kbwizard.lab.words import Word

Row = dict[str, Word]
Stack = list[bool]


@dataclass(frozen=True, slots=True)
class Command:
    """`/menu/verb` with its attributes, query words in their order, and its tag."""

    path: str
    attributes: dict[str, str] = field(default_factory=dict)
    queries: tuple[str, ...] = ()
    tag: str = ""

    @property
    def columns(self) -> frozenset[str] | None:
        """The properties asked for, None for all."""
        listed = self.attributes.get(".proplist")
        return None if listed is None else frozenset(listed.split(","))


def parse_command(words: list[str]) -> Command:
    """A sentence as a command; words of no known kind are ignored, as a device does."""
    attributes, queries, tag = {}, [], ""
    for word in words[1:]:
        if word.startswith("="):
            name, _, value = word[1:].partition("=")
            attributes[name] = value
        elif word.startswith("?"):
            queries.append(word[1:])
        elif word.startswith(".tag="):
            tag = word[5:]
    return Command(words[0], attributes, tuple(queries), tag)


def matches(queries: tuple[str, ...], row: Row) -> bool:
    """Whether every value left on the query stack is true for this row."""
    stack: Stack = []
    for query in queries:
        if query.startswith("#"):
            _operate(query[1:], stack)
        else:
            stack.append(_test(query, row))
    return all(stack)


def _test(query: str, row: Row) -> bool:
    if query.startswith("-"):
        return query[1:] not in row
    if query[:1] in "<>=" and query:
        name, _, value = query[1:].partition("=")
        return name in row and _COMPARE[query[0]](_plain(row[name]), _plain(value))
    name, equals, value = query.partition("=")
    if not equals:
        return name in row
    return name in row and _plain(row[name]) == _plain(value)


_COMPARE: dict[str, Callable[[str, str], bool]] = {
    "=": lambda one, other: one == other,
    "<": lambda one, other: _number(one) < _number(other),
    ">": lambda one, other: _number(one) > _number(other),
}


def _plain(value: Word) -> str:
    """yes/true and no/false are the same word to RouterOS."""
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    return {"yes": "true", "no": "false"}.get(text, text)


def _number(text: str) -> tuple[int, int | str]:
    try:
        return 0, int(text)
    except ValueError:
        return 1, text


def _operate(operators: str, stack: Stack) -> None:
    """`!`, `&`, `|` on the stack, digits copy from it, a full stop ends a number."""
    digits = ""
    for sign in operators + ".":
        if sign.isdecimal():
            digits += sign
            continue
        if digits:
            index = int(digits)
            digits = ""
            if index < len(stack):
                stack.append(stack[index])
        _apply(sign, stack)


def _apply(sign: str, stack: Stack) -> None:
    if sign == "!" and stack:
        stack.append(not stack.pop())
    elif sign in "&|" and len(stack) > 1:
        first, second = stack.pop(), stack.pop()
        stack.append(first and second if sign == "&" else first or second)

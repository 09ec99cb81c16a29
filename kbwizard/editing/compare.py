"""What changed from one text to another: lines, and the words within a changed line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from kbwizard.editing.merge import same_blocks
from kbwizard.editing.values import DiffLine, Part

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_ALIKE = 0.4
"""Below this share of common words two lines are told as one taken out and one put in."""
_MOST_WORDS = 1500


def compare(old: str, new: str) -> list[DiffLine]:
    """Every line of both texts, in order."""
    before, after = old.split("\n"), new.split("\n")
    found: list[DiffLine] = []
    a = b = 0
    for start, in_new, size in same_blocks(before, after):
        found += _changed(before[a:start], after[b:in_new], a, b)
        found += [
            DiffLine("same", start + n + 1, in_new + n + 1, before[start + n]) for n in range(size)
        ]
        a, b = start + size, in_new + size
    return found


def _changed(old: Sequence[str], new: Sequence[str], a: int, b: int) -> Iterator[DiffLine]:
    """Lines that differ: those that are alike beside each other, the rest out, then in."""
    gone: list[DiffLine] = []
    fresh: list[DiffLine] = []
    for n in range(max(len(old), len(new))):
        parts = _parts(old[n], new[n]) if n < min(len(old), len(new)) else ()
        if parts:
            yield from (*gone, *fresh)
            gone, fresh = [], []
            yield DiffLine("changed", a + n + 1, b + n + 1, new[n], parts)
            continue
        if n < len(old):
            gone.append(DiffLine("removed", a + n + 1, None, old[n]))
        if n < len(new):
            fresh.append(DiffLine("added", None, b + n + 1, new[n]))
    yield from (*gone, *fresh)


def _parts(old: str, new: str) -> tuple[Part, ...]:
    """The words of both lines; empty when the lines have too little in common."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if max(len(before), len(after)) > _MOST_WORDS:
        return ()
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    blocks = matcher.get_matching_blocks()
    shared = sum(len(before[a + n]) for a, _, size in blocks for n in range(size))
    if shared < _ALIKE * max(len(old), len(new)):
        return ()
    return tuple(_pieces(before, after, blocks))


def _pieces(
    before: Sequence[str], after: Sequence[str], blocks: Sequence[tuple[int, int, int]]
) -> Iterator[Part]:
    a = b = 0
    for start, in_new, size in blocks:
        if start > a:
            yield Part("removed", "".join(before[a:start]))
        if in_new > b:
            yield Part("added", "".join(after[b:in_new]))
        if size:
            yield Part("same", "".join(before[start : start + size]))
        a, b = start + size, in_new + size

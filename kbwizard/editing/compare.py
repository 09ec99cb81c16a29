"""What changed from one text to another: lines, and the words within a changed line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest

from kbwizard.editing.merge import same_blocks
from kbwizard.editing.values import DiffLine, Part

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_ALIKE = 0.4
"""Below this share of common words two lines are told as one taken out and one put in."""
_MOST_PAIRS = 1_000_000
"""Words of one side times words of the other, over all changed lines: the rest is told by line."""


def compare(old: str, new: str) -> list[DiffLine]:
    """Every line of both texts, in order."""
    return list(_Comparison(old.split("\n"), new.split("\n")).lines())


class _Comparison:
    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        self._old = old
        self._new = new
        self._pairs_left = _MOST_PAIRS

    def lines(self) -> Iterator[DiffLine]:
        a = b = 0
        for start, in_new, size in same_blocks(self._old, self._new):
            yield from self._changed(a, start, b, in_new)
            for n in range(size):
                yield DiffLine("same", start + n + 1, in_new + n + 1, self._old[start + n])
            a, b = start + size, in_new + size

    def _changed(self, a: int, a_end: int, b: int, b_end: int) -> Iterator[DiffLine]:
        """Lines that differ: those that are alike beside each other, the rest out, then in."""
        gone: list[DiffLine] = []
        fresh: list[DiffLine] = []
        for one, other in zip_longest(range(a, a_end), range(b, b_end)):
            both = one is not None and other is not None
            parts = self._parts(self._old[one], self._new[other]) if both else ()
            if parts:
                yield from (*gone, *fresh)
                gone, fresh = [], []
                yield DiffLine("changed", one + 1, other + 1, self._new[other], parts)
                continue
            if one is not None:
                gone.append(DiffLine("removed", one + 1, None, self._old[one]))
            if other is not None:
                fresh.append(DiffLine("added", None, other + 1, self._new[other]))
        yield from (*gone, *fresh)

    def _parts(self, old: str, new: str) -> tuple[Part, ...]:
        """The words of both lines; empty when they have too little in common, or are too many."""
        before, after = _WORDS.findall(old), _WORDS.findall(new)
        self._pairs_left -= len(before) * len(after)
        if self._pairs_left < 0:
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

"""Joins two changes of one text, line by line; marks only what both changed differently."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

MINE, MIDDLE, THEIRS = "<<<<<<< seu rascunho", "=======", ">>>>>>> artigo publicado"
"""Lines that stand around a place where somebody has to choose."""

Block = tuple[int, int, int]
"""Where lines are the same: first line here, first line there, how many."""

_MANY_PAIRS = 400_000
_MANY_LINES = 6_000


@dataclass(frozen=True, slots=True)
class Merged:
    """The joined text, and how many places wait for a choice."""

    text: str
    open_marks: int


def merge(base: str, mine: str, theirs: str) -> Merged:
    """Everything that either changed.

    >>> merge("a\\nb\\nc\\n", "A\\nb\\nc\\n", "a\\nb\\nC\\n")
    Merged(text='A\\nb\\nC\\n', open_marks=0)
    """
    three = base.split("\n"), mine.split("\n"), theirs.split("\n")
    lines: list[str] = []
    marks = 0
    for old, ours, others in _regions(*three):
        if ours == others or others == old:
            lines += ours
        elif ours == old:
            lines += others
        else:
            lines += _marked(ours, others)
            marks += 1
    return Merged("\n".join(lines), marks)


def has_marks(text: str) -> list[int]:
    """Lines (from 1) on which a mark of ours still stands."""
    marks = {MINE, THEIRS}
    return [number for number, line in enumerate(text.split("\n"), 1) if line in marks]


def same_blocks(old: Sequence[str], new: Sequence[str]) -> list[Block]:
    """Runs of lines that two texts share, in order.

    Takes bounded time: a text of very many alike lines is matched by its rare lines only, one of
    enormously many by its beginning and its end.
    """
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    inner = _matched(old[start : len(old) - end], new[start : len(new) - end])
    return [
        (0, 0, start),
        *((a + start, b + start, size) for a, b, size in inner),
        (len(old) - end, len(new) - end, end),
    ]


def _matched(old: Sequence[str], new: Sequence[str]) -> list[Block]:
    if max(len(old), len(new)) > _MANY_LINES:
        return []
    counted = Counter(new)
    pairs = sum(counted[line] for line in old)
    matcher = SequenceMatcher(None, old, new, autojunk=pairs > _MANY_PAIRS)
    return [(a, b, size) for a, b, size in matcher.get_matching_blocks() if size]


def _regions(
    base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]
) -> Iterator[tuple[list[str], list[str], list[str]]]:
    """The three texts cut where all three agree: the lines of each, region after region."""
    b = m = t = 0
    for start, in_mine, in_theirs, size in _agreed(base, mine, theirs):
        yield list(base[b:start]), list(mine[m:in_mine]), list(theirs[t:in_theirs])
        kept = list(base[start : start + size])
        yield kept, kept, kept
        b, m, t = start + size, in_mine + size, in_theirs + size
    yield list(base[b:]), list(mine[m:]), list(theirs[t:])


def _agreed(
    base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]
) -> Iterator[tuple[int, int, int, int]]:
    """Runs of base's lines that both others kept: where in base, in mine, in theirs, how many."""
    ours, others = same_blocks(base, mine), same_blocks(base, theirs)
    i = j = 0
    while i < len(ours) and j < len(others):
        (a, in_mine, size), (b, in_theirs, length) = ours[i], others[j]
        start, end = max(a, b), min(a + size, b + length)
        if start < end:
            yield start, in_mine + start - a, in_theirs + start - b, end - start
        if a + size <= b + length:
            i += 1
        else:
            j += 1


def _marked(ours: list[str], others: list[str]) -> list[str]:
    """Both sides between marks, what they share at the beginning and the end outside of them."""
    start = 0
    while start < min(len(ours), len(others)) and ours[start] == others[start]:
        start += 1
    end = 0
    while end < min(len(ours), len(others)) - start and ours[-1 - end] == others[-1 - end]:
        end += 1
    return [
        *ours[:start],
        MINE,
        *ours[start : len(ours) - end],
        MIDDLE,
        *others[start : len(others) - end],
        THEIRS,
        *ours[len(ours) - end :],
    ]

"""A comparison as one screen shows it: changes with a little around them, the rest folded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kbwizard.editing.values import DiffLine

AROUND = 2
"""Unchanged lines shown before and after each change."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Unchanged lines that are folded away."""

    lines: tuple[DiffLine, ...]


Row = DiffLine | Gap


def folded(lines: Sequence[DiffLine]) -> list[Row]:
    """The rows to show; empty when nothing changed."""
    changed = [n for n, line in enumerate(lines) if line.kind != "same"]
    if not changed:
        return []
    near = {n for at in changed for n in range(at - AROUND, at + AROUND + 1)}
    rows: list[Row] = []
    away: list[DiffLine] = []
    for number, line in enumerate(lines):
        if number in near:
            if away:
                rows.append(Gap(tuple(away)))
                away = []
            rows.append(line)
        else:
            away.append(line)
    if away:
        rows.append(Gap(tuple(away)))
    return rows

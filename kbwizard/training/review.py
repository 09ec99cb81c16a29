"""What a finished try is told: points by part, the way beside the good one, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the points. `share` from 0 to 1 of `weight`; the weights add up to 100."""

    name: str
    label: str
    share: float
    weight: float
    advice: str = ""

    @property
    def points(self) -> float:
        return self.share * self.weight

    @property
    def lost(self) -> float:
        return self.weight - self.points


@dataclass(frozen=True, slots=True)
class ReviewStep:
    """One step of the way. `mark`: good, extra (not on the good way), wrong_choice, missed."""

    tree: str
    node: str
    label: str
    mark: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class FieldCheck:
    """One field that was written, beside what happened."""

    name: str
    label: str
    written: str
    expected: str
    ok: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class WordFound:
    """A word the customer should not have heard."""

    word: str
    instead: str
    where: str


@dataclass(frozen=True, slots=True)
class Review:
    """The whole review of one try."""

    points: int
    passed: bool
    pass_mark: int
    ended: bool
    """An outcome took effect."""
    outcome: str
    """Disposition reached; empty when none was."""
    good_outcome: str
    """Dispositions that would have been right, as words."""
    outcome_right: bool
    parts: tuple[Part, ...]
    steps: tuple[ReviewStep, ...]
    good_way: tuple[ReviewStep, ...]
    unneeded: tuple[str, ...]
    """Questions that needed no asking."""
    missed: tuple[str, ...]
    """Critical steps left out."""
    misheard: tuple[FieldCheck, ...]
    """Answers that are not what the customer said."""
    record: tuple[FieldCheck, ...]
    order: tuple[FieldCheck, ...]
    """Empty where no visit was due."""
    wording: tuple[WordFound, ...]
    hints: int
    hint_points: int
    minutes: float
    expected_minutes: int
    late_points: int
    """Only for going far beyond the time; being quick earns nothing (CD-76)."""
    change: str
    """The one thing to change next time."""
    article: str
    """Slug of the article to read; empty when there is none."""


def review_to_json(review: Review) -> dict[str, Any]:
    return asdict(review)


def review_from_json(kept: Mapping[str, Any]) -> Review:
    """The other way round."""
    made = dict(kept)
    made["parts"] = tuple(Part(**one) for one in kept["parts"])
    for name in ("steps", "good_way"):
        made[name] = tuple(ReviewStep(**one) for one in kept[name])
    for name in ("misheard", "record", "order"):
        made[name] = tuple(FieldCheck(**one) for one in kept[name])
    made["wording"] = tuple(WordFound(**one) for one in kept["wording"])
    for name in ("unneeded", "missed"):
        made[name] = tuple(kept[name])
    return Review(**made)

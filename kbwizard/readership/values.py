"""The words of readership: places, reasons, states; and what its questions answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

Where = Literal["desk", "call", "study", "help", "api"]
PLACES: tuple[str, ...] = get_args(Where)

REASONS: Mapping[str, str] = {
    "incomplete": "Falta informação",
    "wrong": "Está errado",
    "hard": "É difícil de entender",
    "broken": "Algo está quebrado na página",
    "other": "Outro motivo",
}
"""Why an article did not help, in the order of the form, as people read it."""

OPEN, DONE, DRAFT, NOTED = "open", "done", "draft", "noted"
ANSWERED = (DONE, DRAFT)
LONGEST_TEXT = 1000


@dataclass(frozen=True, slots=True)
class Feedback:
    """One person's answer to "isto ajudou?", and what its owner answered."""

    id: int
    slug: str
    fingerprint: str
    place: str
    by: str
    """A user's name; empty for a customer."""
    helpful: bool
    reason: str
    text: str
    at: datetime
    state: str
    answer: str
    answered_by: str
    answered_at: datetime | None
    revision: int

    @property
    def reason_words(self) -> str:
        return REASONS.get(self.reason, "")


@dataclass(frozen=True, slots=True)
class FeedbackFigures:
    """What was said of one article in a period."""

    yes: int
    no: int
    reasons: Mapping[str, int]
    """How many chose each; a reason that nobody chose is left out."""

    def __add__(self, other: FeedbackFigures) -> FeedbackFigures:
        reasons = Counter(self.reasons) + Counter(other.reasons)
        return FeedbackFigures(self.yes + other.yes, self.no + other.no, dict(reasons))


@dataclass(frozen=True, slots=True)
class SearchFigures:
    """One search, however often it was made in a period."""

    query: str
    """As it was last typed."""
    count: int
    opened: int
    """How many of them ended in a click."""
    results: int
    """What the newest one found."""
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Reads:
    """How often one article was opened in a period."""

    total: int
    places: Mapping[str, int]
    """Only the places where it was opened."""

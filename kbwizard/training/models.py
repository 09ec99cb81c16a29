"""Tables of training. They live in the training database, never beside real cases (CD-91).

People are named by their user name (`who`); nothing else about them is kept here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey
from sqlmodel import Field, SQLModel

from kbwizard.db import UtcDateTime


class AttemptRow(SQLModel, table=True):
    """One person's try at one exercise."""

    __tablename__ = "training_attempt"

    id: int | None = Field(default=None, primary_key=True)
    exercise_id: str = Field(index=True)
    exercise_text: str
    """The exercise as it was when the try began: an edit changes nothing for it."""
    who: str = Field(index=True)
    seed: int
    protocol: str = Field(default="", index=True)
    login: str = ""
    """The lab line that was lent to it."""
    truth: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """What the network and our own record said when it began, by fact."""
    started_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    points: int | None = None
    passed: bool = False
    content: str = ""
    """Fingerprint of the steps and articles that it went through: another one asks for more."""
    review: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class LeaseRow(SQLModel, table=True):
    """A lab line lent to one attempt. The login is the key: nobody else gets it meanwhile."""

    __tablename__ = "training_lease"

    login: str = Field(primary_key=True)
    attempt_id: int = Field(unique=True)
    until: datetime = Field(sa_type=UtcDateTime)


class ChoiceRow(SQLModel, table=True):
    """What was chosen at one visit, the first time; and what it cost to get there."""

    __tablename__ = "training_choice"

    attempt_id: int = Field(sa_column=Column(ForeignKey("training_attempt.id"), primary_key=True))
    visit: int = Field(primary_key=True)
    tree: str = ""
    node: str = ""
    option: str = ""
    """The node chosen; empty while nothing was."""
    right: bool = False
    hints: int = 0
    asked: int = 0
    """How often the customer was asked this."""
    at: datetime = Field(sa_type=UtcDateTime)


class WrittenRow(SQLModel, table=True):
    """What the trainee writes: `record` or `order`. Drafts and the last word alike."""

    __tablename__ = "training_written"

    attempt_id: int = Field(sa_column=Column(ForeignKey("training_attempt.id"), primary_key=True))
    kind: str = Field(primary_key=True)
    fields: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    at: datetime = Field(sa_type=UtcDateTime)


class ExerciseRow(SQLModel, table=True):
    """An exercise made from a closed case: its file's text."""

    __tablename__ = "training_exercise"

    id: str = Field(primary_key=True)
    text: str
    made_at: datetime = Field(sa_type=UtcDateTime)
    made_by: str
    retired: bool = False


class QuizRow(SQLModel, table=True):
    """One quiz as it was asked and answered."""

    __tablename__ = "training_quiz"

    id: int | None = Field(default=None, primary_key=True)
    who: str = Field(index=True)
    topic: str = ""
    seed: int
    content: str
    """The content's version: the same version and seed give the same questions."""
    questions: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    answers: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    points: int | None = None
    passed: bool = False
    started_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ReadingRow(SQLModel, table=True):
    """An article read and acknowledged ("li e estou ciente"), as it was then."""

    __tablename__ = "training_reading"

    who: str = Field(primary_key=True)
    article: str = Field(primary_key=True)
    content: str
    at: datetime = Field(sa_type=UtcDateTime)


class NoteRow(SQLModel, table=True):
    """What a tutor writes to a trainee."""

    __tablename__ = "training_note"

    id: int | None = Field(default=None, primary_key=True)
    who: str = Field(index=True)
    by: str
    text: str
    attempt_id: int | None = None
    at: datetime = Field(sa_type=UtcDateTime)


class MarkRow(SQLModel, table=True):
    """A pass mark or cost, with its history: the newest row of a key stands."""

    __tablename__ = "training_mark"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(index=True)
    value: int
    valid_from: datetime = Field(sa_type=UtcDateTime)
    by: str

"""Attempts as they are kept: rows become frozen values, choices and written text are recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from kbwizard.db import reading, writing
from kbwizard.errors import Conflict, InvalidInput, NotFound
from kbwizard.training.exercise import Exercise
from kbwizard.training.exercise_file import exercise_of
from kbwizard.training.models import (
    AttemptRow,
    ChoiceRow,
    QuizRow,
    ReadingRow,
    WrittenRow,
)
from kbwizard.wizard.facts import Reason, Scalar, Unavailable

LONGEST_FIELD = 2000
RECORD, ORDER = "record", "order"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One person's try at one exercise."""

    id: int
    exercise: Exercise
    who: str
    seed: int
    protocol: str
    login: str
    started_at: datetime
    finished_at: datetime | None = None
    points: int | None = None
    passed: bool = False
    content: str = ""

    @property
    def finished(self) -> bool:
        return self.finished_at is not None


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen at one visit, and what it cost."""

    visit: int
    tree: str
    node: str
    option: str
    right: bool
    hints: int
    asked: int


class Attempts:
    """Reads and writes attempts, by their id."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    def add(self, exercise: Exercise, *, who: str, seed: int) -> int:
        with writing(self._engine) as db:
            row = AttemptRow(
                exercise_id=exercise.id,
                exercise_text=exercise.text,
                who=who,
                seed=seed,
                started_at=self._clock(),
            )
            db.add(row)
            db.flush()
            return int(row.id or 0)

    def drop(self, attempt_id: int) -> None:
        """Forget a try that could not begin."""
        with writing(self._engine) as db:
            db.delete(_row(db, attempt_id))

    def begun(
        self, attempt_id: int, *, login: str, protocol: str, truth: Mapping[str, Any]
    ) -> Attempt:
        with writing(self._engine) as db:
            row = _row(db, attempt_id)
            row.login, row.protocol, row.truth = login, protocol, truth_to_json(truth)
            db.add(row)
            return _attempt(row)

    def get(self, attempt_id: int) -> Attempt:
        """Raises `NotFound`."""
        with reading(self._engine) as db:
            return _attempt(_row(db, attempt_id))

    def truth(self, attempt_id: int) -> dict[str, Scalar | Unavailable]:
        """What sources said when it began."""
        with reading(self._engine) as db:
            return truth_from_json(_row(db, attempt_id).truth)

    def of_protocol(self, protocol: str) -> Attempt | None:
        with reading(self._engine) as db:
            row = db.exec(select(AttemptRow).where(AttemptRow.protocol == protocol)).first()
            return None if row is None else _attempt(row)

    def of(self, who: str = "") -> list[Attempt]:
        """The newest first; without a name everybody's."""
        query = select(AttemptRow).where(AttemptRow.protocol != "")
        if who:
            query = query.where(AttemptRow.who == who)
        with reading(self._engine) as db:
            return [_attempt(row) for row in db.exec(query.order_by(col(AttemptRow.id).desc()))]

    def people(self) -> list[str]:
        """Everybody who ever tried something or was quizzed or written to, by name."""
        with reading(self._engine) as db:
            names: set[str] = set()
            for column in (AttemptRow.who, QuizRow.who, ReadingRow.who):
                names |= set(db.exec(select(column).distinct()).all())
            return sorted(names)

    def review(self, attempt_id: int) -> dict[str, Any]:
        with reading(self._engine) as db:
            return dict(_row(db, attempt_id).review)

    def finish(
        self,
        attempt_id: int,
        *,
        points: int,
        passed: bool,
        content: str,
        review: Mapping[str, Any],
    ) -> None:
        """Raises `Conflict` when it was finished already."""
        with writing(self._engine) as db:
            row = _row(db, attempt_id)
            if row.finished_at is not None:
                raise Conflict("Este exercício já foi encerrado.")
            row.finished_at, row.points, row.passed = self._clock(), points, passed
            row.content, row.review = content, dict(review)
            db.add(row)

    # Choices --------------------------------------------------------------------------------

    def choices(self, attempt_id: int) -> dict[int, Choice]:
        """By visit."""
        with reading(self._engine) as db:
            rows = db.exec(select(ChoiceRow).where(ChoiceRow.attempt_id == attempt_id)).all()
        return {row.visit: _choice(row) for row in rows}

    def mark(
        self,
        attempt_id: int,
        *,
        visit: int,
        tree: str,
        node: str,
        change: Callable[[ChoiceRow], None],
    ) -> Choice:
        """Change what is known of a visit, making its row the first time."""
        with writing(self._engine) as db:
            row = db.get(ChoiceRow, (attempt_id, visit))
            if row is None:
                row = ChoiceRow(attempt_id=attempt_id, visit=visit, tree=tree, node=node,
                                at=self._clock())  # fmt: skip
            change(row)
            db.add(row)
            return _choice(row)

    # What the trainee writes ----------------------------------------------------------------

    def write(self, attempt_id: int, kind: str, fields: Mapping[str, str]) -> None:
        """Keep the text, a draft or the last word. Raises `InvalidInput`, `Conflict`."""
        wrong = {
            name: f"Use no máximo {LONGEST_FIELD} letras."
            for name, text in fields.items()
            if len(text) > LONGEST_FIELD
        }
        if wrong:
            raise InvalidInput("O texto não foi gravado: encurte.", wrong)
        with writing(self._engine) as db:
            if _row(db, attempt_id).finished_at is not None:
                raise Conflict("Este exercício já foi encerrado.")
            row = db.get(WrittenRow, (attempt_id, kind))
            if row is None:
                row = WrittenRow(attempt_id=attempt_id, kind=kind, at=self._clock())
            row.fields = {**row.fields, **dict(fields)}
            row.at = self._clock()
            db.add(row)

    def written(self, attempt_id: int, kind: str) -> dict[str, str]:
        with reading(self._engine) as db:
            row = db.get(WrittenRow, (attempt_id, kind))
            return {} if row is None else {name: str(text) for name, text in row.fields.items()}


def truth_to_json(truth: Mapping[str, Scalar | Unavailable]) -> dict[str, Any]:
    return {
        fact: {"unavailable": str(value.reason)} if isinstance(value, Unavailable) else value
        for fact, value in truth.items()
    }


def truth_from_json(kept: Mapping[str, Any]) -> dict[str, Scalar | Unavailable]:
    return {
        fact: Unavailable(Reason(value["unavailable"])) if isinstance(value, dict) else value
        for fact, value in kept.items()
    }


def _row(db: Session, attempt_id: int) -> AttemptRow:
    row = db.get(AttemptRow, attempt_id)
    if row is None:
        raise NotFound("Não existe este exercício começado.")
    return row


def _attempt(row: AttemptRow) -> Attempt:
    return Attempt(
        id=int(row.id or 0),
        exercise=exercise_of(row.exercise_text),
        who=row.who,
        seed=row.seed,
        protocol=row.protocol,
        login=row.login,
        started_at=row.started_at,
        finished_at=row.finished_at,
        points=row.points,
        passed=row.passed,
        content=row.content,
    )


def _choice(row: ChoiceRow) -> Choice:
    return Choice(row.visit, row.tree, row.node, row.option, row.right, row.hints, row.asked)

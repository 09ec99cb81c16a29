"""Quizzes as they are taken: drawn, answered once, kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from kbwizard.content.articles import Article
from kbwizard.db import reading, writing
from kbwizard.errors import Conflict, InvalidInput, NotFound
from kbwizard.training.models import QuizRow
from kbwizard.training.questions import QuizQuestion, draw
from kbwizard.wizard.model import Bundle

LENGTH = 10


@dataclass(frozen=True, slots=True)
class Quiz:
    """A quiz as it was drawn for somebody."""

    id: int
    who: str
    topic: str
    seed: int
    questions: tuple[QuizQuestion, ...]
    started_at: datetime
    finished_at: datetime | None = None
    points: int | None = None
    """Percent right; None while it is not answered."""
    passed: bool = False
    answers: Mapping[str, str] | None = None
    """Question to what was answered; None while it is not."""
    so_far: Mapping[str, str] = field(default_factory=dict)
    """The same while some are still open: each answer is kept as it is given."""


@dataclass(frozen=True, slots=True)
class AnswerResult:
    """One answer beside the right one, with why."""

    question: QuizQuestion
    answer: str
    right: bool


@dataclass(frozen=True, slots=True)
class QuizResult:
    """A quiz that was answered."""

    quiz: Quiz
    answers: tuple[AnswerResult, ...]
    points: int
    passed: bool
    pass_mark: int


class Quizzes:
    """Draws, keeps and grades quizzes."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    def draw(
        self,
        bundle: Bundle,
        articles: Mapping[str, Article],
        *,
        who: str,
        topic: str,
        seed: int,
    ) -> Quiz:
        """Raises `InvalidInput` for a topic nothing can be asked about."""
        questions = draw(bundle, articles, topic=topic, seed=seed, count=LENGTH)
        if len(questions) < LENGTH:
            raise InvalidInput("Não há perguntas bastantes sobre este assunto.")
        with writing(self._engine) as db:
            row = QuizRow(
                who=who,
                topic=topic,
                seed=seed,
                content=bundle.version,
                questions=[asdict(question) for question in questions],
                started_at=self._clock(),
            )
            db.add(row)
            db.flush()
            return _quiz(row)

    def get(self, quiz_id: int) -> Quiz:
        """Raises `NotFound`."""
        with reading(self._engine) as db:
            return _quiz(_row(db, quiz_id))

    def of(self, who: str) -> list[Quiz]:
        """The newest first."""
        with reading(self._engine) as db:
            rows = db.exec(
                select(QuizRow).where(QuizRow.who == who).order_by(col(QuizRow.id).desc())
            )
            return [_quiz(row) for row in rows]

    def answer(self, quiz_id: int, answers: Mapping[str, str], *, pass_mark: int) -> QuizResult:
        """Grade it, once. Every question has to be answered with one of its options.

        Raises `Conflict` the second time, `InvalidInput` naming what is missing.
        """
        with writing(self._engine) as db:
            row = _row(db, quiz_id)
            if row.finished_at is not None:
                raise Conflict("Este teste já foi respondido. Comece outro.")
            quiz = _quiz(row)
            wrong = {
                one.id: "Escolha uma resposta."
                for one in quiz.questions
                if answers.get(one.id) not in one.options
            }
            if wrong:
                raise InvalidInput("Responda todas as perguntas.", wrong)
            row.answers = {one.id: answers[one.id] for one in quiz.questions}
            right = sum(answers[one.id] == one.right for one in quiz.questions)
            row.points = round(100 * right / len(quiz.questions))
            row.passed, row.finished_at = row.points >= pass_mark, self._clock()
            db.add(row)
            return _result(_quiz(row), pass_mark)

    def answer_one(self, quiz_id: int, question: str, option: str, *, pass_mark: int) -> Quiz:
        """Keep the first answer to one question; the last one grades the quiz.

        Raises `Conflict` when it is over, `InvalidInput` for what was not offered.
        """
        with writing(self._engine) as db:
            row = _row(db, quiz_id)
            if row.finished_at is not None:
                raise Conflict("Este teste já foi respondido. Comece outro.")
            asked = {one.id: one for one in _quiz(row).questions}
            if question not in asked or option not in asked[question].options:
                raise InvalidInput("Escolha uma das respostas.")
            row.answers = {question: option, **row.answers}
            db.add(row)
            quiz = _quiz(row)
        if len(quiz.so_far) < len(asked):
            return quiz
        return self.answer(quiz_id, quiz.so_far, pass_mark=pass_mark).quiz

    def result(self, quiz_id: int, *, pass_mark: int) -> QuizResult:
        """Raises `NotFound` while it is not answered."""
        quiz = self.get(quiz_id)
        if quiz.finished_at is None:
            raise NotFound("Este teste ainda não foi respondido.")
        return _result(quiz, pass_mark)


def _row(db: Session, quiz_id: int) -> QuizRow:
    row = db.get(QuizRow, quiz_id)
    if row is None:
        raise NotFound("Não existe este teste.")
    return row


def _quiz(row: QuizRow) -> Quiz:
    return Quiz(
        id=int(row.id or 0),
        who=row.who,
        topic=row.topic,
        seed=row.seed,
        questions=tuple(_question(one) for one in row.questions),
        started_at=row.started_at,
        finished_at=row.finished_at,
        points=row.points,
        passed=row.passed,
        answers=dict(row.answers) if row.finished_at is not None else None,
        so_far=dict(row.answers),
    )


def _question(kept: Mapping[str, Any]) -> QuizQuestion:
    return QuizQuestion(**{**kept, "options": tuple(kept["options"])})


def _result(quiz: Quiz, pass_mark: int) -> QuizResult:
    answers = quiz.answers or {}
    told = tuple(
        AnswerResult(one, answers.get(one.id, ""), answers.get(one.id) == one.right)
        for one in quiz.questions
    )
    return QuizResult(quiz, told, quiz.points or 0, quiz.passed, pass_mark)

"""How far somebody is: tracks, best points, what changed since and has to be done again, notes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import col, select

from kbwizard.content.articles import Article
from kbwizard.db import reading, writing
from kbwizard.errors import InvalidInput, NotFound
from kbwizard.training.attempts import Attempt
from kbwizard.training.exercise import Exercise
from kbwizard.training.freshness import article_print
from kbwizard.training.models import NoteRow, ReadingRow
from kbwizard.training.quizzes import Quiz
from kbwizard.training.tracks import Track

LONGEST_NOTE = 2000


@dataclass(frozen=True, slots=True)
class ArticleProgress:
    slug: str
    title: str
    read: bool
    again: bool
    """It changed since it was read: to be read and acknowledged again."""


@dataclass(frozen=True, slots=True)
class ExerciseProgress:
    exercise: Exercise
    attempts: int
    best: int | None
    passed: bool
    again: bool
    """Passed, but a step or article it goes through has changed since."""


@dataclass(frozen=True, slots=True)
class QuizProgress:
    topic: str
    best: int | None
    passed: bool


@dataclass(frozen=True, slots=True)
class TrackProgress:
    """One week: what is done of what there is."""

    track: Track
    articles: tuple[ArticleProgress, ...]
    exercises: tuple[ExerciseProgress, ...]
    quizzes: tuple[QuizProgress, ...]

    @property
    def done(self) -> int:
        return (
            sum(one.read and not one.again for one in self.articles)
            + sum(one.passed and not one.again for one in self.exercises)
            + sum(one.passed for one in self.quizzes)
        )

    @property
    def whole(self) -> int:
        return len(self.articles) + len(self.exercises) + len(self.quizzes)

    @property
    def percent(self) -> int:
        return round(100 * self.done / self.whole) if self.whole else 100


@dataclass(frozen=True, slots=True)
class TutorNote:
    by: str
    text: str
    at: datetime
    attempt_id: int | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """Everything about one trainee."""

    who: str
    tracks: tuple[TrackProgress, ...]
    attempts: tuple[Attempt, ...]
    quizzes: tuple[Quiz, ...]
    notes: tuple[TutorNote, ...] = field(default=())

    @property
    def percent(self) -> int:
        whole = sum(track.whole for track in self.tracks)
        return round(100 * sum(track.done for track in self.tracks) / whole) if whole else 0

    @property
    def to_do_again(self) -> tuple[ExerciseProgress, ...]:
        return tuple(one for track in self.tracks for one in track.exercises if one.again)


@dataclass(frozen=True, slots=True)
class Doings:
    """What somebody did, and how to tell what has changed since."""

    who: str
    attempts: Sequence[Attempt]
    quizzes: Sequence[Quiz]
    readings: Mapping[str, str]
    """Article to its fingerprint when it was read."""
    is_stale: Callable[[Attempt], bool]
    notes: Sequence[TutorNote] = ()


def progress_of(
    doings: Doings,
    tracks: Sequence[Track],
    exercises: Sequence[Exercise],
    articles: Mapping[str, Article],
) -> Progress:
    """The progress, track by track. Articles that do not exist any more are left out."""
    found = tuple(_track(doings, track, exercises, articles) for track in tracks)
    return Progress(
        doings.who, found, tuple(doings.attempts), tuple(doings.quizzes), tuple(doings.notes)
    )


def _track(
    doings: Doings,
    track: Track,
    exercises: Sequence[Exercise],
    articles: Mapping[str, Article],
) -> TrackProgress:
    return TrackProgress(
        track=track,
        articles=tuple(
            ArticleProgress(
                slug,
                articles[slug].title,
                slug in doings.readings,
                slug in doings.readings and doings.readings[slug] != article_print(articles, slug),
            )
            for slug in track.articles
            if slug in articles
        ),
        exercises=tuple(_exercise(doings, one) for one in exercises if one.track == track.id),
        quizzes=tuple(_quiz(doings, topic) for topic in track.quizzes),
    )


def _exercise(doings: Doings, exercise: Exercise) -> ExerciseProgress:
    own = [one for one in doings.attempts if one.exercise.id == exercise.id and one.finished]
    passed = [one for one in own if one.passed]
    best = max((one.points or 0 for one in own), default=None)
    again = bool(passed) and all(doings.is_stale(one) for one in passed)
    return ExerciseProgress(exercise, len(own), best, bool(passed), again)


def _quiz(doings: Doings, topic: str) -> QuizProgress:
    own = [one for one in doings.quizzes if one.topic == topic and one.points is not None]
    best = max((one.points or 0 for one in own), default=None)
    return QuizProgress(topic, best, any(one.passed for one in own))


class Tutoring:
    """What a tutor writes and a trainee acknowledges."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    def note(self, who: str, *, by: str, text: str, attempt_id: int | None = None) -> None:
        """Raises `InvalidInput` for an empty or endless note."""
        if not text.strip() or len(text) > LONGEST_NOTE:
            told = f"Escreva de 1 a {LONGEST_NOTE} letras."
            raise InvalidInput("A nota não foi gravada.", {"text": told})
        with writing(self._engine) as db:
            db.add(
                NoteRow(who=who, by=by, text=text.strip(), attempt_id=attempt_id, at=self._clock())
            )

    def notes(self, who: str) -> list[TutorNote]:
        """The newest first."""
        with reading(self._engine) as db:
            rows = db.exec(
                select(NoteRow).where(NoteRow.who == who).order_by(col(NoteRow.id).desc())
            )
            return [TutorNote(row.by, row.text, row.at, row.attempt_id) for row in rows]

    def acknowledge(self, who: str, slug: str, articles: Mapping[str, Article]) -> None:
        """ "Li e estou ciente". Raises `NotFound`."""
        if slug not in articles:
            raise NotFound("Não existe este artigo.")
        with writing(self._engine) as db:
            row = db.get(ReadingRow, (who, slug)) or ReadingRow(
                who=who, article=slug, content="", at=self._clock()
            )
            row.content, row.at = article_print(articles, slug), self._clock()
            db.add(row)

    def readings(self, who: str) -> dict[str, str]:
        with reading(self._engine) as db:
            rows = db.exec(select(ReadingRow).where(ReadingRow.who == who))
            return {row.article: row.content for row in rows}

"""One person's progress as the first page and the tutor's list show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kbwizard.training.exercise import Exercise
from kbwizard.training.progress import ExerciseProgress, Progress
from kbwizard.training.service import Attempt
from kbwizard.web.study.parts import training


@dataclass(frozen=True, slots=True)
class Tile:
    """One exercise to choose from."""

    progress: ExerciseProgress
    running: Attempt | None
    last: Attempt | None
    """The last try that was finished."""
    recommended: bool
    ahead: bool
    """Two levels or more above anything passed: better later, and not forbidden."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The exercises of one track, or those of none (made from cases)."""

    id: str
    title: str
    about: str
    tiles: tuple[Tile, ...]
    progress: object = None
    """The track's, with its articles and quizzes; None for what belongs to no track."""


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything about one person, in the order of the page."""

    progress: Progress
    next: Exercise | None
    """What to do next: the easiest that is not done, or no longer as it was."""
    shelves: tuple[Shelf, ...]
    running: tuple[Attempt, ...]
    done: int
    whole: int
    mean: int | None
    """Points, over the best try of each exercise done."""
    last_at: datetime | None

    @property
    def who(self) -> str:
        return self.progress.who


def overview_of(progress: Progress) -> Overview:
    """Compose the page from the progress."""
    loose = _loose(progress)
    every = [one for track in progress.tracks for one in track.exercises] + list(loose)
    level = max((one.exercise.level for one in every if one.passed), default=1)
    waiting = [one for one in every if not one.passed or one.again]
    easiest = min(waiting, key=lambda one: one.exercise.level).exercise if waiting else None
    first = easiest.id if easiest is not None else ""
    shelves = [
        Shelf(
            track.track.id,
            f"Semana {track.track.week}: {track.track.title}",
            track.track.about,
            _tiles(progress, track.exercises, first, level),
            track,
        )
        for track in progress.tracks
    ]
    if loose:
        shelves.append(
            Shelf(
                "outros",
                "De atendimentos da casa",
                "Casos que aconteceram aqui, sem nada que identifique alguém.",
                _tiles(progress, loose, first, level),
            )
        )
    best = [one.best for one in every if one.best is not None]
    return Overview(
        progress=progress,
        next=easiest,
        shelves=tuple(shelves),
        running=tuple(one for one in progress.attempts if not one.finished),
        done=sum(one.passed and not one.again for one in every),
        whole=len(every),
        mean=round(sum(best) / len(best)) if best else None,
        last_at=max((one.started_at for one in progress.attempts), default=None),
    )


def _loose(progress: Progress) -> tuple[ExerciseProgress, ...]:
    """Exercises of no track: made from cases."""
    known = {one.exercise.id for track in progress.tracks for one in track.exercises}
    found = []
    for exercise in training().exercises():
        if exercise.id not in known:
            own = [
                one for one in progress.attempts if one.exercise.id == exercise.id and one.finished
            ]
            best = max((one.points or 0 for one in own), default=None)
            passed = any(one.passed for one in own)
            found.append(ExerciseProgress(exercise, len(own), best, passed, again=False))
    return tuple(found)


def _tiles(
    progress: Progress, items: Sequence[ExerciseProgress], first: str, level: int
) -> tuple[Tile, ...]:
    return tuple(
        Tile(
            progress=item,
            running=_newest(progress, item, finished=False),
            last=_newest(progress, item, finished=True),
            recommended=item.exercise.id == first,
            ahead=not item.attempts and item.exercise.level > level + 1,
        )
        for item in items
    )


def _newest(progress: Progress, item: ExerciseProgress, *, finished: bool) -> Attempt | None:
    own = (
        one
        for one in progress.attempts
        if one.exercise.id == item.exercise.id and one.finished == finished
    )
    return next(own, None)

"""The exercises there are: files of the product, and those made from cases, in the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import select

from kbwizard.content.yamlread import read_source
from kbwizard.db import reading, writing
from kbwizard.errors import Conflict, ContentError, NotFound, Problem
from kbwizard.training.exercise import Exercise
from kbwizard.training.exercise_file import read_exercise
from kbwizard.training.models import ExerciseRow
from kbwizard.wizard.facts import Registry

FOLDER = Path(__file__).with_name("exercises")


def load_exercises(
    folder: Path, registry: Registry | None
) -> tuple[dict[str, Exercise], list[Problem]]:
    """Every good exercise of a folder by its name, and every problem of the others."""
    found: dict[str, Exercise] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.yaml")):
        name = f"{path.parent.name}/{path.name}"
        text = read_source(path, name)
        read = [text] if isinstance(text, Problem) else read_exercise(text, name, registry)
        if isinstance(read, list):
            problems += read
        elif read.id != path.stem:
            remedy = f"chame o arquivo de {read.id}.yaml"
            problems.append(
                Problem(name, 1, "file-name", f'o exercício se chama "{read.id}"', remedy)
            )
        else:
            found[read.id] = read
    return found, problems


class Shelf:
    """Finds exercises. Files are read once: they change with the product, not while it runs."""

    def __init__(
        self,
        engine: Engine,
        registry: Callable[[], Registry],
        clock: Callable[[], datetime],
        *,
        folder: Path = FOLDER,
    ) -> None:
        self._engine, self._registry, self._clock, self._folder = engine, registry, clock, folder
        self._shipped: dict[str, Exercise] | None = None

    def all(self) -> tuple[Exercise, ...]:
        """The easiest first."""
        found = dict(self._files())
        with reading(self._engine) as db:
            rows = db.exec(select(ExerciseRow).where(ExerciseRow.retired == False)).all()  # noqa: E712
        for row in rows:
            made = read_exercise(row.text, row.id, None)
            if isinstance(made, Exercise):
                found.setdefault(made.id, made)
        return tuple(sorted(found.values(), key=lambda one: (one.level, one.title)))

    def get(self, exercise_id: str) -> Exercise:
        """Raises `NotFound`."""
        for one in self.all():
            if one.id == exercise_id:
                return one
        raise NotFound("Não existe este exercício.")

    def add(self, text: str, *, by: str) -> Exercise:
        """Keep an exercise made from a case. Raises `ContentError` when it is not a good one."""
        made = read_exercise(text, "exercício", self._registry())
        if isinstance(made, list):
            raise ContentError(made)
        if any(one.id == made.id for one in self.all()):
            raise Conflict("Já existe um exercício com este nome.")
        with writing(self._engine) as db:
            db.add(ExerciseRow(id=made.id, text=text, made_at=self._clock(), made_by=by))
        return made

    def retire(self, exercise_id: str) -> None:
        """Offer an exercise made from a case no more. Raises `NotFound`: files stay."""
        with writing(self._engine) as db:
            row = db.get(ExerciseRow, exercise_id)
            if row is None:
                raise NotFound("Só exercícios feitos de atendimentos podem ser retirados.")
            row.retired = True
            db.add(row)

    def _files(self) -> dict[str, Exercise]:
        if self._shipped is None:
            self._shipped, problems = load_exercises(self._folder, None)
            if problems:
                raise ContentError(problems)
        return self._shipped

"""Pass marks and costs: settings of training, with their history. Defaults stand without a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from kbwizard.db import reading, writing
from kbwizard.errors import InvalidInput
from kbwizard.training.models import MarkRow


@dataclass(frozen=True, slots=True)
class MarkSpec:
    """One setting: what it is called, its default, and what it may be."""

    label: str
    default: int
    low: int
    high: int


MARKS: Mapping[str, MarkSpec] = {
    "exercise_pass": MarkSpec("Pontos para passar num exercício", 70, 1, 100),
    "quiz_pass": MarkSpec("Acertos para passar num teste (%)", 80, 1, 100),
    "hint_cost": MarkSpec("Pontos que cada dica custa", 3, 0, 20),
    "late_cost": MarkSpec("Pontos que passar muito do tempo custa", 5, 0, 20),
    "late_factor": MarkSpec("Quantas vezes o tempo do exercício é “muito além”", 2, 2, 10),
}
"""A quiz passes at 80 % by the trainee programme (call-desk, section 19)."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A setting as it stands, with where it came from. `by` empty: the default."""

    key: str
    label: str
    value: int
    by: str = ""
    valid_from: datetime | None = None


class Marks:
    """Reads and changes the settings; every change is a new row."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    def value(self, key: str) -> int:
        with reading(self._engine) as db:
            return _mark(db, key).value

    def all(self) -> tuple[Mark, ...]:
        with reading(self._engine) as db:
            return tuple(_mark(db, key) for key in MARKS)

    def history(self, key: str) -> tuple[Mark, ...]:
        """Every change of a setting, newest first."""
        with reading(self._engine) as db:
            rows = db.exec(
                select(MarkRow).where(MarkRow.key == key).order_by(col(MarkRow.id).desc())
            )
            return tuple(_shown(row) for row in rows if row.key in MARKS)

    def change(self, key: str, value: int, *, by: str) -> None:
        """Raises `InvalidInput` for an unknown setting, or a value out of its bounds."""
        spec = MARKS.get(key)
        if spec is None:
            raise InvalidInput(f"Não existe a configuração {key!r}.")
        if not spec.low <= value <= spec.high:
            wrong = f"Use um número de {spec.low} a {spec.high}."
            raise InvalidInput("A configuração não foi mudada.", {key: wrong})
        with writing(self._engine) as db:
            db.add(MarkRow(key=key, value=value, valid_from=self._clock(), by=by))


def _mark(db: Session, key: str) -> Mark:
    row = db.exec(
        select(MarkRow).where(MarkRow.key == key).order_by(col(MarkRow.id).desc()).limit(1)
    ).first()
    return Mark(key, MARKS[key].label, MARKS[key].default) if row is None else _shown(row)


def _shown(row: MarkRow) -> Mark:
    return Mark(row.key, MARKS[row.key].label, row.value, row.by, row.valid_from)

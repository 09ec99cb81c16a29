"""Lines of the lab lent to exercises, each to one at a time, given back after 4 hours at most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine, func
from sqlmodel import Session, col, delete, select

from kbwizard.db import in_turn, writing
from kbwizard.errors import Conflict
from kbwizard.training.models import AttemptRow, LeaseRow
from kbwizard.training.network import kind_of

LASTS = timedelta(hours=4)
_LAST_USE = (
    select(AttemptRow.login, func.max(AttemptRow.id))
    .where(AttemptRow.login != "")
    .group_by(col(AttemptRow.login))
)


class Leases:
    """Lends lines, by login. A line is lent to nobody else until it is given back."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    def take(self, attempt_id: int, logins: Sequence[str]) -> str:
        """A free one of these lines. Raises `Conflict` when all are in use.

        Of the first kind listed the one that rested longest: routers remember for a while what
        happened on a line.
        """
        now = self._clock()
        with writing(self._engine) as db:
            in_turn(db.connection(), "training_lease")
            _give_back_old(db, now)
            lent = set(db.exec(select(LeaseRow.login)).all())
            used = {login: last or 0 for login, last in db.exec(_LAST_USE).all()}
            rested = sorted(
                (login for login in logins if login not in lent),
                key=lambda login: (kind_of(login) != kind_of(logins[0]), used.get(login, 0)),
            )
            free = rested[0] if rested else None
            if free is None:
                raise Conflict(
                    "Todas as conexões de treino deste tipo estão em uso. Tente de novo em alguns "
                    "minutos, ou encerre um exercício seu que ficou aberto."
                )
            db.add(LeaseRow(login=free, attempt_id=attempt_id, until=now + LASTS))
            return free

    def give_back(self, attempt_id: int) -> str:
        """The line that was given back; empty when the attempt had none any more."""
        with writing(self._engine) as db:
            row = db.exec(select(LeaseRow).where(LeaseRow.attempt_id == attempt_id)).one_or_none()
            if row is None:
                return ""
            db.delete(row)
            return row.login

    def holds(self, attempt_id: int) -> bool:
        """Whether the attempt still has its line."""
        with writing(self._engine) as db:
            _give_back_old(db, self._clock())
            found = db.exec(select(LeaseRow).where(LeaseRow.attempt_id == attempt_id)).first()
            return found is not None


def _give_back_old(db: Session, now: datetime) -> None:
    db.exec(delete(LeaseRow).where(col(LeaseRow.until) <= now))

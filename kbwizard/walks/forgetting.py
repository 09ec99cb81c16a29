"""Deleting walks and readings whose term of keeping is over."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, delete, func, select

from kbwizard.walks.log import EVENT, PRIVATE, WALK
from kbwizard.walks.models import ActionClaim, CheckRow

CHECK: Table = CheckRow.__table__  # type: ignore[attr-defined]
CLAIM: Table = ActionClaim.__table__  # type: ignore[attr-defined]

AT_ONCE = 500
"""Ids in one statement: SQLite bounds how many a query may name."""


def forget_walks(connection: Connection, ids: list[int], *, but_figures: bool = False) -> None:
    """Delete these walks with their logs; `but_figures` leaves the row that says there was one."""
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        for table in (CHECK, CLAIM, PRIVATE, EVENT):
            connection.execute(delete(table).where(table.c.walk_id.in_(some)))
        if not but_figures:
            connection.execute(delete(WALK).where(WALK.c.id.in_(some)))


def readings_past_term(connection: Connection, before: datetime) -> int:
    """How many finished check rows are older than `before`."""
    query = select(func.count()).select_from(CHECK).where(*_old(before))
    return int(connection.execute(query).scalar_one())


def forget_readings(connection: Connection, before: datetime) -> int:
    """Delete finished check rows older than `before`: what they read is in the log."""
    return int(connection.execute(delete(CHECK).where(*_old(before))).rowcount)


def _old(before: datetime) -> tuple[ColumnElement[bool], ...]:
    return CHECK.c.written_at.is_not(None), CHECK.c.written_at < before

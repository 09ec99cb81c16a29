"""What is forgotten, and when: personal columns on request, anonymous runs after their term.

A forgotten visit leaves a row for the figures: when, how it ended, the score. Nothing in it leads
to a person.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    delete,
    func,
    or_,
    select,
    update,
)

from kbwizard.cases.models import Case
from kbwizard.selfservice.models import (
    HelpCode,
    HelpCounter,
    HelpLink,
    HelpPhoneCode,
    HelpReading,
    HelpVisit,
)
from kbwizard.walks.forgetting import forget_walks

CASE: Table = Case.__table__  # type: ignore[attr-defined]
VISIT: Table = HelpVisit.__table__  # type: ignore[attr-defined]
CODE: Table = HelpCode.__table__  # type: ignore[attr-defined]
LINK: Table = HelpLink.__table__  # type: ignore[attr-defined]
PHONE: Table = HelpPhoneCode.__table__  # type: ignore[attr-defined]
READING: Table = HelpReading.__table__  # type: ignore[attr-defined]
COUNTER: Table = HelpCounter.__table__  # type: ignore[attr-defined]

CONTACT: dict[str, Any] = {"contact_name": "", "contact_phone": "", "best_time": ""}
PERSONAL: dict[str, Any] = {**CONTACT, "comment": ""}
"""The columns of a visit that hold what a person wrote about themselves."""


def erase(connection: Connection, visit_ids: Collection[int]) -> None:
    """Empty what is personal of these visits; walks and cases have erasures of their own."""
    chosen = VISIT.c.id.in_(list(visit_ids))
    connection.execute(update(VISIT).where(chosen).values(PERSONAL))


def visits_of(
    connection: Connection, *, line_ids: Collection[int], case_ids: Collection[int]
) -> list[int]:
    """The visits of these lines or cases, for a holder who asks to be forgotten."""
    about = VISIT.c.line_id.in_(list(line_ids)) | VISIT.c.case_id.in_(list(case_ids))
    return list(connection.scalars(select(VISIT.c.id).where(about)))


def visits_past_term(connection: Connection, before: datetime) -> list[int]:
    """Runs without a case last used before; and those whose case was forgotten."""
    query = select(VISIT.c.id).where(VISIT.c.walk_id.is_not(None), _past_term(before))
    return list(connection.scalars(query.order_by(VISIT.c.id)))


def forget_visits(connection: Connection, ids: list[int]) -> None:
    """Walks, codes and ties go; the row stays for the figures, with its comment until its term."""
    chosen = VISIT.c.id.in_(ids)
    rows = connection.execute(select(VISIT.c.walk_id, VISIT.c.case_id).where(chosen)).all()
    walks = [row.walk_id for row in rows if row.walk_id is not None]
    alone = [row.walk_id for row in rows if row.walk_id is not None and row.case_id is None]
    for table in (CODE, PHONE):
        connection.execute(delete(table).where(table.c.visit_id.in_(ids)))
    connection.execute(delete(READING).where(READING.c.walk_id.in_(walks)))
    connection.execute(delete(LINK).where(LINK.c.visit_id.in_(ids)))
    gone = {"walk_id": None, "line_id": None, "tied_by": "", "district": "", **CONTACT}
    connection.execute(update(VISIT).where(chosen).values(gone))
    forget_walks(connection, alone)


def comments_past_term(connection: Connection, before: datetime) -> int:
    """How many comments were written in visits begun before."""
    query = select(func.count()).select_from(VISIT).where(*_commented(before))
    return int(connection.execute(query).scalar_one())


def forget_comments(connection: Connection, before: datetime) -> int:
    """Empty them; how many there were."""
    emptied = update(VISIT).where(*_commented(before)).values(comment="")
    return int(connection.execute(emptied).rowcount)


def sweep(connection: Connection, now: datetime, before: datetime) -> None:
    """Counters whose window has passed, and links nobody used that expired before."""
    connection.execute(delete(COUNTER).where(COUNTER.c.ends_at < now))
    connection.execute(delete(LINK).where(LINK.c.visit_id.is_(None), LINK.c.expires_at < before))


def _past_term(before: datetime) -> ColumnElement[bool]:
    purged = select(CASE.c.id).where(CASE.c.purged_at.is_not(None))
    alone = and_(VISIT.c.case_id.is_(None), VISIT.c.last_seen_at < before)
    return or_(alone, VISIT.c.case_id.in_(purged))


def _commented(before: datetime) -> tuple[ColumnElement[bool], ...]:
    return VISIT.c.begun_at < before, VISIT.c.comment != ""

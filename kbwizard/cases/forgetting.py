"""Forgetting cases when their term is over: what identifies goes, what figures need stays.

The term is counted from the resolution (Decreto 11.034/2022, art. 12, says at least two years).
A case that is kept for a reason, or is not closed, is not touched.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Table, delete, select, update
from sqlmodel import Session, col
from sqlmodel import select as select_rows

from kbwizard.accounts.audit import audit
from kbwizard.cases.models import Case, CaseStep, CaseWalk, Status, WorkOrder
from kbwizard.cases.service import case_within
from kbwizard.errors import InvalidInput
from kbwizard.walks.forgetting import forget_walks

CASE: Table = Case.__table__  # type: ignore[attr-defined]
CASE_STEP: Table = CaseStep.__table__  # type: ignore[attr-defined]
CASE_WALK: Table = CaseWalk.__table__  # type: ignore[attr-defined]
ORDER: Table = WorkOrder.__table__  # type: ignore[attr-defined]

LONGEST_REASON = 300


def cases_past_term(connection: Connection, before: datetime) -> list[int]:
    """Closed cases, not kept and not purged yet, whose resolution is older than `before`."""
    query = select(CASE.c.id).where(
        CASE.c.status == Status.CLOSED,
        CASE.c.closed_at < before,
        CASE.c.kept_because == "",
        CASE.c.purged_at.is_(None),
    )
    return list(connection.execute(query.order_by(CASE.c.id)).scalars())


def forget_cases(connection: Connection, ids: list[int], *, now: datetime) -> int:
    """Delete what these cases say of a person, their walks included. Answers how many walks."""
    if not ids:
        return 0
    walks = select(CASE_WALK.c.walk_id).where(CASE_WALK.c.case_id.in_(ids))
    walk_ids = list(connection.execute(walks).scalars())
    connection.execute(delete(CASE_WALK).where(CASE_WALK.c.case_id.in_(ids)))
    connection.execute(
        update(CASE_STEP).where(CASE_STEP.c.case_id.in_(ids)).values(text="", details={})
    )
    connection.execute(
        update(ORDER)
        .where(ORDER.c.case_id.in_(ids))
        .values(customer_id=None, summary="", details={}, contact={})
    )
    connection.execute(
        update(CASE)
        .where(CASE.c.id.in_(ids))
        .values(
            customer_id=None,
            customer_name="",
            contact_phone="",
            confirmed_by="",
            line_id=None,
            erp_protocol="",
            purged_at=now,
        )
    )
    forget_walks(connection, walk_ids, but_figures=True)
    return len(walk_ids)


def keep_case(db: Session, protocol: str, *, why: str, by: str, now: datetime) -> None:
    """Keep a case beyond its term; an empty `why` lets it go again. Raises `NotFound`."""
    if len(why) > LONGEST_REASON:
        raise InvalidInput(f"O motivo passa de {LONGEST_REASON} letras.")
    case = case_within(db, protocol, lock=True)
    case.kept_because = why.strip()
    db.add(case)
    action = "case_keep" if case.kept_because else "case_let_go"
    audit(db, at=now, who=by, action=action, record=f"case:{protocol}", reason=why)


def kept_cases(db: Session) -> list[Case]:
    """Cases that outlive their term, with why."""
    return list(db.exec(select_rows(Case).where(col(Case.kept_because) != "")))

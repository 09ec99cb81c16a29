"""The agent says who a customer is who came without telling."""

from __future__ import annotations

from sqlmodel import Session, col, func, select

from kbwizard.accounts.audit import audit
from kbwizard.cases import around
from kbwizard.cases.closing import step
from kbwizard.cases.models import Case
from kbwizard.cases.service import case_within
from kbwizard.db import reading, writing
from kbwizard.errors import InvalidInput
from kbwizard.selfservice.models import HelpVisit
from kbwizard.selfservice.ties import bind_walk
from kbwizard.selfservice.workings import Workings


def identify(workings: Workings, protocol: str, *, customer_id: int, line_id: int, by: str) -> str:
    """Tie an unidentified case, its walks and its visit to a line, all at once.

    The protocol of the case it goes on in: another one, if the line has one open (CD-86). Raises
    `Conflict` when the case has a customer, `InvalidInput` for a line of somebody else, `NotFound`.
    """
    line = workings.line(line_id)
    if line.customer_id != customer_id:
        raise InvalidInput("Esta conexão não é deste cliente.")
    now = workings.now()
    with writing(workings.engine) as db:
        visits = _visits(db, protocol)  # first, as wherever both are locked
        case = case_within(db, protocol, lock=True)
        home, tied = around.identify(
            db,
            case,
            customer_id=customer_id,
            customer_name=line.customer_name,
            line_id=line_id,
            by=by,
            now=now,
        )
        standings = [bind_walk(workings, db, walk, line_id, by=by) for walk in tied]
        for row in visits:
            row.case_id = home.id
            if row.line_id is None:
                row.line_id, row.tied_by = line_id, "agent"
            db.add(row)
        db.add(step(home, "identified", by=by, now=now, line=line_id))
        audit(db, at=now, who=by, action="case_identified", record=f"case:{protocol}")
    for standing in standings:
        workings.walks.keep(standing)
    return home.protocol


def _visits(db: Session, protocol: str) -> list[HelpVisit]:
    query = (
        select(HelpVisit)
        .join(Case, col(Case.id) == col(HelpVisit.case_id))
        .where(Case.protocol == protocol)
        .with_for_update(of=HelpVisit)
    )
    return list(db.exec(query))


def waits_for_agent(workings: Workings, protocol: str) -> bool:
    """Whether a customer's walk of this case was not taken over yet."""
    query = (
        select(func.count())
        .select_from(HelpVisit)
        .join(Case, col(Case.id) == col(HelpVisit.case_id))
        .where(
            Case.protocol == protocol,
            col(HelpVisit.taken_over_at).is_(None),
            col(HelpVisit.walk_id).is_not(None),
        )
    )
    with reading(workings.engine) as db:
        return bool(db.exec(query).one())

"""Tying a visit to a line: by the agent's link, or by the line's own address."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from kbwizard.accounts.audit import audit
from kbwizard.cases.models import Case
from kbwizard.db import reading, writing
from kbwizard.errors import Conflict, NotFound
from kbwizard.selfservice.codes import new_token, token_hash
from kbwizard.selfservice.models import HelpLink, HelpVisit
from kbwizard.selfservice.values import CUSTOMER, LinkInfo, LinkMade, TiedBy, Visit
from kbwizard.selfservice.visits import refuse_if_taken_over
from kbwizard.selfservice.workings import Workings, row_of, visit_of
from kbwizard.walks.service import Standing
from kbwizard.wizard import events as ev

LINK_LASTS = timedelta(hours=24)
DEAD_LINK = "Este link venceu, foi cancelado ou já foi usado em outro aparelho. Peça outro."
OTHER_LINE = "Este autoatendimento já está ligado a outra conexão. Comece de novo."


# The agent's side ------------------------------------------------------------------------------


def link_for(workings: Workings, line_id: int, *, case_protocol: str | None, by: str) -> LinkMade:
    """A link for a customer of this line. Raises `NotFound` for a line or case that is none."""
    workings.line(line_id)
    now, token = workings.now(), new_token()
    with writing(workings.engine) as db:
        case = _case(db, case_protocol) if case_protocol else None
        link = HelpLink(
            token_hash=token_hash(token),
            line_id=line_id,
            case_id=case.id if case is not None else None,
            made_by=by,
            made_at=now,
            expires_at=now + LINK_LASTS,
        )
        db.add(link)
        db.flush()
        record = f"line:{line_id}"
        audit(db, at=now, who=by, action="help_link_made", record=record, details={"link": link.id})
        return LinkMade(link.id or 0, token, link.expires_at)


def revoke_link(workings: Workings, link_id: int, *, by: str) -> None:
    """The link stops working, also for the browser that used it. Raises `NotFound`."""
    now = workings.now()
    with writing(workings.engine) as db:
        link = db.get(HelpLink, link_id, with_for_update=True)
        if link is None:
            raise NotFound("Este link não existe.")
        if link.revoked_at is not None:
            return
        link.revoked_at = now
        db.add(link)
        _untie(db, link)
        details = {"link": link_id}
        record = f"line:{link.line_id}"
        audit(db, at=now, who=by, action="help_link_revoked", record=record, details=details)


def links_of(workings: Workings, case_protocol: str) -> list[LinkInfo]:
    """The links sent in a case, newest first."""
    now = workings.now()
    with reading(workings.engine) as db:
        rows = db.exec(
            select(HelpLink)
            .join(Case, col(Case.id) == col(HelpLink.case_id))
            .where(Case.protocol == case_protocol)
            .order_by(col(HelpLink.id).desc())
        )
        return [_info(link, now) for link in rows]


def case_of_link(engine: Engine, walk_id: int) -> int | None:
    """The case whose agent sent the link a customer's walk is tied by: not another open one."""
    with reading(engine) as db:
        query = select(HelpVisit.link_case_id).where(col(HelpVisit.walk_id) == walk_id)
        return db.exec(query).one_or_none()


# The customer's side ---------------------------------------------------------------------------


def look_at_link(workings: Workings, token: str, visit: Visit | None = None) -> bool:
    """Whether pressing its button would tie (this visit, or a new one). Changes nothing."""
    with reading(workings.engine) as db:
        link = _link(db, token)
        return link is not None and _usable(link, visit, workings.now())


def tie_by_link(workings: Workings, visit: Visit, token: str) -> Visit:
    """Bind the link to this visit, the first to press the button. Raises `NotFound`, `Conflict`."""
    now = workings.now()
    with writing(workings.engine) as db:
        link = _link(db, token, lock=True)  # before the visit, as when it is revoked
        row = row_of(db, visit.id, lock=True)
        if link is None or not _usable(link, visit, now):
            raise NotFound(DEAD_LINK)
        standing = tie(workings, db, row, link.line_id, "link")
        link.visit_id, link.bound_at = row.id, link.bound_at or now
        row.link_case_id = link.case_id
        db.add(link)
        db.add(row)
        tied = visit_of(db, row)
    if standing is not None:
        workings.walks.keep(standing)
    return tied


def tie_by_address(workings: Workings, visit: Visit, address: str) -> Visit:
    """Tie the line that the request comes from, if the installation knows lines so.

    Not knowing the line is no trouble: the visit comes back as it was.
    """
    look_up = workings.line_of_address
    if look_up is None or visit.line_id is not None or visit.taken_over:
        return visit
    line_id = look_up(address)
    if line_id is None:
        return visit
    return tie_now(workings, visit, line_id, "address")


def tie_now(workings: Workings, visit: Visit, line_id: int, how: TiedBy) -> Visit:
    """Tie in a transaction of its own."""
    with writing(workings.engine) as db:
        row = row_of(db, visit.id, lock=True)
        standing = tie(workings, db, row, line_id, how)
        tied = visit_of(db, row)
    if standing is not None:
        workings.walks.keep(standing)
    return tied


def tie(
    workings: Workings, db: Session, row: HelpVisit, line_id: int, how: TiedBy
) -> Standing | None:
    """The visit and its walk are about this line from here on, in the caller's transaction.

    Raises `Conflict` for a second line, or once an agent has the walk.
    """
    refuse_if_taken_over(row)
    if row.line_id == line_id:
        return None
    if row.line_id is not None:
        raise Conflict(OTHER_LINE)
    row.line_id, row.tied_by = line_id, how
    db.add(row)
    return bind_walk(workings, db, row.walk_id or 0, line_id, by=CUSTOMER)


def bind_walk(workings: Workings, db: Session, walk_id: int, line_id: int, *, by: str) -> Standing:
    """Tell the walk whose it is; one that has ended stays as it was."""
    connection = db.connection()
    standing = workings.walks.stand_within(connection, walk_id, to_append=True)
    if standing.position.ended:
        return standing
    return workings.walks.append_to(
        connection,
        standing,
        lambda _s, seq, at: ev.LineBound(seq=seq, at=at, by=by, line=str(line_id)),
    )


# -----------------------------------------------------------------------------------------------


def _usable(link: HelpLink, visit: Visit | None, now: datetime) -> bool:
    if link.revoked_at is not None or link.expires_at <= now:
        return False
    return link.visit_id is None or (visit is not None and link.visit_id == visit.id)


def _untie(db: Session, link: HelpLink) -> None:
    """What a revoked link tied reads nothing more, and hears no more of the agent's case; also
    the visits begun again from there. A walk keeps what it knows."""
    others = select(HelpLink.visit_id).where(
        col(HelpLink.id) != link.id,
        col(HelpLink.line_id) == link.line_id,
        col(HelpLink.revoked_at).is_(None),
        col(HelpLink.visit_id).is_not(None),
    )
    tied = select(HelpVisit).where(
        HelpVisit.tied_by == "link",
        HelpVisit.line_id == link.line_id,
        col(HelpVisit.link_case_id).is_not_distinct_from(link.case_id),
        col(HelpVisit.id).not_in(others),
    )
    for row in db.exec(tied.order_by(col(HelpVisit.id)).with_for_update()):
        row.line_id, row.tied_by, row.link_case_id = None, "", None
        if link.case_id is not None and row.case_id == link.case_id:
            row.case_id = None
        db.add(row)


def _info(link: HelpLink, now: datetime) -> LinkInfo:
    return LinkInfo(
        id=link.id or 0,
        made_by=link.made_by,
        made_at=link.made_at,
        expires_at=link.expires_at,
        revoked=link.revoked_at is not None,
        used=link.visit_id is not None,
        expired=link.expires_at <= now,
    )


def _link(db: Session, token: str, *, lock: bool = False) -> HelpLink | None:
    query: Any = select(HelpLink).where(col(HelpLink.token_hash) == token_hash(token))
    return db.exec(query.with_for_update() if lock else query).one_or_none()  # type: ignore[no-any-return]


def _case(db: Session, protocol: str) -> Case:
    case = db.exec(select(Case).where(Case.protocol == protocol)).one_or_none()
    if case is None:
        raise NotFound("Não existe atendimento com este protocolo.")
    return case

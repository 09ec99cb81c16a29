"""Cases around walks that began without one: a customer's, who then asks for a person.

Everything here happens in the caller's write transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from kbwizard.cases.closing import step
from kbwizard.cases.models import Case, CaseWalk, Status
from kbwizard.cases.protocol import next_protocol
from kbwizard.cases.service import open_twin
from kbwizard.errors import Conflict, InvalidInput


@dataclass(frozen=True, slots=True)
class Around:
    """A walk that needs a case, and what is known of whose it is."""

    walk_id: int
    channel: str
    queue: str = ""
    customer_id: int | None = None
    customer_name: str = ""
    line_id: int | None = None
    case_id: int | None = None
    """The case it belongs to if that one is still open: an agent began it."""


def open_around(db: Session, new: Around, *, by: str, now: datetime, zone: ZoneInfo) -> Case:
    """A case around the walk: the one its customer has open already, or a new one (CD-86)."""
    case = _begun_by_agent(db, new) or _twin(db, new)
    if case is None:
        # A number is taken, and given back if somebody opened a case while we waited for it.
        tentative = db.begin_nested()
        protocol = next_protocol(db, now, zone)
        twin = _twin(db, new)
        if twin is None:
            case = _new_case(db, new, protocol, by=by, now=now)
            tentative.commit()
        else:
            case_id = twin.id
            tentative.rollback()  # its locks go with it
            case = _locked(db, case_id)
            assert case is not None, "cases are never deleted"
    _attach(db, case, new)
    return case


def identify(
    db: Session,
    case: Case,
    *,
    customer_id: int,
    customer_name: str,
    line_id: int,
    by: str,
    now: datetime,
) -> tuple[Case, list[int]]:
    """Tie an unidentified case to a customer and a line: where it goes on, and the walks that are
    now about that line.

    Where the line has another open case, the walks go on in that one (CD-86) and this one is
    closed, leading there. Raises `Conflict` when the case has a customer already, or is closed.
    """
    if case.status == Status.CLOSED:
        raise Conflict("Este atendimento está encerrado. Reabra antes de identificar.")
    if case.customer_id is not None:
        raise Conflict("Este atendimento já tem cliente identificado.")
    found = open_twin(db, customer_id, line_id, but=case)
    twin = _locked(db, found.id) if found is not None else None
    if twin is not None and case.status != Status.OPEN:
        raise Conflict(f"Esta conexão já está no atendimento {twin.protocol}. Continue nele.")
    tied = []
    for link in _links(db, case):
        if link.line_id is None:
            link.line_id = line_id
            db.add(link)
            tied.append(link.walk_id)
    if twin is not None and twin.status == Status.OPEN:
        _join(db, case, twin, by=by, now=now)
        return twin, tied
    case.customer_id = customer_id
    case.customer_name = customer_name.strip()
    case.line_id = line_id
    db.add(case)
    return case, tied


def _join(db: Session, case: Case, twin: Case, *, by: str, now: datetime) -> None:
    """Let the walks of a case go on in its twin. Its protocol was told and still leads there."""
    ordinal = max((link.ordinal for link in _links(db, twin)), default=0)
    moved = _links(db, case)
    for link in moved:
        db.delete(link)
    db.flush()
    for place, link in enumerate(moved, start=ordinal + 1):
        db.add(
            CaseWalk(
                case_id=twin.id or 0, ordinal=place, walk_id=link.walk_id, line_id=link.line_id
            )
        )
    twin.queue = twin.queue or case.queue
    twin.contact_phone = twin.contact_phone or case.contact_phone
    case.status = Status.CLOSED
    case.closed_at = now
    case.closed_by = by
    case.queue = ""
    db.add(twin)
    db.add(case)
    db.add(step(case, "joined", by=by, now=now, into=twin.protocol))
    db.add(step(twin, "joined_by", by=by, now=now, protocol=case.protocol))


def _begun_by_agent(db: Session, new: Around) -> Case | None:
    case = _locked(db, new.case_id)
    return case if case is not None and case.status != Status.CLOSED else None


def _twin(db: Session, new: Around) -> Case | None:
    if new.customer_id is None:
        return None
    found = open_twin(db, new.customer_id, new.line_id)
    case = _locked(db, found.id) if found is not None else None
    return case if case is not None and case.status == Status.OPEN else None


def _locked(db: Session, case_id: int | None) -> Case | None:
    """The case as it is once nobody else is changing it."""
    if case_id is None:
        return None
    return db.get(Case, case_id, with_for_update=True, populate_existing=True)


def _new_case(db: Session, new: Around, protocol: str, *, by: str, now: datetime) -> Case:
    case = Case(
        protocol=protocol,
        opened_at=now,
        opened_by=by,
        channel=new.channel,
        customer_id=new.customer_id,
        customer_name=new.customer_name.strip(),
        line_id=new.line_id,
        queue=new.queue,
    )
    db.add(case)
    db.flush()
    db.add(step(case, "opened", by=by, now=now, channel=new.channel))
    return case


def _attach(db: Session, case: Case, new: Around) -> None:
    """The walk becomes the case's newest subject."""
    links = _links(db, case)
    if any(link.walk_id == new.walk_id for link in links):
        raise InvalidInput("Este percurso já é deste atendimento.")
    ordinal = 1 + max((link.ordinal for link in links), default=0)
    db.add(
        CaseWalk(case_id=case.id or 0, ordinal=ordinal, walk_id=new.walk_id, line_id=new.line_id)
    )
    if case.queue == "" and case.status == Status.OPEN:
        case.queue = new.queue
    db.add(case)
    db.flush()


def _links(db: Session, case: Case) -> list[CaseWalk]:
    query = select(CaseWalk).where(CaseWalk.case_id == case.id).order_by(col(CaseWalk.ordinal))
    return list(db.exec(query))

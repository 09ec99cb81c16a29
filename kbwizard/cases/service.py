"""Opening, finding, closing and reopening cases. What an outcome does is in `concluding.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, func, or_
from sqlmodel import Session, col, select

from kbwizard.cases.closing import LONGEST_NAME, close_by_hand, reopen_within, step, too_long
from kbwizard.cases.models import Case, CaseStep, CaseWalk, Status, WorkOrder
from kbwizard.cases.protocol import next_protocol
from kbwizard.db import in_turn, reading, writing
from kbwizard.errors import Conflict, InvalidInput, NotFound
from kbwizard.walks.service import Walks

ROOT_TREE = "atendimento"
LONGEST_ERP = 60


@dataclass(frozen=True, slots=True)
class NewCase:
    """What is known when the call is picked up. No customer: gate P1 goes on by hand."""

    customer_id: int | None = None
    customer_name: str = ""
    line_id: int | None = None
    channel: str = "telefone"


@dataclass(frozen=True, slots=True)
class Filters:
    """Which cases a list shows. Empty: any."""

    opened_by: str = ""
    status: str = ""
    queue: str = ""
    text: str = ""
    """Protocol (ours or the ERP's), from its beginning."""


class Cases:
    """The only way to read and write cases."""

    def __init__(
        self,
        engine: Engine,
        walks: Walks,
        clock: Callable[[], datetime],
        zone: ZoneInfo,
        *,
        training: bool = False,
    ) -> None:
        """`training`: the cases of exercises, in a database of their own (CD-91)."""
        self._training = training
        self._engine = engine
        self._walks = walks
        self._clock = clock
        self._zone = zone

    def open(self, new: NewCase, *, by: str) -> Case:
        """Open a case: its protocol exists from this moment, its first walk has begun.

        Where the line is still to be chosen the walk begins with `begin_walk`. A second open case
        of the same customer and line is refused with `Conflict` (CD-86).
        """
        wrong = too_long(customer_name=(new.customer_name, LONGEST_NAME))
        if wrong:
            raise InvalidInput("O atendimento não foi aberto: confira o nome.", wrong)
        begins = new.line_id is not None or new.customer_id is None
        beginning = self._beginning(new.line_id, by) if begins else None
        now = self._clock()
        with writing(self._engine) as db:
            # The number first: taking it puts two that open at once in order.
            protocol = next_protocol(db, now, self._zone, training=self._training)
            if new.customer_id is not None:
                _in_turn_of(db, new.customer_id)
                if open_twin(db, new.customer_id, new.line_id):
                    raise Conflict(
                        "Já existe um atendimento aberto para esta conexão. Continue nele."
                    )
            case = Case(
                protocol=protocol,
                opened_at=now,
                opened_by=by,
                channel=new.channel,
                customer_id=new.customer_id,
                customer_name=new.customer_name.strip(),
                line_id=new.line_id,
            )
            db.add(case)
            db.flush()
            db.add(step(case, "opened", by=by, now=now, channel=new.channel))
            if beginning is not None:
                _add_walk(db, case, beginning, new.line_id)
            return case

    def begin_walk(self, protocol: str, *, line_id: int | None, by: str) -> int:
        """Begin a walk of the case about a line: its first, or one more subject or line."""
        beginning = self._beginning(line_id, by)
        with writing(self._engine) as db:
            case = case_within(db, protocol, lock=True)
            if case.status == Status.CLOSED:
                raise Conflict("Este atendimento está encerrado. Reabra antes de continuar.")
            if case.customer_id is not None and line_id is not None:
                _in_turn_of(db, case.customer_id)
                twin = open_twin(db, case.customer_id, line_id, but=case)
                if twin is not None and twin.line_id == line_id:
                    raise Conflict(f"Esta conexão já está no atendimento {twin.protocol}.")
            return _add_walk(db, case, beginning, line_id)

    def _beginning(self, line_id: int | None, by: str) -> Callable[[Connection], int]:
        line = str(line_id) if line_id is not None else None
        audience = "trainee" if self._training else "agent"
        return self._walks.beginning(
            root=ROOT_TREE, audience=audience, by=by, line=line, training=self._training
        )

    def get(self, protocol: str) -> Case:
        """Raises `NotFound`."""
        with reading(self._engine) as db:
            return case_within(db, protocol)

    def walks_of(self, case_id: int) -> list[CaseWalk]:
        with reading(self._engine) as db:
            return list(
                db.exec(
                    select(CaseWalk)
                    .where(CaseWalk.case_id == case_id)
                    .order_by(col(CaseWalk.ordinal))
                )
            )

    def case_of_walk(self, walk_id: int) -> Case | None:
        with reading(self._engine) as db:
            return db.exec(
                select(Case)
                .join(CaseWalk, col(CaseWalk.case_id) == col(Case.id))
                .where(CaseWalk.walk_id == walk_id)
            ).one_or_none()

    def joined_into(self, case: Case) -> str:
        """The protocol of the case in which this one's walks go on; empty when they stayed."""
        with reading(self._engine) as db:
            query = select(CaseStep).where(CaseStep.case_id == case.id, CaseStep.kind == "joined")
            last = db.exec(query.order_by(col(CaseStep.id).desc())).first()
        return str(last.details.get("into", "")) if last is not None else ""

    def open_case_of(self, customer_id: int, line_id: int | None) -> Case | None:
        """The case that is already open for this customer and line, if any (CD-86)."""
        with reading(self._engine) as db:
            return open_twin(db, customer_id, line_id)

    def find(self, filters: Filters, *, limit: int = 50) -> list[Case]:
        """Cases, newest first; those with a deadline by deadline when a queue is asked for."""
        query = select(Case)
        if filters.opened_by:
            query = query.where(Case.opened_by == filters.opened_by)
        if filters.status:
            query = query.where(Case.status == filters.status)
        if filters.queue:
            query = query.where(Case.queue == filters.queue)
        if filters.text:
            begins = filters.text.strip()
            query = query.where(
                or_(
                    col(Case.protocol).startswith(begins, autoescape=True),
                    col(Case.erp_protocol).istartswith(begins, autoescape=True),
                )
            )
        order = col(Case.deadline_at).asc() if filters.queue else col(Case.opened_at).desc()
        with reading(self._engine) as db:
            return list(db.exec(query.order_by(order).limit(limit)))

    def counts(self) -> Mapping[str, int]:
        """How many cases are in each status."""
        with reading(self._engine) as db:
            rows = db.exec(select(Case.status, func.count()).group_by(col(Case.status))).all()
        return {status: int(count) for status, count in rows}

    def steps(self, case_id: int) -> list[CaseStep]:
        with reading(self._engine) as db:
            return list(
                db.exec(
                    select(CaseStep).where(CaseStep.case_id == case_id).order_by(col(CaseStep.id))
                )
            )

    def orders(self, case_id: int) -> list[WorkOrder]:
        with reading(self._engine) as db:
            return list(db.exec(select(WorkOrder).where(WorkOrder.case_id == case_id)))

    def set_erp_protocol(self, protocol: str, number: str) -> None:
        """The ERP's own number: opaque text (CD-93)."""
        wrong = too_long(erp=(number, LONGEST_ERP))
        if wrong:
            raise InvalidInput("O número do ERP não foi gravado.", wrong)
        with writing(self._engine) as db:
            case = case_within(db, protocol, lock=True)
            case.erp_protocol = number.strip()
            db.add(case)

    def close(self, protocol: str, *, closing: str, confirmed_by: str, text: str, by: str) -> Case:
        """Close by CD-05: only solved (and who confirmed it), financial or no contact.

        After a callback the comment is mandatory: who answered, what was done (CD-15).
        """
        with writing(self._engine) as db:
            case = case_within(db, protocol, lock=True)
            close_by_hand(
                db,
                case,
                closing=closing,
                confirmed_by=confirmed_by,
                text=text,
                by=by,
                now=self._clock(),
            )
            return case

    def reopen(self, protocol: str, *, reason: str, by: str) -> Case:
        """Open a closed case again, within the days the settings allow.

        Raises `Conflict` when its line has another open case by now (CD-86): that one goes on.
        """
        with writing(self._engine) as db:
            case = case_within(db, protocol, lock=True)
            reopen_within(db, case, reason=reason, by=by, now=self._clock())
            if case.customer_id is not None:
                _in_turn_of(db, case.customer_id)
                twin = open_twin(db, case.customer_id, case.line_id, but=case)
                if twin is not None:
                    raise Conflict(f"Continue no atendimento {twin.protocol}, que está aberto.")
            return case


def _in_turn_of(db: Session, customer_id: int) -> None:
    """Opening, reopening and beginning a walk look for the customer's other cases (CD-86)."""
    in_turn(db.connection(), f"customer {customer_id}")


def open_twin(
    db: Session, customer_id: int, line_id: int | None, *, but: Case | None = None
) -> Case | None:
    """The open case of a customer and line, the newest (CD-86). No line: any of the customer."""
    query = select(Case).where(Case.customer_id == customer_id, Case.status == Status.OPEN)
    if line_id is not None:
        query = query.where(or_(col(Case.line_id) == line_id, col(Case.line_id).is_(None)))
    if but is not None:
        query = query.where(Case.id != but.id)
    return db.exec(query.order_by(col(Case.id).desc())).first()


def case_within(db: Session, protocol: str, *, lock: bool = False) -> Case:
    """The case of a protocol, in the caller's session. Raises `NotFound`.

    `lock`: whoever else wants to change it waits for this transaction.
    """
    query = select(Case).where(Case.protocol == protocol)
    case = db.exec(query.with_for_update() if lock else query).one_or_none()
    if case is None:
        raise NotFound("Não existe atendimento com este protocolo.")
    return case


def _add_walk(
    db: Session, case: Case, beginning: Callable[[Connection], int], line_id: int | None
) -> int:
    """Begin a walk of the case in the caller's transaction. Returns the walk's id."""
    db.flush()
    walk_id = beginning(db.connection())
    ordinal = 1 + len(db.exec(select(CaseWalk).where(CaseWalk.case_id == case.id)).all())
    db.add(CaseWalk(case_id=case.id or 0, ordinal=ordinal, walk_id=walk_id, line_id=line_id))
    case.line_id = line_id
    db.add(case)
    return walk_id

"""Opening, finding, closing and reopening cases. What an outcome does is in `concluding.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, func, or_
from sqlmodel import Session, col, select

from kbwizard.cases.models import Case, CaseStep, CaseWalk, Closing, Status, WorkOrder
from kbwizard.cases.protocol import next_protocol
from kbwizard.cases.settings import value_of
from kbwizard.db import reading, writing
from kbwizard.errors import Conflict, InvalidInput, NotFound
from kbwizard.walks.service import Walks

ROOT_TREE = "atendimento"
LONGEST_NAME = 120
LONGEST_TEXT = 2000
CLOSABLE = frozenset({Closing.RESOLVIDO, Closing.FINANCEIRO, Closing.SEM_COMUNICACAO})
"""A case closes as one of these. The others say who has it now: it stays until they are done."""


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
        self, engine: Engine, walks: Walks, clock: Callable[[], datetime], zone: ZoneInfo
    ) -> None:
        self._engine = engine
        self._walks = walks
        self._clock = clock
        self._zone = zone

    def open(self, new: NewCase, *, by: str) -> Case:
        """Open a case: its protocol exists from this moment, its first walk has begun.

        A second open case of the same customer and line is refused with `Conflict` (CD-86).
        """
        if len(new.customer_name) > LONGEST_NAME:
            raise InvalidInput(
                "O nome é longo demais.",
                {"customer_name": f"Use no máximo {LONGEST_NAME} caracteres."},
            )
        now = self._clock()
        with writing(self._engine) as db:
            if new.customer_id is not None and self._open_twin(db, new):
                raise Conflict("Já existe um atendimento aberto para esta conexão. Continue nele.")
            case = Case(
                protocol=next_protocol(db, now, self._zone),
                opened_at=now,
                opened_by=by,
                channel=new.channel,
                customer_id=new.customer_id,
                customer_name=new.customer_name.strip(),
                line_id=new.line_id,
            )
            db.add(case)
            db.flush()
            db.add(CaseStep(case_id=case.id or 0, at=now, by=by, kind="opened"))
        if new.line_id is not None or new.customer_id is None:
            self.begin_walk(case.protocol, line_id=new.line_id, by=by)
        return case

    def begin_walk(self, protocol: str, *, line_id: int | None, by: str) -> int:
        """Begin a walk of the case about a line: its first, or one more subject or line."""
        case = self.get(protocol)
        if case.status == Status.CLOSED:
            raise Conflict("Este atendimento está encerrado. Reabra antes de continuar.")
        line = str(line_id) if line_id is not None else None
        walk_id = self._walks.start(root=ROOT_TREE, audience="agent", by=by, line=line)
        with writing(self._engine) as db:
            ordinal = 1 + len(db.exec(select(CaseWalk).where(CaseWalk.case_id == case.id)).all())
            db.add(
                CaseWalk(case_id=case.id or 0, ordinal=ordinal, walk_id=walk_id, line_id=line_id)
            )
            fresh = db.get(Case, case.id)
            assert fresh is not None  # it was read above and cases are never deleted
            fresh.line_id = line_id
            db.add(fresh)
        return walk_id

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

    def open_case_of(self, customer_id: int, line_id: int | None) -> Case | None:
        """The case that is already open for this customer and line, if any (CD-86)."""
        with reading(self._engine) as db:
            return self._open_twin(db, NewCase(customer_id=customer_id, line_id=line_id))

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
                    col(Case.erp_protocol).startswith(begins, autoescape=True),
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
        if len(number) > 60:
            raise InvalidInput("O número do ERP é longo demais.", {"erp": "Até 60 caracteres."})
        with writing(self._engine) as db:
            case = case_within(db, protocol)
            case.erp_protocol = number.strip()
            db.add(case)

    def close(self, protocol: str, *, closing: str, confirmed_by: str, text: str, by: str) -> Case:
        """Close by CD-05: only solved (and who confirmed it), financial or no contact.

        After a callback the comment is mandatory: who answered, what was done (CD-15).
        """
        now = self._clock()
        wrong: dict[str, str] = {}
        if closing not in CLOSABLE:
            wrong["closing"] = "Um atendimento não se encerra com o problema em aberto (CD-05)."
        if closing == Closing.RESOLVIDO and not confirmed_by.strip():
            wrong["confirmed_by"] = "Diga quem confirmou que normalizou."
        for name, value, longest in (
            ("confirmed_by", confirmed_by, LONGEST_NAME),
            ("text", text, LONGEST_TEXT),
        ):
            if len(value) > longest:
                wrong[name] = f"Use no máximo {longest} caracteres."
        with writing(self._engine) as db:
            case = case_within(db, protocol)
            if case.status == Status.CLOSED:
                raise Conflict("Este atendimento já foi encerrado.")
            if case.closing == Closing.RETORNO and not text.strip():
                wrong["text"] = "No retorno, diga quem atendeu e o que foi feito (CD-15)."
            if wrong:
                raise InvalidInput("O atendimento continua aberto: confira os campos.", wrong)
            close_within(db, case, closing=closing, confirmed_by=confirmed_by, by=by, now=now)
            db.add(
                CaseStep(
                    case_id=case.id or 0,
                    at=now,
                    by=by,
                    kind="closed",
                    details={"closing": closing},
                    text=text.strip(),
                )
            )
            return case

    def reopen(self, protocol: str, *, reason: str, by: str) -> Case:
        """Open a closed case again, within the days the settings allow."""
        if not reason.strip() or len(reason) > LONGEST_TEXT:
            raise InvalidInput("O atendimento não foi reaberto.", {"reason": "Diga o motivo."})
        now = self._clock()
        with writing(self._engine) as db:
            case = case_within(db, protocol)
            if case.status != Status.CLOSED or case.closed_at is None:
                raise Conflict("Este atendimento já está aberto.")
            days = int(value_of(db, "case_reopen_days"))
            if now - case.closed_at > timedelta(days=days):
                raise Conflict(f"Passaram mais de {days} dias: abra um novo atendimento.")
            case.status = Status.OPEN
            case.closed_at = None
            case.closed_by = ""
            case.confirmed_by = ""
            db.add(case)
            db.add(
                CaseStep(case_id=case.id or 0, at=now, by=by, kind="reopened", text=reason.strip())
            )
            return case

    @staticmethod
    def _open_twin(db: Session, new: NewCase) -> Case | None:
        query = select(Case).where(Case.customer_id == new.customer_id, Case.status == Status.OPEN)
        if new.line_id is not None:
            query = query.where(or_(col(Case.line_id) == new.line_id, col(Case.line_id).is_(None)))
        return db.exec(query.order_by(col(Case.id).desc())).first()


def case_within(db: Session, protocol: str) -> Case:
    """The case of a protocol, in the caller's session. Raises `NotFound`."""
    case = db.exec(select(Case).where(Case.protocol == protocol)).one_or_none()
    if case is None:
        raise NotFound("Não existe atendimento com este protocolo.")
    return case


def close_within(
    db: Session, case: Case, *, closing: str, confirmed_by: str, by: str, now: datetime
) -> None:
    """Mark a case closed, in the caller's write transaction."""
    case.status = Status.CLOSED
    case.closing = closing
    case.closed_at = now
    case.closed_by = by
    case.confirmed_by = confirmed_by.strip()
    case.deadline_at = None
    case.queue = ""
    db.add(case)


def step(case: Case, kind: str, *, by: str, now: datetime, **details: Any) -> CaseStep:
    return CaseStep(case_id=case.id or 0, at=now, by=by, kind=kind, details=details)

"""What an outcome does to its case when it takes effect: order, queue, deadline, outage, closing.

One write transaction: the walk's `ended` event, the case, the work order and the outage notice
are written together or not at all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import Session, select

from kbwizard.cases.closing import (
    CLOSABLE,
    LONGEST_NAME,
    LONGEST_TEXT,
    close_within,
    step,
    too_long,
)
from kbwizard.cases.deadlines import BusinessCalendar, deadline_at
from kbwizard.cases.models import Case, CaseWalk, Closing, Outage, Status, WorkOrder
from kbwizard.cases.orders import create_order, order_data
from kbwizard.cases.outages import OUTAGES, Place, attach_within
from kbwizard.cases.record import evidence_of
from kbwizard.cases.service import case_within
from kbwizard.cases.settings import value_of
from kbwizard.cases.suspicion import note_too_wide, notice_for
from kbwizard.content.closings import closing_of
from kbwizard.db import in_turn, reading, writing
from kbwizard.errors import Conflict, EngineError, InvalidInput, NotFound, StaleForm
from kbwizard.walks.service import Standing, Walks
from kbwizard.wizard.events import Ended
from kbwizard.wizard.model import Outcome, Result
from kbwizard.wizard.position import Position

TOLD_TOLERANCE = timedelta(minutes=30)
"""A deadline shown longer ago than this is computed and told again, never stored silently."""
CLOCK_SLACK = timedelta(minutes=1)
CLOSES = frozenset({Result.SOLVED, Result.ADVISED, Result.BILLING})
"""With these the case itself ends, unless somebody was promised; else somebody else has it now."""
MAY_BE_MASSIVE = frozenset({Result.KNOWN_OUTAGE, Result.ESCALATE, Result.DISPATCH})


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What the person confirms on the outcome's screen."""

    visit: int
    told_deadline: datetime | None = None
    """The deadline as it stood on the screen and was said to the customer."""
    confirmed_by: str = ""
    summary: str = ""
    """The order's problem statement, as edited."""


@dataclass(frozen=True, slots=True)
class Concluded:
    case: Case
    order: WorkOrder | None = None
    outage: Outage | None = None


@dataclass(frozen=True, slots=True)
class _Ending:
    """One outcome about to take effect, inside one write transaction."""

    db: Session
    case: Case
    ordinal: int
    standing: Standing
    outcome: Outcome
    conclusion: Conclusion
    by: str
    now: datetime

    @property
    def position(self) -> Position:
        return self.standing.position


class Concluding:
    """Makes outcomes take effect, and computes the deadline that is told before."""

    def __init__(
        self,
        engine: Engine,
        walks: Walks,
        place_of: Callable[[str], Place | None],
        clock: Callable[[], datetime],
        zone: ZoneInfo,
        state: str = "SP",
    ) -> None:
        self._engine = engine
        self._walks = walks
        self._place_of = place_of
        self._clock = clock
        self._zone = zone
        self._state = state

    def deadline(self, outcome: Outcome, position: Position) -> datetime | None:
        """The latest moment to promise for this outcome now; None when it promises nothing."""
        if not outcome.deadline:
            return None
        with reading(self._engine) as db:
            return self._deadline(db, outcome, position)

    def conclude(
        self, protocol: str, walk_id: int, conclusion: Conclusion, *, by: str
    ) -> Concluded:
        """Let the outcome the walk stands on take effect.

        Raises `StaleForm` when the walk has moved, `InvalidInput` when something is missing (the
        order's data, who confirmed, a deadline shown too long ago), `Conflict` when it has
        already taken effect or the case is closed. Nothing is written then.
        """
        with writing(self._engine) as db:
            # Calls of one place that end at once must see each other. First of all locks: the
            # notice that one of them opens is written into the cases of the others.
            in_turn(db.connection(), OUTAGES)
            case = case_within(db, protocol, lock=True)
            ordinal = _ordinal(db, case, walk_id)
            standing = self._walks.stand_within(db.connection(), walk_id, to_append=True)
            outcome = _ready(case, standing.position, conclusion)
            now = self._clock()
            ending = _Ending(db, case, ordinal, standing, outcome, conclusion, by, now)
            return self._take_effect(ending)

    # ---------------------------------------------------------------------------------------

    def _take_effect(self, ending: _Ending) -> Concluded:
        db, case, outcome = ending.db, ending.case, ending.outcome
        deadline = self._told_deadline(ending)
        order = self._order(ending) if outcome.result is Result.DISPATCH else None
        closing = _closing(outcome)
        case.symptom = _known_text(ending.position, "symptom")
        phone = _known_text(ending.position, "contact.phone")
        case.contact_phone = phone or case.contact_phone
        outage = self._outage(ending)
        wide = None if outage else note_too_wide(db, ending.position, self._place_of)
        details: dict[str, Any] = {
            "walk": ending.ordinal,
            "outcome": outcome.name,
            "disposition": outcome.disposition,
            "closing": str(closing),
            "level": outcome.level,
            "policy": outcome.deadline,
            "told_deadline": deadline.isoformat() if deadline is not None else "",
            "order": order.number if order is not None else "",
            "outage": outage.id if outage is not None else None,
            "outage_too_wide": wide.id if wide is not None else None,
        }
        said = {name: value for name, value in details.items() if value not in ("", None)}
        db.add(step(case, "concluded", by=ending.by, now=ending.now, **said))
        _hand_on(ending, closing, deadline)
        db.add(case)
        db.flush()
        self._walks.append_to(
            db.connection(),
            ending.standing,
            lambda _s, seq, at: Ended(seq=seq, at=at, by=ending.by, visit=ending.conclusion.visit),
        )
        return Concluded(case, order, outage)

    def _deadline(self, db: Session, outcome: Outcome, position: Position) -> datetime:
        calendar = BusinessCalendar(
            value_of(db, "business_hours"),
            self._zone,
            state=self._state,
            local_holidays=value_of(db, "local_holidays"),
        )
        return deadline_at(outcome.deadline, _segment(position), self._clock(), calendar)

    def _told_deadline(self, ending: _Ending) -> datetime | None:
        """The promise as told: what stood on the screen, if that was a moment ago."""
        if not ending.outcome.deadline:
            return None
        fresh = self._deadline(ending.db, ending.outcome, ending.position)
        told = ending.conclusion.told_deadline
        holds = told is not None and ending.now < told <= fresh + CLOCK_SLACK
        if told is None or not holds or fresh - told > TOLD_TOLERANCE:
            raise InvalidInput(
                "O prazo mudou desde que a tela foi aberta: informe o novo ao cliente.",
                {"deadline": "Confira o prazo e confirme de novo."},
            )
        return told

    def _order(self, ending: _Ending) -> WorkOrder:
        data = order_data(ending.position, ending.now.astimezone(self._zone).date())
        summary = ending.conclusion.summary.strip()
        if not summary:
            raise InvalidInput(
                "A OS não foi aberta: complete os dados.",
                {"summary": "Diga o problema e o que já foi tentado (CD-16)."},
            )
        db = ending.db
        return create_order(
            db,
            ending.case,
            ending.standing.id,
            ending.outcome,
            data,
            summary=summary,
            texts={"fees": value_of(db, "fees"), "absence_rule": value_of(db, "absence_rule")},
            evidence=evidence_of(ending.standing, self._zone),
            by=ending.by,
            now=ending.now,
            zone=self._zone,
        )

    def _outage(self, ending: _Ending) -> Outage | None:
        if ending.outcome.result not in MAY_BE_MASSIVE:
            return None
        outage = notice_for(
            ending.db,
            ending.case,
            ending.position,
            self._place_of,
            known=ending.outcome.result is Result.KNOWN_OUTAGE,
            by=ending.by,
            now=ending.now,
        )
        if outage is not None:
            attach_within(ending.db, ending.case, outage)
        return outage


def _hand_on(ending: _Ending, closing: Closing, deadline: datetime | None) -> None:
    """Say who has the case now, or close it.

    With several walks in one case, a visit or a level that already has it keeps it: what was
    solved or paid beside that neither closes the case nor takes it out of that queue.
    """
    case, outcome = ending.case, ending.outcome
    case.ended_at = ending.now
    elsewhere = case.status == Status.WAITING and case.closing not in CLOSABLE
    if elsewhere and closing in CLOSABLE:
        return
    case.closing = closing
    case.disposition = outcome.disposition
    case.level = outcome.level
    case.queue = outcome.queue or outcome.level
    case.deadline_at = deadline
    case.deadline_policy = outcome.deadline
    case.status = Status.WAITING
    if outcome.result in CLOSES and deadline is None:
        close_within(
            ending.db,
            case,
            closing=closing,
            confirmed_by=ending.conclusion.confirmed_by,
            by=ending.by,
            now=ending.now,
        )


def _ordinal(db: Session, case: Case, walk_id: int) -> int:
    """Which of the case's walks this is. Raises `NotFound` for a walk of another case."""
    link = db.exec(
        select(CaseWalk).where(CaseWalk.case_id == case.id, CaseWalk.walk_id == walk_id)
    ).one_or_none()
    if link is None:
        raise NotFound("Este percurso não é deste atendimento.")
    return link.ordinal


def _ready(case: Case, position: Position, conclusion: Conclusion) -> Outcome:
    """The outcome, if it may take effect now."""
    if position.ended:
        raise Conflict("Este desfecho já foi registrado.")
    if case.status == Status.CLOSED:
        raise Conflict("Este atendimento está encerrado. Reabra antes de registrar.")
    outcome = position.outcome
    if outcome is None or position.visit != conclusion.visit:
        raise StaleForm("O percurso andou desde que esta tela foi aberta.")
    if position.refused:
        raise InvalidInput("Antes de abrir OS ou escalar, conclua as verificações iniciais.")
    if position.required:
        raise InvalidInput(
            "Faltam dados para este desfecho.",
            dict.fromkeys(position.required, "Preencha antes de registrar."),
        )
    wrong = too_long(
        confirmed_by=(conclusion.confirmed_by, LONGEST_NAME),
        summary=(conclusion.summary, LONGEST_TEXT),
    )
    solved = outcome.result in (Result.SOLVED, Result.ADVISED)
    if solved and not conclusion.confirmed_by.strip():
        wrong["confirmed_by"] = "Diga quem confirmou que normalizou (CD-42)."
    if wrong:
        raise InvalidInput("O atendimento continua aberto: confira os campos.", wrong)
    return outcome


def _closing(outcome: Outcome) -> Closing:
    """By CD-05. The linter refuses trees whose outcomes have none."""
    name = closing_of(outcome)
    if not name:
        raise EngineError(f"o desfecho {outcome.name!r} não leva a um encerramento permitido")
    return Closing(name)


def _segment(position: Position) -> str:
    return _known_text(position, "customer.segment") or "residential"


def _known_text(position: Position, fact: str) -> str:
    known = position.facts.get(fact)
    return str(known.reading.value) if known is not None and known.reading.known else ""

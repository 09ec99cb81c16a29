"""What an outcome does to its case when it takes effect: order, queue, deadline, outage, closing.

One write transaction: the walk's `ended` event, the case, the work order and the outage notice
are written together or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import Session

from kbwizard.cases.deadlines import BusinessCalendar, deadline_at
from kbwizard.cases.models import Case, Closing, Outage, Status, WorkOrder
from kbwizard.cases.orders import create_order, order_data
from kbwizard.cases.outages import (
    OutageForm,
    Place,
    attach_within,
    covering_within,
    open_within,
)
from kbwizard.cases.service import case_within, close_within, step
from kbwizard.cases.settings import value_of
from kbwizard.db import reading, writing
from kbwizard.errors import Conflict, InvalidInput, StaleForm
from kbwizard.walks.service import Standing, Walks
from kbwizard.wizard.events import Ended
from kbwizard.wizard.model import Outcome, Result
from kbwizard.wizard.position import Position

TOLD_TOLERANCE = timedelta(minutes=30)
"""A deadline shown longer ago than this is computed and told again, never stored silently."""
LEVEL_CLOSINGS = {"n3": Closing.N3}
RESULT_CLOSINGS: Mapping[Result, Closing] = {
    Result.SOLVED: Closing.RESOLVIDO,
    Result.ADVISED: Closing.RESOLVIDO,
    Result.DISPATCH: Closing.OS,
    Result.ESCALATE: Closing.N2,
    Result.KNOWN_OUTAGE: Closing.MASSA,
    Result.BILLING: Closing.FINANCEIRO,
    Result.SCHEDULED: Closing.OS,
    Result.CALLBACK: Closing.RETORNO,
    Result.NO_CONTACT: Closing.SEM_COMUNICACAO,
}
CLOSES = frozenset({Result.SOLVED, Result.ADVISED, Result.BILLING})
"""With these the case itself ends; with all others somebody else has it now."""


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


@dataclass(slots=True)
class _Effect:
    order: WorkOrder | None = None
    outage: Outage | None = None
    details: dict[str, str] = field(default_factory=dict)


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
            calendar = BusinessCalendar(
                value_of(db, "business_hours"),
                self._zone,
                state=self._state,
                local_holidays=value_of(db, "local_holidays"),
            )
        return deadline_at(outcome.deadline, _segment(position), self._clock(), calendar)

    def conclude(
        self, protocol: str, walk_id: int, conclusion: Conclusion, *, by: str
    ) -> Concluded:
        """Let the outcome the walk stands on take effect.

        Raises `StaleForm` when the walk has moved, `InvalidInput` when something is missing (the
        order's data, who confirmed, a deadline shown too long ago), `Conflict` when it has
        already taken effect. Nothing is written then.
        """
        standing = self._walks.stand(walk_id)
        outcome = _ready(standing.position, conclusion)
        deadline = self._checked_deadline(outcome, standing.position, conclusion)
        now = self._clock()
        with writing(self._engine) as db:
            case = case_within(db, protocol)
            effect = self._apply(db, case, standing, outcome, conclusion, by=by, now=now)
            case.closing = _closing(outcome)
            case.disposition = outcome.disposition
            case.level = outcome.level
            case.queue = outcome.queue or outcome.level
            case.deadline_at = deadline
            case.deadline_policy = outcome.deadline
            case.ended_at = now
            case.status = Status.WAITING
            case.symptom = _known_text(standing.position, "symptom")
            case.contact_phone = (
                _known_text(standing.position, "contact.phone") or case.contact_phone
            )
            if outcome.result in CLOSES:
                close_within(
                    db,
                    case,
                    closing=_closing(outcome),
                    confirmed_by=conclusion.confirmed_by,
                    by=by,
                    now=now,
                )
            db.add(case)
            details = {"outcome": outcome.name, "disposition": outcome.disposition}
            db.add(step(case, "concluded", by=by, now=now, **details, **effect.details))
            db.flush()
            self._walks.append_within(
                db.connection(),
                walk_id,
                lambda _s, seq, at: Ended(seq=seq, at=at, by=by, visit=conclusion.visit),
            )
            return Concluded(case, effect.order, effect.outage)

    # ---------------------------------------------------------------------------------------

    def _checked_deadline(
        self, outcome: Outcome, position: Position, conclusion: Conclusion
    ) -> datetime | None:
        """The promise as told: what stood on the screen, if that was a moment ago."""
        fresh = self.deadline(outcome, position)
        if fresh is None:
            return None
        told = conclusion.told_deadline
        if told is None or abs(fresh - told) > TOLD_TOLERANCE:
            raise InvalidInput(
                "O prazo mudou desde que a tela foi aberta: informe o novo ao cliente.",
                {"deadline": "Confira o prazo e confirme de novo."},
            )
        return told

    def _apply(
        self,
        db: Session,
        case: Case,
        standing: Standing,
        outcome: Outcome,
        conclusion: Conclusion,
        *,
        by: str,
        now: datetime,
    ) -> _Effect:
        effect = _Effect()
        if outcome.result is Result.DISPATCH:
            effect.order = self._order(db, case, standing, outcome, conclusion, by=by, now=now)
            effect.details["order"] = effect.order.number
        elif outcome.result in (Result.KNOWN_OUTAGE, Result.ESCALATE):
            effect.outage = self._outage(db, standing.position, by=by, now=now)
        if effect.outage is not None:
            attach_within(db, case, effect.outage)
            effect.details["outage"] = str(effect.outage.id)
        return effect

    def _order(
        self,
        db: Session,
        case: Case,
        standing: Standing,
        outcome: Outcome,
        conclusion: Conclusion,
        *,
        by: str,
        now: datetime,
    ) -> WorkOrder:
        data = order_data(standing.position, now.astimezone(self._zone).date())
        if not conclusion.summary.strip():
            raise InvalidInput(
                "A OS não foi aberta: complete os dados.",
                {"summary": "Diga o problema e o que já foi tentado (CD-16)."},
            )
        told = {"fees": value_of(db, "fees"), "absence_rule": value_of(db, "absence_rule")}
        return create_order(
            db,
            case,
            standing.id,
            outcome,
            data,
            summary=conclusion.summary.strip(),
            texts=told,
            by=by,
            now=now,
            zone=self._zone,
        )

    def _outage(self, db: Session, position: Position, *, by: str, now: datetime) -> Outage | None:
        """The notice that covers the line; a suspicion read on the PON opens the first one."""
        place = self._place_of(position.line) if position.line else None
        if place is None:
            return None
        outage = covering_within(db, place)
        extent = _known_text(position, "pon.extent")
        if outage is not None or extent not in ("suspected", "mass") or not place.pon:
            return outage
        return open_within(
            db,
            OutageForm(
                scope="pon",
                target=place.targets()["pon"],
                kind="suspected",
                internal_text="Aberta pelo atendimento: várias ONUs da PON caíram há pouco.",
            ),
            by=by,
            now=now,
        )


def _ready(position: Position, conclusion: Conclusion) -> Outcome:
    """The outcome, if it may take effect now."""
    if position.ended:
        raise Conflict("Este desfecho já foi registrado.")
    if position.outcome is None or position.visit != conclusion.visit:
        raise StaleForm("O percurso andou desde que esta tela foi aberta.")
    if position.refused:
        raise InvalidInput("Antes de abrir OS ou escalar, conclua as verificações iniciais.")
    if position.required:
        raise InvalidInput(
            "Faltam dados para este desfecho.",
            dict.fromkeys(position.required, "Preencha antes de registrar."),
        )
    if position.outcome.result in (Result.SOLVED, Result.ADVISED) and not (
        conclusion.confirmed_by.strip()
    ):
        raise InvalidInput(
            "O atendimento continua aberto.",
            {"confirmed_by": "Diga quem confirmou que normalizou (CD-42)."},
        )
    return position.outcome


def _closing(outcome: Outcome) -> Closing:
    if outcome.result is Result.ESCALATE:
        return LEVEL_CLOSINGS.get(outcome.level, Closing.N2)
    return RESULT_CLOSINGS[outcome.result]


def _segment(position: Position) -> str:
    return _known_text(position, "customer.segment") or "residential"


def _known_text(position: Position, fact: str) -> str:
    known = position.facts.get(fact)
    return str(known.reading.value) if known is not None and known.reading.known else ""

"""What our own record says about a call, as fact sources: outages, other cases, visits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, func
from sqlmodel import Session, col, select

from kbwizard.cases.models import Case, Outage, Status, WorkOrder
from kbwizard.cases.outages import Place, covering_within
from kbwizard.cases.words import PERIODS
from kbwizard.checks.ports import Subject
from kbwizard.db import reading
from kbwizard.wizard.facts import Reading, Reason, Scalar, Source, Unavailable

Answer = Scalar | Unavailable
NOTHING = Unavailable(Reason.NO_VALUE, "nada registrado")
NO_LINE = Unavailable(Reason.NOT_CONFIGURED, "sem conexão identificada")
REPAIR_PREFIXES = ("OS_",)
RECENT = timedelta(days=7)


class PlaceOf(Protocol):
    """Where a line hangs; the directory knows. None: no such line."""

    def __call__(self, line_id: str) -> Place | None: ...


class OutageSource:
    """`outages`: is there a notice that covers this line, and what may be said of it."""

    name = "outages"
    provides = frozenset(
        {
            "outage.active",
            "outage.kind",
            "outage.forecast",
            "outage.forecast_state",
            "outage.scope",
            "pop.down",
        }
    )

    def __init__(self, engine: Engine, place_of: PlaceOf, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._place_of = place_of
        self._clock = clock

    async def read(
        self, subject: Subject, facts: Collection[str], *, deadline_s: float
    ) -> Mapping[str, Reading]:
        del deadline_s  # our own database answers at once or not at all
        return await asyncio.to_thread(self._read, subject, facts)

    def _read(self, subject: Subject, facts: Collection[str]) -> Mapping[str, Reading]:
        now = self._clock()
        line_id = subject.line.id if subject.line else None
        place = self._place_of(line_id) if line_id else None
        with reading(self._engine) as db:
            # Without a line only a notice for everybody is certain to cover the caller.
            outage = covering_within(db, place or Place())
        answers = self._answers(outage, place, now)
        return _readings(answers, facts, now, line_id, "paradas")

    @staticmethod
    def _answers(outage: Outage | None, place: Place | None, now: datetime) -> dict[str, Answer]:
        if outage is None:
            unsure: Answer = NO_LINE if place is None else False
            return {
                "outage.active": unsure,
                "pop.down": unsure,
                "outage.kind": NOTHING,
                "outage.forecast": NOTHING,
                "outage.forecast_state": NOTHING,
                "outage.scope": NOTHING,
            }
        coming = outage.forecast_at is not None and outage.forecast_at > now
        state = "none" if outage.forecast_at is None else "confirmed" if coming else "passed"
        return {
            "outage.active": True,
            "outage.kind": outage.kind,
            "outage.forecast": outage.forecast_at.isoformat()
            if coming and outage.forecast_at
            else NOTHING,
            "outage.forecast_state": state,
            "outage.scope": outage.scope,
            "pop.down": outage.scope == "pop" and outage.kind == "declared",
        }


class CaseSource:
    """`cases`: other open cases of the customer, how often they called, visits to come."""

    name = "cases"
    provides = frozenset(
        {
            "case.open",
            "case.recent_count",
            "order.open",
            "order.when",
            "order.subject",
            "order.missed",
        }
    )

    def __init__(self, engine: Engine, zone: ZoneInfo, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._zone = zone
        self._clock = clock

    async def read(
        self, subject: Subject, facts: Collection[str], *, deadline_s: float
    ) -> Mapping[str, Reading]:
        del deadline_s
        return await asyncio.to_thread(self._read, subject, facts)

    def _read(self, subject: Subject, facts: Collection[str]) -> Mapping[str, Reading]:
        now = self._clock()
        line_id = subject.line.id if subject.line else None
        if subject.customer_id is None:
            answers: dict[str, Answer] = dict.fromkeys(self.provides, NO_LINE)
        else:
            with reading(self._engine) as db:
                answers = self._answers(db, int(subject.customer_id), subject.case_id, now)
        return _readings(answers, facts, now, line_id, "atendimentos")

    def _answers(
        self, db: Session, customer_id: int, case_id: int | None, now: datetime
    ) -> dict[str, Answer]:
        others = (
            select(func.count())
            .select_from(Case)
            .where(Case.customer_id == customer_id, Case.id != (case_id or 0))
        )
        still_open = db.exec(others.where(Case.status == Status.OPEN)).one()
        recent = db.exec(others.where(col(Case.opened_at) >= now - RECENT)).one()
        order = db.exec(
            select(WorkOrder)
            .where(WorkOrder.customer_id == customer_id, WorkOrder.status == "scheduled")
            .order_by(col(WorkOrder.visit_date), col(WorkOrder.id))
        ).first()
        answers: dict[str, Answer] = {
            "case.open": still_open > 0,
            "case.recent_count": min(recent, 99),
            "order.open": order is not None,
        }
        return answers | self._order(order, now)

    def _order(self, order: WorkOrder | None, now: datetime) -> dict[str, Answer]:
        if order is None:
            return dict.fromkeys(("order.when", "order.subject", "order.missed"), NOTHING)
        today = now.astimezone(self._zone).date().isoformat()
        return {
            "order.when": _when(order),
            "order.subject": "repair" if order.subject.startswith(REPAIR_PREFIXES) else "other",
            "order.missed": order.visit_date < today,
        }


def _when(order: WorkOrder) -> str:
    """Day and period as they are told on the phone."""
    period = PERIODS.get(order.visit_period, order.visit_period)
    return f"{order.visit_date[8:10]}/{order.visit_date[5:7]} ({period})"


def _readings(
    answers: Mapping[str, Answer],
    facts: Collection[str],
    now: datetime,
    line: str | None,
    origin: str,
) -> dict[str, Reading]:
    missing = Unavailable(Reason.NOT_CONFIGURED, f"{origin} não informa isto")
    return {
        fact: Reading(
            fact=fact,
            value=answers.get(fact, missing),
            source=Source.CASE,
            measured_at=now,
            origin=origin,
            took_ms=0,
            line=line,
        )
        for fact in facts
    }

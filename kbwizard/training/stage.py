"""Sets a line up for an exercise and clears it afterwards: record, earlier calls, notice, fault.

Everything is written in the training database and in the lab; nothing here touches a real case.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from time import sleep
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from kbwizard.cases.models import Case, Outage, Status, WorkOrder
from kbwizard.cases.outages import OutageForm, Place, open_within
from kbwizard.cases.protocol import next_order_number, next_protocol
from kbwizard.db import writing
from kbwizard.directory.columns import BY_NAME, CellError
from kbwizard.directory.folding import fold
from kbwizard.directory.identity import Hasher, parse_phone
from kbwizard.directory.loading import load
from kbwizard.directory.models import Contract, Customer, Line
from kbwizard.directory.records import Record
from kbwizard.errors import InvalidInput, KbwizardError
from kbwizard.lab.faults import find_fault
from kbwizard.training.customer import Cast
from kbwizard.training.exercise import Exercise
from kbwizard.training.floor import Floor
from kbwizard.training.network import lab_client, training_lines

BY = "treino"
EARLIER = timedelta(hours=30)
LONG_AGO = timedelta(days=9)
LOG_KEPT_S = 2.2
"""A router's log is shared by those who ask within two seconds: the refusals must be in it."""


class Stage:
    """Prepares and clears lines."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor

    def set(self, login: str, exercise: Exercise, cast: Cast) -> tuple[int, int]:
        """Make the line what the exercise needs. Answers its customer and line ids.

        Raises `SetupError` when the lab is not there: nothing of the exercise begins then.
        """
        client = lab_client(self._floor.lab_file)
        client.clear_fault(login)
        if exercise.fault:
            client.set_fault(login, exercise.fault, age_s=exercise.age_s)
            if find_fault(exercise.fault).reject:
                sleep(LOG_KEPT_S)
        record = _recorded(
            training_lines(self._floor.secret)[login], exercise, cast, self._hasher()
        )
        now = self._floor.clock()
        with writing(self._floor.engine) as db:
            load(db, [record], now)
            customer_id, line_id = _ids(db, login)
            _forget_earlier(db, customer_id)
            _end_notices(db, record, now)
            self._add_past(db, customer_id, line_id, exercise, now)
            if exercise.notice is not None:
                _open_notice(db, record, exercise, now)
        return customer_id, line_id

    def clear(self, login: str) -> None:
        """Give the line back: no fault, no notice, its own record. A lab that is gone is no
        trouble: what begins next on this line sets it up anew."""
        with writing(self._floor.engine) as db:
            record = training_lines(self._floor.secret)[login]
            load(db, [record], self._floor.clock())
            _end_notices(db, record, self._floor.clock())
        try:
            lab_client(self._floor.lab_file).clear_fault(login)
        except KbwizardError:
            return

    def _hasher(self) -> Hasher:
        return Hasher(self._floor.secret)

    def _add_past(
        self, db: Session, customer_id: int, line_id: int, exercise: Exercise, now: datetime
    ) -> None:
        for number in range(exercise.earlier_calls):
            self._past_case(db, customer_id, line_id, now - EARLIER * (number + 1), Status.CLOSED)
        if exercise.visit is None:
            return
        case = self._past_case(db, customer_id, line_id, now - LONG_AGO, Status.WAITING)
        day = now.astimezone(self._floor.zone).date() + timedelta(days=exercise.visit.in_days)
        db.add(
            WorkOrder(
                case_id=case.id or 0,
                walk_id=0,
                number=next_order_number(db, now, self._floor.zone, training=True),
                customer_id=customer_id,
                opened_at=now - LONG_AGO,
                opened_by=BY,
                subject="OS_FIBRA",
                skill="fibre",
                priority=2,
                visit_date=day.isoformat(),
                visit_period=exercise.visit.period,
                summary="Visita de treino, marcada antes desta ligação.",
            )
        )

    def _past_case(
        self, db: Session, customer_id: int, line_id: int, at: datetime, status: Status
    ) -> Case:
        case = Case(
            protocol=next_protocol(db, at, self._floor.zone, training=True),
            status=status,
            opened_at=at,
            opened_by=BY,
            customer_id=customer_id,
            line_id=line_id,
        )
        db.add(case)
        db.flush()
        return case


def _recorded(base: Record, exercise: Exercise, cast: Cast, hasher: Hasher) -> Record:
    """The line's record with the exercise's changes and the holder's name."""
    digits = parse_phone(cast.phone).digits
    tables: dict[str, dict[str, Any]] = {
        "customer": {
            **base.customer,
            "name": cast.holder,
            "name_folded": fold(cast.holder),
            "phone": digits,
            "phone_hash": hasher.phone(digits),
        },
        "contract": dict(base.contract),
        "line": dict(base.line),
    }
    for name, text in exercise.record.items():
        column = BY_NAME[name]
        try:
            tables[column.table][column.field] = column.read(text)
        except CellError as error:
            raise InvalidInput(f"O exercício {exercise.id} não serve: {error.message}.") from error
    return replace(
        base, customer=tables["customer"], contract=tables["contract"], line=tables["line"]
    )


def _ids(db: Session, login: str) -> tuple[int, int]:
    found = db.exec(
        select(Customer.id, Line.id)
        .join(Contract, col(Contract.customer_id) == col(Customer.id))
        .join(Line, col(Line.contract_id) == col(Contract.id))
        .where(Line.login == login)
    ).one()
    return int(found[0] or 0), int(found[1] or 0)


def _forget_earlier(db: Session, customer_id: int) -> None:
    """What other trainees did on this line counts for nobody who comes after them."""
    cases: Any = Case.__table__  # type: ignore[attr-defined]
    orders: Any = WorkOrder.__table__  # type: ignore[attr-defined]
    gone = {"customer_id": None, "line_id": None}
    db.execute(update(cases).where(cases.c.customer_id == customer_id).values(**gone))
    db.execute(update(orders).where(orders.c.customer_id == customer_id).values(customer_id=None))


def _place(record: Record) -> Place:
    line = record.line
    return Place(
        pop=str(line["concentrator"]),
        olt=str(line["olt"]),
        pon=str(line["pon"]),
        cto=str(line["cto"]),
        district=str(record.contract["district"]),
    )


def _end_notices(db: Session, record: Record, now: datetime) -> None:
    targets = [target for target in _place(record).targets().values() if target]
    narrow = ("pon", "cto")
    for one in db.exec(select(Outage).where(col(Outage.ended_at).is_(None))):
        if one.scope in narrow and one.target in targets:
            one.ended_at, one.ended_by = now, BY
            db.add(one)


def _open_notice(db: Session, record: Record, exercise: Exercise, now: datetime) -> None:
    assert exercise.notice is not None
    minutes = exercise.notice.forecast_min
    form = OutageForm(
        scope="pon",
        target=_place(record).targets()["pon"],
        kind=exercise.notice.kind,
        forecast_at=now + timedelta(minutes=minutes) if minutes else None,
        internal_text="Parada de treino.",
    )
    open_within(db, form, by=BY, now=now)

"""The work order's form: complete by CD-16 to CD-18, or the dispatch does not take effect.

Its data are facts of the walk (asked by the tree after the outcome is known), so the record and
the order never disagree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from kbwizard.cases.models import Case, WorkOrder
from kbwizard.cases.protocol import TRAINING, next_order_number
from kbwizard.errors import InvalidInput
from kbwizard.wizard.facts import Scalar
from kbwizard.wizard.model import Outcome
from kbwizard.wizard.position import Position

FIBRE_PLACES = ("fibre.house", "fibre.block", "fibre.pole")
FIBRE_WORDS = {"on": "ON", "off": "OFF", "na": "N/A", "undetermined": "INDETERMINADO"}
LATEST_VISIT = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class OrderData:
    """What the field needs to know, as told by the walk's facts."""

    fibre: Mapping[str, str]
    fibre_reason: str
    contact_name: str
    contact_phone: str
    visit_date: date
    period: str
    fees_told: bool
    absence_told: bool
    cto: str = ""
    """CTO and port, where the directory or the agent's screen told them."""


def order_data(position: Position, today: date) -> OrderData:
    """Read the order's data from a walk.

    Raises `InvalidInput` naming, by fact, each one that is missing or cannot be accepted.
    """
    values = {
        name: known.reading.value
        for name, known in position.facts.items()
        if known.reading.known and known.usable
    }
    wrong = _missing(values)
    visit = _visit_date(values.get("order.date"), today, wrong)
    if wrong or visit is None:
        raise InvalidInput("A OS não foi aberta: complete os dados.", wrong)
    return OrderData(
        fibre={place: str(values[place]) for place in FIBRE_PLACES},
        fibre_reason=str(values.get("fibre.reason", "")),
        contact_name=str(values["order.contact_name"]),
        contact_phone=str(values["order.contact_phone"]),
        visit_date=visit,
        period=str(values["order.period"]),
        fees_told=True,
        absence_told=True,
        cto=str(values.get("line.cto", "")),
    )


def _missing(values: Mapping[str, Any]) -> dict[str, str]:
    wrong: dict[str, str] = {}
    for place in FIBRE_PLACES:
        if values.get(place) not in FIBRE_WORDS:
            wrong[place] = "Diga ON, OFF, N/A ou indeterminado (CD-17)."
    undetermined = any(values.get(place) == "undetermined" for place in FIBRE_PLACES)
    if undetermined and not str(values.get("fibre.reason", "")).strip():
        wrong["fibre.reason"] = "Diga por que não foi possível determinar."
    for name, remedy in (
        ("order.contact_name", "Diga quem vai receber o técnico."),
        ("order.contact_phone", "Diga um telefone no local."),
        ("order.date", "Escolha a data da visita."),
        ("order.period", "Escolha o período da visita."),
    ):
        if not str(values.get(name, "")).strip():
            wrong[name] = remedy
    for name, remedy in (
        ("order.fees_told", "Informe as taxas ao cliente (CD-18)."),
        ("order.absence_told", "Informe o que acontece se ninguém receber o técnico (CD-18)."),
    ):
        if values.get(name) is not True:
            wrong[name] = remedy
    return wrong


def parse_visit_date(text: str, today: date) -> date | None:
    """`21/11/2026`, `21/11` (the next one) or ISO; None when it is none of these."""
    cleaned = text.strip()
    for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(cleaned, pattern).date()
        except ValueError:
            continue
    for year in (today.year, today.year + 1):  # 29/02 is in some years only
        try:
            visit = datetime.strptime(f"{cleaned}/{year}", "%d/%m/%Y").date()
        except ValueError:
            continue
        if visit >= today:
            return visit
    return None


def _visit_date(value: Scalar | Any, today: date, wrong: dict[str, str]) -> date | None:
    if not value:
        return None
    visit = parse_visit_date(str(value), today)
    if visit is None:
        wrong["order.date"] = "Escreva a data como 25/11/2026."
    elif visit < today:
        wrong["order.date"] = "A data da visita já passou."
    elif visit > today + LATEST_VISIT:
        wrong["order.date"] = "A data está a mais de 60 dias."
    return visit


def create_order(
    db: Session,
    case: Case,
    walk_id: int,
    outcome: Outcome,
    data: OrderData,
    *,
    summary: str,
    texts: Mapping[str, str],
    evidence: Sequence[str] = (),
    by: str,
    now: datetime,
    zone: ZoneInfo,
) -> WorkOrder:
    """Write the order in the caller's transaction.

    `texts`: fees and absence rule as told. `evidence`: what was read and seen, with its hour.
    """
    if outcome.order is None:
        raise InvalidInput("Este desfecho não diz que equipe deve ir: avise o autor da árvore.")
    order = WorkOrder(
        case_id=case.id or 0,
        walk_id=walk_id,
        number=next_order_number(db, now, zone, training=case.protocol.startswith(TRAINING)),
        customer_id=case.customer_id,
        opened_at=now,
        opened_by=by,
        subject=outcome.disposition,
        skill=outcome.order.skill,
        priority=outcome.order.priority,
        visit_date=data.visit_date.isoformat(),
        visit_period=data.period,
        summary=summary,
        details={
            "fibre": dict(data.fibre),
            "fibre_reason": data.fibre_reason,
            "told": dict(texts),
            "evidence": list(evidence),
            "cto": data.cto,
        },
        contact={"name": data.contact_name, "phone": data.contact_phone},
    )
    db.add(order)
    db.flush()
    return order

"""Closing a case by CD-05, and opening a closed one again; each leaves its step in the history."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, select

from kbwizard.cases.models import Case, CaseStep, Closing, Status, WorkOrder
from kbwizard.cases.settings import value_of
from kbwizard.errors import Conflict, InvalidInput
from kbwizard.wizard.values import text_refusal

LONGEST_NAME = 120
LONGEST_TEXT = 2000
CLOSABLE = frozenset({Closing.RESOLVIDO, Closing.FINANCEIRO, Closing.SEM_COMUNICACAO})
"""A case closes as one of these. The others say who has it now: it stays until they are done."""
CONFIRMED = "Normalização constatada por: "


def close_by_hand(
    db: Session, case: Case, *, closing: str, confirmed_by: str, text: str, by: str, now: datetime
) -> None:
    """Close a case that was waiting. Raises `Conflict` if it is closed, `InvalidInput` by field.

    After a callback the comment is mandatory: who answered, what was done (CD-15).
    """
    if case.status == Status.CLOSED:
        raise Conflict("Este atendimento já foi encerrado.")
    wrong = too_long(confirmed_by=(confirmed_by, LONGEST_NAME), text=(text, LONGEST_TEXT))
    if closing not in CLOSABLE:
        wrong["closing"] = "Um atendimento não se encerra com o problema em aberto (CD-05)."
    if closing == Closing.RESOLVIDO and not confirmed_by.strip():
        wrong["confirmed_by"] = "Diga quem confirmou que normalizou."
    if case.closing == Closing.RETORNO and not text.strip():
        wrong["text"] = "No retorno, diga quem atendeu e o que foi feito (CD-15)."
    if wrong:
        raise InvalidInput("O atendimento continua aberto: confira os campos.", wrong)
    close_within(db, case, closing=closing, confirmed_by=confirmed_by, text=text, by=by, now=now)


def close_within(
    db: Session,
    case: Case,
    *,
    closing: str,
    confirmed_by: str,
    by: str,
    now: datetime,
    text: str = "",
) -> None:
    """Mark a case closed, in the caller's write transaction: nobody waits for it any more."""
    after = case.closing
    case.status = Status.CLOSED
    case.closing = closing
    case.closed_at = now
    case.closed_by = by
    case.confirmed_by = confirmed_by.strip()
    case.deadline_at = None
    case.queue = ""
    db.add(case)
    for order in _visits_to_come(db, case):
        order.status = "done" if closing == Closing.RESOLVIDO else "cancelled"
        db.add(order)
    said = (text.strip(), f"{CONFIRMED}{case.confirmed_by}" if case.confirmed_by else "")
    words = " | ".join(part for part in said if part)
    db.add(step(case, "closed", by=by, now=now, text=words, closing=str(closing), after=str(after)))


def reopen_within(db: Session, case: Case, *, reason: str, by: str, now: datetime) -> None:
    """Open a closed case again, within the days the settings allow."""
    if not reason.strip() or too_long(reason=(reason, LONGEST_TEXT)):
        raise InvalidInput("O atendimento não foi reaberto.", {"reason": "Diga o motivo."})
    if case.status != Status.CLOSED or case.closed_at is None:
        raise Conflict("Este atendimento já está aberto.")
    days = int(value_of(db, "case_reopen_days"))
    if now - case.closed_at > timedelta(days=days):
        raise Conflict(f"Passaram mais de {days} dias: abra um novo atendimento.")
    was = case.closing
    case.status = Status.OPEN
    case.closing = ""
    case.closed_at = None
    case.closed_by = ""
    case.confirmed_by = ""
    db.add(case)
    db.add(step(case, "reopened", by=by, now=now, text=reason.strip(), closing=was))


def step(
    case: Case, kind: str, *, by: str, now: datetime, text: str = "", **details: Any
) -> CaseStep:
    """One line of a case's history. What a person wrote, and names, belong in `text`."""
    return CaseStep(case_id=case.id or 0, at=now, by=by, kind=kind, text=text, details=details)


def too_long(**fields: tuple[str, int]) -> dict[str, str]:
    """What is wrong with texts that a person typed: too long, or no text at all."""
    wrong: dict[str, str] = {}
    for name, (text, longest) in fields.items():
        if len(text) > longest:
            wrong[name] = f"Use no máximo {longest} caracteres."
        elif text.strip() and (problem := text_refusal(text)):
            wrong[name] = f"Corrija: {problem}."
    return wrong


def _visits_to_come(db: Session, case: Case) -> list[WorkOrder]:
    query = select(WorkOrder).where(WorkOrder.case_id == case.id, WorkOrder.status == "scheduled")
    return list(db.exec(query))

"""What became of a request, as the customer's page tells it: when, which period, which protocol."""

from __future__ import annotations

from datetime import date, datetime

from kbwizard.cases.models import Case, Closing, Outage, Status, WorkOrder
from kbwizard.cases.words import PERIODS
from kbwizard.selfservice.notices import told_time, words
from kbwizard.selfservice.values import QUEUE, News, Visit
from kbwizard.selfservice.workings import Workings

HOURS = {"morning": "8h–12h", "afternoon": "13h–18h"}
"""As visits are scheduled; a period without hours of its own is told by its name."""
WEEKDAYS = ("segunda", "terça", "quarta", "quinta", "sexta", "sábado", "domingo")


def news_of(workings: Workings, visit: Visit) -> News | None:
    """What became of the visit's case; None while there is none."""
    if not visit.case_protocol:
        return None
    case = workings.cases.get(visit.case_protocol)
    order = _visit_to_come(workings, case)
    if case.status == Status.CLOSED:
        return _told("closed", case, "O atendimento foi encerrado.")
    if order is not None:
        return _scheduled(workings, case, order)
    if case.outage_id is not None and case.closing == Closing.MASSA:
        return _outage(workings, case, workings.outages.get(case.outage_id))
    if case.status == Status.OPEN:
        return _open(visit, case)
    return _waiting(workings, visit, case)


def _told(state: str, case: Case, text: str, **more: str | bool) -> News:
    said = f"{text} Protocolo {case.protocol}."
    return News(state=state, protocol=case.protocol, text=said, **more)  # type: ignore[arg-type]


def _open(visit: Visit, case: Case) -> News:
    if visit.taken_over:
        return _told("with_person", case, "Uma pessoa da equipe está cuidando do seu pedido.")
    return _queued(visit, case)


def _queued(visit: Visit, case: Case) -> News:
    """Who came by the page, left no phone and has no line tied cannot be called: they call."""
    if case.contact_phone or visit.line_id is not None or visit.channel != "page":
        return _told("waiting", case, "Seu pedido está na fila. Uma pessoa vai falar com você.")
    text = "Seu pedido está na fila. Você não deixou telefone: ligue para nós."
    return _told("waiting", case, text, reachable=False)


def _scheduled(workings: Workings, case: Case, order: WorkOrder) -> News:
    today = workings.now().astimezone(workings.zone).date()
    period = HOURS.get(order.visit_period) or PERIODS.get(order.visit_period, "")
    day = told_day(date.fromisoformat(order.visit_date), today)
    text = f"Técnico {day}, {period}." if period else f"Técnico {day}."
    return _told("scheduled", case, text, visit_date=order.visit_date, period=period)


def told_day(day: date, today: date) -> str:
    """
    >>> told_day(date(2026, 11, 22), date(2026, 11, 21))
    'amanhã'
    >>> told_day(date(2026, 11, 24), date(2026, 11, 21))
    'terça, 24/11'
    """
    away = (day - today).days
    return {0: "hoje", 1: "amanhã"}.get(away) or f"{WEEKDAYS[day.weekday()]}, {day:%d/%m}"


def _outage(workings: Workings, case: Case, outage: Outage) -> News:
    now = workings.now()
    if outage.ended_at is not None:
        text = (
            "A falha na sua região foi resolvida. Se ainda estiver sem internet, fale com a gente."
        )
        return _told("restored", case, text)
    said = words(outage, now, workings.zone, certain=True, protocol=case.protocol)
    return News(state="outage", protocol=case.protocol, text=said)


def _waiting(workings: Workings, visit: Visit, case: Case) -> News:
    """An outcome took effect: another level, finance or a callback has it."""
    if case.queue == QUEUE:
        return _queued(visit, case)
    until = _until(workings, case.deadline_at)
    if case.closing == Closing.RETORNO:
        return _told("callback", case, f"Vamos ligar para você{until}.")
    return _told("passed_on", case, f"Seu pedido está com a equipe responsável{until}.")


def _until(workings: Workings, deadline: datetime | None) -> str:
    """A promise whose time has passed is not repeated as if it still stood."""
    now = workings.now()
    if deadline is None or deadline <= now:
        return ""
    return f" até {told_time(deadline, now, workings.zone)}"


def _visit_to_come(workings: Workings, case: Case) -> WorkOrder | None:
    today = workings.now().astimezone(workings.zone).date().isoformat()
    orders = workings.cases.orders(case.id or 0)
    coming = [one for one in orders if one.status == "scheduled" and one.visit_date >= today]
    return min(coming, key=lambda one: (one.visit_date, one.id or 0), default=None)

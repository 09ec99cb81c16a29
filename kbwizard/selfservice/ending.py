"""What an outcome does when a customer reaches it, and what they say at the end.

Solved and known outages take effect at once. Whatever needs people becomes a case in the queue,
and the walk stays on its outcome: the agent goes on from there, after the gates.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from kbwizard.cases.concluding import Conclusion
from kbwizard.cases.models import Case, Outage, Status
from kbwizard.cases.outages import attach_within
from kbwizard.db import writing
from kbwizard.errors import Conflict, InvalidInput, StaleForm
from kbwizard.selfservice.asking import ask_person, ensure_case
from kbwizard.selfservice.models import HelpVisit
from kbwizard.selfservice.notices import certain_outage
from kbwizard.selfservice.personal import mask_personal
from kbwizard.selfservice.values import CUSTOMER, Visit
from kbwizard.selfservice.visits import TAKEN_OVER
from kbwizard.selfservice.walking import as_customer
from kbwizard.selfservice.workings import Workings, row_of, visit_of
from kbwizard.walks.service import Standing
from kbwizard.wizard import events as ev
from kbwizard.wizard.admit import MOVED
from kbwizard.wizard.model import Audience, Outcome, Result
from kbwizard.wizard.values import text_refusal

SOLVED = frozenset({Result.SOLVED, Result.ADVISED})
CONFIRMED_BY = "o cliente, no autoatendimento"
HELPED = ("yes", "partly", "no")
LONGEST_COMMENT = 1000


def conclude(workings: Workings, visit: Visit, *, visit_number: int) -> Visit:
    """Let the outcome the walk stands on take effect; a person is asked for where one is needed.

    Raises `StaleForm` when the walk has moved, `Conflict` once taken over, `InvalidInput` when the
    outcome still needs something from the customer.
    """
    visit = workings.fresh(visit)  # a person may have been asked for meanwhile
    standing = workings.walks.stand(visit.walk_id)
    position = standing.position
    if position.outcome is None or position.visit != visit_number:
        raise StaleForm(MOVED)
    if position.ended:
        return _ended_before(workings, visit, position.outcome)
    if position.audience != Audience.CUSTOMER:
        raise Conflict(TAKEN_OVER)
    if position.outcome.result in SOLVED:
        _solved(workings, visit, standing)
    elif position.outcome.result is Result.KNOWN_OUTAGE:
        _known_outage(workings, visit, standing)
    else:
        ask_person(workings, visit)
        return workings.fresh(visit)
    return _finish(workings, visit, str(position.outcome.result))


def _ended_before(workings: Workings, visit: Visit, outcome: Outcome) -> Visit:
    """Pressed twice, or stopped between the walk's end and ours: what took effect is told."""
    if visit.taken_over or needs_person(outcome):
        return visit
    return _finish(workings, visit, str(outcome.result))


def needs_person(outcome: Outcome) -> bool:
    """Whether an outcome is for people to carry out."""
    return outcome.result not in SOLVED and outcome.result is not Result.KNOWN_OUTAGE


def feedback(
    workings: Workings, visit: Visit, *, helped: str, score: int | None, comment: str
) -> None:
    """Did it help, 1 to 5, one comment; documents, phones and e-mails in it are masked."""
    wrong: dict[str, str] = {}
    text = comment.strip()
    if helped not in HELPED:
        wrong["helped"] = "Escolha sim, em parte ou não."
    if score is not None and not 1 <= score <= 5:
        wrong["score"] = "A nota vai de 1 a 5."
    if len(text) > LONGEST_COMMENT:
        wrong["comment"] = f"Use até {LONGEST_COMMENT} letras."
    elif text and (problem := text_refusal(text)):
        wrong["comment"] = f"Corrija: {problem}."
    if wrong:
        raise InvalidInput("Confira os campos.", wrong)
    with writing(workings.engine) as db:
        row = row_of(db, visit.id, lock=True)
        row.helped, row.score = helped, score
        row.comment = mask_personal(text)[:LONGEST_COMMENT]
        db.add(row)


def _solved(workings: Workings, visit: Visit, standing: Standing) -> None:
    """The customer says that it works. A case that was asked for meanwhile is closed with it."""
    case = workings.cases.get(visit.case_protocol) if visit.case_protocol else None
    if case is not None and case.status == Status.OPEN and not visit.taken_over:
        _conclude_case(workings, case.protocol, standing)
        return
    number = standing.position.visit

    def make(_s: Standing, seq: int, at: datetime) -> ev.Event:
        return ev.Ended(seq=seq, at=at, by=CUSTOMER, visit=number)

    workings.walks.append(visit.walk_id, as_customer(make))


def _known_outage(workings: Workings, visit: Visit, standing: Standing) -> None:
    """A case that waits for the outage; without a line, the one that surely covers the district."""
    outage = certain_outage(workings, visit)
    now = workings.now()
    with writing(workings.engine) as db:
        row = row_of(db, visit.id, lock=True)
        case = ensure_case(workings, db, row, now=now)
        if outage is not None:
            _tie_to(db, case, outage)
        protocol = case.protocol
    _conclude_case(workings, protocol, standing)


def _tie_to(db: Session, case: Case, outage: Outage) -> None:
    notice = db.get(Outage, outage.id, with_for_update=True)
    if notice is not None:
        attach_within(db, case, notice)


def _conclude_case(workings: Workings, protocol: str, standing: Standing) -> None:
    position = standing.position
    assert position.outcome is not None
    conclusion = Conclusion(
        visit=position.visit,
        told_deadline=workings.concluding.deadline(position.outcome, position),
        confirmed_by=CONFIRMED_BY if position.outcome.result in SOLVED else "",
    )
    workings.concluding.conclude(protocol, standing.id, conclusion, by=CUSTOMER)


def _finish(workings: Workings, visit: Visit, result: str) -> Visit:
    with writing(workings.engine) as db:
        row: HelpVisit = row_of(db, visit.id, lock=True)
        row.finished_at = row.finished_at or workings.now()
        row.ending = row.ending or result
        db.add(row)
        return visit_of(db, row)

"""A person, everywhere: protocol and code at once, and the agent who opens the code."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from kbwizard.accounts.audit import audit
from kbwizard.cases.around import Around, open_around
from kbwizard.cases.closing import LONGEST_NAME, reopen_within, step, too_long
from kbwizard.cases.models import Case, CaseWalk, Status
from kbwizard.cases.words import one_line
from kbwizard.db import writing
from kbwizard.errors import Conflict, InvalidInput, NotFound, RequestError
from kbwizard.selfservice import codes
from kbwizard.selfservice.limits import CODE_AGENT, CODE_ALL, CODE_ORIGIN, Limit
from kbwizard.selfservice.models import HelpCode, HelpVisit
from kbwizard.selfservice.values import CHANNEL, CUSTOMER, QUEUE, Begun, Handle, Visit
from kbwizard.selfservice.visits import change_token, refuse_if_taken_over
from kbwizard.selfservice.workings import Workings, row_of, visit_of
from kbwizard.walks.service import Standing
from kbwizard.wizard import events as ev
from kbwizard.wizard.facts import Reading, Source
from kbwizard.wizard.model import Audience

CODE_LASTS = timedelta(hours=24)
MOST_CODES = 3
"""Codes of a visit that work at once: one that was already told goes on working when the page is
looked at again; older ones do not."""
LONGEST = {"name": LONGEST_NAME, "phone": 40, "best_time": 80}
UNKNOWN = "Código não encontrado, já usado ou vencido. Confira os 8 caracteres ou peça outro."
TOO_MANY = "Muitas tentativas com códigos errados. Espere 15 minutos ou fale com uma pessoa."
_FACTS = {"name": "caller.name", "phone": "contact.phone", "best_time": "contact.best_time"}


def ask_person(
    workings: Workings, visit: Visit, *, name: str = "", phone: str = "", best_time: str = ""
) -> Handle:
    """A case around the walk, in the queue: its protocol, and a fresh code each time."""
    typed = {"name": name, "phone": phone, "best_time": best_time}
    said = {field: one_line(text) for field, text in typed.items()}
    wrong = too_long(**{field: (text, LONGEST[field]) for field, text in said.items()})
    if wrong:
        raise InvalidInput("Confira os campos.", wrong)
    now = workings.now()
    with writing(workings.engine) as db:
        row = row_of(db, visit.id, lock=True)
        case = ensure_case(workings, db, row, now=now)
        if row.asked_person_at is None:
            row.asked_person_at = now
            db.add(step(case, "asked_person", by=CUSTOMER, now=now))
        if row.taken_over_at is None:
            case.queue = QUEUE
        _keep_contact(db, row, case, said)
        standing = _tell_walk(workings, db, row, said)
        code = _new_code(workings, db, row, now)
        handle = Handle(case.protocol, codes.shown(code))
    workings.walks.keep(standing)
    return handle


def code_of(workings: Workings, visit: Visit) -> str:
    """A fresh code as `ABCD-EFGH`: to go on with on another phone, or to tell an agent."""
    with writing(workings.engine) as db:
        row = row_of(db, visit.id, lock=True)
        refuse_if_taken_over(row)
        return codes.shown(_new_code(workings, db, row, workings.now()))


def resume_by_code(workings: Workings, code: str, *, origin: str, channel: str = "page") -> Begun:
    """The visit elsewhere; the browser it came from is out. `NotFound` for a wrong code."""
    limits = ((CODE_ORIGIN, origin), (CODE_ALL, ""))
    _count_try(workings, limits, who=CUSTOMER, origin=origin)
    now = workings.now()
    with writing(workings.engine) as db:
        row = _use_up(workings, db, code, now)
        refuse_if_taken_over(row)
        row.channel = channel
        begun = Begun(visit_of(db, row), change_token(db, row, now))
    _forgive(workings, limits)
    return begun


def open_code(workings: Workings, code: str, *, by: str, origin: str) -> str:
    """The agent takes the walk over. The case's protocol; `NotFound` for a wrong code."""
    limits = ((CODE_AGENT, by),)
    _count_try(workings, limits, who=by, origin=origin)
    now = workings.now()
    with writing(workings.engine) as db:
        row = _use_up(workings, db, code, now)
        case, standing = _hand_over(workings, db, row, by=by, now=now)
        audit(db, at=now, who=by, action="help_code_opened", record=f"case:{case.protocol}")
        protocol = case.protocol
    _keep(workings, standing)
    _forgive(workings, limits)
    return protocol


def take_over(workings: Workings, protocol: str, *, by: str) -> None:
    """The agent takes a customer's walk from the queue, without a code: to call them back."""
    now = workings.now()
    with writing(workings.engine) as db:
        row = db.exec(
            select(HelpVisit)
            .join(Case, col(Case.id) == col(HelpVisit.case_id))
            .where(Case.protocol == protocol, col(HelpVisit.taken_over_at).is_(None))
            .order_by(col(HelpVisit.id).desc())
            .with_for_update()
        ).first()
        if row is None:
            raise Conflict("Este atendimento já foi assumido por uma pessoa.")
        _case, standing = _hand_over(workings, db, row, by=by, now=now)
    _keep(workings, standing)


def ensure_case(workings: Workings, db: Session, row: HelpVisit, *, now: datetime) -> Case:
    """The visit's case, made or opened again if need be, in the caller's transaction."""
    case = db.get(Case, row.case_id, with_for_update=True) if row.case_id is not None else None
    if case is not None:
        if case.status == Status.CLOSED:
            with suppress(RequestError):  # too old to open again: the protocol still leads to it
                reopen_within(db, case, reason="O cliente pediu uma pessoa.", by=CUSTOMER, now=now)
        return case
    line = workings.line(row.line_id) if row.line_id is not None else None
    new = Around(
        walk_id=row.walk_id or 0,
        channel=CHANNEL,
        queue=QUEUE,
        customer_id=line.customer_id if line else None,
        customer_name=line.customer_name if line else row.contact_name,
        line_id=row.line_id,
        case_id=row.link_case_id,
    )
    case = open_around(db, new, by=CUSTOMER, now=now, zone=workings.zone)
    row.case_id = case.id
    db.add(row)
    db.flush()
    return case


def _hand_over(
    workings: Workings, db: Session, row: HelpVisit, *, by: str, now: datetime
) -> tuple[Case, Standing | None]:
    """The walk becomes the agent's, at the same visit after the gates; a walk that has ended stays
    as it is, and a new one begins in the case."""
    case = ensure_case(workings, db, row, now=now)
    connection = db.connection()
    standing = workings.walks.stand_within(connection, row.walk_id or 0, to_append=True)
    if standing.position.ended:
        _begin_agents_walk(workings, db, case, row, by)
    elif standing.position.audience == Audience.CUSTOMER:
        standing = workings.walks.append_to(
            connection,
            standing,
            lambda _s, seq, at: ev.HandedOver(seq=seq, at=at, by=by, audience=Audience.AGENT),
        )
    if row.taken_over_at is None:
        row.taken_over_at = now
        case.opened_by = by  # the history says who began it; lists show who has it
        case.queue = "" if case.queue == QUEUE else case.queue
        db.add(step(case, "taken_over", by=by, now=now))
    db.add(row)
    db.add(case)
    return case, standing


def _begin_agents_walk(
    workings: Workings, db: Session, case: Case, row: HelpVisit, by: str
) -> None:
    links = list(db.exec(select(CaseWalk).where(CaseWalk.case_id == case.id)))
    if any(link.walk_id > (row.walk_id or 0) for link in links):
        return
    line = str(row.line_id) if row.line_id is not None else None
    beginning = workings.walks.beginning(root="atendimento", audience="agent", by=by, line=line)
    ordinal = 1 + max((link.ordinal for link in links), default=0)
    walk_id = beginning(db.connection())
    db.add(CaseWalk(case_id=case.id or 0, ordinal=ordinal, walk_id=walk_id, line_id=row.line_id))


# Codes -----------------------------------------------------------------------------------------


def _new_code(workings: Workings, db: Session, row: HelpVisit, now: datetime) -> str:
    live = db.exec(
        select(HelpCode)
        .where(
            HelpCode.visit_id == row.id,
            col(HelpCode.used_at).is_(None),
            col(HelpCode.expires_at) > now,
        )
        .order_by(col(HelpCode.id).desc())
    ).all()
    for old in live[MOST_CODES - 1 :]:
        db.delete(old)
    code = codes.new_code()
    hashed = codes.keyed_hash(workings.key, "code", code)
    db.add(
        HelpCode(visit_id=row.id or 0, code_hash=hashed, made_at=now, expires_at=now + CODE_LASTS)
    )
    db.flush()
    return code


def _use_up(workings: Workings, db: Session, typed: str, now: datetime) -> HelpVisit:
    """The visit of a code that works, with all its codes used up. Raises `NotFound`."""
    code = codes.typed_code(typed)
    hashed = codes.keyed_hash(workings.key, "code", code) if code else ""
    found = db.exec(select(HelpCode).where(col(HelpCode.code_hash) == hashed)).one_or_none()
    if found is None:
        raise NotFound(UNKNOWN)
    row = db.get(HelpVisit, found.visit_id, with_for_update=True)
    db.refresh(found)  # the row was locked only now: another may have used the code meanwhile
    if row is None or row.walk_id is None or found.used_at is not None or found.expires_at <= now:
        raise NotFound(UNKNOWN)
    for one in db.exec(select(HelpCode).where(HelpCode.visit_id == row.id)):
        one.used_at = one.used_at or now
        db.add(one)
    return row


def _count_try(
    workings: Workings, limits: tuple[tuple[Limit, str], ...], *, who: str, origin: str
) -> None:
    """Raises `Conflict` after too many wrong codes; a window's first refusal is audited."""
    for limit, whose in limits:
        tries = workings.counts(limit, whose)
        if tries > limit.most:
            if tries == limit.most + 1:
                by = "cliente" if who == CUSTOMER else who
                workings.note(by, "help_code_blocked", limit=limit.kind, origin=origin[:60])
            raise Conflict(TOO_MANY)


def _forgive(workings: Workings, limits: tuple[tuple[Limit, str], ...]) -> None:
    for limit, whose in limits:
        workings.give_back(limit, whose)


# What was said ---------------------------------------------------------------------------------


def _keep_contact(db: Session, row: HelpVisit, case: Case, said: dict[str, str]) -> None:
    row.contact_name = said["name"] or row.contact_name
    row.contact_phone = said["phone"] or row.contact_phone
    row.best_time = said["best_time"] or row.best_time
    case.contact_phone = said["phone"] or case.contact_phone
    case.customer_name = case.customer_name or row.contact_name
    db.add(row)
    db.add(case)


def _tell_walk(workings: Workings, db: Session, row: HelpVisit, said: dict[str, str]) -> Standing:
    """What was said becomes facts of the walk, so that the agent does not ask again."""
    connection = db.connection()
    standing = workings.walks.stand_within(connection, row.walk_id or 0, to_append=True)
    known = standing.bundle.registry.facts
    now = standing.now
    readings = tuple(
        Reading(_FACTS[field], text, Source.CUSTOMER, now, "cliente", line=standing.position.line)
        for field, text in said.items()
        if text and _FACTS[field] in known
    )
    if not readings or standing.position.ended:
        return standing
    return workings.walks.append_to(
        connection,
        standing,
        lambda _s, seq, at: ev.Read(seq=seq, at=at, by=CUSTOMER, readings=readings),
    )


def _keep(workings: Workings, standing: Standing | None) -> None:
    if standing is not None:
        workings.walks.keep(standing)

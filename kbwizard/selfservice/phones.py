"""Tying a line by six digits sent to the phone on file, without telling whose phones are on file.

The answer, and how long it takes, is the same for every phone: the message itself is sent after.
"""

from __future__ import annotations

import hmac
import logging
from datetime import timedelta

from sqlmodel import Session, col, select

from kbwizard.db import reading, writing
from kbwizard.errors import Conflict, InvalidInput
from kbwizard.selfservice import codes
from kbwizard.selfservice.limits import (
    PHONE_ALL,
    PHONE_NUMBER,
    PHONE_ORIGIN,
    PHONE_VISIT,
)
from kbwizard.selfservice.models import HelpPhoneCode
from kbwizard.selfservice.sender import CouldNotSend, Sender
from kbwizard.selfservice.ties import tie
from kbwizard.selfservice.values import LineChoice, Visit
from kbwizard.selfservice.visits import refuse_if_taken_over
from kbwizard.selfservice.workings import Workings, row_of, visit_of

log = logging.getLogger(__name__)

LASTS = timedelta(minutes=10)
TRIES = 3
CHOOSE_WITHIN = timedelta(hours=1)
WRONG = "O código não confere ou venceu. Confira a mensagem ou peça outro."
TOO_MANY = "Muitos pedidos de código. Espere um pouco ou fale com uma pessoa."
NO_SENDER = "Aqui não enviamos código por mensagem. Fale com uma pessoa."


def send_phone_code(workings: Workings, visit: Visit, *, phone: str, origin: str = "") -> None:
    """Send six digits to the phone, if it is on file; nothing tells whether it is.

    Raises `InvalidInput` for what is no complete phone, `Conflict` for too many requests or where
    no codes are sent.
    """
    sender = workings.sender
    if sender is None:
        raise Conflict(NO_SENDER)
    digits, lines = workings.directory.lines_of_phone(phone)
    if not digits:
        raise InvalidInput(
            "Confira o telefone.", {"phone": "Escreva com DDD, por exemplo (11) 90000-0042."}
        )
    _count(workings, visit, digits, origin)
    code = codes.new_digits()
    now = workings.now()
    with writing(workings.engine) as db:
        row = row_of(db, visit.id, lock=True)
        refuse_if_taken_over(row)
        for old in db.exec(select(HelpPhoneCode).where(HelpPhoneCode.visit_id == row.id)):
            old.tries_left = 0
            db.add(old)
        db.add(
            HelpPhoneCode(
                visit_id=row.id or 0,
                code_hash=_hash(workings, visit, code),
                lines=list(lines),
                made_at=now,
                expires_at=now + LASTS,
                tries_left=TRIES,
            )
        )
    workings.later(lambda: _send(sender, digits, code, on_file=bool(lines)))


def tie_by_phone_code(workings: Workings, visit: Visit, code: str) -> Visit:
    """Tie the line of the phone the code was sent to. Raises `InvalidInput` for a wrong code.

    With several lines behind that phone the visit stays untied until one is chosen, see
    `choices_of`.
    """
    if not _passes(workings, visit, code):
        raise InvalidInput(WRONG, {"code": WRONG})
    with writing(workings.engine) as db:
        lines = _proved(workings, db, visit)
        row = row_of(db, visit.id, lock=True)
        standing = tie(workings, db, row, lines[0], "phone") if len(lines) == 1 else None
        tied = visit_of(db, row)
    if standing is not None:
        workings.walks.keep(standing)
    return tied


def choices_of(workings: Workings, visit: Visit) -> tuple[LineChoice, ...]:
    """The lines to choose from, once a phone with several was proved; empty otherwise."""
    if visit.line_id is not None:
        return ()
    with reading(workings.engine) as db:
        lines = _proved(workings, db, visit)
    return tuple(_choice(workings, line_id) for line_id in lines) if len(lines) > 1 else ()


def choose_line(workings: Workings, visit: Visit, line_id: int) -> Visit:
    """Tie one of `choices_of`. Raises `InvalidInput` for any other."""
    with writing(workings.engine) as db:
        if line_id not in _proved(workings, db, visit):
            raise InvalidInput("Escolha uma conexão da lista.")
        row = row_of(db, visit.id, lock=True)
        standing = tie(workings, db, row, line_id, "phone")
        tied = visit_of(db, row)
    if standing is not None:
        workings.walks.keep(standing)
    return tied


def _count(workings: Workings, visit: Visit, digits: str, origin: str) -> None:
    asked = (
        (PHONE_VISIT, str(visit.id)),
        (PHONE_ORIGIN, origin),
        (PHONE_NUMBER, digits),
        (PHONE_ALL, ""),
    )
    for limit, who in asked:
        tries = workings.counts(limit, who)
        if tries > limit.most:
            if tries == limit.most + 1:
                workings.note("cliente", "help_phone_blocked", limit=limit.kind, origin=origin[:60])
            raise Conflict(TOO_MANY)


def _send(sender: Sender, digits: str, code: str, *, on_file: bool) -> None:
    if not on_file:
        return
    text = f"{code} é o seu código do autoatendimento. Vale por 10 minutos. Não passe a ninguém."
    try:
        sender.send(digits, text)
    except CouldNotSend as error:
        log.warning("um código não foi enviado: %s", error)


def _passes(workings: Workings, visit: Visit, typed: str) -> bool:
    """Whether the newest code of the visit was typed; a wrong one costs a try, and that stays."""
    now = workings.now()
    hashed = _hash(workings, visit, codes.typed_digits(typed))
    with writing(workings.engine) as db:
        row_of(db, visit.id, lock=True)
        code = db.exec(
            select(HelpPhoneCode)
            .where(HelpPhoneCode.visit_id == visit.id)
            .order_by(col(HelpPhoneCode.id).desc())
            .limit(1)
        ).one_or_none()
        if code is None or code.tries_left < 1 or code.expires_at <= now:
            return False
        code.tries_left -= 1
        right = hmac.compare_digest(code.code_hash, hashed) and bool(code.lines)
        if right:
            code.tries_left, code.passed_at = 0, now
        db.add(code)
        return right


def _proved(workings: Workings, db: Session, visit: Visit) -> list[int]:
    """The lines that a code typed in this visit a short time ago has opened."""
    since = workings.now() - CHOOSE_WITHIN
    passed = db.exec(
        select(HelpPhoneCode)
        .where(HelpPhoneCode.visit_id == visit.id, col(HelpPhoneCode.passed_at) > since)
        .order_by(col(HelpPhoneCode.id).desc())
    ).first()
    return list(passed.lines) if passed is not None else []


def _choice(workings: Workings, line_id: int) -> LineChoice:
    line = workings.line(line_id)
    return LineChoice(line_id, ", ".join(part for part in (line.plan, line.district) if part))


def _hash(workings: Workings, visit: Visit, code: str) -> str:
    return codes.keyed_hash(workings.key, f"phone:{visit.id}", code)

"""Forms that arrived after a sign-in had expired: kept for their author, offered, erased."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Engine
from sqlmodel import col, delete, select

from kbwizard.accounts.models import HeldForm
from kbwizard.config import Secret
from kbwizard.db import core_writing, reading, writing

KEPT = timedelta(hours=24)
MOST_PER_PERSON = 20

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Held:
    """A form waiting for its author. `fields` are names and values as they were typed."""

    id: int
    path: str
    fields: Fields
    at: datetime


def hold(
    engine: Engine, key: Secret, *, user_id: int, path: str, fields: Fields, now: datetime
) -> None:
    """Keep a form, encrypted. The oldest give way when one person has too many waiting."""
    erase_old(engine, now=now)
    box = _cipher(key).encrypt(json.dumps(fields).encode("utf-8"))
    with writing(engine) as db:
        waiting = db.exec(
            select(HeldForm).where(HeldForm.user_id == user_id).order_by(col(HeldForm.id))
        ).all()
        for row in waiting[: max(0, len(waiting) - MOST_PER_PERSON + 1)]:
            db.delete(row)
        db.add(HeldForm(user_id=user_id, path=path, fields=box, at=now))


def held_forms(engine: Engine, key: Secret, *, user_id: int, now: datetime) -> list[Held]:
    """What waits for this person, oldest first. Never anybody else's, never after 24 h."""
    with reading(engine) as db:
        query = select(HeldForm).where(HeldForm.user_id == user_id, HeldForm.at > now - KEPT)
        rows = db.exec(query.order_by(col(HeldForm.id))).all()
    return [held for row in rows if (held := _open(row, _cipher(key)))]


def erase(engine: Engine, *, user_id: int, held_id: int) -> None:
    """Forget one form of this person; another's is left alone."""
    with core_writing(engine) as connection:
        connection.execute(
            delete(HeldForm).where(col(HeldForm.id) == held_id, col(HeldForm.user_id) == user_id)
        )


def erase_old(engine: Engine, *, now: datetime) -> None:
    """Forget every form older than 24 hours."""
    with core_writing(engine) as connection:
        connection.execute(delete(HeldForm).where(col(HeldForm.at) <= now - KEPT))


def _open(row: HeldForm, cipher: Fernet) -> Held | None:
    try:
        pairs = json.loads(cipher.decrypt(row.fields))
    except InvalidToken:  # the installation's key was changed since: it cannot be read any more
        return None
    assert row.id is not None
    return Held(row.id, row.path, tuple((name, value) for name, value in pairs), row.at)


def _cipher(key: Secret) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=b"kbwizard held forms")
    return Fernet(urlsafe_b64encode(derived.derive(key.reveal().encode("utf-8"))))

"""Sign-ins: made with a password, found by a cookie's token, ended by time or by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy import Engine, bindparam
from sqlmodel import col, select, update

from kbwizard.accounts.audit import audit
from kbwizard.accounts.models import SignIn, User
from kbwizard.accounts.roles import Permission, role_may
from kbwizard.db import core_reading, core_writing, reading, writing

SEEN_EVERY = timedelta(minutes=5)
"""`last_seen_at` is written at most this often: a polling page must not write on each poll."""

_FOUND = (
    select(  # type: ignore[call-overload]
        SignIn.id,
        SignIn.expires_at,
        SignIn.last_seen_at,
        User.id,
        User.name,
        User.full_name,
        User.role,
    )
    .join(User, col(User.id) == col(SignIn.user_id))
    .where(
        col(SignIn.token_hash) == bindparam("token_hash"),
        col(SignIn.revoked_at).is_(None),
        col(User.disabled).is_(False),
    )
)
"""Built once: this runs on every request."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody known by their sign-in."""

    id: int
    name: str
    full_name: str
    role: str
    sign_in_id: int
    expired: bool = False
    """The sign-in has run out: who it was is known, but nothing is allowed."""

    def may(self, permission: Permission) -> bool:
        """Whether this person may do something now."""
        return not self.expired and role_may(self.role, permission)


def sign_in(engine: Engine, user: User, *, now: datetime, hours: int) -> str:
    """Open a sign-in and give its token, which exists nowhere else."""
    token = token_urlsafe(32)
    assert user.id is not None
    with writing(engine) as db:
        db.add(
            SignIn(
                token_hash=_hash(token),
                user_id=user.id,
                created_at=now,
                expires_at=now + timedelta(hours=hours),
                last_seen_at=now,
            )
        )
        audit(db, at=now, who=user.name, action="sign_in", record=f"user:{user.name}")
    return token


def find_person(engine: Engine, token: str, *, now: datetime) -> Person | None:
    """Whose token this is; `None` when unknown, revoked, or the user is disabled."""
    if not token:
        return None
    with core_reading(engine) as connection:
        row = connection.execute(_FOUND, {"token_hash": _hash(token)}).first()
    if row is None:
        return None
    sign_in_id, expires_at, last_seen_at, user_id, name, full_name, role = row
    person = Person(user_id, name, full_name, role, sign_in_id, expired=expires_at <= now)
    if not person.expired and now - last_seen_at >= SEEN_EVERY:
        _note_seen(engine, sign_in_id, now)
    return person


def sign_out(engine: Engine, person: Person, *, now: datetime) -> None:
    """End the sign-in that this person is using."""
    revoke(engine, person, person.sign_in_id, now=now, action="sign_out")


def revoke(
    engine: Engine, person: Person, sign_in_id: int, *, now: datetime, action: str = "sign_in.end"
) -> bool:
    """End one of a person's own sign-ins. False when there is no such one to end."""
    with writing(engine) as db:
        row = db.get(SignIn, sign_in_id)
        if row is None or row.user_id != person.id or row.revoked_at is not None:
            return False
        row.revoked_at = now
        audit(db, at=now, who=person.name, action=action, record=f"user:{person.name}")
    return True


def revoke_others(engine: Engine, person: Person, *, now: datetime) -> None:
    """End every sign-in of a person but the one in use."""
    with core_writing(engine) as connection:
        connection.execute(
            update(SignIn)
            .where(
                col(SignIn.user_id) == person.id,
                col(SignIn.id) != person.sign_in_id,
                col(SignIn.revoked_at).is_(None),
            )
            .values(revoked_at=now)
        )


def open_sign_ins(engine: Engine, person: Person, *, now: datetime) -> list[SignIn]:
    """A person's present sign-ins, newest first."""
    with reading(engine) as db:
        query = (
            select(SignIn)
            .where(
                SignIn.user_id == person.id,
                col(SignIn.revoked_at).is_(None),
                SignIn.expires_at > now,
            )
            .order_by(col(SignIn.created_at).desc())
        )
        return list(db.exec(query))


def note_refusal(
    engine: Engine,
    user: User | Person | None,
    *,
    now: datetime,
    origin: str,
    action: str = "sign_in.refused",
) -> None:
    """Audit a refused password. A name that is nobody's is not kept: it may be a password."""
    who = user.name if user else "desconhecido"
    with writing(engine) as db:
        audit(db, at=now, who=who, action=action, details={"origin": origin})


def _note_seen(engine: Engine, sign_in_id: int, now: datetime) -> None:
    with core_writing(engine) as connection:
        connection.execute(
            update(SignIn).where(col(SignIn.id) == sign_in_id).values(last_seen_at=now)
        )


def _hash(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()

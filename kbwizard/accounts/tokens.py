"""Tokens of programs that use the API: made once, shown once, kept as a sha256 only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from kbwizard.accounts.audit import audit
from kbwizard.accounts.models import ApiToken
from kbwizard.db import reading, writing
from kbwizard.errors import Conflict, InvalidInput, NotFound

PREFIX = "kbw_"
"""So that a token that leaked is recognised by scanners of code."""
USED_EVERY = timedelta(minutes=5)
"""`last_used_at` is written at most this often."""
LONGEST_NAME = 40
MOST_DAYS = 3650


class Scope(StrEnum):
    """What a token opens. The words are kept in the database."""

    WALK = "walk"
    """Start, answer, read and resume walks as a customer."""
    ARTICLES = "articles"
    """Read and search articles as customers do."""
    INTERNAL_ARTICLES = "articles_internal"
    """Read and search them as agents do, besides."""
    METRICS = "metrics"
    """Read `/metrics`."""


@dataclass(frozen=True, slots=True)
class Client:
    """The program behind a request."""

    id: int
    name: str
    scopes: frozenset[str]

    def may(self, scope: Scope) -> bool:
        return scope in self.scopes


def make_token(
    engine: Engine,
    *,
    name: str,
    scopes: tuple[str, ...],
    days: int | None,
    now: datetime,
    by: str,
) -> str:
    """Make a token and give it: it exists nowhere else. `days` None: until it is revoked.

    Raises `InvalidInput` for a name, scope or duration that cannot be, `Conflict` for a name
    in use.
    """
    _check(name, scopes, days)
    token = PREFIX + token_urlsafe(32)
    row = ApiToken(
        name=name,
        token_hash=_hash(token),
        scopes=" ".join(sorted(set(scopes))),
        created_at=now,
        created_by=by,
        expires_at=now + timedelta(days=days) if days is not None else None,
    )
    try:
        with writing(engine) as db:
            db.add(row)
            db.flush()
            details = {"scopes": row.scopes}
            audit(db, at=now, who=by, action="token_make", record=f"token:{name}", details=details)
    except IntegrityError as error:
        raise Conflict(f"Já existe um token com o nome {name}. Revogue-o ou escolha outro.") from (
            error
        )
    return token


def find_client(engine: Engine, token: str, *, now: datetime) -> Client | None:
    """Whose token this is; None when unknown, revoked or expired."""
    if not token.startswith(PREFIX):
        return None
    with reading(engine) as db:
        row = db.exec(select(ApiToken).where(ApiToken.token_hash == _hash(token))).one_or_none()
    if row is None or row.revoked_at is not None:
        return None
    if row.expires_at is not None and row.expires_at <= now:
        return None
    if row.last_used_at is None or now - row.last_used_at >= USED_EVERY:
        _used(engine, row.id or 0, now)
    return Client(row.id or 0, row.name, frozenset(row.scopes.split()))


def list_tokens(engine: Engine) -> list[ApiToken]:
    """Every token ever made, by name; the tokens themselves are not known."""
    with reading(engine) as db:
        return list(db.exec(select(ApiToken).order_by(col(ApiToken.name))))


def revoke_token(engine: Engine, name: str, *, now: datetime, by: str) -> None:
    """From now on the token opens nothing. Raises `NotFound`."""
    with writing(engine) as db:
        row = db.exec(select(ApiToken).where(ApiToken.name == name)).one_or_none()
        if row is None or row.revoked_at is not None:
            raise NotFound(f"Não há token em uso com o nome {name}.")
        row.revoked_at = now
        db.add(row)
        audit(db, at=now, who=by, action="token_revoke", record=f"token:{name}")


def _check(name: str, scopes: tuple[str, ...], days: int | None) -> None:
    wrong = {}
    if not name.isprintable() or not 1 <= len(name.strip()) <= LONGEST_NAME:
        wrong["name"] = f"Use de 1 a {LONGEST_NAME} letras."
    unknown = sorted(set(scopes) - set(Scope))
    if unknown or not scopes:
        known = ", ".join(Scope)
        wrong["scopes"] = f"Escopo desconhecido ou vazio: use {known}."
    if days is not None and not 1 <= days <= MOST_DAYS:
        wrong["days"] = f"Use de 1 a {MOST_DAYS} dias."
    if wrong:
        raise InvalidInput(f"O token não foi criado. {' '.join(wrong.values())}", wrong)


def _used(engine: Engine, token_id: int, now: datetime) -> None:
    with writing(engine) as db:
        row = db.get(ApiToken, token_id)
        if row is not None:
            row.last_used_at = now
            db.add(row)


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()

"""Tables of people, their sign-ins, the audit trail, and forms held over an expired sign-in.

Nothing here stores a password or a token: only an argon2 hash and a sha256.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.orm import Mapper
from sqlmodel import Field, SQLModel

from kbwizard.db import UtcDateTime
from kbwizard.errors import EngineError


class User(SQLModel, table=True):
    """A person who signs in. `name` is what they type, lower case, for instance `ana.agente`."""

    __tablename__ = "account_user"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=40, unique=True)
    full_name: str = Field(max_length=120)
    role: str = Field(max_length=12)
    password_hash: str = Field(max_length=200)
    demo: bool = False
    """Made by demo mode, with a password that is printed in the documentation."""
    disabled: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)


class SignIn(SQLModel, table=True):
    """One entry of a person from one browser, until it expires or is revoked."""

    __tablename__ = "account_sign_in"

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(max_length=64, unique=True)
    user_id: int = Field(foreign_key="account_user.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_seen_at: datetime = Field(sa_type=UtcDateTime)


class ApiToken(SQLModel, table=True):
    """What a program shows instead of signing in, until it expires or is revoked."""

    __tablename__ = "account_api_token"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=40, unique=True)
    token_hash: str = Field(max_length=64, unique=True)
    scopes: str = Field(max_length=200)
    """Words with spaces between them."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    created_by: str = Field(max_length=40)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class HeldForm(SQLModel, table=True):
    """What a person posted after their sign-in had expired, kept for them alone.

    `fields` is encrypted: it may be anything that was typed about a customer.
    """

    __tablename__ = "account_held_form"

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="account_user.id", index=True)
    path: str = Field(max_length=500)
    fields: bytes
    at: datetime = Field(sa_type=UtcDateTime)


class AuditRow(SQLModel, table=True):
    """Who did what to which record, and why. Append-only, and without personal data."""

    __tablename__ = "audit_row"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    who: str = Field(max_length=40, index=True)
    """The user's name; `sistema` for what the installation does by itself."""
    action: str = Field(max_length=40, index=True)
    record: str = Field(default="", max_length=80, index=True)
    """Kind and id, for instance `case:20261121-000123` or `user:ana.agente`."""
    reason: str = Field(default="", max_length=300)
    details: str = Field(default="", max_length=2000)
    """`key=value` pairs: counts, names of fields, before and after; never a customer's value."""


def _refuse(_mapper: Mapper[Any], _connection: Connection, row: AuditRow) -> None:
    raise EngineError(f"A linha de auditoria {row.id} não pode ser alterada nem apagada.")


event.listen(AuditRow, "before_update", _refuse)
event.listen(AuditRow, "before_delete", _refuse)

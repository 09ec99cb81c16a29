"""Deleting sign-ins, and forms held over them, that ended long ago."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Table, delete, func, select

from kbwizard.accounts.models import HeldForm, SignIn

SIGN_IN: Table = SignIn.__table__  # type: ignore[attr-defined]
HELD: Table = HeldForm.__table__  # type: ignore[attr-defined]


def sign_ins_past_term(connection: Connection, before: datetime) -> int:
    """How many sign-ins expired before this moment."""
    query = select(func.count()).select_from(SIGN_IN).where(SIGN_IN.c.expires_at < before)
    return int(connection.execute(query).scalar_one())


def forget_sign_ins(connection: Connection, before: datetime) -> int:
    """Delete them, and the forms held since before the same moment."""
    connection.execute(delete(HELD).where(HELD.c.at < before))
    return int(connection.execute(delete(SIGN_IN).where(SIGN_IN.c.expires_at < before)).rowcount)

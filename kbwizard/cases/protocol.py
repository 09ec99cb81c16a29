"""Numbers given out by local day: protocols `AAAAMMDD-NNNNNN` (CD-87) and work orders.

One sequence for the whole installation, without gaps: a number is taken inside the transaction
that uses it, so one that is rolled back is given out again.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Table, text, update
from sqlmodel import Session

from kbwizard.cases.models import ProtocolDay

DAY: Table = ProtocolDay.__table__  # type: ignore[attr-defined]
_FIRST = text("INSERT INTO protocol_day (day, last) VALUES (:day, 0) ON CONFLICT DO NOTHING")


TRAINING = "T"
"""Begins every number of an exercise, so that nobody takes it for a real one."""


def next_protocol(db: Session, now: datetime, zone: ZoneInfo, *, training: bool = False) -> str:
    """Take the next number of the local day, inside the caller's write transaction.

    2026-11-21 02:30 UTC is still the 20th in São Paulo: `20261120-000001`; in training
    `T20261120-000001`.
    """
    day = (TRAINING if training else "") + now.astimezone(zone).strftime("%Y%m%d")
    return f"{day}-{_next(db, day):06d}"


def next_order_number(db: Session, now: datetime, zone: ZoneInfo, *, training: bool = False) -> str:
    """The same for work orders: `OS-20261120-0001`, in training `OS-T20261120-0001`."""
    day = f"OS-{TRAINING if training else ''}{now.astimezone(zone):%Y%m%d}"
    return f"{day}-{_next(db, day):04d}"


def _next(db: Session, sequence: str) -> int:
    """Count a sequence on. Its row stays locked, so that others wait for this transaction."""
    connection = db.connection()
    connection.execute(_FIRST, {"day": sequence})
    counted = update(DAY).where(DAY.c.day == sequence).values(last=DAY.c.last + 1)
    return int(connection.execute(counted.returning(DAY.c.last)).scalar_one())

"""Protocol numbers: `AAAAMMDD-NNNNNN`, by local day, one sequence for the installation (CD-87)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from kbwizard.cases.models import ProtocolDay


def next_protocol(db: Session, now: datetime, zone: ZoneInfo) -> str:
    """Take the next number of the local day, inside the caller's write transaction.

    >>> # 2026-11-21 02:30 UTC is still the 20th in São Paulo: "20261120-000001"
    """
    day = now.astimezone(zone).strftime("%Y%m%d")
    row = db.exec(select(ProtocolDay).where(ProtocolDay.day == day).with_for_update()).one_or_none()
    if row is None:
        row = ProtocolDay(day=day, last=0)
    row.last += 1
    db.add(row)
    db.flush()
    return f"{day}-{row.last:06d}"

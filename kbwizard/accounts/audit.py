"""The audit trail: one append-only row for each thing that must be answerable later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from kbwizard.accounts.models import AuditRow

SYSTEM = "sistema"


def audit(
    db: Session,
    *,
    at: datetime,
    who: str,
    action: str,
    record: str = "",
    reason: str = "",
    details: Mapping[str, object] | None = None,
) -> None:
    """Write one row in the caller's transaction, so that it stands or falls with the deed.

    `details` must hold no personal data: counts, names of fields, before and after of settings.
    `reason` is what the person gave; it is cut at 300 characters.
    """
    pairs = "; ".join(f"{key}={value}" for key, value in (details or {}).items())
    db.add(
        AuditRow(
            at=at,
            who=who[:40],
            action=action[:40],
            record=record[:80],
            reason=reason[:300],
            details=pairs[:2000],
        )
    )

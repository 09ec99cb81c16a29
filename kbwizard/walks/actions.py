"""Actions on the network begin once per visit, whoever clicks and whatever crashes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from kbwizard.db import reading, writing
from kbwizard.walks.models import ActionClaim


def begun_before(
    engine: Engine, walk_id: int, visit: int, *, by: str, now: datetime
) -> datetime | None:
    """Claim the action of a visit. None: it is the caller's to run; else when it was begun."""
    try:
        with writing(engine) as db:
            db.add(ActionClaim(walk_id=walk_id, visit=visit, at=now, by=by))
    except IntegrityError:
        with reading(engine) as db:
            claim = db.get(ActionClaim, (walk_id, visit))
        return claim.at if claim is not None else now
    return None

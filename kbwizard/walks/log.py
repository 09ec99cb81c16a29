"""The log on disk: load it whole, append to its end. SQLAlchemy Core: this is the hottest path."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select

from kbwizard.errors import NotFound
from kbwizard.walks.codec import NAMES, from_row, to_body
from kbwizard.walks.models import Walk, WalkEvent, WalkPrivate
from kbwizard.wizard.events import Event, Read
from kbwizard.wizard.facts import Registry

WALK: Table = Walk.__table__  # type: ignore[attr-defined]
EVENT: Table = WalkEvent.__table__  # type: ignore[attr-defined]
PRIVATE: Table = WalkPrivate.__table__  # type: ignore[attr-defined]
_INSERT = insert(EVENT)


@dataclass(frozen=True, slots=True)
class WalkHead:
    """What is fixed about a walk."""

    id: int
    root: str
    audience: str
    version: str
    training: bool
    started_at: datetime


def load_head(connection: Connection, walk_id: int, *, lock: bool = False) -> WalkHead:
    """Raises `NotFound`. `lock`: whoever else wants to append waits for this transaction.

    SQLite has put writers in order already when the transaction began.
    """
    query = select(
        WALK.c.id,
        WALK.c.root,
        WALK.c.audience,
        WALK.c.version,
        WALK.c.training,
        WALK.c.started_at,
    ).where(WALK.c.id == walk_id)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFound("Este percurso não existe.")
    return WalkHead(*row)


def load_events(connection: Connection, walk_id: int) -> list[Event]:
    """The whole log, in order, with the personal values that have not been erased."""
    private: dict[int, dict[str, Any]] = defaultdict(dict)
    for seq, key, value in connection.execute(
        select(PRIVATE.c.seq, PRIVATE.c.key, PRIVATE.c.value).where(PRIVATE.c.walk_id == walk_id)
    ):
        private[seq][key] = value
    rows = connection.execute(
        select(EVENT.c.kind, EVENT.c.seq, EVENT.c.at, EVENT.c.by, EVENT.c.body)
        .where(EVENT.c.walk_id == walk_id)
        .order_by(EVENT.c.seq)
    )
    return [from_row(*row, private.get(row.seq, {})) for row in rows]


def last_seq(connection: Connection, walk_id: int) -> int:
    """The place of the newest event: a log with the same one is the same log."""
    query = select(func.max(EVENT.c.seq)).where(EVENT.c.walk_id == walk_id)
    return int(connection.execute(query).scalar_one() or 0)


def append_event(connection: Connection, walk_id: int, event: Event, registry: Registry) -> int:
    """Write one event at its own `seq`; answers how many personal values were put beside it.

    A taken `seq` is an IntegrityError of the database.
    """
    body, private = to_body(event, registry)
    check_id = event.check or None if isinstance(event, Read) else None
    connection.execute(
        _INSERT,
        {
            "walk_id": walk_id,
            "seq": event.seq,
            "at": event.at,
            "kind": NAMES[type(event)],
            "by": event.by,
            "check_id": check_id,
            "body": body,
        },
    )
    if private:
        connection.execute(
            insert(PRIVATE),
            [
                {"walk_id": walk_id, "seq": event.seq, "key": key, "value": value}
                for key, value in private.items()
            ],
        )
    return len(private)

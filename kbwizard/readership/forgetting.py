"""What is forgotten of readership after its term: searches, counts of reads, what people wrote.

Of an opinion the figures stay: yes or no, the reason, the day. "Li e entendi" is kept: it is what
an installation answers with when it is asked who was told.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, and_, cast, delete, func, select, update

from kbwizard.readership.feedback import FEEDBACK
from kbwizard.readership.reads import READ
from kbwizard.readership.searches import SEARCH, forget_who
from kbwizard.readership.values import NOTED, OPEN

_GONE = "gone:"
_EMPTY: dict[str, Any] = {"who": "", "text": "", "answer": "", "answered_by": ""}


def searches_past_term(connection: Connection, before: datetime) -> int:
    query = select(func.count()).select_from(SEARCH).where(SEARCH.c.at < before)
    return int(connection.execute(query).scalar_one())


def forget_searches(connection: Connection, before: datetime) -> int:
    """How many there were. Who made those that stay is forgotten too."""
    forget_who(connection)
    return int(connection.execute(delete(SEARCH).where(SEARCH.c.at < before)).rowcount)


def opinions_past_term(connection: Connection, before: datetime) -> int:
    query = select(func.count()).select_from(FEEDBACK).where(_known(before))
    return int(connection.execute(query).scalar_one())


def forget_opinions(connection: Connection, before: datetime) -> int:
    """Empty what was written and by whom; how many there were."""
    gone = _GONE + cast(FEEDBACK.c.id, String)
    closed = update(FEEDBACK).where(_known(before), FEEDBACK.c.state == OPEN)
    connection.execute(closed.values(state=NOTED))
    emptied = update(FEEDBACK).where(_known(before)).values(**_EMPTY, giver=gone)
    return int(connection.execute(emptied).rowcount)


def reads_past_term(connection: Connection, before: datetime) -> int:
    """Rows, each of one article, day and place."""
    query = select(func.count()).select_from(READ).where(_old(before))
    return int(connection.execute(query).scalar_one())


def forget_reads(connection: Connection, before: datetime) -> int:
    return int(connection.execute(delete(READ).where(_old(before))).rowcount)


def _known(before: datetime) -> ColumnElement[bool]:
    return and_(FEEDBACK.c.at < before, FEEDBACK.c.giver.not_like(f"{_GONE}%"))


def _old(before: datetime) -> ColumnElement[bool]:
    return READ.c.day < before.date().isoformat()

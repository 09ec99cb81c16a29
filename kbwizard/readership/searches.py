"""What people searched for, as far as it says nothing about a person.

As one types, "lu", "luz" and "luz v" are the same search: a row grows while the same person goes on
typing. For that alone the row says who it is, and only for a while.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from sqlalchemy import Connection, Table, and_, case, delete, func, insert, select, update

from kbwizard.content.personal import find_personal
from kbwizard.db import in_turn
from kbwizard.readership.models import ArticleSearch
from kbwizard.readership.values import SearchFigures
from kbwizard.search.words import fold, tidy

SEARCH: Table = ArticleSearch.__table__  # type: ignore[attr-defined]
LONGEST_QUERY = 120
SHORTEST_QUERY = 2
STILL_TYPING = timedelta(seconds=60)
CLICK_WITHIN = timedelta(hours=1)
"""A page of results may stay open for a while; after this a click is not counted any more."""
_AT_HOME = re.compile(
    r"(?<![\d.])(?:192\.168\.\d{1,3}\.\d{1,3}|8\.8\.[48]\.[48]|1\.[01]\.[01]\.1)(?![\d.])"
)
"""Addresses that millions of homes have in common: they say nothing about whose it is."""
_LONG_NUMBER = re.compile(r"\d(?:[ .\-/]?\d){6,}")
"""Seven digits or more in a row: a protocol, a contract, half a document."""


def loggable(query: str) -> str:
    """The query as it may be kept; empty when it looks personal, or is no search yet.

    >>> loggable("  Luz   vermelha "), loggable("111.222.333-44"), loggable("20261121-000123")
    ('Luz vermelha', '', '')
    """
    said = tidy(query)
    if len(said) < SHORTEST_QUERY or not said.isprintable():
        return ""
    telling = _AT_HOME.sub(" ", said)
    if _LONG_NUMBER.search(telling) or "@" in telling or find_personal(telling):
        return ""
    return said[:LONGEST_QUERY]


def note_search(
    connection: Connection, query: str, *, place: str, results: int, who: str, now: datetime
) -> int:
    """Write one search, or let the last one of this person grow; the row's number."""
    folded = fold(query)
    if who:
        in_turn(connection, f"article_search:{who}")
        last = _last_of(connection, who, place, now)
        number, before = last or (0, "")
        if before and folded.startswith(before):
            grown = {"query": query, "folded": folded, "results": results, "at": now}
            connection.execute(update(SEARCH).where(SEARCH.c.id == number).values(grown))
            return number
        if before.startswith(folded):
            return number  # letters taken back: what was meant has been noted
        _close(connection, number)
    forget_who(connection, before=now - 2 * STILL_TYPING)
    row = {
        "at": now, "place": place, "query": query, "folded": folded, "results": results,
        "clicked": "", "who": who,
    }  # fmt: skip
    added = connection.execute(insert(SEARCH).values(row).returning(SEARCH.c.id))
    return int(added.scalar_one())


def take_back(connection: Connection, query: str, *, place: str, who: str, now: datetime) -> None:
    """Forget what was noted of a search that turned out personal as it was typed on."""
    last = _last_of(connection, who, place, now)
    if last is not None and fold(tidy(query)).startswith(last[1]):
        connection.execute(delete(SEARCH).where(SEARCH.c.id == last[0]))


def note_click(
    connection: Connection, search_id: int, slug: str, now: datetime, where: str | None = None
) -> None:
    """The first thing opened from these results; nothing happens for a search of long ago."""
    fresh = and_(SEARCH.c.id == search_id, SEARCH.c.clicked == "", SEARCH.c.at > now - CLICK_WITHIN)
    if where is not None:
        fresh = and_(fresh, SEARCH.c.place == where)
    connection.execute(update(SEARCH).where(fresh).values(clicked=slug, who=""))


def forget_who(connection: Connection, *, before: datetime | None = None) -> None:
    """The searches stay, without who made them; all of them, or those up to a moment."""
    known = SEARCH.c.who > ""  # a range of the index, which `!=` is not
    if before is not None:
        known = and_(known, SEARCH.c.at <= before)
    in_turn(connection, "article_search")  # the same rows in two transactions: each in its order
    connection.execute(update(SEARCH).where(known).values(who=""))


def figures(connection: Connection, since: datetime) -> list[SearchFigures]:
    """Every search since a moment, the most frequent first."""
    opened = func.sum(case((SEARCH.c.clicked != "", 1), else_=0)).label("opened")
    groups = (
        select(func.max(SEARCH.c.id).label("newest"), func.count().label("times"), opened)
        .where(SEARCH.c.at >= since)
        .group_by(SEARCH.c.folded)
        .subquery()
    )
    query = (
        select(SEARCH.c.query, groups.c.times, groups.c.opened, SEARCH.c.results, SEARCH.c.at)
        .join(groups, groups.c.newest == SEARCH.c.id)
        .order_by(groups.c.times.desc(), SEARCH.c.folded)
    )
    return [
        SearchFigures(said, int(times), int(clicks), results, at)
        for said, times, clicks, results, at in connection.execute(query)
    ]


def _close(connection: Connection, number: int) -> None:
    """Somebody began another search: this one grows no more, and is nobody's."""
    connection.execute(update(SEARCH).where(SEARCH.c.id == number).values(who=""))


def _last_of(connection: Connection, who: str, place: str, now: datetime) -> tuple[int, str] | None:
    query = (
        select(SEARCH.c.id, SEARCH.c.folded)
        .where(SEARCH.c.who == who, SEARCH.c.place == place, SEARCH.c.at > now - STILL_TYPING)
        .where(SEARCH.c.clicked == "")
        .order_by(SEARCH.c.id.desc())
        .limit(1)
    )
    found = connection.execute(query).first()
    return None if found is None else (int(found.id), str(found.folded))

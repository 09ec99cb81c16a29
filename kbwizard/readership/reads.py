"""Counts of reads: one row for an article, a day and a place."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sqlalchemy import Connection, Table, func, select, text

from kbwizard.readership.models import ArticleRead
from kbwizard.readership.values import Reads

READ: Table = ArticleRead.__table__  # type: ignore[attr-defined]
_COUNT = text(
    "INSERT INTO article_read (slug, day, place, count) VALUES (:slug, :day, :place, 1) "
    "ON CONFLICT (slug, day, place) DO UPDATE SET count = article_read.count + 1"
)
"""One statement on either database: counters of two threads never overwrite each other."""


def count_read(connection: Connection, slug: str, day: date, place: str) -> None:
    connection.execute(_COUNT, {"slug": slug, "day": day.isoformat(), "place": place})


def reads_since(connection: Connection, first: date) -> dict[str, Reads]:
    """By article, from that day on."""
    total = func.sum(READ.c.count)
    query = (
        select(READ.c.slug, READ.c.place, total)
        .where(READ.c.day >= first.isoformat())
        .group_by(READ.c.slug, READ.c.place)
    )
    places: dict[str, dict[str, int]] = defaultdict(dict)
    for slug, place, count in connection.execute(query):
        places[slug][place] = int(count)
    return {slug: Reads(sum(one.values()), one) for slug, one in places.items()}


def last_reads(connection: Connection) -> dict[str, date]:
    """The last day on which each article was opened."""
    query = select(READ.c.slug, func.max(READ.c.day)).group_by(READ.c.slug)
    return {slug: date.fromisoformat(day) for slug, day in connection.execute(query)}


def counting_since(connection: Connection) -> date | None:
    """The first day on which anything was counted."""
    day = connection.execute(select(func.min(READ.c.day))).scalar()
    return date.fromisoformat(day) if day else None

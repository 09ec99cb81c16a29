"""Who said "li e entendi" of which edition. Only a major edit makes a new edition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, Table, bindparam, func, select, text

from kbwizard.db import UtcDateTime
from kbwizard.readership.models import ArticleAcknowledgement

ACKNOWLEDGED: Table = ArticleAcknowledgement.__table__  # type: ignore[attr-defined]
_ONCE = text(
    "INSERT INTO article_acknowledgement (who, slug, edition, at) "
    "VALUES (:who, :slug, :edition, :at) ON CONFLICT DO NOTHING"
).bindparams(bindparam("at", type_=UtcDateTime))


def acknowledge(connection: Connection, slug: str, edition: int, who: str, now: datetime) -> None:
    """Twice is once: the first time stands."""
    values = {"who": who, "slug": slug, "edition": edition, "at": now}
    connection.execute(_ONCE, values)


def acknowledged(connection: Connection, who: str) -> dict[str, int]:
    """The newest edition of each article that this person acknowledged."""
    query = select(ACKNOWLEDGED.c.slug, func.max(ACKNOWLEDGED.c.edition))
    rows = connection.execute(query.where(ACKNOWLEDGED.c.who == who).group_by(ACKNOWLEDGED.c.slug))
    return {slug: int(edition) for slug, edition in rows}


def missing(
    connection: Connection, editions: Mapping[str, int], people: Iterable[str]
) -> dict[str, tuple[str, ...]]:
    """By article, who has not acknowledged the edition named, in the order given."""
    asked = list(people)
    query = select(ACKNOWLEDGED.c.slug, ACKNOWLEDGED.c.who, ACKNOWLEDGED.c.edition)
    rows = connection.execute(query.where(ACKNOWLEDGED.c.slug.in_(list(editions))))
    done = {(slug, who) for slug, who, edition in rows if edition >= editions[slug]}
    return {slug: tuple(who for who in asked if (slug, who) not in done) for slug in editions}

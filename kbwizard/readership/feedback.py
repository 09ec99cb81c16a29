"""Answers to "isto ajudou?": kept without personal data, answered by who owns the article."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from secrets import token_hex

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, func, insert, select, update

from kbwizard.content.personal import KIND_NAMES, find_personal, mask_personal
from kbwizard.db import in_turn
from kbwizard.errors import Conflict, InvalidInput, NotFound
from kbwizard.readership.models import ArticleFeedback
from kbwizard.readership.values import (
    ANSWERED,
    DRAFT,
    LONGEST_TEXT,
    NOTED,
    OPEN,
    REASONS,
    Feedback,
    FeedbackFigures,
)

FEEDBACK: Table = ArticleFeedback.__table__  # type: ignore[attr-defined]

_SIGNS = dict.fromkeys((0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
"""Signs that turn the direction of writing."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a person says of an article, before it is kept."""

    slug: str
    fingerprint: str
    place: str
    helpful: bool
    reason: str
    text: str
    by: str
    giver: str
    """Whatever tells one person from another: hashed before it is kept."""


def masked_kinds(text: str) -> tuple[str, ...]:
    """What `rate` will hide of a text, in words for who wrote it.

    >>> masked_kinds("meu fone é (11) 90000-0001, a@b.example")
    ('telefone', 'e-mail')
    """
    return tuple(dict.fromkeys(KIND_NAMES[found.kind] for found in find_personal(text)))


def tidy_text(text: str) -> str:
    """A text as it may be kept: printable, at most 1000 characters, personal data masked."""
    lines = (" ".join(line.split()) for line in text.translate(_SIGNS).splitlines())
    said = "\n".join(line for line in lines if line)
    return mask_personal("".join(c for c in said if c.isprintable() or c == "\n"))[:LONGEST_TEXT]


def rate(connection: Connection, given: Given, now: datetime) -> int:
    """Keep an answer, or let it take the place of the same person's on the same version.

    Raises `InvalidInput` for a "no" without one of the five reasons.
    """
    reason = "" if given.helpful else given.reason
    if not given.helpful and reason not in REASONS:
        raise InvalidInput("Diga o motivo.", {"reason": "Escolha um dos motivos."})
    giver = _giver(given)
    said = {"helpful": given.helpful, "reason": reason, "text": tidy_text(given.text)}
    in_turn(connection, f"article_feedback:{giver}")
    own = and_(
        FEEDBACK.c.slug == given.slug,
        FEEDBACK.c.fingerprint == given.fingerprint,
        FEEDBACK.c.giver == giver,
    )
    before = connection.execute(select(FEEDBACK).where(own)).first()
    if before is not None and all(getattr(before, name) == value for name, value in said.items()):
        return int(before.id)
    state = OPEN if said["text"] or not given.helpful else NOTED
    anew = {
        **said, "at": now, "state": state, "place": given.place,
        "answer": "", "answered_by": "", "answered_at": None,
    }  # fmt: skip
    if before is not None:
        revision = before.revision + 1
        connection.execute(update(FEEDBACK).where(own).values(**anew, revision=revision))
        return int(before.id)
    row = {
        **anew, "slug": given.slug, "fingerprint": given.fingerprint, "giver": giver,
        "who": given.by, "revision": 1,
    }  # fmt: skip
    added = connection.execute(insert(FEEDBACK).values(row).returning(FEEDBACK.c.id))
    return int(added.scalar_one())


def inbox(
    connection: Connection, *, slugs: Collection[str] | None, state: str, limit: int
) -> list[Feedback]:
    """The newest last for what is open (first come, first served), else the newest first."""
    order = FEEDBACK.c.at.asc() if state == OPEN else FEEDBACK.c.at.desc()
    query = select(FEEDBACK).where(*_about(slugs, state)).order_by(order, FEEDBACK.c.id)
    return [_value(row) for row in connection.execute(query.limit(limit))]


def count(connection: Connection, *, slugs: Collection[str] | None, state: str) -> int:
    query = select(func.count()).select_from(FEEDBACK).where(*_about(slugs, state))
    return int(connection.execute(query).scalar_one())


def find(connection: Connection, feedback_id: int) -> Feedback:
    """Raises `NotFound`."""
    row = connection.execute(select(FEEDBACK).where(FEEDBACK.c.id == feedback_id)).first()
    if row is None:
        raise NotFound("Esta opinião não existe.")
    return _value(row)


def newest_of(connection: Connection, slug: str, who: str) -> Feedback | None:
    """The last thing that this user said of an article, of whatever version."""
    query = select(FEEDBACK).where(FEEDBACK.c.who == who, FEEDBACK.c.slug == slug)
    row = connection.execute(query.order_by(FEEDBACK.c.at.desc(), FEEDBACK.c.id.desc())).first()
    return _value(row) if row is not None else None


def answered_to(connection: Connection, who: str, since: datetime) -> list[Feedback]:
    """What this user said that was answered since, the newest answer first."""
    query = (
        select(FEEDBACK)
        .where(FEEDBACK.c.who == who, FEEDBACK.c.state.in_(ANSWERED))
        .where(FEEDBACK.c.answered_at >= since)
        .where((FEEDBACK.c.answer != "") | (FEEDBACK.c.state == DRAFT))
        .order_by(FEEDBACK.c.answered_at.desc())
    )
    return [_value(row) for row in connection.execute(query)]


def answer(
    connection: Connection,
    feedback_id: int,
    *,
    by: str,
    text: str,
    state: str,
    revision: int | None,
    now: datetime,
) -> Feedback:
    """Answer and close. Raises `NotFound`, `InvalidInput`, and `Conflict` when it has changed."""
    if state not in (OPEN, *ANSWERED):
        raise InvalidInput("Diga se foi resolvido ou se virou rascunho.")
    values = {
        "answer": tidy_text(text), "answered_by": by, "answered_at": now, "state": state,
        "revision": FEEDBACK.c.revision + 1,
    }  # fmt: skip
    chosen = FEEDBACK.c.id == feedback_id
    if revision is not None:
        chosen = and_(chosen, FEEDBACK.c.revision == revision)
    if not connection.execute(update(FEEDBACK).where(chosen).values(values)).rowcount:
        find(connection, feedback_id)
        raise Conflict("Esta opinião mudou ou já foi respondida. Leia de novo antes de responder.")
    return find(connection, feedback_id)


def figures(connection: Connection, since: datetime) -> dict[str, FeedbackFigures]:
    """By article."""
    query = (
        select(FEEDBACK.c.slug, FEEDBACK.c.helpful, FEEDBACK.c.reason, func.count())
        .where(FEEDBACK.c.at >= since)
        .group_by(FEEDBACK.c.slug, FEEDBACK.c.helpful, FEEDBACK.c.reason)
    )
    yes: dict[str, int] = defaultdict(int)
    reasons: dict[str, dict[str, int]] = defaultdict(dict)
    for slug, helpful, reason, times in connection.execute(query):
        if helpful:
            yes[slug] += int(times)
        else:
            reasons[slug][reason] = int(times)
    return {
        slug: FeedbackFigures(
            yes.get(slug, 0), sum(reasons.get(slug, {}).values()), reasons.get(slug, {})
        )
        for slug in {*yes, *reasons}
    }


def _giver(given: Given) -> str:
    known = f"user:{given.by}" if given.by else f"browser:{given.giver}" if given.giver else ""
    return sha256((known or token_hex(16)).encode()).hexdigest()


def _about(slugs: Collection[str] | None, state: str) -> list[ColumnElement[bool]]:
    chosen = [FEEDBACK.c.state == state] if state else []
    return chosen if slugs is None else [*chosen, FEEDBACK.c.slug.in_(list(slugs))]


def _value(row: Row[tuple[object, ...]]) -> Feedback:
    names = row._mapping
    own = {name: names[name] for name in Feedback.__slots__ if name != "by"}
    return Feedback(**own, by=names["who"])

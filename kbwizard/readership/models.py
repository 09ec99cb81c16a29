"""Tables of readership. Counts are per day; who searched is kept only while they type."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from kbwizard.db import UtcDateTime


class ArticleRead(SQLModel, table=True):
    """How often an article was opened on one day, in one place."""

    __tablename__ = "article_read"

    slug: str = Field(max_length=120, primary_key=True)
    day: str = Field(max_length=10, primary_key=True)
    """The installation's date, as 2026-11-22: text sorts as dates do."""
    place: str = Field(max_length=8, primary_key=True)
    """desk, call, study, help, api."""
    count: int


class ArticleFeedback(SQLModel, table=True):
    """One answer to "isto ajudou?": one per person and version of the article."""

    __tablename__ = "article_feedback"
    __table_args__ = (
        UniqueConstraint("slug", "fingerprint", "giver"),
        Index("ix_article_feedback_state_slug", "state", "slug"),
        Index("ix_article_feedback_who_slug", "who", "slug"),
    )

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=120)
    fingerprint: str = Field(max_length=64)
    """The version that was read: sha256 of its file."""
    giver: str = Field(max_length=64)
    """sha256 of who gave it: a user's name, or a browser's token; chance where there is none."""
    who: str = Field(default="", max_length=40)
    """The user; empty for customers."""
    place: str = Field(max_length=8)
    helpful: bool
    reason: str = Field(default="", max_length=12)
    """incomplete, wrong, hard, broken, other; empty for who was helped."""
    text: str = Field(default="", max_length=1000)
    """What the person wrote, personal data already masked."""
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    """When it was given or last changed by its giver."""
    state: str = Field(max_length=8)
    """open, done, draft; `noted` where there is nothing to answer."""
    answer: str = Field(default="", max_length=1000)
    answered_by: str = Field(default="", max_length=40)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revision: int = 1
    """Grows with every change, so that nobody answers what they did not read."""


class ArticleAcknowledgement(SQLModel, table=True):
    """Somebody said "li e entendi" of one edition of an article."""

    __tablename__ = "article_acknowledgement"

    who: str = Field(max_length=40, primary_key=True)
    slug: str = Field(max_length=120, primary_key=True)
    edition: int = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)


class ArticleSearch(SQLModel, table=True):
    """One search as it was when the person stopped typing. Personal ones are never written."""

    __tablename__ = "article_search"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    place: str = Field(max_length=8)
    query: str = Field(max_length=120)
    folded: str = Field(max_length=120)
    """Without case and accents: what counts as the same search."""
    results: int
    clicked: str = Field(default="", max_length=120)
    """The first thing opened from the results."""
    who: str = Field(default="", max_length=40, index=True)
    """The desk's user while the search may still grow letter by letter; then empty."""

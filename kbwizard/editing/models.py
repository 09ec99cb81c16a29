"""Tables of editing: drafts, side copies, versions, publications under way, images.

The published text is the file in `articles/`. What is here is what is not in the file yet, what
was in it before, and what must be known to make folder and database agree after a crash.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from kbwizard.db import UtcDateTime


class DraftRow(SQLModel, table=True):
    """One person's text for one article, until it is published or thrown away."""

    __tablename__ = "article_draft"

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(default="", max_length=100, index=True)
    """The address it is to have; empty while a new article has none."""
    article: str = Field(default="", max_length=100)
    """The published article it changes; empty: a new one."""
    state: str = Field(default="writing", max_length=12, index=True)
    source: str = Field(sa_type=Text)
    base: str = Field(default="", max_length=64)
    """Fingerprint of the file it began from; empty: there was none."""
    base_source: str = Field(default="", sa_type=Text)
    author: str = Field(max_length=40, index=True)
    writers: list[str] = Field(default_factory=list, sa_type=JSON)
    """Everybody who saved something in it, the author first."""
    revision: int = 1
    title: str = Field(default="", max_length=200)
    note: str = Field(default="", max_length=300)
    """What changed, in the writer's words."""
    major: bool = False
    reviewer: str = Field(default="", max_length=40)
    review_note: str = Field(default="", max_length=1000)
    publish_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    saved_at: datetime = Field(sa_type=UtcDateTime, index=True)


class DraftCopyRow(SQLModel, table=True):
    """What was typed where the draft had moved on: a second tab, a draft already in review."""

    __tablename__ = "article_draft_copy"
    __table_args__ = (UniqueConstraint("draft_id", "by", "revision"),)

    id: int | None = Field(default=None, primary_key=True)
    draft_id: int = Field(sa_column=Column(ForeignKey("article_draft.id"), nullable=False))
    by: str = Field(max_length=40)
    revision: int
    """The revision that the writer had on screen: later savings of that screen replace this."""
    source: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=UtcDateTime)


class PublicationRow(SQLModel, table=True):
    """One change of the folder. `writing` until every file is in place."""

    __tablename__ = "article_publication"

    id: int | None = Field(default=None, primary_key=True)
    state: str = Field(default="writing", max_length=8, index=True)
    """writing, done, undone."""
    kind: str = Field(max_length=12)
    """draft, verify, alias, synonyms, import."""
    by: str = Field(max_length=40)
    at: datetime = Field(sa_type=UtcDateTime)
    draft_id: int | None = Field(default=None, index=True)
    draft_state: str = Field(default="", max_length=12)
    """Where the draft goes back to when this is undone."""
    files: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    """`path`, `before`, `after`: fingerprints of the file's bytes, empty for none."""
    backup: str = Field(default="", max_length=60)
    """Hidden folder beside the articles with the files as they were; empty: none is needed."""
    notice: str = Field(default="", max_length=500)
    """What did not go well without undoing the publication (git)."""


class VersionRow(SQLModel, table=True):
    """One text that an article had. Counted while its publication is not undone."""

    __tablename__ = "article_version"
    __table_args__ = (UniqueConstraint("slug", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=100, index=True)
    number: int
    came_from: str = Field(default="", max_length=100)
    """The article's address until this version; the versions before are under it."""
    publication_id: int | None = Field(default=None, index=True)
    """None: found in the folder."""
    origin: str = Field(max_length=8)
    """web, file, import."""
    at: datetime = Field(sa_type=UtcDateTime)
    by: str = Field(default="", max_length=40)
    """Empty: whoever edited the file by hand."""
    approved_by: str = Field(default="", max_length=40)
    note: str = Field(default="", max_length=300)
    major: bool = False
    source: str = Field(sa_type=Text)
    fingerprint: str = Field(max_length=64)


class ImageRow(SQLModel, table=True):
    """A picture that was pasted, made clean. It becomes a file when an article shows it."""

    __tablename__ = "article_image"

    name: str = Field(primary_key=True, max_length=100)
    media_type: str = Field(max_length=20)
    width: int
    height: int
    data: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    draft_id: int | None = Field(default=None, index=True)
    by: str = Field(max_length=40)
    at: datetime = Field(sa_type=UtcDateTime)

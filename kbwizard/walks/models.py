"""Tables of walks: the walk, its append-only log, personal values apart, check rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from kbwizard.db import UtcDateTime


class Walk(SQLModel, table=True):
    """One run through trees, pinned to the version of content it began with."""

    __tablename__ = "walk"

    id: int | None = Field(default=None, primary_key=True)
    root: str
    audience: str
    version: str
    engine_format: int
    training: bool = False
    started_at: datetime = Field(sa_type=UtcDateTime)
    started_by: str = ""


class WalkEvent(SQLModel, table=True):
    """One event. `body` holds no personal value: those are in `WalkPrivate`."""

    __tablename__ = "walk_event"
    __table_args__ = (UniqueConstraint("walk_id", "check_id"),)

    walk_id: int = Field(sa_column=Column(ForeignKey("walk.id"), primary_key=True))
    seq: int = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    kind: str
    by: str = ""
    check_id: str | None = None
    """The check row this event wrote, so that it is written once; NULL for all others."""
    body: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class WalkPrivate(SQLModel, table=True):
    """Values that can be erased without breaking the log: personal facts, notes, reasons."""

    __tablename__ = "walk_private"

    walk_id: int = Field(sa_column=Column(ForeignKey("walk.id"), primary_key=True))
    seq: int = Field(primary_key=True)
    key: str = Field(primary_key=True)
    value: Any = Field(default=None, sa_type=JSON)


class CheckRow(SQLModel, table=True):
    """One reading under way or done, run by the loop of the process that took it."""

    __tablename__ = "walk_check"
    __table_args__ = (Index("ix_walk_check_open", "walk_id", "written_at"),)

    id: str = Field(primary_key=True)
    walk_id: int = Field(sa_column=Column(ForeignKey("walk.id"), nullable=False))
    line: str | None = None
    facts: list[str] = Field(default_factory=list, sa_type=JSON)
    taken_by: str
    """The process that runs it (`owner.owner_of_this_process`)."""
    attempt: int = 1
    """2 when the first process died and another took the row over."""
    started_at: datetime = Field(sa_type=UtcDateTime)
    deadline_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    readings: list[dict[str, Any]] | None = Field(default=None, sa_type=JSON)
    written_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When its `read` event was appended, or the walk had ended: then `readings` stay here."""


class ActionClaim(SQLModel, table=True):
    """An action on the network was begun at a visit: it is never begun twice."""

    __tablename__ = "walk_action"

    walk_id: int = Field(sa_column=Column(ForeignKey("walk.id"), primary_key=True))
    visit: int = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    by: str

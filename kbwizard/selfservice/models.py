"""Tables of self-service. Tokens and codes are kept as hashes; `erase` empties what is personal."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Column, ForeignKey
from sqlmodel import Field, SQLModel

from kbwizard.db import UtcDateTime


class HelpVisit(SQLModel, table=True):
    """One customer who helps themselves: one walk, one browser (or one chat) at a time."""

    __tablename__ = "help_visit"

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(max_length=64, unique=True)
    """sha256 of the cookie's token; changes when another phone takes the visit over."""
    channel: str = Field(max_length=12)
    """page or api."""
    walk_id: int | None = Field(
        default=None, sa_column=Column(ForeignKey("walk.id"), nullable=True, unique=True)
    )
    """None once the run was purged: what is left is a number in the figures."""
    district: str = Field(default="", max_length=80)
    line_id: int | None = Field(default=None, index=True)
    tied_by: str = Field(default="", max_length=12)
    """link, phone, address, agent; empty: no line."""
    case_id: int | None = Field(
        default=None, sa_column=Column(ForeignKey("case.id"), nullable=True, index=True)
    )
    link_case_id: int | None = None
    """The case whose agent sent the link: a person asked for later belongs there."""
    begun_at: datetime = Field(sa_type=UtcDateTime, index=True)
    last_seen_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    restarted: bool = False
    """Began where another visit of the same browser ended: not a new customer."""
    asked_person_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    taken_over_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ending: str = Field(default="", max_length=20)
    """The result that took effect (solved, advised, known_outage); empty: none did."""
    helped: str = Field(default="", max_length=8)
    """yes, partly, no; empty: not said."""
    score: int | None = None
    contact_name: str = Field(default="", max_length=120)
    """Personal."""
    contact_phone: str = Field(default="", max_length=40)
    """Personal."""
    best_time: str = Field(default="", max_length=80)
    """Personal: what the customer wrote."""
    comment: str = Field(default="", max_length=1000)
    """Personal: what the customer wrote, documents, phones and e-mails already masked."""


class HelpCode(SQLModel, table=True):
    """An 8-character code that opens a visit once, for an agent or on another phone."""

    __tablename__ = "help_code"

    id: int | None = Field(default=None, primary_key=True)
    visit_id: int = Field(sa_column=Column(ForeignKey("help_visit.id"), index=True, nullable=False))
    code_hash: str = Field(max_length=64, unique=True)
    made_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class HelpLink(SQLModel, table=True):
    """A link that an agent sends: it ties the browser that first presses its button to a line."""

    __tablename__ = "help_link"

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(max_length=64, unique=True)
    line_id: int = Field(index=True)
    case_id: int | None = Field(
        default=None, sa_column=Column(ForeignKey("case.id"), nullable=True, index=True)
    )
    made_by: str = Field(max_length=40)
    made_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    visit_id: int | None = Field(
        default=None, sa_column=Column(ForeignKey("help_visit.id"), nullable=True)
    )
    """The visit that pressed the button first."""
    bound_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class HelpPhoneCode(SQLModel, table=True):
    """Six digits sent to the phone on file. A row stands too for a phone that is not on file."""

    __tablename__ = "help_phone_code"

    id: int | None = Field(default=None, primary_key=True)
    visit_id: int = Field(sa_column=Column(ForeignKey("help_visit.id"), index=True, nullable=False))
    code_hash: str = Field(max_length=64)
    lines: list[int] = Field(default_factory=list, sa_type=JSON)
    """What the code opens; none for a phone that is not on file."""
    made_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    tries_left: int
    passed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class HelpReading(SQLModel, table=True):
    """A step at which a customer's walk was allowed to read its line."""

    __tablename__ = "help_reading"

    walk_id: int = Field(sa_column=Column(ForeignKey("walk.id"), primary_key=True))
    visit: int = Field(primary_key=True)
    """The number of the arrival at the step, not of a help visit."""
    line_id: int = Field(index=True)
    at: datetime = Field(sa_type=UtcDateTime)


class HelpCounter(SQLModel, table=True):
    """How often something was tried in one window of time, whichever node was asked."""

    __tablename__ = "help_counter"

    name: str = Field(max_length=120, primary_key=True)
    count: int
    ends_at: datetime = Field(sa_type=UtcDateTime, index=True)

"""Tables of cases. What identifies a person is in columns that `erase` empties, or in walks."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, UniqueConstraint
from sqlmodel import Field, SQLModel

from kbwizard.db import UtcDateTime


class Status(StrEnum):
    """Where a case stands. The call may be over while the case is not (CD-05)."""

    OPEN = "open"
    WAITING = "waiting"
    """An outcome took effect: field, another level, the outage or a callback has it."""
    CLOSED = "closed"


class Closing(StrEnum):
    """The only ways a contact may end (CD-05)."""

    RESOLVIDO = "resolvido"
    OS = "os"
    N2 = "n2"
    N3 = "n3"
    FINANCEIRO = "financeiro"
    MASSA = "massa"
    RETORNO = "retorno"
    SEM_COMUNICACAO = "sem_comunicacao"


class ProtocolDay(SQLModel, table=True):
    """The last number given out on a local day: of protocols, and of work orders."""

    __tablename__ = "protocol_day"

    day: str = Field(primary_key=True)
    """`AAAAMMDD`, or `OS-AAAAMMDD` for work orders."""
    last: int


class Case(SQLModel, table=True):
    """One contact about one subject. Columns marked personal are emptied by erasure."""

    __tablename__ = "case"

    id: int | None = Field(default=None, primary_key=True)
    protocol: str = Field(unique=True)
    erp_protocol: str = Field(default="", index=True)
    """The ERP's own number: opaque text (CD-93)."""
    status: str = Field(default=Status.OPEN, index=True)
    channel: str = "telefone"
    opened_at: datetime = Field(sa_type=UtcDateTime, index=True)
    opened_by: str
    customer_id: int | None = Field(default=None, index=True)
    """The directory's customer; None when none was found (gate P1)."""
    customer_name: str = ""
    """Personal: as shown when the case was opened, or typed by hand."""
    contact_phone: str = ""
    """Personal: where a callback reaches the customer."""
    line_id: int | None = Field(default=None, index=True)
    symptom: str = ""
    outage_id: int | None = Field(
        default=None, sa_column=Column(ForeignKey("outage.id"), nullable=True)
    )
    closing: str = ""
    disposition: str = ""
    level: str = ""
    """Who has it now: n1, n2, n3, field, supervisor."""
    queue: str = Field(default="", index=True)
    deadline_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    """As told to the customer, never recomputed (CD-66)."""
    deadline_policy: str = ""
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the outcome took effect."""
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_by: str = ""
    confirmed_by: str = ""
    """Personal: who confirmed that service is normal (CD-42)."""
    kept_because: str = ""
    """Why this case outlives its term of keeping (a complaint, a lawsuit); empty: it does not."""
    purged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When all but the figures was deleted, its term being over."""


class CaseWalk(SQLModel, table=True):
    """The walks of a case, in order. Two problems or two lines: one case, several walks."""

    __tablename__ = "case_walk"
    __table_args__ = (UniqueConstraint("walk_id"),)

    case_id: int = Field(sa_column=Column(ForeignKey("case.id"), primary_key=True))
    ordinal: int = Field(primary_key=True)
    walk_id: int = Field(sa_column=Column(ForeignKey("walk.id"), nullable=False))
    line_id: int | None = None


class CaseStep(SQLModel, table=True):
    """What happened to a case outside its walks: opened, concluded, closed, reopened, called."""

    __tablename__ = "case_step"

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(sa_column=Column(ForeignKey("case.id"), nullable=False, index=True))
    at: datetime = Field(sa_type=UtcDateTime)
    by: str
    kind: str
    details: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    text: str = ""
    """Personal: what a person wrote."""


class WorkOrder(SQLModel, table=True):
    """A visit request, complete by CD-16 to CD-18 or it does not exist."""

    __tablename__ = "work_order"

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(sa_column=Column(ForeignKey("case.id"), nullable=False, index=True))
    walk_id: int
    number: str = Field(unique=True)
    customer_id: int | None = Field(default=None, index=True)
    opened_at: datetime = Field(sa_type=UtcDateTime)
    opened_by: str
    status: str = "scheduled"
    """scheduled, done, missed, cancelled."""
    subject: str
    """The disposition that asked for it."""
    skill: str
    priority: int
    visit_date: str
    """Local date, ISO."""
    visit_period: str
    """morning or afternoon."""
    summary: str
    details: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """Fibre states, readings, fees and absence rule as told; nothing personal."""
    contact: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """Personal: name and phone at the place."""


class Outage(SQLModel, table=True):
    """A mass failure notice: scope, forecast, words for customers, real end (CD-100)."""

    __tablename__ = "outage"

    id: int | None = Field(default=None, primary_key=True)
    kind: str = "declared"
    """declared, or suspected (several calls of one scope, not confirmed)."""
    scope: str
    """all, pop, olt, pon, cto, district."""
    target: str = ""
    """What the scope names: `olt-huawei`, `olt-huawei 0/1/3`, `CTO-12`, `Centro`."""
    started_at: datetime = Field(sa_type=UtcDateTime)
    forecast_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    customer_text: str = ""
    internal_text: str = ""
    opened_by: str
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_by: str = ""
    affected: int = 0
    """Cases tied to it."""
    working: int = 0
    """Calls from its scope whose line works: the notice may be too wide."""
    version: int = 1
    """Grows with every change, so that two leads do not overwrite each other."""


class Setting(SQLModel, table=True):
    """A value the lead may change, with its history: the newest row of a key stands."""

    __tablename__ = "setting"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(index=True)
    value: Any = Field(default=None, sa_type=JSON)
    valid_from: datetime = Field(sa_type=UtcDateTime)
    by: str

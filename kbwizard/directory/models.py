"""Tables of the directory. A document is kept as a keyed hash and a mask, never in full."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, String
from sqlmodel import Field, SQLModel

from kbwizard.db import UtcDateTime

_BY_BYTES = String().with_variant(String(collation="C"), "postgresql")
"""Compared byte by byte, so that an index serves `prefix <= value < end of prefix`."""


class Customer(SQLModel, table=True):
    """A contract holder."""

    __tablename__ = "customer"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    """The ERP's code: the key of an import."""
    name: str
    name_folded: str = Field(index=True)
    """Lower case, no accents: what is searched as an agent types."""
    document_hash: str = Field(default="", index=True)
    """HMAC-SHA-256 of the normalised document; empty when there is none."""
    document_masked: str = ""
    phone: str = ""
    """Personal: E.164 digits, without the plus sign."""
    phone_hash: str = Field(default="", index=True)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class CustomerWord(SQLModel, table=True):
    """One folded word of a customer's name: any word is found by its beginning."""

    __tablename__ = "customer_word"
    __table_args__ = (Index("ix_customer_word_word_customer_id", "word", "customer_id"),)

    customer_id: int = Field(
        sa_column=Column(ForeignKey("customer.id", ondelete="CASCADE"), primary_key=True)
    )
    word: str = Field(sa_column=Column(_BY_BYTES, primary_key=True))


class Contract(SQLModel, table=True):
    """What the customer bought and whether it is in force."""

    __tablename__ = "contract"

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(sa_column=Column(ForeignKey("customer.id"), index=True))
    code: str = Field(unique=True)
    segment: str
    """residential or business."""
    plan: str = ""
    down_mbps: float | None = None
    up_mbps: float | None = None
    state: str | None = None
    """active, reduced, blocked, suspended, cancelled; None: the ERP did not say."""
    overdue: bool | None = None
    """Something is unpaid; never an amount. None: the ERP did not say."""
    address: str = ""
    """Personal."""
    district: str = Field(default="", index=True)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class Line(SQLModel, table=True):
    """The customer's access (conexão). Empty text: not registered."""

    __tablename__ = "line"

    id: int | None = Field(default=None, primary_key=True)
    contract_id: int = Field(sa_column=Column(ForeignKey("contract.id"), index=True))
    login: str = Field(unique=True)
    login_folded: str = Field(sa_column=Column(_BY_BYTES, index=True, nullable=False))
    technology: str = "fibre"
    """fibre, radio, cable, dedicated."""
    auth: str = "pppoe"
    """pppoe, ipoe, static."""
    concentrator: str = ""
    olt: str = ""
    pon: str = ""
    """As the vendor prints it: 0/1/3, 1/2/3, 2/4, 1."""
    onu: int | None = None
    serial: str = ""
    optic_class: str = "gpon_b"
    cto: str = ""
    cto_port: str = ""
    ip: str = ""
    cpe_owner: str = ""
    """isp or customer; empty: not known."""
    onu_mode: str = ""
    """router or bridge; empty: not known."""
    install_rx_dbm: float | None = None
    """Level measured on the day of activation: a change says more than a value."""
    updated_at: datetime = Field(sa_type=UtcDateTime)

"""What the directory answers: frozen values, with personal data masked unless the name says so."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

MatchedBy = Literal["name", "login", "document", "phone"]


@dataclass(frozen=True, slots=True)
class LineHit:
    """One line of a customer found: enough to choose between several."""

    line_id: int
    login: str
    plan: str
    segment: str
    technology: str
    district: str
    contract_state: str | None


@dataclass(frozen=True, slots=True)
class CustomerHit:
    """One customer found, and by what. `matched_line_id` is set when a login was typed."""

    customer_id: int
    name: str
    document_masked: str
    phone_masked: str
    lines: tuple[LineHit, ...]
    matched_by: MatchedBy
    matched_line_id: int | None = None


@dataclass(frozen=True, slots=True)
class Hits:
    """The customers found, best first. `more`: others were left off, type on to reach them."""

    customers: tuple[CustomerHit, ...] = ()
    more: bool = False
    too_short: bool = False
    """Nothing was looked up: fewer than two characters, or an incomplete document or phone."""


@dataclass(frozen=True, slots=True)
class LineInfo:
    """A line with its contract and holder: all that a screen or a check needs.

    Empty text or None: not registered. Bandwidth in Mbps, `install_rx_dbm` in dBm.
    """

    line_id: int
    customer_id: int
    contract_id: int
    login: str
    customer_name: str
    document_masked: str
    phone_masked: str
    contract_code: str
    contract_state: str | None
    overdue: bool | None
    segment: str
    plan: str
    down_mbps: float | None
    up_mbps: float | None
    district: str
    technology: str
    auth: str
    concentrator: str
    olt: str
    pon: str
    onu: int | None
    serial: str
    optic_class: str
    cto: str
    cto_port: str
    ip: str
    cpe_owner: str
    onu_mode: str
    install_rx_dbm: float | None


@dataclass(frozen=True, slots=True)
class CustomerInfo:
    """A customer and every line of theirs, in order of login."""

    customer_id: int
    code: str
    name: str
    document_masked: str
    phone_masked: str
    lines: tuple[LineInfo, ...] = field(default=())

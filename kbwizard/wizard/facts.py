"""What can be known about a call: the registry's values, and readings of them.

A *fact* is a named, typed thing. A *reading* is what one source said of one fact at one moment, or
why it could not say. Nothing here judges; bands and conflicts are evaluated in `conditions.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kbwizard.wizard.conditions import Condition

Scalar = str | int | float | bool
"""A known value. Facts of type `time` hold ISO 8601 text with an offset."""


class Reason(StrEnum):
    """Why a fact could not be known (DESIGN section 13)."""

    TIMEOUT = "timeout"
    REFUSED = "refused"
    AUTH = "auth"
    BAD_REPLY = "bad_reply"
    NO_VALUE = "no_value"
    NO_SUCH_OBJECT = "no_such_object"
    NOT_FOUND = "not_found"
    NOT_CONFIGURED = "not_configured"
    BUSY = "busy"
    PAUSED = "paused"
    INTERRUPTED = "interrupted"
    PERSON_UNSURE = "person_unsure"


@dataclass(frozen=True, slots=True)
class Unavailable:
    """A source could not say. `detail` is technical, for the agent's eyes, never a customer's."""

    reason: Reason
    detail: str = ""


class Source(StrEnum):
    """Who said it. `CASE` is our own record: outages, cases, the directory's contract data."""

    NETWORK = "network"
    CONTRACT = "contract"
    CASE = "case"
    AGENT = "agent"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class Reading:
    """One source, one fact, one moment. `measured_at` is aware UTC; `took_ms` None for people.

    `origin` is what a person would call the source: "OLT Centro", "bng-1", "cliente".
    `line` is the line it was read for, None for what belongs to the case.
    """

    fact: str
    value: Scalar | Unavailable
    source: Source
    measured_at: datetime
    origin: str = ""
    took_ms: int | None = None
    line: str | None = None

    @property
    def known(self) -> bool:
        return not isinstance(self.value, Unavailable)


class Ask(StrEnum):
    """Who can be asked for a fact. `SCREEN`: the agent reads it on another system.

    `BOTH`: on the desk the agent fills it in (so it is no question to the customer there), and a
    customer who walks alone answers it.
    """

    CUSTOMER = "customer"
    BOTH = "both"
    SCREEN = "screen"
    NONE = "none"


class FactType(StrEnum):
    ENUM = "enum"
    BOOL = "bool"
    INT = "int"
    FLOAT = "float"
    TEXT = "text"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class ValueLabel:
    """How one value of a fact reads to each audience. Empty `customer` falls back to `agent`."""

    value: Scalar
    agent: str
    customer: str = ""
    key: str = ""
    """The digit that chooses it on the desk; empty: its place in the order."""

    def text(self, audience: str) -> str:
        return self.customer if audience == "customer" and self.customer else self.agent


@dataclass(frozen=True, slots=True)
class Band:
    """One row of a derived fact: the first band whose tests hold gives its value."""

    value: Scalar
    op: str
    """One of `<`, `<=`, `>`, `>=`, `..`, `=`, or `else`, which always holds."""
    low: float = 0.0
    high: float = 0.0


@dataclass(frozen=True, slots=True)
class Derived:
    """A fact that follows from others, never asked nor read.

    Either bands over the number in `of`, chosen by the value of `by` when given (`bands[""]` is
    the default, used when `by` is unknown), or a named pure function in `wizard/derive.py`.
    """

    of: tuple[str, ...]
    by: str = ""
    bands: Mapping[str, tuple[Band, ...]] = field(default_factory=dict)
    function: str = ""


@dataclass(frozen=True, slots=True)
class FactSpec:
    """One entry of `_facts.yaml`. `ttl_s` None: never grows old within a walk."""

    name: str
    label: str
    type: FactType
    values: tuple[ValueLabel, ...] = ()
    unit: str = ""
    low: float | None = None
    high: float | None = None
    step: float | None = None
    ttl_s: int | None = None
    read_by: str = ""
    ask: Ask = Ask.NONE
    prefer: str = ""
    """"network" or "person" when both spoke; empty: newest measured wins."""
    personal: bool = False
    derived: Derived | None = None
    optics: bool = False
    """Read from the ONU by its OLT at that moment: a poll never asks for it."""
    pictured: bool = False
    """Seen on the device or its cables: whoever is asked alone is shown a drawing."""

    def label_of(self, value: Scalar, audience: str = "agent") -> str:
        for choice in self.values:
            if choice.value == value:
                return choice.text(audience)
        return str(value)


@dataclass(frozen=True, slots=True)
class Registry:
    """`_facts.yaml`: every fact, every conflict between facts, the names texts may use."""

    facts: Mapping[str, FactSpec]
    conflicts: tuple[ConflictSpec, ...] = ()
    reserved: Mapping[str, str] = field(default_factory=dict)
    """Names that texts may insert beside facts (protocol, holder, greeting…), and what they are."""
    deadlines: Mapping[str, str] = field(default_factory=dict)
    """Deadline policies that outcomes may name, and how each is told."""
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)
    """The line of each fact (and of `conflict.ID`), for messages."""


@dataclass(frozen=True, slots=True)
class ConflictSpec:
    """Two facts that cannot both be right. Branched on as `conflict.ID` (true or false)."""

    id: str
    when: Condition
    say: str

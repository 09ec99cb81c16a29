"""An OLT family as values: which column says which fact, and how its raw value is to be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kbwizard.checks.onu_index import ENCODERS, Encoder, Index, Place
from kbwizard.wizard.facts import Scalar

Oid = tuple[int, ...]

STATE = "onu.state"
CAUSE = "onu.last_down_cause"
LAST_DOWN = "onu.last_down_at"
SERIAL = "onu.serial"
DOWN_FOR = "onu.down_for_s"
SERIAL_MATCHES = "onu.serial_matches"
BY_CAUSE = "by_cause"

STATES = ("online", "registering", "los", "dying_gasp", "offline", "auth_failed", "disabled")
CAUSES = ("los", "dying_gasp", "restarted", "disabled", "other")
"""What `onu.last_down_cause` may say; vendors' finer causes are joined into these."""

FACTS = (
    STATE,
    CAUSE,
    LAST_DOWN,
    "onu.rx_dbm",
    "onu.tx_dbm",
    "onu.olt_rx_dbm",
    "onu.distance_m",
    "onu.temperature_c",
    "onu.uptime_s",
    SERIAL,
    "onu.lan_link",
    "onu.lan_speed_mbps",
    "onu.lan_duplex",
)
"""The facts that a column may carry."""

DECODERS = ("integer", "text", "number", "dbm", "serial", "time", "since", "ticks")


@dataclass(frozen=True, slots=True)
class OtherScale:
    """Another scale for raw values from `least` to `most`: some firmwares differ."""

    least: int
    most: int
    scale: float = 1.0
    add: float = 0.0


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an OLT's table. Value = raw * `scale` + `add`."""

    fact: str
    oid: Oid
    index: str
    suffix: Index = ()
    decode: str = "integer"
    scale: float = 1.0
    add: float = 0.0
    also: tuple[OtherScale, ...] = ()
    none: frozenset[int | str] = frozenset()
    """Raw values that mean "no value"."""
    none_from: int | None = None
    """Raw values from here up mean "no value"."""
    values: Mapping[int | str, Scalar] = field(default_factory=dict)
    """Raw value to word; a raw value that is not here was not understood."""
    old_s: int = 0
    """The OLT may have fetched the value this many seconds before it was asked."""

    @property
    def encoder(self) -> Encoder:
        return ENCODERS[self.index]

    def oid_of(self, place: Place) -> Oid:
        """The exact OID of this column for one ONU. Raises `BadPlace`."""
        return self.oid + self.encoder.onu(place) + self.suffix

    def range_of(self, pon: tuple[int, ...]) -> tuple[Oid, Oid] | None:
        """First OID of a PON's rows, and first OID after them."""
        if self.encoder.pon is None:
            return None
        first, after = self.encoder.pon(pon)
        return self.oid + first, self.oid + after

    def onu_number(self, oid: Oid) -> int | None:
        """Which ONU of the PON a row belongs to; None when it is not an ONU's row."""
        if self.encoder.number is None or oid[: len(self.oid)] != self.oid:
            return None
        return self.encoder.number(oid[len(self.oid) :])


@dataclass(frozen=True, slots=True)
class OltProfile:
    """Everything that makes one OLT family different from another."""

    id: str
    label: str
    index: str
    example: str
    columns: Mapping[str, Column]
    detect: tuple[Oid, ...] = ()
    """Beginnings of sysObjectID, complete (1.3.6.1.4.1…)."""
    presence: tuple[Column, ...] = ()
    """Read beside the facts asked, only to know that the ONU exists."""
    state_by_cause: Mapping[str, str] = field(default_factory=dict)
    """What a status that says only "down" means, by cause; `else` when the cause says nothing."""

    @property
    def encoder(self) -> Encoder:
        return ENCODERS[self.index]

    @property
    def by_serial(self) -> bool:
        """Rows are found by serial alone, without PON and number."""
        return not self.encoder.parts

    @property
    def neighbours(self) -> bool:
        """A PON's ONUs can be read without touching the rest of the OLT."""
        column = self.columns.get(STATE)
        return column is not None and column.encoder.pon is not None

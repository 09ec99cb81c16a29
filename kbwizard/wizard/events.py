"""What can happen in a walk. The log of these is the walk; where it stands is computed by replay.

Every event has its place in the log (`seq`, from 1), its moment (aware UTC) and who did it (`by`:
a user's name, "customer", or "" for the machine). Nothing in a log is ever changed or removed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from kbwizard.wizard.facts import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class EventBase:
    seq: int
    at: datetime
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Started(EventBase):
    root: str
    audience: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineBound(EventBase):
    """From here on the walk is about this line; readings of other lines are kept, not used."""

    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(EventBase):
    """A person said something at a visit. "Não sei" is `Unavailable(PERSON_UNSURE)`."""

    visit: int
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read(EventBase):
    """Sources said something. Belongs to no visit: a late reading is still a reading."""

    readings: tuple[Reading, ...]
    check: str = ""
    """The check row that brought it, so that it is written once."""
    waited_s: float = 0.0
    """How long before `at` the sources were asked: what they say may be older than that."""

    @property
    def asked_at(self) -> datetime:
        """When the sources were asked."""
        return self.at - timedelta(seconds=self.waited_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp(EventBase):
    """The person stopped waiting for a check, a wait or a poll at this visit."""

    visit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed(EventBase):
    """An instruction was done ("Feito", "já fez"). `already`: it had been done before."""

    visit: int
    already: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Acted(EventBase):
    """An action ended: done, refused (not allowed or not wanted) or error."""

    visit: int
    result: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revised(EventBase):
    """Takes the place of what event `target` said; later events are offered again in order."""

    target: int
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retracted(EventBase):
    """Back: undoes the last thing a person did, event `target`."""

    target: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Jumped(EventBase):
    """A person went to a node by search, or through an `anytime` exit (`anytime` its key)."""

    tree: str
    node: str
    anytime: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver(EventBase):
    audience: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted(EventBase):
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended(EventBase):
    """The outcome took effect (order opened, deadline told…). Nothing moves after it."""

    visit: int


Event = (
    Started
    | LineBound
    | Answered
    | Read
    | GivenUp
    | Confirmed
    | Acted
    | Revised
    | Retracted
    | Jumped
    | HandedOver
    | Noted
    | Ended
)

"""What self-service answers: frozen values, without a customer's name, phone or address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

CUSTOMER = "customer"
"""Who does something in a walk when the customer does it themselves."""
CHANNEL = "autoatendimento"
QUEUE = "autoatendimento"
ROOT_TREE = "autoatendimento"

Channel = Literal["page", "api"]
TiedBy = Literal["", "link", "phone", "address", "agent"]
Helped = Literal["", "yes", "partly", "no"]


@dataclass(frozen=True, slots=True)
class Visit:
    """One customer who helps themselves, as they stand now."""

    id: int
    walk_id: int
    channel: str
    district: str
    line_id: int | None
    tied_by: str
    case_protocol: str
    """Empty until a person was asked for, or an outcome needed a case."""
    expires_at: datetime
    taken_over: bool
    """An agent has the walk: the customer only follows."""
    finished_at: datetime | None
    ending: str = ""
    """solved, advised or known_outage once it took effect."""
    asked_person: bool = False
    helped: str = ""


@dataclass(frozen=True, slots=True)
class Begun:
    """A visit and the token its browser keeps; the token exists nowhere else."""

    visit: Visit
    token: str


@dataclass(frozen=True, slots=True)
class Handle:
    """What to tell a person on the phone: the protocol, and a code as `ABCD-EFGH`."""

    protocol: str
    code: str


@dataclass(frozen=True, slots=True)
class LinkMade:
    """A link for /help/c/<token>; the token exists nowhere else."""

    id: int
    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class LinkInfo:
    """A link that was made, without its token: for the agent's list."""

    id: int
    made_by: str
    made_at: datetime
    expires_at: datetime
    revoked: bool
    used: bool
    expired: bool

    @property
    def live(self) -> bool:
        """Whether somebody may still press its button."""
        return not (self.revoked or self.used or self.expired)


@dataclass(frozen=True, slots=True)
class LineChoice:
    """One of several lines behind a phone that was proved: enough to choose by."""

    line_id: int
    label: str


@dataclass(frozen=True, slots=True)
class PublicOutage:
    """An outage in the words of call-desk section 10. Internal text never gets here."""

    id: int
    text: str
    """Whole sentences: the failure, a forecast that has not passed, the protocol if any."""
    forecast_at: datetime | None
    """None: no forecast, or it has passed."""
    certain: bool
    """False: it covers most of the district, perhaps not this customer."""


NewsState = Literal[
    "waiting", "with_person", "passed_on", "scheduled", "callback", "outage", "restored", "closed"
]


@dataclass(frozen=True, slots=True)
class News:
    """What became of a request, in the customer's words."""

    state: NewsState
    protocol: str
    text: str
    """For instance "Técnico amanhã, 8h–12h. Protocolo 20261121-000001."."""
    visit_date: str = ""
    """Local date of a visit, ISO."""
    period: str = ""
    """8h–12h."""
    reachable: bool = True
    """We know where to call; without a phone nobody can, and the page does not promise it."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Visits that began in a span of time. Abandoning is never counted as success."""

    begun: int = 0
    solved: int = 0
    """An outcome that solved and was confirmed, unless they said later that it did not help; or
    who said that it helped."""
    outages: int = 0
    asked_person: int = 0
    abandoned: int = 0
    going_on: int = 0
    scores: int = 0
    score_mean: float | None = None

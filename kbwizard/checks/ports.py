"""What live checks need, in our words. Adapters translate; nothing here knows a vendor.

Three answers, never two: a value, *not found* (`Reason.NOT_FOUND`), *could not read, because*.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from kbwizard.wizard.facts import Reading


@dataclass(frozen=True, slots=True)
class LineRef:
    """A customer's access as the checks need it. Empty text or 0: not registered.

    `pon` is written as the vendor prints it (`0/1/3`, `1/2/3`, `2/4`, `1`), `onu` is the ONU's
    number on that PON.
    """

    id: str
    login: str = ""
    concentrator: str = ""
    olt: str = ""
    pon: str = ""
    onu: int | None = None
    serial: str = ""
    technology: str = "fibre"
    auth: str = "pppoe"
    optic_class: str = "gpon_b"
    ip: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a check is about: the line, and the case and customer for facts of our own record."""

    line: LineRef | None = None
    case_id: int | None = None
    customer_id: str | None = None
    context: Mapping[str, str] | None = None
    """Known facts as text that a source may need, for instance `session.address` for a ping."""


class FactSource(Protocol):
    """Something that can read facts: a router, an OLT, the directory, the outage notices."""

    @property
    def name(self) -> str:
        """The word that `_facts.yaml` uses in `read_by`: session, onu, pon, directory, …"""

    @property
    def provides(self) -> frozenset[str]:
        """Every fact this source may answer."""

    async def read(
        self, subject: Subject, facts: Collection[str], *, deadline_s: float
    ) -> Mapping[str, Reading]:
        """Read the facts asked for within `deadline_s` seconds of wall clock.

        Answers exactly the facts asked, each with a reading; trouble is an `Unavailable` value,
        never an exception. More facts than asked may be answered when they came for free.
        """

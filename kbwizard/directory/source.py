"""The directory as a source of facts: what our own record says of a customer, contract and line.

A value is measured now, at the moment our record is read: the record is what the desk goes by,
however long ago the ERP's file was imported. `updated_at` in the tables tells that age.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from kbwizard.directory.service import Directory
from kbwizard.directory.values import CustomerInfo, LineInfo
from kbwizard.errors import NotFound
from kbwizard.wizard.facts import Reading, Reason, Scalar, Source, Unavailable

ORIGIN = "cadastro"
_CUSTOMER_FACTS = frozenset({"customer.located", "customer.lines_count"})
_FROM_LINE: Mapping[str, Callable[[LineInfo], Scalar | None]] = {
    "customer.segment": lambda line: line.segment,
    "contract.state": lambda line: line.contract_state,
    "contract.overdue": lambda line: line.overdue,
    "contract.down_mbps": lambda line: line.down_mbps,
    "contract.up_mbps": lambda line: line.up_mbps,
    "access.technology": lambda line: line.technology,
    "access.auth": lambda line: line.auth,
    "line.optic_class": lambda line: line.optic_class if line.technology == "fibre" else "",
    "line.install_rx_dbm": lambda line: line.install_rx_dbm,
    "line.cto": lambda line: _cto(line),
    "cpe.owner": lambda line: line.cpe_owner,
    "onu.mode": lambda line: line.onu_mode,
}
PROVIDES = _CUSTOMER_FACTS | frozenset(_FROM_LINE)


class LineIdentity(Protocol):
    """The one thing needed of a line: its id, as text."""

    @property
    def id(self) -> str: ...


class DirectorySubject(Protocol):
    """Whom a reading is about; `checks.ports.Subject` fits."""

    @property
    def line(self) -> LineIdentity | None: ...

    @property
    def customer_id(self) -> str | None: ...


def read_facts(
    directory: Directory,
    *,
    line_id: int | None,
    customer_id: int | None,
    facts: Collection[str],
    now: datetime,
) -> dict[str, Reading]:
    """Answer exactly the facts asked for. A line wins over a customer when both are given.

    Without a line but with a customer who has only one, that one is meant. With neither, the
    customer is known not to be located, and nothing else can be said.
    """
    try:
        customer, line = _look_up(directory, line_id, customer_id)
    except NotFound as error:
        return unavailable(facts, Unavailable(Reason.NOT_FOUND, str(error)), now, line_id)
    readings = {}
    for fact in facts:
        value = _value(fact, customer, line)
        owner = None if fact in _CUSTOMER_FACTS or line_id is None else str(line_id)
        readings[fact] = Reading(fact, value, Source.CONTRACT, now, ORIGIN, line=owner)
    return readings


def _look_up(
    directory: Directory, line_id: int | None, customer_id: int | None
) -> tuple[CustomerInfo | None, LineInfo | None]:
    if line_id is not None:
        line = directory.line(line_id)
        return directory.customer(line.customer_id), line
    if customer_id is None:
        return None, None
    customer = directory.customer(customer_id)
    return customer, customer.lines[0] if len(customer.lines) == 1 else None


def _value(fact: str, customer: CustomerInfo | None, line: LineInfo | None) -> Scalar | Unavailable:
    if fact == "customer.located":
        return customer is not None
    if fact not in PROVIDES:
        return Unavailable(Reason.NOT_CONFIGURED, f"o cadastro não tem {fact}")
    if customer is None:
        return Unavailable(Reason.NOT_FOUND, "nenhum cliente escolhido")
    if fact == "customer.lines_count":
        return len(customer.lines)
    if line is None:
        return Unavailable(Reason.NOT_FOUND, "nenhuma conexão escolhida")
    value = _FROM_LINE[fact](line)
    if value is None or value == "":
        return Unavailable(Reason.NO_VALUE, "não está no cadastro")
    return value


def _cto(line: LineInfo) -> str:
    return f"{line.cto}, porta {line.cto_port}" if line.cto and line.cto_port else line.cto


def unavailable(
    facts: Collection[str], why: Unavailable, now: datetime, line_id: int | None
) -> dict[str, Reading]:
    """The same reason for every fact."""
    owner = None if line_id is None else str(line_id)
    return {
        fact: Reading(
            fact, why, Source.CONTRACT, now, ORIGIN, line=None if fact in _CUSTOMER_FACTS else owner
        )
        for fact in facts
    }


class DirectorySource:
    """`read_facts` as a `FactSource` (checks.ports), its database work off the loop's thread."""

    name = "directory"
    provides = PROVIDES

    def __init__(
        self, directory: Directory, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._directory = directory
        self._clock = clock

    async def read(
        self, subject: DirectorySubject, facts: Collection[str], *, deadline_s: float
    ) -> Mapping[str, Reading]:
        """Answer the facts within `deadline_s` seconds; trouble is an `Unavailable` value."""
        line_id = _row_id(subject.line.id if subject.line is not None else None)
        work = asyncio.to_thread(
            read_facts,
            self._directory,
            line_id=line_id,
            customer_id=_row_id(subject.customer_id),
            facts=facts,
            now=self._clock(),
        )
        try:
            return await asyncio.wait_for(work, deadline_s)
        except TimeoutError:
            why = Unavailable(Reason.TIMEOUT, "o cadastro não respondeu a tempo")
        except SQLAlchemyError as error:
            why = Unavailable(Reason.REFUSED, f"o banco de dados recusou: {type(error).__name__}")
        return unavailable(facts, why, self._clock(), line_id)


def _row_id(text: str | None) -> int | None:
    """The row an id names; 0, which no row has, for a text that is no number."""
    if text is None:
        return None
    return int(text) if text.isdecimal() and len(text) < 16 else 0

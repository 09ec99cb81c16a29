"""What every part of self-service works with, and the few steps that all of them share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from kbwizard.accounts.audit import audit
from kbwizard.cases.concluding import Concluding
from kbwizard.cases.models import Case
from kbwizard.cases.outages import Outages, Place
from kbwizard.cases.service import Cases
from kbwizard.db import reading, writing
from kbwizard.directory.service import Directory
from kbwizard.directory.values import LineInfo
from kbwizard.errors import NotFound
from kbwizard.selfservice.limits import Limit, count, give_back
from kbwizard.selfservice.models import HelpVisit
from kbwizard.selfservice.sender import Sender
from kbwizard.selfservice.values import Visit
from kbwizard.walks.runs import CheckRuns
from kbwizard.walks.service import Walks

GONE = "Este autoatendimento terminou ou foi retomado em outro aparelho. Comece de novo."


class LineOfAddress(Protocol):
    """Which line an address belongs to; None when none, or more than one, does."""

    def __call__(self, address: str) -> int | None: ...


def _at_once(deed: Callable[[], None]) -> None:
    deed()


@dataclass(frozen=True, slots=True)
class Workings:
    """The parts that `assembly` joins; tests join their own."""

    engine: Engine
    walks: Walks
    runs: CheckRuns
    cases: Cases
    concluding: Concluding
    outages: Outages
    directory: Directory
    place_of: Callable[[str], Place | None]
    clock: Callable[[], datetime]
    zone: ZoneInfo
    key: bytes
    """`codes.key_from` of the installation's secret."""
    sender: Sender | None = None
    line_of_address: LineOfAddress | None = None
    """None: lines are not known by address in this installation."""
    later: Callable[[Callable[[], None]], None] = field(default=_at_once)
    """Runs something after the answer was given, so that its length tells nothing."""
    readings_per_hour: int = 6

    def now(self) -> datetime:
        """The present moment."""
        return self.clock()

    def line(self, line_id: int) -> LineInfo:
        """Raises `NotFound`."""
        return self.directory.line(line_id)

    def fresh(self, visit: Visit) -> Visit:
        """The visit as it stands now. Raises `NotFound`."""
        with reading(self.engine) as db:
            return visit_of(db, row_of(db, visit.id))

    def counts(self, limit: Limit, who: str) -> int:
        """Count one try; how many there are in this window."""
        return count(self.engine, self.key, limit, who, self.now())

    def give_back(self, limit: Limit, who: str) -> None:
        """A try that was right does not count."""
        give_back(self.engine, self.key, limit, who, self.now())

    def note(self, who: str, action: str, record: str = "", **details: Any) -> None:
        """One row of the audit trail, for what writes nothing else."""
        with writing(self.engine) as db:
            audit(db, at=self.now(), who=who, action=action, record=record, details=details)


def row_of(db: Session, visit_id: int, *, lock: bool = False) -> HelpVisit:
    """The visit's row. Raises `NotFound`. `lock`: others wait for this transaction."""
    row = db.get(HelpVisit, visit_id, with_for_update=True if lock else None)
    if row is None or row.walk_id is None:
        raise NotFound(GONE)
    return row


def visit_of(db: Session, row: HelpVisit) -> Visit:
    """The row as others see it."""
    protocol = ""
    if row.case_id is not None:
        protocol = db.exec(select(Case.protocol).where(col(Case.id) == row.case_id)).one()
    return Visit(
        id=row.id or 0,
        walk_id=row.walk_id or 0,
        channel=row.channel,
        district=row.district,
        line_id=row.line_id,
        tied_by=row.tied_by,
        case_protocol=protocol,
        expires_at=row.expires_at,
        taken_over=row.taken_over_at is not None,
        finished_at=row.finished_at,
        ending=row.ending,
        asked_person=row.asked_person_at is not None,
        helped=row.helped,
    )

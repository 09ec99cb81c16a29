"""Checks under way: a row in the database each, run by the loop of the process that took it.

Any process can show a row and write its result into the log; the log takes each check once. A row
whose process died is taken over once; one that outlives its deadline reads as `interrupted`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Coroutine, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Protocol
from uuid import uuid4

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    Table,
    and_,
    bindparam,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import SQLAlchemyError

from kbwizard.checks.ports import Subject
from kbwizard.db import core_reading, core_writing
from kbwizard.walks.codec import reading_from_json, reading_to_json
from kbwizard.walks.log import last_seq, load_head
from kbwizard.walks.models import CheckRow
from kbwizard.walks.owner import owner_is_gone, owner_of_this_process
from kbwizard.walks.service import Standing, Walks
from kbwizard.wizard import events as ev
from kbwizard.wizard.conclude import with_conclusions
from kbwizard.wizard.facts import Reading, Reason, Source, Unavailable
from kbwizard.wizard.position import Need

log = logging.getLogger(__name__)

CHECK: Table = CheckRow.__table__  # type: ignore[attr-defined]
_OPEN = (
    select(CHECK)
    .where(CHECK.c.walk_id == bindparam("walk_id"), CHECK.c.written_at.is_(None))
    .order_by(CHECK.c.started_at)
)
GRACE_S = 2.0
"""A row may be written this long after its deadline before it reads as interrupted."""
DEFAULT_TIMEOUT_S = 8.0
READ_AGAIN_S = 5.0
"""A fact whose reading did not count where the walk stands is not read again sooner."""
INLINE_WAIT_S = 0.4
"""A fast device answers within the request that asked, so that no second one is needed."""


class ReadsFacts(Protocol):
    """`checks.reader.Reader`, as far as walks need it."""

    async def read(
        self, subject: Subject, facts: Collection[str], *, timeout_s: float
    ) -> Mapping[str, Reading]: ...


Submit = Callable[[Coroutine[Any, Any, None]], "Future[None]"]
SubjectOf = Callable[[Standing], Subject]
MayStart = Callable[[Standing], bool]
"""Whether the readings that a walk waits for may be started."""


@dataclass(frozen=True, slots=True)
class RunningCheck:
    """A reading under way, for the screen: which facts, since when."""

    id: str
    facts: tuple[str, ...]
    started_at: datetime


class CheckRuns:
    """Starts the readings a walk waits for and brings their results into its log."""

    def __init__(
        self,
        engine: Engine,
        walks: Walks,
        reader: ReadsFacts,
        submit: Submit,
        subject_of: SubjectOf,
        clock: Callable[[], datetime],
    ) -> None:
        self._engine = engine
        self._walks = walks
        self._reader = reader
        self._submit = submit
        self._subject_of = subject_of
        self._clock = clock

    def advance(
        self, walk_id: int, *, inline_s: float = INLINE_WAIT_S, may_start: MayStart | None = None
    ) -> Standing:
        """Write what has arrived, start what is missing, wait a moment for fast answers.

        A fast answer can bring the walk to the next check: it goes on while answers arrive
        within `inline_s` in all. `may_start` is asked at each step that would read.
        """
        standing = self.collect(walk_id)
        ends = monotonic() + inline_s
        while started := self._start_missing(standing, may_start):
            _done, late = wait(started, timeout=max(0.0, ends - monotonic()))
            standing = self.collect(walk_id)
            if late:
                break
            if monotonic() >= ends:
                self._start_missing(standing, may_start)  # brought in by the next request
                break
        return standing

    def prefetch(self, walk_id: int, facts: Collection[str]) -> None:
        """Start reading facts before the walk asks for them; their results are kept."""
        standing = self._walks.stand(walk_id)
        if not standing.position.ended:
            self._start(standing, facts, timeout_s=DEFAULT_TIMEOUT_S)

    def running(self, walk_id: int) -> tuple[RunningCheck, ...]:
        """Readings under way for this walk, oldest first."""
        return tuple(
            RunningCheck(row.id, tuple(row.facts), row.started_at)
            for row in self._open_rows(walk_id)
            if row.finished_at is None
        )

    def collect(self, walk_id: int) -> Standing:
        """Append the `read` event of every row that is finished or overdue, each once."""
        standing: Standing | None = None
        for row in self._open_rows(walk_id):
            if row.finished_at is None and row.attempt == 1 and owner_is_gone(row.taken_by):
                self._take_over(row, walk_id)
            elif self._is_ripe(row):
                standing = self._bring_in(walk_id, row.id) or standing
        return standing or self._walks.stand(walk_id)

    # Starting ------------------------------------------------------------------------------

    def _start_missing(
        self, standing: Standing, may_start: MayStart | None = None
    ) -> list[Future[None]]:
        pending = standing.position.pending
        if pending.need is not Need.READINGS or (may_start and not may_start(standing)):
            return []
        if pending.next_read_at is not None and standing.now < pending.next_read_at:
            return []
        # A poll may hear an older value, which it does not count: it asks again, but not at every
        # look.
        arrived = standing.position.arrived_at
        since = pending.next_read_at or max(arrived, pending.since or arrived)
        timeout_s = pending.timeout_s or DEFAULT_TIMEOUT_S
        return self._start(standing, pending.facts, timeout_s=timeout_s, since=since)

    def _start(
        self,
        standing: Standing,
        facts: Collection[str],
        *,
        timeout_s: float,
        since: datetime | None = None,
    ) -> list[Future[None]]:
        """A row for the facts that nobody is reading, and its reading begun.

        Rows are looked at and written in one transaction, so that two requests never start the
        same reading; nor does one that has not seen the newest event.
        """
        if not facts:
            return []
        now = self._clock()
        check_id = uuid4().hex
        with core_writing(self._engine) as connection:
            head = load_head(connection, standing.id, lock=True)
            if last_seq(connection, head.id) != len(standing.events):
                return []
            taken = self._taken(connection, head.id, since, now)
            wanted = sorted(set(facts) - taken)
            if not wanted:
                return []
            connection.execute(
                insert(CHECK).values(
                    id=check_id,
                    walk_id=standing.id,
                    line=standing.position.line,
                    facts=wanted,
                    taken_by=owner_of_this_process(),
                    attempt=1,
                    started_at=now,
                    deadline_at=now + timedelta(seconds=timeout_s),
                )
            )
        subject = self._subject_of(standing)
        return [self._submit(self._run(check_id, subject, wanted, timeout_s))]

    @staticmethod
    def _taken(
        connection: Connection, walk_id: int, since: datetime | None, now: datetime
    ) -> set[str]:
        """Facts being read, or read a moment ago for the visit that began at `since`."""
        counts: ColumnElement[bool] = CHECK.c.written_at.is_(None)
        if since is not None:
            a_moment_ago = CHECK.c.finished_at > now - timedelta(seconds=READ_AGAIN_S)
            counts = or_(counts, and_(CHECK.c.started_at >= since, a_moment_ago))
        rows = connection.execute(select(CHECK.c.facts).where(CHECK.c.walk_id == walk_id, counts))
        return {fact for row in rows for fact in row.facts}

    def _take_over(self, row: Row[Any], walk_id: int) -> None:
        """Run again, once, what a dead process had begun."""
        timeout_s = (row.deadline_at - row.started_at).total_seconds()
        now = self._clock()
        with core_writing(self._engine) as connection:
            taken = connection.execute(
                update(CHECK)
                .where(
                    CHECK.c.id == row.id,
                    CHECK.c.attempt == 1,
                    CHECK.c.finished_at.is_(None),
                    CHECK.c.written_at.is_(None),
                )
                .values(
                    attempt=2,
                    taken_by=owner_of_this_process(),
                    started_at=now,
                    deadline_at=now + timedelta(seconds=timeout_s),
                )
            ).rowcount
        if taken:
            subject = self._subject_of(self._walks.stand(walk_id))
            self._submit(self._run(row.id, subject, list(row.facts), timeout_s))

    # Running, on the loop ------------------------------------------------------------------

    async def _run(
        self, check_id: str, subject: Subject, facts: Collection[str], timeout_s: float
    ) -> None:
        """Read, and leave the result in the row, whatever happens on the way."""
        try:
            readings = list((await self._reader.read(subject, facts, timeout_s=timeout_s)).values())
        except Exception:
            log.exception("check %s failed", check_id)
            line = subject.line.id if subject.line is not None else None
            readings = interrupted(
                facts, line, self._clock(), "erro interno; veja o log do servidor"
            )
        try:
            await asyncio.to_thread(self._finish, check_id, readings)
        except SQLAlchemyError:  # the row stays open: past its deadline it reads as interrupted
            log.exception("the result of check %s was not written", check_id)

    def _finish(self, check_id: str, readings: list[Reading]) -> None:
        with core_writing(self._engine) as connection:
            connection.execute(
                update(CHECK)
                .where(CHECK.c.id == check_id, CHECK.c.finished_at.is_(None))
                .values(
                    finished_at=self._clock(),
                    readings=[reading_to_json(reading) for reading in readings],
                )
            )

    # Bringing in ---------------------------------------------------------------------------

    def _open_rows(self, walk_id: int) -> list[Row[Any]]:
        with core_reading(self._engine) as connection:
            return list(connection.execute(_OPEN, {"walk_id": walk_id}))

    def _is_ripe(self, row: Row[Any]) -> bool:
        """Whether the row has its readings, or will not have them any more."""
        if row.finished_at is not None or owner_is_gone(row.taken_by):
            return True
        return bool(self._clock() >= row.deadline_at + timedelta(seconds=GRACE_S))

    def _bring_in(self, walk_id: int, check_id: str) -> Standing | None:
        """Append a row's `read` event; None when another request has done it meanwhile.

        After the end nothing moves: what arrives then stays in the row.
        """
        with core_writing(self._engine) as connection:
            standing = self._walks.stand_within(connection, walk_id, to_append=True)
            row = connection.execute(
                select(CHECK).where(CHECK.c.id == check_id, CHECK.c.written_at.is_(None))
            ).one_or_none()
            if row is None:
                return None
            written: dict[str, Any] = {"written_at": standing.now}
            if not standing.position.ended:
                standing = self._walks.append_to(
                    connection, standing, lambda now_at, seq, now: _read_of(row, now_at, seq, now)
                )
                written["readings"] = None  # they are in the log now, personal values apart
            connection.execute(update(CHECK).where(CHECK.c.id == check_id).values(written))
        return self._walks.keep(standing)


def _read_of(row: Row[Any], standing: Standing, seq: int, now: datetime) -> ev.Read:
    """What a row has to say, with when it was asked and what the registry's functions conclude."""
    event = ev.Read(
        seq=seq,
        at=now,
        readings=tuple(_result_of(row, now)),
        check=row.id,
        waited_s=max(0.0, (now - row.started_at).total_seconds()),
    )
    return with_conclusions(standing.bundle, standing.events, event)


def _result_of(row: Row[Any], now: datetime) -> list[Reading]:
    if row.finished_at is not None:
        return [reading_from_json(item) for item in row.readings]
    return interrupted(row.facts, row.line, now, "a leitura foi interrompida antes de terminar")


def interrupted(
    facts: Collection[str], line: str | None, now: datetime, detail: str
) -> list[Reading]:
    """What a reading says that did not come to its end."""
    why = Unavailable(Reason.INTERRUPTED, detail)
    return [Reading(fact, why, Source.NETWORK, now, line=line) for fact in facts]

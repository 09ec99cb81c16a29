"""Checks under way: a row in the database each, run by the loop of the process that took it.

Any process can show a row and write its result into the log; the log takes each check once. A row
whose process died is taken over once; one that outlives its deadline reads as `interrupted`.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable, Collection, Coroutine, Mapping
from concurrent.futures import Future, wait
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any, Protocol
from uuid import uuid4

from sqlalchemy import Engine, Row, Table, insert, select, update
from sqlalchemy.exc import IntegrityError

from kbwizard.checks.ports import Subject
from kbwizard.db import core_reading, core_writing
from kbwizard.walks.codec import reading_from_json, reading_to_json
from kbwizard.walks.models import CheckRow
from kbwizard.walks.service import Standing, Walks
from kbwizard.wizard import events as ev
from kbwizard.wizard.facts import Reading, Reason, Source, Unavailable
from kbwizard.wizard.position import Need

CHECK: Table = CheckRow.__table__  # type: ignore[attr-defined]
GRACE_S = 2.0
"""A row may be written this long after its deadline before it reads as interrupted."""
DEFAULT_TIMEOUT_S = 8.0
INLINE_WAIT_S = 0.4
"""A fast device answers within the request that asked, so that no second one is needed."""


class ReadsFacts(Protocol):
    """`checks.reader.Reader`, as far as walks need it."""

    async def read(
        self, subject: Subject, facts: Collection[str], *, timeout_s: float
    ) -> Mapping[str, Reading]: ...


Submit = Callable[[Coroutine[Any, Any, None]], "Future[None]"]
SubjectOf = Callable[[Standing], Subject]


@dataclass(frozen=True, slots=True)
class RunningCheck:
    """A reading under way, for the screen: which facts, since when."""

    id: str
    facts: tuple[str, ...]
    started_at: datetime


def owner_of_this_process() -> str:
    """Host, pid and start time: a pid that was given out again is another owner."""
    return f"{socket.gethostname()}:{os.getpid()}:{_start_ticks(os.getpid())}"


def _start_ticks(pid: int) -> str:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]


def owner_is_gone(owner: str) -> bool:
    """True only when the owner ran on this host and does not any more."""
    host, _, rest = owner.rpartition(":")[0].rpartition(":")
    started = owner.rpartition(":")[2]
    return host == socket.gethostname() and _start_ticks(int(rest)) != started


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

    def advance(self, walk_id: int, *, inline_s: float = INLINE_WAIT_S) -> Standing:
        """Write what has arrived, start what is missing, wait a moment for fast answers.

        A fast answer can bring the walk to the next check: it goes on while answers arrive
        within `inline_s` in all.
        """
        standing = self.collect(walk_id)
        ends = monotonic() + inline_s
        while True:
            started = self._start_missing(standing)
            if not started:
                return standing
            _done, late = wait(started, timeout=max(0.0, ends - monotonic()))
            standing = self.collect(walk_id)
            if late:
                return standing

    def prefetch(self, walk_id: int, facts: Collection[str]) -> None:
        """Start reading facts before the walk asks for them; their results are kept."""
        standing = self._walks.stand(walk_id)
        self._start(standing, self._not_running(walk_id, facts), DEFAULT_TIMEOUT_S)

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
            readings = self._result_of(row, walk_id)
            if readings is None:
                continue
            with suppress(IntegrityError):  # another request wrote it first: it is in the log
                standing = self._write(walk_id, row.id, readings)
        return standing or self._walks.stand(walk_id)

    # ---------------------------------------------------------------------------------------

    def _start_missing(self, standing: Standing) -> list[Future[None]]:
        pending = standing.position.pending
        if pending.need is not Need.READINGS:
            return []
        if pending.next_read_at is not None and standing.now < pending.next_read_at:
            return []
        facts = self._not_running(standing.id, pending.facts)
        return self._start(standing, facts, pending.timeout_s or DEFAULT_TIMEOUT_S)

    def _not_running(self, walk_id: int, facts: Collection[str]) -> list[str]:
        under_way = {fact for row in self._open_rows(walk_id) for fact in row.facts}
        return [fact for fact in facts if fact not in under_way]

    def _start(
        self, standing: Standing, facts: Collection[str], timeout_s: float
    ) -> list[Future[None]]:
        if not facts:
            return []
        check_id = uuid4().hex
        now = self._clock()
        with core_writing(self._engine) as connection:
            connection.execute(
                insert(CHECK).values(
                    id=check_id,
                    walk_id=standing.id,
                    line=standing.position.line,
                    facts=sorted(facts),
                    taken_by=owner_of_this_process(),
                    attempt=1,
                    started_at=now,
                    deadline_at=now + timedelta(seconds=timeout_s),
                )
            )
        subject = self._subject_of(standing)
        return [self._submit(self._run(check_id, subject, tuple(facts), timeout_s))]

    async def _run(
        self, check_id: str, subject: Subject, facts: Collection[str], timeout_s: float
    ) -> None:
        readings = await self._reader.read(subject, facts, timeout_s=timeout_s)
        await asyncio.to_thread(self._finish, check_id, list(readings.values()))

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

    def _open_rows(self, walk_id: int) -> list[Row[Any]]:
        with core_reading(self._engine) as connection:
            return list(
                connection.execute(
                    select(CHECK)
                    .where(CHECK.c.walk_id == walk_id, CHECK.c.written_at.is_(None))
                    .order_by(CHECK.c.started_at)
                )
            )

    def _result_of(self, row: Row[Any], walk_id: int) -> list[Reading] | None:
        """What the row read; None while it may still read."""
        if row.finished_at is not None:
            return [reading_from_json(item) for item in row.readings]
        if owner_is_gone(row.taken_by) and row.attempt == 1:
            self._take_over(row, walk_id)
            return None
        now = self._clock()
        if now < row.deadline_at + timedelta(seconds=GRACE_S) and not owner_is_gone(row.taken_by):
            return None
        detail = "a leitura foi interrompida antes de terminar"
        return [
            Reading(
                fact, Unavailable(Reason.INTERRUPTED, detail), Source.NETWORK, now, line=row.line
            )
            for fact in row.facts
        ]

    def _take_over(self, row: Row[Any], walk_id: int) -> None:
        """Run again, once, what a dead process had begun."""
        timeout_s = (row.deadline_at - row.started_at).total_seconds()
        now = self._clock()
        with core_writing(self._engine) as connection:
            taken = connection.execute(
                update(CHECK)
                .where(CHECK.c.id == row.id, CHECK.c.attempt == 1)
                .values(
                    attempt=2,
                    taken_by=owner_of_this_process(),
                    started_at=now,
                    deadline_at=now + timedelta(seconds=timeout_s),
                )
            ).rowcount
        if taken:
            subject = self._subject_of(self._walks.stand(walk_id))
            self._submit(self._run(row.id, subject, tuple(row.facts), timeout_s))

    def _write(self, walk_id: int, check_id: str, readings: list[Reading]) -> Standing:
        with core_writing(self._engine) as connection:
            standing = self._walks.stand_within(connection, walk_id)
            if not standing.position.ended:  # after the end nothing moves: the row keeps it
                standing = self._walks.append_within(
                    connection,
                    walk_id,
                    lambda _s, seq, now: ev.Read(
                        seq=seq, at=now, readings=tuple(readings), check=check_id
                    ),
                )
            connection.execute(
                update(CHECK).where(CHECK.c.id == check_id).values(written_at=self._clock())
            )
        return standing

"""Walks folded a moment ago in this process, so that a step folds one event and not the whole log.

The log in the database stays the only truth: what is kept here is used only while the log is
exactly as long as it was and as many personal values stand beside it. Another process's event, or
an erased value, makes the walk be read anew. Only what was committed is ever kept.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from threading import Lock

from sqlalchemy import Connection, bindparam, func, select

from kbwizard.errors import EngineError
from kbwizard.walks.log import EVENT, PRIVATE, WalkHead
from kbwizard.wizard.events import Event, Started
from kbwizard.wizard.model import Bundle
from kbwizard.wizard.position import Position
from kbwizard.wizard.replay import Growing

KEPT = 256
"""Walks remembered per process, the last used: more than the calls a desk has open at once."""

Length = tuple[int, int]
"""Of a log: its last `seq`, and how many personal values stand beside it."""


_LENGTH = select(
    select(func.max(EVENT.c.seq)).where(EVENT.c.walk_id == bindparam("walk_id")).scalar_subquery(),
    select(func.count())
    .select_from(PRIVATE)
    .where(PRIVATE.c.walk_id == bindparam("walk_id"))
    .scalar_subquery(),
)
"""Built once: it is asked for each look at a walk."""


def length_of(connection: Connection, walk_id: int) -> Length:
    """How long the log is in the database now."""
    seq, private = connection.execute(_LENGTH, {"walk_id": walk_id}).one()
    return int(seq or 0), int(private)


class Folded:
    """A log and its fold. It changes as it grows, so one thread at a time has it."""

    def __init__(self, head: WalkHead, bundle: Bundle, events: list[Event], length: Length) -> None:
        if not events or not isinstance(events[0], Started):
            raise EngineError("o percurso não começa por um início")
        self.head = head
        self.bundle = bundle
        self.events = tuple(events)
        self.length = length
        self._growing = Growing(bundle, events[0])
        for event in events[1:]:
            self._growing.append(event)
        self._until = events[-1].at
        self._position: Position | None = None

    def reaches(self, moment: datetime) -> bool:
        """False for a moment that the fold has passed: time only goes forward in it."""
        return moment >= self._until

    def append(self, event: Event, private: int) -> None:
        """Fold one more event, with so many personal values, at a moment that it `reaches`."""
        self._growing.append(event)
        self.events = (*self.events, event)
        self.length = event.seq, self.length[1] + private
        self._until = max(self._until, event.at)
        self._position = None

    def position(self, now: datetime) -> Position:
        """As `replay` gives for these events, at a moment that it `reaches`."""
        found = self._position
        if found is None or found.pending.until or found.pending.next_read_at:
            found = self._position = self._growing.position(now)
        self._until = now
        return found


class Memory:
    """The walks used last. Whoever takes one has it alone, and puts it back."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._lock = Lock()
        self._walks: OrderedDict[int, Folded] = OrderedDict()

    def take(self, walk_id: int) -> Folded | None:
        with self._lock:
            return self._walks.pop(walk_id, None)

    def put(self, folded: Folded) -> None:
        with self._lock:
            self._walks[folded.head.id] = folded
            while len(self._walks) > self._kept:
                self._walks.popitem(last=False)

"""`replay`: from a bundle and a log to where the walk stands. Pure, and from the first event.

A log without amendments is folded once. A revision takes its target's place and a retraction
removes its target; the walk is then folded again from the amended log, so that going back and
changing an answer are one operation. Nothing is patched in place.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from kbwizard.errors import EngineError
from kbwizard.wizard.events import (
    Answered,
    Confirmed,
    Event,
    GivenUp,
    Jumped,
    Read,
    Retracted,
    Revised,
    Started,
)
from kbwizard.wizard.facts import Reading
from kbwizard.wizard.fold import Fold
from kbwizard.wizard.model import Bundle, Node
from kbwizard.wizard.place import pending_of, position_of
from kbwizard.wizard.plan import Plan, plan_of
from kbwizard.wizard.position import Pending, Position
from kbwizard.wizard.stops import Numbers

RETRACTABLE = (Answered, Confirmed, GivenUp, Jumped)
"""What Back can undo, beside a revision. An action was done and stays done."""


def replay(bundle: Bundle, events: Sequence[Event], now: datetime) -> Position:
    """Where the walk stands at `now` (aware UTC), which only matters while a wait runs.

    `events` is the whole log in order, `Started` first. Raises `EngineError`, naming the node,
    for content that the linter would have refused: an undefined node, a loop without end.
    """
    if not events or not isinstance(events[0], Started):
        raise EngineError("o percurso não começa por um início")
    log = _Log(plan_of(bundle), events[0])
    for event in events[1:]:
        log.append(event)
    return log.position(now)


class Growing:
    """A walk that is watched while its log grows, for walking many scenarios.

    Each event is folded once, so a walk costs what one replay of its whole log does. Moments may
    only go forward; the position is then the one that `replay` gives for the same log.
    """

    def __init__(self, bundle: Bundle, started: Started) -> None:
        self._log = _Log(plan_of(bundle), started)

    def append(self, event: Event) -> None:
        self._log.append(event)

    def standing(self, now: datetime) -> tuple[str, Node, int, Pending]:
        """Tree, node and visit where the walk stands at `now`, and what is needed there."""
        fold = self._log.fold
        fold.tick(now)
        return fold.stop.tree, fold.stop.node, fold.stop.number, pending_of(fold)

    def position(self, now: datetime) -> Position:
        """Where the walk stands at `now`, whole."""
        return self._log.position(now)


class _Log:
    """The events in effect, and their fold; folds anew when one is amended."""

    def __init__(self, plan: Plan, started: Started) -> None:
        self.plan = plan
        self.started = started
        self.numbers = Numbers()
        self.said: list[Event] = []
        self.revisions: list[Revised] = []
        self.retracted: set[int] = set()
        self.aside: set[int] = set()
        self.fold = Fold(plan, self.numbers, started)

    def append(self, event: Event) -> None:
        if isinstance(event, Revised | Retracted):
            self._amend(event)
        else:
            self.said.append(event)
            self.fold.apply(event)

    def position(self, now: datetime) -> Position:
        self.fold.tick(now)
        return position_of(self.fold, aside=self.aside, human=self.human())

    def human(self) -> tuple[int, ...]:
        """What persons did that is in effect, in the order they did it."""
        revised = (event.seq for event in self.revisions)
        return tuple(sorted({*self.fold.human, *revised}))

    def _amend(self, event: Revised | Retracted) -> None:
        before = self.fold
        before.tick(event.at)
        fits = self._revise(event) if isinstance(event, Revised) else self._retract(event)
        if before.ended or not fits:
            self.aside.add(event.seq)
            before.seq = event.seq
            return
        self.fold = self._refold(event)
        moved = (before.stop.number, before.stop.confirmed) != (
            self.fold.stop.number,
            self.fold.stop.confirmed,
        )
        self.fold.moved_seq = event.seq if moved else before.moved_seq

    def _revise(self, event: Revised) -> bool:
        if self.fold.ended or self._said(event.target) is None:
            return False
        self.revisions.append(replace(event, target=self._first(event.target)))
        return True

    def _retract(self, event: Retracted) -> bool:
        if self.fold.ended:
            return False
        if any(revision.seq == event.target for revision in self.revisions):
            self.revisions = [past for past in self.revisions if past.seq != event.target]
            return True
        fits = any(past.seq == event.target and isinstance(past, RETRACTABLE) for past in self.said)
        if fits:
            self.retracted.add(event.target)
            self.revisions = [past for past in self.revisions if past.target != event.target]
        return fits

    def _refold(self, event: Revised | Retracted) -> Fold:
        fold = Fold(self.plan, self.numbers, self.started, amended=event.seq)
        for said in self.said:
            if said.seq not in self.retracted:
                fold.apply(self._in_effect(said))
        fold.tick(event.at)
        fold.seq = event.seq
        return fold

    def _first(self, target: int) -> int:
        """The event that a revision of a revision goes back to."""
        for revision in self.revisions:
            if revision.seq == target:
                return revision.target
        return target

    def _said(self, target: int) -> Answered | Read | None:
        first = self._first(target)
        if first in self.retracted:
            return None
        for event in self.said:
            if event.seq == first and isinstance(event, Answered | Read):
                return event
        return None

    def _in_effect(self, event: Event) -> Event:
        if not isinstance(event, Answered | Read):
            return event
        for revision in self.revisions:
            if revision.target == event.seq:
                event = _revised(event, revision)
        return _bare(event, self.plan.derived_set) if isinstance(event, Read) else event


def _revised(event: Answered | Read, revision: Revised) -> Answered | Read:
    """The event as revised. The moment stays that of the original: it takes its place in the log.

    A value that is the same changes nothing, not even who said it; facts that the revision does
    not name keep what was said of them.
    """
    new = {reading.fact: reading for reading in revision.readings}
    readings = [_in_place(old, new.pop(old.fact, old)) for old in event.readings]
    readings += [replace(reading, measured_at=event.at) for reading in new.values()]
    if tuple(readings) == event.readings:
        return event
    return replace(event, readings=tuple(readings), by=revision.by)


def _bare(event: Read, derived: Collection[str]) -> Read:
    """The event without recorded results: what they rested on may not stand any more."""
    kept = tuple(reading for reading in event.readings if reading.fact not in derived)
    return event if len(kept) == len(event.readings) else replace(event, readings=kept)


def _in_place(old: Reading, new: Reading) -> Reading:
    same = old.value == new.value and isinstance(old.value, bool) == isinstance(new.value, bool)
    return old if same else replace(new, measured_at=old.measured_at)

"""What has been said of each fact, and which of it stands at a node.

Age is judged against the moment the walk arrived at the node, by when the value was measured; a
change makes everything measured before it unusable, also what is delivered later.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from kbwizard.wizard.derive import value_of
from kbwizard.wizard.facts import Derived, Reading, Reason, Scalar, Unavailable
from kbwizard.wizard.judge import evaluate
from kbwizard.wizard.plan import MACHINES, Plan

NO_RETRY = timedelta(seconds=30)
"""A source that could not say is not asked again for so long (rule 4)."""

CONFLICT = "conflict."


class Said(NamedTuple):
    """A reading, the event that brought it, and when it was asked for."""

    reading: Reading
    seq: int
    asked_at: datetime


Inputs = tuple[Said | None, ...]


class Since(NamedTuple):
    """Where a refresh began: what was measured before, or came by that very event, is old."""

    at: datetime
    seq: int


class Store:
    """Every reading of the walk, and the changes since. One line at a time is looked at."""

    __slots__ = ("changed", "everything", "line", "plan", "rests", "said")

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.line: str | None = None
        self.everything: list[Said] = []
        self.said: dict[str, list[Said]] = {}
        self.changed: dict[str, datetime] = {}
        self.rests: dict[tuple[str, int], Inputs] = {}
        """What stood of the inputs when a function's result was recorded, by fact and event."""

    def add(self, reading: Reading, seq: int, asked_at: datetime) -> bool:
        """Keep a reading. False when it is of another line than the walk's, and so not used."""
        said = Said(reading, seq, asked_at)
        self.everything.append(said)
        if not self._ours(reading):
            return False
        self.said.setdefault(reading.fact, []).append(said)
        if reading.fact in self.plan.derived_set:
            bases = self.plan.bases((reading.fact,))
            self.rests[reading.fact, seq] = tuple(self.standing(base) for base in bases)
        return True

    def bind(self, line: str) -> None:
        """From here on the walk is about this line; what was read for it before counts again."""
        self.line = line
        self.said = {}
        for said in self.everything:
            if self._ours(said.reading):
                self.said.setdefault(said.reading.fact, []).append(said)

    def change(self, facts: Collection[str], at: datetime) -> None:
        """Make what was measured before `at` unusable. A derived fact changes with its inputs."""
        for name in self.plan.bases(facts):
            self.changed[name] = max(at, self.changed.get(name, at))

    def floor(
        self, fact: str, horizon: datetime | None = None, since: Since | None = None
    ) -> datetime | None:
        """Nothing measured before this counts: the change, the age allowed, `since`."""
        floor = self.changed.get(fact)
        if since is not None and (floor is None or since.at > floor):
            floor = since.at
        if horizon is not None and fact in self.plan.max_age:
            oldest = horizon - self.plan.max_age[fact]
            if floor is None or oldest > floor:
                floor = oldest
        return floor

    def standing(
        self, fact: str, horizon: datetime | None = None, since: Since | None = None
    ) -> Said | None:
        """The known value that counts: newest measured, unless a kind of source is preferred."""
        entries = self.said.get(fact)
        if not entries:
            return None
        floor = self.floor(fact, horizon, since)
        after = 0 if since is None else since.seq
        usable = [
            said
            for said in entries
            if not isinstance(said.reading.value, Unavailable)
            and said.seq > after
            and (floor is None or said.reading.measured_at >= floor)
        ]
        if len(usable) > 1:
            usable = self._preferred(fact, usable)
            return max(usable, key=lambda said: (said.reading.measured_at, said.seq))
        return usable[0] if usable else None

    def unavailable(self, fact: str, floor: datetime | None, after: int = 0) -> list[Said]:
        """Why it could not be said, by everyone who tried since `floor`, past event `after`."""
        return [
            said
            for said in self.said.get(fact, ())
            if isinstance(said.reading.value, Unavailable)
            and said.seq > after
            and (floor is None or said.reading.measured_at >= floor)
        ]

    def settled_by_machine(self, fact: str, horizon: datetime, since: Since | None) -> bool:
        """Known and fresh, whoever said it, or a source tried it less than 30 s before.

        A source that could only tell of an older moment has tried, too.
        """
        if self.standing(fact, horizon, since):
            return True
        floor = self.floor(fact, None, since)
        recent = horizon - NO_RETRY
        after = 0 if since is None else since.seq
        oldest = max(floor, recent) if floor else recent
        tried = self.unavailable(fact, oldest, after)
        if any(not _unsure(said.reading) for said in tried):
            return True
        outdated = self._outdated(fact, floor, oldest)
        if fact in self.plan.max_age:
            # Nothing stands: what was asked here and still came was older than its age allows.
            outdated += self._asked(fact, horizon)
        return any(said.seq > after for said in outdated)

    def settled_by_person(self, fact: str, horizon: datetime, since: Since | None) -> bool:
        """Known and fresh, whoever said it, or a person has already said "não sei"."""
        if self.standing(fact, horizon, since):
            return True
        after = 0 if since is None else since.seq
        tried = self.unavailable(fact, self.floor(fact, horizon, since), after)
        return any(_unsure(said.reading) for said in tried)

    def settled(self, fact: str) -> bool:
        """A value, or unavailable with its reason, whatever its age: enough for `requires`."""
        return all(
            self.standing(base) or self._tried(base, self.floor(base))
            for base in self.plan.bases((fact,))
        )

    def _tried(self, fact: str, floor: datetime | None) -> bool:
        """Whether anyone was asked since the change, and could say no value of after it."""
        if self.unavailable(fact, floor):
            return True
        return floor is not None and bool(self._outdated(fact, floor, floor))

    def _outdated(self, fact: str, floor: datetime | None, asked_since: datetime) -> list[Said]:
        """What sources asked since then told of a moment before `floor`.

        Some devices only know what they measured some minutes ago: asking again brings the same.
        """
        if floor is None:
            return []
        asked = self._asked(fact, asked_since)
        return [said for said in asked if said.reading.measured_at < floor]

    def _asked(self, fact: str, asked_since: datetime) -> list[Said]:
        return [
            said
            for said in self.said.get(fact, ())
            if said.reading.source in MACHINES and said.asked_at >= asked_since
        ]

    def _ours(self, reading: Reading) -> bool:
        return reading.line is None or self.line is None or reading.line == self.line

    def _preferred(self, fact: str, usable: list[Said]) -> list[Said]:
        spec = self.plan.specs.get(fact)
        if spec is None or not spec.prefer:
            return usable
        machine = spec.prefer == "network"
        preferred = [said for said in usable if (said.reading.source in MACHINES) == machine]
        return preferred or usable


class View:
    """The facts as a node sees them: fresh at its arrival, derived facts and conflicts included.

    `own` are the node's own facts; what was measured of them before `since` does not count.
    """

    __slots__ = ("_cache", "horizon", "own", "since", "store")

    def __init__(
        self,
        store: Store,
        horizon: datetime,
        *,
        own: Collection[str] = (),
        since: Since | None = None,
    ) -> None:
        self.store = store
        self.horizon = horizon
        self.own = own
        self.since = since
        self._cache: dict[str, Scalar | None] = {}

    def get(self, fact: str, /) -> Scalar | None:
        if fact not in self._cache:
            self._cache[fact] = self._find(fact)
        return self._cache[fact]

    def _find(self, fact: str) -> Scalar | None:
        if fact.startswith(CONFLICT):
            return self.conflict(fact[len(CONFLICT) :])
        spec = self.store.plan.specs.get(fact)
        if spec is not None and spec.derived is not None:
            recorded = self._recorded(fact, spec.derived)
            return value_of(spec.derived, self) if recorded is None else recorded
        said = self.said(fact)
        return None if said is None else _scalar(said.reading)

    def said(self, fact: str) -> Said | None:
        """The reading that stands for a fact here."""
        since = self.since if fact in self.own else None
        return self.store.standing(fact, self.horizon, since)

    def conflict(self, name: str) -> bool:
        """Whether two facts contradict each other. What nobody said contradicts nothing."""
        spec = self.store.plan.conflicts.get(name)
        return spec is not None and evaluate(spec.when, self) is True

    def _recorded(self, fact: str, derived: Derived) -> Scalar | None:
        """A function's result as the walk recorded it, where the same inputs stand as then."""
        said = self.said(fact) if derived.function else None
        if said is None:
            return None
        inputs = tuple(self.said(base) for base in self.store.plan.bases((fact,)))
        same = inputs == self.store.rests.get((fact, said.seq))
        return _scalar(said.reading) if same else None


def _unsure(reading: Reading) -> bool:
    value = reading.value
    return isinstance(value, Unavailable) and value.reason is Reason.PERSON_UNSURE


def _scalar(reading: Reading) -> Scalar | None:
    return None if isinstance(reading.value, Unavailable) else reading.value

"""What may be done to a walk: start it, say something, go back, change, jump, note, end.

Every change is one event appended in one short write transaction: the log is read, replayed, the
event admitted by the engine, then written. Two people on one walk are put in order by the
database; the one whose form is stale is told so and loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection, Engine, insert

from kbwizard.db import core_reading, core_writing
from kbwizard.errors import InvalidInput
from kbwizard.walks.log import WALK, WalkHead, append_event, load_events, load_head
from kbwizard.walks.memory import Folded, Memory, length_of
from kbwizard.walks.models import Walk
from kbwizard.wizard import events as ev
from kbwizard.wizard.admit import admit, last_human_event
from kbwizard.wizard.facts import Ask, FactSpec, Reading, Scalar, Source, Unavailable
from kbwizard.wizard.model import ENGINE_FORMAT, Bundle
from kbwizard.wizard.position import Position

Clock = Callable[[], datetime]
Said = Mapping[str, Scalar | Unavailable]


class Versions(Protocol):
    """Published content: which version new walks begin with, and any version by its name."""

    def current(self) -> Bundle: ...

    def get(self, version: str) -> Bundle: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """A walk as it stands now: everything a screen or a record needs."""

    head: WalkHead
    bundle: Bundle
    events: tuple[ev.Event, ...]
    position: Position
    now: datetime
    folded: Folded | None = field(default=None, repr=False, compare=False)
    """What an event can be appended to, while the transaction that read it is open."""

    @property
    def id(self) -> int:
        return self.head.id


MakeEvent = Callable[[Standing, int, datetime], ev.Event]
"""Makes the event to append from where the walk stands, the next `seq` and the moment."""


class Walks:
    """The only way to read and write walks."""

    def __init__(self, engine: Engine, versions: Versions, clock: Clock) -> None:
        self._engine = engine
        self._versions = versions
        self._clock = clock
        self._memory = Memory()

    def start(
        self,
        *,
        root: str,
        audience: str,
        by: str,
        line: str | None = None,
        training: bool = False,
    ) -> int:
        """Begin a walk on the content published now. Returns its id."""
        beginning = self.beginning(
            root=root, audience=audience, by=by, line=line, training=training
        )
        with core_writing(self._engine) as connection:
            return beginning(connection)

    def beginning(
        self,
        *,
        root: str,
        audience: str,
        by: str,
        line: str | None = None,
        training: bool = False,
    ) -> Callable[[Connection], int]:
        """A walk ready to begin inside a write transaction of the caller; its id comes back.

        The content is looked up here, before the transaction: publishing an edited file writes.
        """
        bundle = self._versions.current()
        now = self._clock()
        row = Walk(
            root=root,
            audience=audience,
            version=bundle.version,
            engine_format=ENGINE_FORMAT,
            training=training,
            started_at=now,
            started_by=by,
        ).model_dump(exclude={"id"})
        begun: list[ev.Event] = [ev.Started(seq=1, at=now, by=by, root=root, audience=audience)]
        if line is not None:
            begun.append(ev.LineBound(seq=2, at=now, by=by, line=line))

        def begin(connection: Connection) -> int:
            made = insert(WALK).values(**row).returning(WALK.c.id)
            walk_id = int(connection.execute(made).scalar_one())
            for event in begun:
                append_event(connection, walk_id, event, bundle.registry)
            return walk_id

        return begin

    def stand(self, walk_id: int) -> Standing:
        """Where the walk stands now. Raises `NotFound`."""
        with core_reading(self._engine) as connection:
            standing = self.stand_within(connection, walk_id)
        return self.keep(standing)

    def stand_within(
        self, connection: Connection, walk_id: int, *, to_append: bool = False
    ) -> Standing:
        """Like `stand`, inside a transaction that the caller holds.

        `to_append` keeps others from appending until that transaction ends.
        """
        folded = self._memory.take(walk_id)
        lock = to_append and connection.dialect.name != "sqlite"  # its writers queue anyway
        if folded is None or lock:
            head = load_head(connection, walk_id, lock=lock)
        else:
            head = folded.head
        length = length_of(connection, walk_id)
        now = self._clock()
        if folded is None or folded.length != length or not folded.reaches(now):
            events = load_events(connection, walk_id)
            folded = Folded(head, self._versions.get(head.version), events, length)
        return _standing(folded, now)

    def keep(self, standing: Standing) -> Standing:
        """Remember a standing whose transaction was committed: the next look costs less."""
        if standing.folded is None:
            return standing
        self._memory.put(standing.folded)
        return replace(standing, folded=None)

    def append(self, walk_id: int, make: MakeEvent) -> Standing:
        """Append what `make` makes of the position, if the engine admits it.

        Raises `StaleForm`, `InvalidInput` or `NotFound`; nothing is written then.
        """
        with core_writing(self._engine) as connection:
            before = self.stand_within(connection, walk_id, to_append=True)
            after = self.append_to(connection, before, make)
        return self.keep(after)

    def append_to(self, connection: Connection, before: Standing, make: MakeEvent) -> Standing:
        """Like `append`, to a standing read with `to_append` in the caller's transaction."""
        folded = before.folded
        assert folded is not None, "only a standing read in this transaction can be appended to"
        event = make(before, len(before.events) + 1, before.now)
        admit(before.position, event, before.bundle)
        private = append_event(connection, before.id, event, before.bundle.registry)
        folded.append(event, private)
        return _standing(folded, max(before.now, self._clock()))

    # What a person may do ------------------------------------------------------------------

    def answer(self, walk_id: int, *, visit: int, said: Said, by: str) -> Standing:
        """Someone answered the question (or the question offered while a check runs)."""

        def make(standing: Standing, seq: int, now: datetime) -> ev.Event:
            readings = _said(standing, said, by)
            return ev.Answered(seq=seq, at=now, by=by, visit=visit, readings=readings)

        return self.append(walk_id, make)

    def confirm(self, walk_id: int, *, visit: int, by: str, already: bool = False) -> Standing:
        return self.append(
            walk_id,
            lambda _p, seq, now: ev.Confirmed(seq=seq, at=now, by=by, visit=visit, already=already),
        )

    def give_up(self, walk_id: int, *, visit: int, by: str) -> Standing:
        """Stop waiting for a check, a poll or a timer."""
        return self.append(
            walk_id, lambda _p, seq, now: ev.GivenUp(seq=seq, at=now, by=by, visit=visit)
        )

    def back(self, walk_id: int, *, by: str) -> Standing:
        """Undo the last thing a person did. Raises `InvalidInput` when there is none."""

        def make(standing: Standing, seq: int, now: datetime) -> ev.Event:
            target = last_human_event(standing.position)
            if target is None:
                raise InvalidInput("Não há resposta anterior para desfazer.")
            return ev.Retracted(seq=seq, at=now, by=by, target=target)

        return self.append(walk_id, make)

    def revise(self, walk_id: int, *, target: int, said: Said, by: str) -> Standing:
        """Change an earlier answer or reading; later ones that still fit stay."""

        def make(standing: Standing, seq: int, now: datetime) -> ev.Event:
            readings = _said(standing, said, by)
            return ev.Revised(seq=seq, at=now, by=by, target=target, readings=readings)

        return self.append(walk_id, make)

    def jump(
        self, walk_id: int, *, tree: str, node: str, by: str, anytime: str = "", reason: str = ""
    ) -> Standing:
        return self.append(
            walk_id,
            lambda _p, seq, now: ev.Jumped(
                seq=seq, at=now, by=by, tree=tree, node=node, anytime=anytime, reason=reason
            ),
        )

    def acted(
        self, walk_id: int, *, visit: int, result: str, by: str, detail: str = ""
    ) -> Standing:
        return self.append(
            walk_id,
            lambda _p, seq, now: ev.Acted(
                seq=seq, at=now, by=by, visit=visit, result=result, detail=detail
            ),
        )

    def note(self, walk_id: int, *, text: str, by: str) -> Standing:
        return self.append(
            walk_id, lambda _p, seq, now: ev.Noted(seq=seq, at=now, by=by, text=text)
        )

    def hand_over(self, walk_id: int, *, audience: str, by: str) -> Standing:
        return self.append(
            walk_id,
            lambda _p, seq, now: ev.HandedOver(seq=seq, at=now, by=by, audience=audience),
        )

    def bind_line(self, walk_id: int, *, line: str, by: str) -> Standing:
        return self.append(
            walk_id, lambda _p, seq, now: ev.LineBound(seq=seq, at=now, by=by, line=line)
        )


def _standing(folded: Folded, now: datetime) -> Standing:
    return Standing(folded.head, folded.bundle, folded.events, folded.position(now), now, folded)


def _said(standing: Standing, said: Said, by: str) -> tuple[Reading, ...]:
    specs = standing.bundle.registry.facts
    return tuple(
        said_reading(specs.get(fact), fact, value, standing.now, line=standing.position.line, by=by)
        for fact, value in said.items()
    )


def said_reading(
    spec: FactSpec | None,
    fact: str,
    value: Scalar | Unavailable,
    now: datetime,
    *,
    line: str | None,
    by: str,
) -> Reading:
    """What a person said: the customer's own word where the fact is asked of customers."""
    from_customer = by == "customer" or (spec is not None and spec.ask is Ask.CUSTOMER)
    return Reading(
        fact=fact,
        value=value,
        source=Source.CUSTOMER if from_customer else Source.AGENT,
        measured_at=now,
        origin="cliente" if from_customer else by,
        line=line,
    )

"""A customer's steps: refused once an agent has the walk, and without a line nothing is read."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from datetime import timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, func, select

from kbwizard.db import reading, writing
from kbwizard.errors import Conflict, InvalidInput, StaleForm
from kbwizard.selfservice.models import HelpReading
from kbwizard.selfservice.notices import facts_of_district
from kbwizard.selfservice.values import CUSTOMER, Visit
from kbwizard.selfservice.visits import TAKEN_OVER
from kbwizard.selfservice.workings import Workings
from kbwizard.walks.service import MakeEvent, Said, Standing, said_reading
from kbwizard.wizard import events as ev
from kbwizard.wizard.admit import MOVED, last_human_event
from kbwizard.wizard.conclude import with_conclusions
from kbwizard.wizard.facts import Reading, Reason, Source, Unavailable
from kbwizard.wizard.model import Audience
from kbwizard.wizard.position import Need

HOUR = timedelta(hours=1)
OUR_RECORDS = frozenset({"directory", "cases", "outages"})
"""Sources that cost no equipment anything; all others are read a few times an hour only."""
MOST_PASSED = 40
"""Checks that a walk without readings may pass in one go: more than any tree has in a row."""
NO_LINE = Unavailable(Reason.NOT_CONFIGURED, "sem conexão identificada")
ENOUGH = Unavailable(Reason.BUSY, "leituras desta hora já usadas")


class _AlreadyMoved(Exception):
    """Another request answered for the readings first."""


def advance(workings: Workings, visit: Visit) -> Standing:
    """Where the walk stands, after reading what it waits for, or saying that it cannot be read."""
    standing = workings.walks.stand(visit.walk_id)
    if not _reads(standing):
        return workings.runs.collect(visit.walk_id)
    if visit.taken_over:
        return standing
    standing = workings.runs.advance(
        visit.walk_id, may_start=lambda at: _granted(workings, visit, at)
    )
    if _reads(standing) and not _granted(workings, visit, standing):
        return _without_readings(workings, visit)
    return standing


def may_read(workings: Workings, visit: Visit) -> bool:
    """Whether the line is tied and may be read again this hour."""
    return visit.line_id is not None and _read_this_hour(workings, visit.line_id) < (
        workings.readings_per_hour
    )


def answer(workings: Workings, visit: Visit, *, visit_number: int, said: Said) -> Standing:
    """Raises `Conflict` once taken over, `StaleForm` or `InvalidInput` as the engine does."""

    def make(standing: Standing, seq: int, now: object) -> ev.Event:
        specs, line = standing.bundle.registry.facts, standing.position.line
        readings = tuple(
            said_reading(specs.get(fact), fact, value, standing.now, line=line, by=CUSTOMER)
            for fact, value in said.items()
        )
        return ev.Answered(
            seq=seq, at=standing.now, by=CUSTOMER, visit=visit_number, readings=readings
        )

    return _append(workings, visit, make)


def confirm(
    workings: Workings, visit: Visit, *, visit_number: int, already: bool = False
) -> Standing:
    """An instruction was done."""
    return _append(
        workings,
        visit,
        lambda _s, seq, now: ev.Confirmed(
            seq=seq, at=now, by=CUSTOMER, visit=visit_number, already=already
        ),
    )


def give_up(workings: Workings, visit: Visit, *, visit_number: int) -> Standing:
    """Stop waiting for a check, a poll or a timer."""
    return _append(
        workings,
        visit,
        lambda _s, seq, now: ev.GivenUp(seq=seq, at=now, by=CUSTOMER, visit=visit_number),
    )


def back(workings: Workings, visit: Visit, *, visit_number: int | None = None) -> Standing:
    """Undo the last thing the customer did. Raises `InvalidInput` when there is none, `StaleForm`
    when something was done since they saw the step of this number."""

    def make(standing: Standing, seq: int, _now: object) -> ev.Event:
        target = last_human_event(standing.position)
        if target is None:
            raise InvalidInput("Não há resposta anterior para desfazer.")
        if visit_number is not None and not _nothing_done_since(standing, visit_number, target):
            raise StaleForm(MOVED)
        return ev.Retracted(seq=seq, at=standing.now, by=CUSTOMER, target=target)

    return _append(workings, visit, make)


def _nothing_done_since(standing: Standing, visit_number: int, last_done: int) -> bool:
    """Readings may have moved the walk on; a person has not."""
    seen = [one.seq for one in standing.position.path if one.number == visit_number]
    return bool(seen) and last_done <= seen[0]


def as_customer(make: MakeEvent) -> MakeEvent:
    """The event, unless the walk has changed hands: looked at where the event is appended."""

    def guarded(standing: Standing, seq: int, now: object) -> ev.Event:
        if standing.position.audience != Audience.CUSTOMER:
            raise Conflict(TAKEN_OVER)
        return make(standing, seq, standing.now)

    return guarded


def _append(workings: Workings, visit: Visit, make: MakeEvent) -> Standing:
    return workings.walks.append(visit.walk_id, as_customer(make))


# Reading ---------------------------------------------------------------------------------------


def _reads(standing: Standing) -> bool:
    return standing.position.pending.need is Need.READINGS


def _granted(workings: Workings, visit: Visit, standing: Standing) -> bool:
    """Whether this step may read the line. What follows until the customer does something again
    is one reading, however many steps it has and however often they look."""
    if visit.line_id is None:
        return False
    if not _asks_devices(standing):
        return True
    if _reading_now(workings, standing):
        return True
    if not may_read(workings, visit):
        return False
    row = HelpReading(
        walk_id=visit.walk_id,
        visit=standing.position.visit,
        line_id=visit.line_id,
        at=workings.now(),
    )
    # Refused by the key: another request of this browser was granted it just now.
    with suppress(IntegrityError), writing(workings.engine) as db:
        db.add(row)
    return True


def _reading_now(workings: Workings, standing: Standing) -> bool:
    """Whether a reading was granted since the customer last did something."""
    position = standing.position
    since = (one.number for one in position.path if one.seq >= position.moved_seq)
    query = select(func.count()).where(
        col(HelpReading.walk_id) == standing.id,
        col(HelpReading.visit) >= min(since, default=position.visit),
    )
    with reading(workings.engine) as db:
        return bool(db.exec(query).one())


def _asks_devices(standing: Standing) -> bool:
    """Whether what is waited for is on the network; our own records may be looked up freely."""
    specs = standing.bundle.registry.facts
    wanted = (specs.get(fact) for fact in standing.position.pending.facts)
    return any(spec is not None and spec.read_by not in OUR_RECORDS for spec in wanted)


def _read_this_hour(workings: Workings, line_id: int) -> int:
    since = workings.now() - HOUR
    query = select(func.count()).select_from(HelpReading)
    with reading(workings.engine) as db:
        mine = query.where(col(HelpReading.line_id) == line_id, col(HelpReading.at) > since)
        return int(db.exec(mine).one())


def _without_readings(workings: Workings, visit: Visit) -> Standing:
    """Say of everything the walk waits for that it cannot be read, until it asks a person."""
    why = NO_LINE if visit.line_id is None else ENOUGH
    standing = workings.walks.stand(visit.walk_id)
    for _ in range(MOST_PASSED):
        if not _reads(standing):
            break
        if visit.line_id is not None and not _asks_devices(standing):
            return advance(workings, visit)  # our own records are still there
        try:
            standing = workings.walks.append(visit.walk_id, _unread(workings, visit, why))
        except _AlreadyMoved:
            standing = workings.walks.stand(visit.walk_id)
    return standing


def _unread(workings: Workings, visit: Visit, why: Unavailable) -> MakeEvent:
    said = facts_of_district(workings, visit)

    def make(standing: Standing, seq: int, _now: object) -> ev.Event:
        if not _reads(standing):
            raise _AlreadyMoved
        now, line = standing.now, standing.position.line
        readings = [
            said[fact] if fact in said else Reading(fact, why, Source.NETWORK, now, line=line)
            for fact in _wanted(standing.position.pending.facts)
        ]
        event = ev.Read(seq=seq, at=now, readings=tuple(readings))
        return with_conclusions(standing.bundle, standing.events, event)

    return make


def _wanted(facts: Collection[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(facts))

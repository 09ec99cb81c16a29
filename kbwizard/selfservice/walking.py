"""A customer's steps: refused once an agent has the walk, and without a line nothing is read."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from datetime import timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, func, select

from kbwizard.db import reading, writing
from kbwizard.errors import Conflict, InvalidInput
from kbwizard.selfservice.models import HelpReading
from kbwizard.selfservice.notices import facts_of_district
from kbwizard.selfservice.values import CUSTOMER, Visit
from kbwizard.selfservice.visits import TAKEN_OVER
from kbwizard.selfservice.workings import Workings
from kbwizard.walks.service import MakeEvent, Said, Standing, said_reading
from kbwizard.wizard import events as ev
from kbwizard.wizard.admit import last_human_event
from kbwizard.wizard.conclude import with_conclusions
from kbwizard.wizard.facts import Reading, Reason, Source, Unavailable
from kbwizard.wizard.model import Audience
from kbwizard.wizard.position import Need

HOUR = timedelta(hours=1)
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
    if _granted(workings, visit, standing):
        return workings.runs.advance(visit.walk_id)
    return _without_readings(workings, visit)


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


def back(workings: Workings, visit: Visit) -> Standing:
    """Undo the last thing the customer did. Raises `InvalidInput` when there is none."""

    def make(standing: Standing, seq: int, _now: object) -> ev.Event:
        target = last_human_event(standing.position)
        if target is None:
            raise InvalidInput("Não há resposta anterior para desfazer.")
        return ev.Retracted(seq=seq, at=standing.now, by=CUSTOMER, target=target)

    return _append(workings, visit, make)


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
    """Whether this step may read the line; looking at the same step again costs nothing more."""
    if visit.line_id is None:
        return False
    key = (visit.walk_id, standing.position.visit)
    with reading(workings.engine) as db:
        if db.get(HelpReading, key) is not None:
            return True
    if not may_read(workings, visit):
        return False
    row = HelpReading(walk_id=key[0], visit=key[1], line_id=visit.line_id, at=workings.now())
    # Refused by the key: another request of this browser was granted it just now.
    with suppress(IntegrityError), writing(workings.engine) as db:
        db.add(row)
    return True


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

"""Calls prepared up to a question, so that the same step can be taken again and again.

The readings before the restart are real ones, from the lab. What a poll wrote after it is written
here, because a benchmark cannot wait five minutes for a customer's router: that is the only
difference between a short walk and a long one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from time import monotonic, sleep
from uuid import uuid4

from sqlalchemy import insert, select, update

from benchmarks.installation import AGENT, Installation
from kbwizard.cases.models import Case, CaseWalk
from kbwizard.cases.service import NewCase
from kbwizard.db import core_writing
from kbwizard.walks.log import EVENT, PRIVATE, WALK
from kbwizard.walks.service import Standing
from kbwizard.wizard import events as ev
from kbwizard.wizard.choices import choice_of
from kbwizard.wizard.facts import Reading, Scalar, Source
from kbwizard.wizard.model import Check
from kbwizard.wizard.position import Need

CASE_WALK = CaseWalk.__table__  # type: ignore[attr-defined]
SAID: Mapping[str, Scalar] = {
    "customer.on_site": True,
    "service.confirmed": False,
    "contact.phone": "(11) 90000-0001",
    "contact.best_time": "à tarde",
    "caller.name": "Maria",
}
"""What the customer of the benchmark says; anything else by the first option."""
STILL_OFF: Mapping[str, Scalar] = {"onu.state": "online", "session.state": "offline"}
BACK: Mapping[str, Scalar] = {
    "onu.state": "online",
    "onu.uptime_s": 1,
    "session.state": "online",
    "session.uptime_s": 1,
}
LONGEST = 80
LONGEST_WAIT_S = 12.0
_CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Prepared:
    """A call standing on a question. `fields` answer it."""

    protocol: str
    case_id: int
    walk_id: int
    events: int
    node: str
    fields: Mapping[str, str]


def prepare(place: Installation, *, customer: int, events: int) -> Prepared:
    """Play a call, restart included, until it has about `events` events and asks a question."""
    desk = place.desk
    known = desk.directory.customer(customer)
    new = NewCase(customer_id=customer, customer_name=known.name, line_id=known.lines[0].line_id)
    with place.app.app_context():
        case = desk.cases.open(new, by=AGENT)
        walk_id = desk.cases.walks_of(case.id or 0)[-1].walk_id
        return _played(place, case, walk_id, events)


def _played(place: Installation, case: Case, walk_id: int, events: int) -> Prepared:
    restarted = False
    for _ in range(LONGEST):
        standing = _arrived(place, walk_id)
        position, need = standing.position, standing.position.pending.need
        if restarted and need is Need.ANSWER:
            fields = {fact: _form(value) for fact, value in _answers(standing).items()}
            node = f"{position.tree}.{position.node.name}"
            return Prepared(
                case.protocol, case.id or 0, walk_id, len(standing.events), node, fields
            )
        if need is Need.ANSWER:
            place.desk.walks.answer(
                walk_id, visit=position.visit, said=_answers(standing), by=AGENT
            )
        elif need is Need.CONFIRMATION:
            place.desk.walks.confirm(walk_id, visit=position.visit, by=AGENT)
            _poll(place, walk_id, until=events)
            restarted = True
        else:
            break
    raise AssertionError(f"the call ended before its restart, at {standing.position.node.name}")


def _arrived(place: Installation, walk_id: int) -> Standing:
    ends = monotonic() + LONGEST_WAIT_S
    while True:
        standing = place.desk.runs.advance(walk_id, inline_s=0.5)
        if standing.position.pending.need is not Need.READINGS or monotonic() > ends:
            return standing
        sleep(0.05)


def _answers(standing: Standing) -> dict[str, Scalar]:
    specs = standing.bundle.registry.facts
    said = {}
    for fact in standing.position.pending.facts:
        first = choice_of(specs[fact], "agent", unsure=False).options[:1]
        said[fact] = SAID[fact] if fact in SAID else first[0].value
    return said


def _form(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _poll(place: Installation, walk_id: int, *, until: int) -> None:
    """What the poll reads: nothing yet, again and again, and then everything is back."""
    standing = place.desk.walks.stand(walk_id)
    wait = standing.position.pending
    if wait.need is Need.WAIT:
        standing = place.desk.walks.give_up(walk_id, visit=standing.position.visit, by=AGENT)
    node = standing.position.node
    assert isinstance(node, Check), node.name
    assert node.poll is not None, node.name
    while len(standing.events) < until - 3:
        standing = _read(place, walk_id, STILL_OFF)
    _read(place, walk_id, BACK)


def _read(place: Installation, walk_id: int, values: Mapping[str, Scalar]) -> Standing:
    def make(standing: Standing, seq: int, now: datetime) -> ev.Event:
        readings = tuple(
            Reading(fact, value, Source.NETWORK, now, "bng-1", 40, standing.position.line)
            for fact, value in values.items()
        )
        return ev.Read(seq=seq, at=now, readings=readings, check=uuid4().hex)

    return place.desk.walks.append(walk_id, make)


def copy_walk(place: Installation, prepared: Prepared) -> int:
    """A new walk with the same log, in the place of the old one in its case: nobody saw it yet."""
    with core_writing(place.engine) as connection:
        old = connection.execute(select(WALK).where(WALK.c.id == prepared.walk_id)).one()
        row = {name: value for name, value in old._mapping.items() if name != "id"}
        made = int(connection.execute(insert(WALK).values(**row).returning(WALK.c.id)).scalar_one())
        for table in (EVENT, PRIVATE):
            found = connection.execute(select(table).where(table.c.walk_id == prepared.walk_id))
            rows = [{**line._mapping, "walk_id": made} for line in found]
            if rows:
                connection.execute(insert(table), rows)
        connection.execute(
            update(CASE_WALK).where(CASE_WALK.c.case_id == prepared.case_id).values(walk_id=made)
        )
    return made


def opened_page(place: Installation, prepared: Prepared) -> dict[str, str]:
    """Open the call as a browser does; the hidden fields that its answer form carries."""
    page = place.browser.get(f"/desk/cases/{prepared.protocol}").get_data(as_text=True)
    token = _CSRF.search(page)
    visit = re.search(r'name="visit" value="(\d+)"', page)
    assert token is not None, "the call's page has no form"
    assert visit is not None, "the call's page has no visit"
    return {"csrf_token": token[1], "visit": visit[1], "walk": "1"}

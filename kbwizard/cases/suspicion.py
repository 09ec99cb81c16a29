"""Outages seen first by the desk: calls of one place within minutes open a suspicion (CD-90).

The lead confirms or closes it; until then later calls of that scope attach to it and are told
that there is no confirmed forecast.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from kbwizard.cases.closing import step
from kbwizard.cases.models import Case, Closing, Outage, Status
from kbwizard.cases.outages import OutageForm, Place, attach_within, covering_within, open_within
from kbwizard.cases.settings import value_of
from kbwizard.directory.folding import fold
from kbwizard.wizard.position import Position

PlaceOf = Callable[[str], Place | None]

ACCESS_SYMPTOMS = ("no_internet", "drops")
UNSOLVED = (Closing.OS, Closing.N2, Closing.N3, Closing.MASSA)
"""A case that ended otherwise says nothing of its neighbours."""
GROUPED_BY = ("cto", "pon", "olt", "district")
"""The first scope with enough cases is suspected: the narrower the likelier."""


def without_access(position: Position) -> bool:
    """Whether this call is about a line that is down, as far as anybody can tell."""
    symptom = position.facts.get("symptom")
    if symptom is None or symptom.reading.value not in ACCESS_SYMPTOMS:
        return False
    return not line_works(position)


def line_works(position: Position) -> bool:
    """Whether the network says that the line is in service."""
    states = (position.facts.get(fact) for fact in ("onu.state", "session.state"))
    return all(known is not None and known.reading.value == "online" for known in states)


def note_too_wide(db: Session, position: Position, place_of: PlaceOf) -> Outage | None:
    """Tell the lead, on the notice, that a line it covers is in service."""
    place = place_of(position.line) if position.line and line_works(position) else None
    outage = covering_within(db, place) if place is not None else None
    if outage is not None:
        outage.working += 1
        db.add(outage)
    return outage


def seen_on_pon(db: Session, place: Place, extent: str, *, by: str, now: datetime) -> Outage | None:
    """The notice that a reading of the neighbours opens: several of them fell just now."""
    target = place.targets()["pon"]
    if extent not in ("suspected", "mass") or not target:
        return None
    why = "Aberta pelo atendimento: várias ONUs da PON caíram há pouco."
    form = OutageForm(scope="pon", target=target, kind="suspected", internal_text=why)
    return open_within(db, form, by=by, now=now)


def seen_in_calls(
    db: Session, case: Case, place: Place, place_of: PlaceOf, *, by: str, now: datetime
) -> Outage | None:
    """The notice that this call opens together with those before it, which are tied to it."""
    rule = value_of(db, "suspected_outage")
    others = _recent(db, case, now - timedelta(minutes=rule["minutes"]), place_of)
    for scope in GROUPED_BY:
        target = place.targets()[scope]
        near = [one for one, where in others if _same(where.targets()[scope], target)]
        lines = {case.line_id, *(one.line_id for one in near)}
        if len(lines) >= rule["cases"]:
            why = f"Aberta pelo atendimento: {len(lines)} conexões em {rule['minutes']} min."
            form = OutageForm(scope=scope, target=target, kind="suspected", internal_text=why)
            outage = open_within(db, form, by=by, now=now)
            for one in near:
                attach_within(db, one, outage)
                db.add(step(one, "attached", by=by, now=now, outage=outage.id))
            return outage
    return None


def notice_for(
    db: Session,
    case: Case,
    position: Position,
    place_of: PlaceOf,
    *,
    known: bool,
    by: str,
    now: datetime,
) -> Outage | None:
    """The notice a concluded call belongs to: one that covers its line, or one it gives rise to.

    `known`: the tree itself ended in an outage. A line that works belongs to none otherwise.
    """
    place = place_of(position.line) if position.line else None
    if place is None or not (known or without_access(position)):
        return None
    covering = covering_within(db, place)
    if covering is not None:
        return covering
    extent = position.facts.get("pon.extent")
    said = str(extent.reading.value) if extent is not None and extent.reading.known else ""
    opened = seen_on_pon(db, place, said, by=by, now=now)
    return opened or seen_in_calls(db, case, place, place_of, by=by, now=now)


def _recent(
    db: Session, case: Case, since: datetime, place_of: PlaceOf
) -> list[tuple[Case, Place]]:
    """Other calls without access that ended since then, belong to no notice and still wait."""
    query = select(Case).where(
        col(Case.ended_at) >= since,
        col(Case.symptom).in_(ACCESS_SYMPTOMS),
        col(Case.closing).in_(UNSOLVED),
        Case.status == Status.WAITING,
        Case.id != case.id,
        col(Case.outage_id).is_(None),
        col(Case.line_id).is_not(None),
    )
    places = ((one, place_of(str(one.line_id))) for one in db.exec(query).all())
    return [(one, place) for one, place in places if place is not None]


def _same(one: str, other: str) -> bool:
    return bool(fold(one)) and fold(one) == fold(other)

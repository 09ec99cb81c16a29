"""Visits: begun, resumed by their token, begun again, and the district a customer names."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from kbwizard.db import reading, writing
from kbwizard.directory.folding import fold
from kbwizard.errors import Conflict, InvalidInput
from kbwizard.selfservice.codes import new_token, token_hash
from kbwizard.selfservice.models import HelpLink, HelpVisit
from kbwizard.selfservice.values import CUSTOMER, ROOT_TREE, Begun, Visit
from kbwizard.selfservice.workings import Workings, row_of, visit_of

LASTS = timedelta(hours=24)
"""From the last use."""
SEEN_EVERY = timedelta(minutes=5)
"""The last use is written at most this often: a page that looks again must not write each time."""
CHANNELS = ("page", "api")
TAKEN_OVER = "Uma pessoa da equipe assumiu o atendimento e continua daqui."


def begin(workings: Workings, *, channel: str, district: str = "") -> Begun:
    """A new visit; its walk has begun. Raises `InvalidInput` for a channel that is none."""
    if channel not in CHANNELS:
        raise InvalidInput("O canal é page ou api.", {"channel": "Use page ou api."})
    named = named_district(workings, district) if district.strip() else ""
    return _begin(workings, _new_row(channel, named, workings.now()))


def restart(workings: Workings, visit: Visit) -> Begun:
    """A new walk for the same browser, about the same line; the visit before it is over."""
    with reading(workings.engine) as db:
        old = row_of(db, visit.id)
    row = _new_row(old.channel, old.district, workings.now())
    row.line_id, row.tied_by, row.link_case_id = old.line_id, old.tied_by, old.link_case_id
    row.restarted = True
    return _begin(workings, row, instead_of=old)


def resume(workings: Workings, token: str) -> Visit | None:
    """The visit of a token; None when there is none, or it has expired."""
    if not token:
        return None
    now = workings.now()
    with reading(workings.engine) as db:
        row = _by_token(db, token)
        if row is None or row.expires_at <= now or row.walk_id is None:
            return None
        if now - row.last_seen_at < SEEN_EVERY:
            return visit_of(db, row)
    with writing(workings.engine) as db:
        row = _by_token(db, token)
        if row is None or row.expires_at <= now:
            return None  # another phone took it over meanwhile
        row.last_seen_at, row.expires_at = now, now + LASTS
        db.add(row)
        return visit_of(db, row)


def set_district(workings: Workings, visit: Visit, district: str) -> Visit:
    """What the customer says of where they are; empty takes it back.

    Raises `InvalidInput` for a district where we have nobody.
    """
    named = named_district(workings, district) if district.strip() else ""
    with writing(workings.engine) as db:
        row = row_of(db, visit.id, lock=True)
        row.district = named
        db.add(row)
        return visit_of(db, row)


def named_district(workings: Workings, typed: str) -> str:
    """The directory's own writing of a district."""
    wanted = fold(typed[:80])
    for name in workings.directory.districts():
        if fold(name) == wanted:
            return name
    raise InvalidInput("Não achamos esse bairro.", {"district": "Escolha um bairro da lista."})


def change_token(db: Session, row: HelpVisit, now: datetime) -> str:
    """Another browser has the visit from here on: the old token stops working."""
    token = new_token()
    row.token_hash = token_hash(token)
    row.last_seen_at, row.expires_at = now, now + LASTS
    db.add(row)
    return token


def refuse_if_taken_over(row: HelpVisit) -> None:
    """Raises `Conflict` once an agent has the walk."""
    if row.taken_over_at is not None:
        raise Conflict(TAKEN_OVER)


def _begin(workings: Workings, row: HelpVisit, *, instead_of: HelpVisit | None = None) -> Begun:
    token = new_token()
    row.token_hash = token_hash(token)
    line = str(row.line_id) if row.line_id is not None else None
    beginning = workings.walks.beginning(root=ROOT_TREE, audience=CUSTOMER, by=CUSTOMER, line=line)
    with writing(workings.engine) as db:
        row.walk_id = beginning(db.connection())
        db.add(row)
        db.flush()
        if instead_of is not None and row.tied_by == "link":
            _hand_on_link(db, instead_of, row)
        return Begun(visit_of(db, row), token)


def _hand_on_link(db: Session, old: HelpVisit, new: HelpVisit) -> None:
    """The browser that the link is bound to has begun again: its button goes on working there.

    Raises `Conflict` where the link was revoked just now.
    """
    bound = select(HelpLink).where(HelpLink.visit_id == old.id, HelpLink.line_id == new.line_id)
    links = list(db.exec(bound.with_for_update()))
    if any(link.revoked_at is not None for link in links):
        raise Conflict("O link foi cancelado. Comece de novo.")
    for link in links:
        link.visit_id = new.id
        db.add(link)


def _new_row(channel: str, district: str, now: datetime) -> HelpVisit:
    return HelpVisit(
        token_hash="",
        channel=channel,
        district=district,
        begun_at=now,
        last_seen_at=now,
        expires_at=now + LASTS,
    )


def _by_token(db: Session, token: str) -> HelpVisit | None:
    query = select(HelpVisit).where(col(HelpVisit.token_hash) == token_hash(token))
    return db.exec(query).one_or_none()

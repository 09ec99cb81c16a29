"""The history of an article: what its file held, from the first text we saw to the last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from kbwizard.editing.models import PublicationRow, VersionRow
from kbwizard.editing.texts import fingerprint
from kbwizard.editing.values import Origin, Version
from kbwizard.errors import NotFound

BY_HAND = "Arquivo editado fora do editor"
FIRST_SEEN = "Texto que estava na pasta"


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A text that is about to become an article's."""

    slug: str
    source: str
    before: str
    """The text it takes the place of; empty: none."""
    by: str
    origin: Origin = "web"
    approved_by: str = ""
    note: str = ""
    major: bool = False
    came_from: str = ""
    """The article's address until now, when this version has another."""


def history(db: Session, slug: str) -> list[Version]:
    """The latest first, through changes of address."""
    found: list[Version] = []
    wanted, below = slug, None
    while wanted:
        address, wanted = wanted, ""
        for row in _rows(db, address, below):
            found.append(_version(row))
            if row.came_from:
                wanted, below = row.came_from, row.number
                break
    return found


def version(db: Session, slug: str, number: int) -> Version:
    """Raises `NotFound`."""
    for one in history(db, slug):
        if one.number == number:
            return one
    raise NotFound(f"O artigo {slug[:80]!r} não tem a versão {number}.")


def note_file(db: Session, slug: str, source: str, now: datetime) -> None:
    """Let the history have the text that the folder has, when somebody put it there by hand."""
    latest = next(iter(history(db, slug)), None)
    if source and (latest is None or latest.fingerprint != fingerprint(source)):
        note = BY_HAND if latest else FIRST_SEEN
        _add(db, NewVersion(slug, source, "", by="", origin="file", note=note), None, now)


def note_publication(
    db: Session, publication: PublicationRow, new: NewVersion, now: datetime
) -> int:
    """The number of a version that counts once its publication is done."""
    note_file(db, new.came_from or new.slug, new.before, now)
    return _add(db, new, publication.id, now)


def forget(db: Session, publication: PublicationRow) -> None:
    """Take away the versions of a publication that did not happen."""
    for row in versions_of(db, publication):
        db.delete(row)


def versions_of(db: Session, publication: PublicationRow) -> list[VersionRow]:
    query = select(VersionRow).where(VersionRow.publication_id == publication.id)
    return list(db.exec(query.order_by(col(VersionRow.id))))


def before(db: Session, row: VersionRow) -> str:
    """The text that a version took the place of."""
    known = history(db, row.came_from or row.slug)
    return next((one.source for one in known if one.number < row.number), "")


def _add(db: Session, new: NewVersion, publication_id: int | None, now: datetime) -> int:
    latest = next(iter(history(db, new.came_from or new.slug)), None)
    numbers = db.exec(select(VersionRow.number).where(VersionRow.slug == new.slug))
    taken = max(numbers, default=0)  # an address may have been another article's before
    row = VersionRow(
        slug=new.slug,
        number=max(latest.number if latest else 0, taken) + 1,
        came_from=new.came_from,
        publication_id=publication_id,
        origin=new.origin,
        at=now,
        by=new.by,
        approved_by=new.approved_by,
        note=new.note[:300],
        major=new.major,
        source=new.source,
        fingerprint=fingerprint(new.source),
    )
    db.add(row)
    db.flush()
    return row.number


def _rows(db: Session, slug: str, below: int | None) -> list[VersionRow]:
    query = (
        select(VersionRow)
        .outerjoin(PublicationRow, col(PublicationRow.id) == col(VersionRow.publication_id))
        .where(VersionRow.slug == slug, _counts())
    )
    if below is not None:
        query = query.where(VersionRow.number < below)
    return list(db.exec(query.order_by(col(VersionRow.number).desc())))


def _counts() -> ColumnElement[bool]:
    return or_(col(VersionRow.publication_id).is_(None), col(PublicationRow.state) == "done")


def _version(row: VersionRow) -> Version:
    return Version(
        slug=row.slug,
        number=row.number,
        at=row.at,
        by=row.by,
        approved_by=row.approved_by,
        note=row.note,
        major=row.major,
        source=row.source,
        fingerprint=row.fingerprint,
        origin=row.origin,  # type: ignore[arg-type]
    )

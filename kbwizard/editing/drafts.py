"""Drafts in the database: begun, saved often, sent on. Knows nothing of files.

Nothing typed is lost: a text that arrives where the draft has moved on is kept beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Engine, update
from sqlmodel import Session, col, select

from kbwizard.accounts.audit import audit
from kbwizard.db import in_turn, reading, writing
from kbwizard.editing.models import DraftCopyRow, DraftRow
from kbwizard.editing.texts import clean, fingerprint, title_of
from kbwizard.editing.values import (
    OPEN,
    Draft,
    DraftMoved,
    SideCopy,
    State,
)
from kbwizard.errors import Conflict, NotFound

_MOVED = (
    "Este rascunho foi salvo em outro lugar depois que você o abriu. "
    "O que você digitou está guardado como cópia ao lado."
)
CHANGED = "O rascunho mudou depois que você o abriu. Leia de novo e aprove."
_SHUT = {
    "review": "Este rascunho está em revisão: retire-o da revisão para continuar.",
    "scheduled": "Este rascunho tem publicação marcada: retire-o da revisão para continuar.",
    "published": "Este rascunho já foi publicado: comece outro a partir do artigo.",
    "discarded": "Este rascunho foi descartado: comece outro.",
}


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a new draft begins with."""

    source: str
    slug: str = ""
    article: str = ""
    base_source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Saving:
    """What a form sends. None leaves a field as it is; so does an empty slug."""

    revision: int
    source: str
    slug: str = ""
    note: str | None = None
    major: bool | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """Who moves a draft, as the audit has it: written down of another's draft, or `always`."""

    by: str
    action: str
    reason: str = ""
    always: bool = False


class Drafts:
    """The drafts of an installation. Safe between threads and processes."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    def begin(
        self,
        by: str,
        beginning: Beginning,
        *,
        always_new: bool = False,
        alike: Callable[[str], bool] = lambda _: True,
    ) -> Draft:
        """A new draft, or one's own that is open for the same article and whose text is `alike`."""
        now = self._clock()
        with writing(self._engine) as db:
            in_turn(db.connection(), f"editing:{by}:{beginning.article}")
            row = None if always_new else _own_open(db, by, beginning.article, alike)
            if row is None:
                row = DraftRow(
                    slug=beginning.slug,
                    article=beginning.article,
                    source=beginning.source,
                    base=fingerprint(beginning.base_source),
                    base_source=beginning.base_source,
                    author=by,
                    writers=[by],
                    title=title_of(beginning.source),
                    note=beginning.note[:300],
                    created_at=now,
                    saved_at=now,
                )
                db.add(row)
                db.flush()
            return as_draft(row)

    def get(self, number: int) -> Draft:
        """Raises `NotFound`."""
        with reading(self._engine) as db:
            return as_draft(_row(db, number))

    def base_source(self, number: int) -> str:
        """The published text that the draft began from; empty for a new article."""
        with reading(self._engine) as db:
            return _row(db, number).base_source

    def listed(self, states: Collection[State] | None = None, author: str = "") -> list[Draft]:
        """Those last saved first. `states` None: all that are open."""
        wanted = list(OPEN if states is None else states)
        query = select(DraftRow).where(col(DraftRow.state).in_(wanted))
        if author:
            query = query.where(DraftRow.author == author)
        query = query.order_by(col(DraftRow.saved_at).desc(), col(DraftRow.id).desc())
        with reading(self._engine) as db:
            return [as_draft(row) for row in db.exec(query)]

    def save(self, number: int, saving: Saving, *, by: str) -> Draft:
        """One row, changed only while it is where the form left it. Raises `DraftMoved`."""
        saving = replace(saving, source=clean(saving.source))
        with writing(self._engine) as db:
            row = _row(db, number, lock=True)
            draft = as_draft(row)
            if by not in draft.writers and _is_there(draft, saving):
                return draft  # who changed nothing has not written in it, and may review it
            if draft.editable and row.revision == saving.revision:
                self._write(db, row, saving, by)
                return as_draft(row)
            if draft.source == saving.source:
                return draft  # sent twice, or nothing typed: there is nothing to keep
            copy = self._keep(db, number, saving, by)
        raise DraftMoved(_SHUT.get(draft.state, _MOVED), draft, copy)

    def _write(self, db: Session, row: DraftRow, saving: Saving, by: str) -> None:
        row.source, row.title = saving.source, title_of(saving.source)
        row.slug = saving.slug.strip()[:100] or row.slug
        if saving.note is not None:
            row.note = saving.note.strip()[:300]
        if saving.major is not None:
            row.major = saving.major
        self._wrote(db, row, by)

    def _wrote(self, db: Session, row: DraftRow, by: str) -> None:
        row.saved_at = self._clock()
        row.revision += 1
        if by not in row.writers:
            row.writers = [*row.writers, by]
            _tell(db, row, Act(by, "draft.join"), row.saved_at)

    def _keep(self, db: Session, number: int, saving: Saving, by: str) -> SideCopy:
        """One copy for each screen that is behind: its next savings replace its last."""
        query = select(DraftCopyRow).where(
            DraftCopyRow.draft_id == number,
            DraftCopyRow.by == by,
            DraftCopyRow.revision == saving.revision,
        )
        row = db.exec(query).first()
        now = self._clock()
        if row is None:
            row = DraftCopyRow(
                draft_id=number, by=by, revision=saving.revision, source=saving.source, at=now
            )
        row.source, row.at = saving.source, now
        db.add(row)
        db.flush()
        return _as_copy(row)

    def side_copies(self, number: int) -> list[SideCopy]:
        """What was typed where the draft had moved on, the latest first. Raises `NotFound`."""
        query = select(DraftCopyRow).where(DraftCopyRow.draft_id == number)
        with reading(self._engine) as db:
            _row(db, number)
            return [_as_copy(row) for row in db.exec(query.order_by(col(DraftCopyRow.at).desc()))]

    def move(
        self,
        number: int,
        origins: Sequence[State],
        state: State,
        *,
        act: Act | None = None,
        revision: int | None = None,
        **changes: object,
    ) -> Draft:
        """Take a draft from one of these states to another. Raises `Conflict` from any other.

        `revision`: the one that was judged; raises `Conflict` when there is another by now.
        """
        with writing(self._engine) as db:
            row = _row(db, number, lock=True)
            if row.state not in origins:
                raise Conflict(_SHUT.get(row.state, "Este rascunho voltou para a escrita."))
            if revision not in (None, row.revision):
                raise Conflict(CHANGED)
            row.state = state
            for name, value in changes.items():
                setattr(row, name, value)
            if act is not None and (act.always or act.by != row.author):
                _tell(db, row, act, self._clock())
            return as_draft(row)

    def rebase(
        self, number: int, saving: Saving, *, by: str, base_source: str, article: str
    ) -> Draft:
        """Put the person's solution in, on top of what is published now, at `article`.

        Raises `DraftMoved` when the draft went on since, as `save` does.
        """
        saving = replace(saving, source=clean(saving.source))
        with writing(self._engine) as db:
            row = _row(db, number, lock=True)
            if row.state in OPEN and row.revision == saving.revision:
                row.source, row.title = saving.source, title_of(saving.source)
                row.base, row.base_source = fingerprint(base_source), base_source
                if row.slug == row.article:
                    row.slug = article
                row.article = article
                row.state, row.publish_at = "writing", None
                self._wrote(db, row, by)
                return as_draft(row)
            draft = as_draft(row)
            if draft.source == saving.source:
                return draft  # sent twice
            copy = self._keep(db, number, saving, by)
        raise DraftMoved(_MOVED if draft.state in OPEN else _SHUT[draft.state], draft, copy)


def follow_file(db: Session, article: str, *, old: str, new: str) -> None:
    """Let open drafts that began from `old` count as begun from `new`.

    For a change that their own publication makes anyway (who verified, and when).
    """
    db.execute(
        update(DraftRow)
        .where(
            col(DraftRow.article) == article,
            col(DraftRow.base) == fingerprint(old),
            col(DraftRow.state).in_(OPEN),
        )
        .values(base=fingerprint(new), base_source=new)
    )


def as_draft(row: DraftRow) -> Draft:
    return Draft(
        id=row.id or 0,
        slug=row.slug,
        article=row.article,
        state=row.state,  # type: ignore[arg-type]
        source=row.source,
        base=row.base,
        author=row.author,
        writers=tuple(row.writers),
        saved_at=row.saved_at,
        revision=row.revision,
        major=row.major,
        note=row.note,
        reviewer=row.reviewer,
        review_note=row.review_note,
        publish_at=row.publish_at,
        title=row.title,
        created_at=row.created_at,
    )


def draft_row(db: Session, number: int) -> DraftRow:
    """The row, ours until the transaction ends. Raises `NotFound`."""
    return _row(db, number, lock=True)


def _is_there(draft: Draft, saving: Saving) -> bool:
    """Whether a form says nothing that the draft does not have."""
    return (
        draft.source == saving.source
        and (saving.slug.strip() or draft.slug) == draft.slug
        and (saving.note is None or saving.note.strip() == draft.note)
        and saving.major in (None, draft.major)
    )


def _tell(db: Session, row: DraftRow, act: Act, at: datetime) -> None:
    audit(
        db,
        at=at,
        who=act.by,
        action=act.action,
        record=f"draft:{row.id}",
        reason=act.reason,
        details={"article": row.article or row.slug, "author": row.author},
    )


def _row(db: Session, number: int, *, lock: bool = False) -> DraftRow:
    row = db.get(DraftRow, number, with_for_update=lock)
    if row is None:
        raise NotFound("Este rascunho não existe.")
    return row


def _own_open(db: Session, by: str, article: str, alike: Callable[[str], bool]) -> DraftRow | None:
    if not article:
        return None  # a person may have several new articles under way
    query = select(DraftRow).where(
        DraftRow.author == by, DraftRow.article == article, col(DraftRow.state).in_(OPEN)
    )
    found = db.exec(query.order_by(col(DraftRow.id).desc()))
    return next((row for row in found if alike(row.source)), None)


def _as_copy(row: DraftCopyRow) -> SideCopy:
    return SideCopy(row.id or 0, row.draft_id, row.by, row.revision, row.source, row.at)

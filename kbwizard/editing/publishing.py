"""Changes the folder and the database together, so that after any crash they agree.

First the database is told what will be done (`writing`), then files are put in place one by one,
then the database is told that it is done. What a killed process left is looked at by whoever comes
next: every file in place, it is done; otherwise it is undone and what there was is put back.
Everything here happens in the folder's turn (`Folder.turn`).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from kbwizard.accounts.audit import audit
from kbwizard.db import reading, writing
from kbwizard.editing.drafts import draft_row, follow_file
from kbwizard.editing.folder import HIDDEN, Folder, digest, make_folder, remove, write_whole
from kbwizard.editing.models import DraftRow, PublicationRow, VersionRow
from kbwizard.editing.values import Draft
from kbwizard.editing.versions import NewVersion, before, forget, note_publication, versions_of
from kbwizard.errors import Conflict, SetupError, reason


@dataclass(frozen=True, slots=True)
class Deed:
    """One change of the folder, whole or not at all."""

    kind: str
    """draft, verify, approve, alias, synonyms, import."""
    by: str
    files: Mapping[str, bytes | None]
    """Path below the folder to its new bytes; None: the file goes, after all others are there."""
    versions: Sequence[NewVersion]
    draft: Draft | None = None

    @property
    def written(self) -> dict[str, bytes]:
        return {path: data for path, data in self.files.items() if data is not None}


@dataclass(frozen=True, slots=True)
class Done:
    """What was written: the publication's row, and the numbers of its versions in order."""

    id: int
    numbers: tuple[int, ...]
    paths: tuple[Path, ...]


class Publisher:
    """The only writer of the folder."""

    def __init__(self, engine: Engine, folder: Folder, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._folder = folder
        self._clock = clock

    def carry_out(self, deed: Deed) -> Done:
        """Raises `Conflict` when the draft moved, `SetupError` when the folder refuses a file.

        After either, folder and draft are as they were.
        """
        backup = self._back_up(deed)
        with writing(self._engine) as db:
            row, numbers = self._announce(db, deed, backup)
            number = row.id or 0
        try:
            self._write(deed)
        except SetupError:
            if not self._settle(number):  # the disk may complain of a file that is in place
                raise
        except BaseException:
            self._settle(number)
            raise
        else:
            self._finish(number)
        return Done(number, numbers, tuple(self._folder.path / path for path in deed.files))

    def note(self, number: int, notice: str) -> None:
        """Keep what did not go well after the files were in place."""
        with writing(self._engine) as db:
            row = db.get_one(PublicationRow, number)
            row.notice = notice[:500]

    def heal(self) -> list[int]:
        """Finish or undo what a killed process left; the ids of what was found."""
        query = select(PublicationRow.id).where(PublicationRow.state == "writing")
        with reading(self._engine) as db:
            left = [number or 0 for number in db.exec(query.order_by(col(PublicationRow.id)))]
        for number in left:
            self._settle(number)
        self._sweep()
        return left

    def _settle(self, number: int) -> bool:
        """Done when every file is in place, otherwise undone."""
        with reading(self._engine) as db:
            files = db.get_one(PublicationRow, number).files
        done = all(self._in_place(one) for one in files if one["after"])
        if done:
            self._finish(number)
        else:
            self._undo(number)
        return done

    def _announce(
        self, db: Session, deed: Deed, backup: str
    ) -> tuple[PublicationRow, tuple[int, ...]]:
        now = self._clock()
        self._unmoved(deed)
        row = PublicationRow(
            kind=deed.kind, by=deed.by, at=now, files=self._listed(deed), backup=backup
        )
        if deed.draft is not None:
            draft = _untouched(db, deed.draft)
            row.draft_id, row.draft_state = draft.id, draft.state
            draft.state = "published"
        db.add(row)
        db.flush()
        return row, tuple(note_publication(db, row, new, now) for new in deed.versions)

    def _unmoved(self, deed: Deed) -> None:
        """Raises `Conflict` when a file is not any more what was judged."""
        for new in deed.versions:
            if self._folder.text(new.came_from or new.slug) != new.before:
                raise Conflict("O arquivo do artigo mudou enquanto era publicado. Tente de novo.")

    def _listed(self, deed: Deed) -> list[dict[str, str]]:
        return [
            {
                "path": path,
                "before": digest(self._folder.path / path),
                "after": "" if data is None else sha256(data).hexdigest(),
            }
            for path, data in deed.files.items()
        ]

    def _back_up(self, deed: Deed) -> str:
        """Copies of what is there, where more than one step could be left half done."""
        if len(deed.written) < 2:
            return ""
        name = f"{HIDDEN}{token_hex(8)}.old"
        make_folder(self._folder.path / name)
        for number, path in enumerate(deed.files):
            file = self._folder.path / path
            if file.is_file():
                write_whole(self._folder.path / name / str(number), file.read_bytes())
        return name

    def _write(self, deed: Deed) -> None:
        for path, data in deed.written.items():
            file = self._folder.path / path
            make_folder(file.parent)
            write_whole(file, data)
        for path in deed.files:
            if path not in deed.written:
                remove(self._folder.path / path)

    def _finish(self, number: int) -> None:
        with writing(self._engine) as db:
            row = db.get_one(PublicationRow, number)
            for one in row.files:
                if not one["after"] and one["before"] == digest(self._folder.path / one["path"]):
                    remove(self._folder.path / one["path"])
            row.state = "done"
            db.flush()
            for version in versions_of(db, row):
                _tell(db, row, version)
            if not versions_of(db, row):
                audit(db, at=row.at, who=row.by, action=f"article.{row.kind}")
        self._drop(row.backup)

    def _undo(self, number: int) -> None:
        with writing(self._engine) as db:
            row = db.get_one(PublicationRow, number)
            self._put_back(row)
            forget(db, row)
            row.state = "undone"
            draft = db.get(DraftRow, row.draft_id) if row.draft_id else None
            if draft is not None and draft.state == "published":
                draft.state = row.draft_state
        self._drop(row.backup)

    def _put_back(self, row: PublicationRow) -> None:
        """Only what is as we wrote it: a file that somebody edited since is theirs."""
        for number, one in enumerate(row.files):
            file = self._folder.path / one["path"]
            old = self._folder.path / row.backup / str(number) if row.backup else None
            if not self._in_place(one) or one["before"] == one["after"]:
                continue
            if not one["before"]:
                remove(file)
            elif old is not None and old.is_file():
                write_whole(file, old.read_bytes())

    def _in_place(self, listed: Mapping[str, str]) -> bool:
        return digest(self._folder.path / listed["path"]) == listed["after"]

    def _drop(self, backup: str) -> None:
        if backup:
            shutil.rmtree(self._folder.path / backup, ignore_errors=True)

    def _sweep(self) -> None:
        """Take away half-written files of processes that are gone: it is our turn, so all are."""
        try:
            for folder in (self._folder.path, self._folder.path / "images"):
                for left in folder.glob(f"{HIDDEN}*"):
                    if left.is_dir():
                        shutil.rmtree(left, ignore_errors=True)
                    else:
                        with suppress(FileNotFoundError):
                            left.unlink()
        except OSError as error:
            raise SetupError(
                f"A pasta de artigos não pôde ser arrumada ({reason(error)})."
            ) from error


def _untouched(db: Session, draft: Draft) -> DraftRow:
    """The draft's row, still as it was judged. Raises `Conflict`."""
    row = draft_row(db, draft.id)
    if (row.state, row.revision, row.slug) != (draft.state, draft.revision, draft.slug):
        raise Conflict("O rascunho mudou enquanto era publicado. Olhe de novo antes de aprovar.")
    return row


def _tell(db: Session, row: PublicationRow, version: VersionRow) -> None:
    """Who did what, for the audit; and drafts that a mere verification leaves untouched."""
    details = {"version": version.number, "origin": version.origin}
    if version.approved_by:
        details["author"] = version.by
    if row.kind in ("verify", "approve"):  # a publication would write these keys anyway
        follow_file(db, version.slug, old=before(db, version), new=version.source)
    audit(
        db,
        at=row.at,
        who=version.approved_by or version.by,
        action=f"article.{row.kind}",
        record=f"article:{version.slug}"[:80],
        reason=version.note,
        details=details,
    )

"""All that screens and commands know of editing: one object over drafts, files and history."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from datetime import date, datetime
from itertools import takewhile
from pathlib import Path
from threading import Thread
from time import sleep
from typing import BinaryIO, NoReturn
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from kbwizard.accounts.people import find_user
from kbwizard.accounts.roles import Permission, role_may
from kbwizard.content.articles import View
from kbwizard.editing import checking, compare
from kbwizard.editing.checking import Content
from kbwizard.editing.drafts import Act, Beginning, Saving
from kbwizard.editing.exporting import export_zip
from kbwizard.editing.folder import Folder
from kbwizard.editing.images import clean_picture
from kbwizard.editing.importing import Importing
from kbwizard.editing.looking import Looking
from kbwizard.editing.retirements import Retirements
from kbwizard.editing.retiring import Retirement, is_retired, retirement_of
from kbwizard.editing.reviewing import Reviewing
from kbwizard.editing.smallchanges import SmallChanges
from kbwizard.editing.templates import skeleton
from kbwizard.editing.texts import slug_of
from kbwizard.editing.values import (
    OPEN,
    Clash,
    DiffLine,
    Draft,
    Image,
    ImportReport,
    Publication,
    SideCopy,
    State,
    Version,
)
from kbwizard.errors import Forbidden, KbwizardError, NotFound, Problem

WATCH_EVERY_S = 15.0
"""How often a process looks for what is due and for files edited by hand."""
log = logging.getLogger(__name__)


class Editing:
    """Writing, reviewing and publishing. Safe between threads and processes.

    `folder` is the folder of articles that `live` reads; `zone` says which day it is.
    """

    def __init__(
        self,
        engine: Engine,
        live: Content,
        folder: Path,
        clock: Callable[[], datetime],
        *,
        zone: ZoneInfo,
    ) -> None:
        self._engine = engine
        self._live = live
        self._folder = Folder(folder)
        self._reviewing = Reviewing(engine, live, self._folder, clock, zone)
        self._drafts = self._reviewing.drafts
        self._images = self._reviewing.images
        self._looking = Looking(engine, self._folder, self._reviewing.publisher, clock)
        self._small = SmallChanges(engine, live, self._folder, clock, zone, self._reviewing)
        self._importing = Importing(engine, live, self._folder, self._reviewing)
        self._retirements = Retirements(self._drafts, live, self._folder, clock, zone)

    # Drafts

    def begin(self, by: str, *, slug: str = "", template: str = "", title: str = "") -> Draft:
        """A draft of a published article, or of a new one; goes on with one's own open draft.

        `slug` of no article begins a new one at that address when a template or a title comes
        with it. Raises `NotFound` otherwise.
        """
        source = self._folder.text(slug) if slug else ""
        if source:
            return self._drafts.begin(by, Beginning(source, slug, slug, source))
        if slug and not (template or title):
            raise NotFound(f"Não existe o artigo {slug[:80]!r}.")
        text = skeleton(template, title=title, owner=by)
        return self._drafts.begin(by, Beginning(text, slug or slug_of(title)))

    def drafts(self, *, states: Collection[State] | None = None, author: str = "") -> list[Draft]:
        """Those last saved first; without `states`, all that are still open."""
        return self._drafts.listed(states, author)

    def draft(self, draft_id: int) -> Draft:
        """Raises `NotFound`."""
        return self._drafts.get(draft_id)

    def save(
        self,
        draft_id: int,
        *,
        by: str,
        revision: int,
        source: str,
        slug: str = "",
        note: str | None = None,
        major: bool | None = None,
    ) -> Draft:
        """Autosave: one row. The draft that comes back has the revision to send next time.

        Raises `DraftMoved` (a `Conflict`) when the draft is not at that revision any more, or
        takes no text now; what was typed is then in its `copy`, and in `side_copies`.
        """
        return self._drafts.save(draft_id, Saving(revision, source, slug, note, major), by=by)

    def side_copies(self, draft_id: int) -> list[SideCopy]:
        """What was typed where the draft had moved on, the latest first."""
        return self._drafts.side_copies(draft_id)

    def problems(self, draft_id: int) -> list[Problem]:
        """Everything wrong with it, warnings included, beside the articles of this moment."""
        return self._reviewing.problems(self._drafts.get(draft_id))

    def preview(self, source: str, audience: str) -> View | list[Problem]:
        """What an audience would see of a text that may still be half written."""
        return checking.preview(source, audience)

    # Review

    def send(self, draft_id: int, *, by: str) -> Draft:
        """To review. Raises `Forbidden` for who may not (`may_handle`), `ContentError` with what
        is wrong, `Clashes` when the file moved."""
        self._refuse_stranger(draft_id, by)
        return self._reviewing.send(draft_id, by=by)

    def withdraw(self, draft_id: int, *, by: str) -> Draft:
        """Out of review, or off the schedule, to be written on. Raises `Forbidden`."""
        self._refuse_stranger(draft_id, by)
        act = Act(by, "draft.withdraw")
        return self._drafts.move(
            draft_id, ("review", "scheduled"), "writing", act=act, publish_at=None
        )

    def give_back(self, draft_id: int, *, by: str, note: str) -> Draft:
        """To its writer, with what has to change. Raises `InvalidInput` without a note.

        A date is for who set it, and for who may handle the draft, to take away: `Forbidden`.
        """
        draft = self._drafts.get(draft_id)
        if draft.state == "scheduled" and by != draft.reviewer:
            self._refuse_stranger(draft_id, by)
        return self._reviewing.give_back(draft_id, by=by, note=note)

    def discard(self, draft_id: int, *, by: str) -> Draft:
        """Out of sight; its text stays in the database, and the audit says who. Raises
        `Forbidden`."""
        self._refuse_stranger(draft_id, by)
        act = Act(by, "draft.discard", always=True)
        return self._drafts.move(draft_id, OPEN, "discarded", act=act, publish_at=None)

    def may_handle(self, draft: Draft, by: str) -> bool:
        """Whether a person may send, withdraw and discard a draft: who wrote in it, and who
        answers for the content as a whole."""
        if by in (draft.author, *draft.writers):
            return True
        user = find_user(self._engine, by)
        return user is not None and role_may(user.role, Permission.MANAGE_CONTENT)

    def _refuse_stranger(self, draft_id: int, by: str) -> None:
        draft = self._drafts.get(draft_id)
        if not self.may_handle(draft, by):
            raise Forbidden(
                f"Este rascunho é de {', '.join(draft.writers)}: quem escreve nele, um líder ou um "
                "administrador pode fazer isto. Nada mudou."
            )

    def approve(
        self,
        draft_id: int,
        *,
        by: str,
        publish_at: datetime | None = None,
        revision: int | None = None,
    ) -> Publication:
        """Publish, at once or at `publish_at`. `revision`: the one that the reviewer has read.

        Raises `Forbidden` for who wrote in it, `Conflict` when it moved (`Clashes` when the file
        did), `ContentError` with what is wrong, `SetupError` when the folder refuses.
        """
        return self._reviewing.approve(draft_id, by=by, publish_at=publish_at, revision=revision)

    def conflict(self, draft_id: int) -> Clash | None:
        """Both sides, when the file is not what the draft began from."""
        return self._reviewing.conflict(self._drafts.get(draft_id))

    def settle(
        self, draft_id: int, *, by: str, revision: int, source: str, theirs: str = ""
    ) -> Draft:
        """The person's solution, on top of the file as it is now.

        `revision`: the draft's that they joined; raises `DraftMoved` when it went on, with the
        solution kept beside. `theirs`: `Clash.theirs_fingerprint` that they saw; raises `Clashes`
        when it moved since.
        With nothing to join, a draft under review or with a date would only be withdrawn by this:
        `Forbidden` as for `withdraw`.
        """
        draft = self._drafts.get(draft_id)
        if not draft.editable and self._reviewing.conflict(draft) is None:
            self._refuse_stranger(draft_id, by)
        return self._reviewing.settle(draft, Saving(revision, source), by=by, theirs=theirs)

    def publish_due(self) -> list[str]:
        """Publish what was approved for a moment that has come; the addresses."""
        return self._reviewing.publish_due()

    # History

    def history(self, slug: str) -> list[Version]:
        """The latest first, through changes of address. Raises `NotFound`."""
        return self._looking.history(slug)

    def version(self, slug: str, number: int) -> Version:
        """Raises `NotFound`."""
        for one in self.history(slug):
            if one.number == number:
                return one
        raise NotFound(f"O artigo {slug[:80]!r} não tem a versão {number}.")

    def compare(self, slug: str, a: int, b: int) -> list[DiffLine]:
        """From version `a` to version `b`; 0 is the empty text before the first."""
        old, new = (self.version(slug, n).source if n else "" for n in (a, b))
        return compare.compare(old, new)

    def restore(self, slug: str, number: int, *, by: str) -> Draft:
        """A new draft with an old text; it is reviewed like any other."""
        old = self.version(slug, number)
        now = self._folder.text(slug)
        beginning = Beginning(
            old.source, slug, slug if now else "", now, f"Volta à versão {number}"
        )
        return self._drafts.begin(by, beginning, always_new=True)

    # Retirement

    def retire(self, slug: str, *, by: str, replaced_by: str = "") -> Draft:
        """A draft that takes an article out of the base; it is reviewed like any other.

        Goes on with one's own open draft that does so. Raises `NotFound`, `InvalidInput` for a
        replacement that cannot be, `Conflict` for an article that is out already.
        """
        return self._retirements.retire(slug, by=by, replaced_by=replaced_by)

    def bring_back(self, slug: str, *, by: str) -> Draft:
        """A draft that puts a retired article back in the base. Raises `NotFound`, `Conflict`."""
        return self._retirements.bring_back(slug, by=by)

    def retirement(self, draft: Draft) -> Retirement | None:
        """What a draft does to its article's being read; None: it is in the base all along."""
        address = draft.article or draft.slug
        return retirement_of(self._live.library(), draft.source, address)

    def retired_in(self, slug: str) -> Version | None:
        """The version that took an article out of the base: when, who, why. Raises `NotFound`."""
        out = takewhile(lambda one: is_retired(one.source), self.history(slug))
        return next(reversed(list(out)), None)

    # Changes of a line

    def verify(self, slug: str, *, by: str, note: str = "") -> date:
        """Somebody answers for what the article says today; `note` goes into its history."""
        return self._small.verify(slug, by=by, note=note)

    def approve_public(self, slug: str, *, by: str) -> date:
        """A second person lets customers have an article as it is in the folder (imported ones).

        Raises `Forbidden` for its owner and its last writer, `InvalidInput`, `ContentError`.
        """
        return self._small.approve_public(slug, by=by)

    def add_alias(self, slug: str, alias: str, *, by: str) -> Publication | None:
        """Another way of asking for the article; None when it had it."""
        return self._small.add_alias(slug, alias, by=by)

    def synonyms(self) -> str:
        """The installation's own list; empty while there is none."""
        return self._small.synonyms()

    def save_synonyms(self, source: str, *, by: str, base: str) -> Publication | None:
        """Put another list in place; `base` is the list it was made from, or its fingerprint.

        Raises `Conflict` when the list is another by now, `ContentError` with every bad line.
        """
        return self._small.save_synonyms(source, by=by, base=base)

    def add_synonym(self, typed: str, meant: str, *, by: str) -> Publication | None:
        """One more line of the list; None when it was there."""
        return self._small.add_synonym(typed, meant, by=by)

    # Images

    def add_image(self, draft_id: int, *, by: str, filename: str, data: bytes) -> Image:
        """Clean a pasted picture and keep it for the draft. Raises `InvalidInput`, `NotFound`."""
        self._drafts.get(draft_id)
        return self._images.add(clean_picture(data, filename), draft_id=draft_id, by=by)

    def image(self, name: str) -> tuple[bytes, str]:
        """Bytes and media type, published or not yet. Raises `NotFound`."""
        return self._images.get(name)

    # Exchange

    def export_zip(self) -> bytes:
        """All articles, images and synonyms; the same base gives the same bytes."""
        return export_zip(self._folder)

    def check_import(self, stream: BinaryIO, *, trusted: bool = False) -> ImportReport:
        """What an archive would change and everything wrong with it; writes nothing."""
        return self._importing.check(stream, trusted=trusted)

    def import_zip(self, stream: BinaryIO, *, by: str, trusted: bool = False) -> ImportReport:
        """Take an archive in, whole or not at all: nothing is written when it has errors.

        Unless `trusted`, a public article that changes loses its approval: it stays internal until
        a second person approves it. Raises `SetupError` when the folder refuses.
        """
        return self._importing.carry_out(stream, by=by, trusted=trusted)

    # Upkeep

    def look(self) -> list[str]:
        """Heal what a killed process left, note files edited by hand; whose history grew."""
        return self._looking.look()

    def keep_watch(self) -> None:
        """From now on this process looks and publishes by itself. Call it after any fork, once."""
        Thread(target=self._watch, name="editing-watch", daemon=True).start()

    def _watch(self) -> NoReturn:
        said = ""
        while True:
            said = self._look_once(said)
            sleep(WATCH_EVERY_S)

    def _look_once(self, said: str) -> str:
        """Answers what went wrong, which is logged only when it is not what went wrong before."""
        trouble = ""
        try:
            self.look()
            self.publish_due()
        except KbwizardError as error:
            trouble = str(error)
        except (OSError, SQLAlchemyError) as error:
            trouble = f"{type(error).__name__}: a arrumação falhou"
        if trouble and trouble != said:
            log.warning("artigos: %s", trouble)
        return trouble

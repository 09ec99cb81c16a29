"""Keeps history and folder in step: what was edited by hand, what a killed process left."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from sqlalchemy import Engine, func
from sqlmodel import col, select

from kbwizard.db import reading, writing
from kbwizard.editing.folder import Folder, Stamp
from kbwizard.editing.models import PublicationRow, VersionRow
from kbwizard.editing.publishing import Publisher
from kbwizard.editing.texts import fingerprint
from kbwizard.editing.values import SYNONYMS, Version
from kbwizard.editing.versions import history, note_file
from kbwizard.errors import Conflict, NotFound, SetupError

log = logging.getLogger(__name__)


class Looking:
    """Sees what happened to the folder without us."""

    def __init__(
        self, engine: Engine, folder: Folder, publisher: Publisher, clock: Callable[[], datetime]
    ) -> None:
        self._engine = engine
        self._folder = folder
        self._publisher = publisher
        self._clock = clock
        self._settled: Stamp | None = None
        """Of the files as they were when folder and history last agreed."""

    def look(self) -> list[str]:
        """Heal what was left half done and note every hand edit; the names whose history grew.

        Cheap when nothing happened: no file is read and nothing is locked.
        """
        stamp = self._folder.stamp()
        if self._left():
            changed = self._step_in()
        elif stamp == self._settled:
            return []
        else:
            changed = self._step_in() if self._changed() else []
        self._settled = stamp  # taken before: an edit meanwhile is seen next time
        return changed

    def _step_in(self) -> list[str]:
        with self._folder.turn(self._engine):
            self._publisher.heal()
            changed = self._changed()
            with writing(self._engine) as db:
                for slug in changed:
                    note_file(db, slug, self._text(slug), self._clock())
        return changed

    def history(self, slug: str) -> list[Version]:
        """The latest first, the file as it is now included. Raises `NotFound`."""
        text = self._text(slug)
        found = self._known(slug)
        if text and (not found or found[0].fingerprint != fingerprint(text)):
            with suppress(SetupError, Conflict):  # a folder that cannot be written has a history
                self.look()
            found = self._known(slug)
        if not found:
            raise NotFound(f"Não existe o artigo {slug[:80]!r}.")
        return found

    def _known(self, slug: str) -> list[Version]:
        with reading(self._engine) as db:
            return history(db, slug)

    def _changed(self) -> list[str]:
        """Names whose file is not what the history ends with."""
        known = self._latest()
        names = [*self._folder.slugs(), SYNONYMS]
        texts = {slug: text for slug in names if (text := self._text(slug))}
        return [slug for slug, text in texts.items() if known.get(slug) != fingerprint(text)]

    def _text(self, slug: str) -> str:
        """The file's text; empty for one that is no text or has a name that is no address."""
        try:
            return self._folder.text(slug)
        except (NotFound, SetupError) as error:
            log.info("artigos: %s não entra no histórico: %s", slug, error)
            return ""

    def _latest(self) -> dict[str, str]:
        """The fingerprint that each name's history ends with."""
        last = select(VersionRow.slug, func.max(VersionRow.number)).group_by(col(VersionRow.slug))
        with reading(self._engine) as db:
            ends = dict(db.exec(last).all())
            rows = db.exec(select(VersionRow.slug, VersionRow.number, VersionRow.fingerprint))
            return {slug: mark for slug, number, mark in rows if ends[slug] == number}

    def _left(self) -> bool:
        query = select(PublicationRow.id).where(PublicationRow.state == "writing")
        with reading(self._engine) as db:
            return db.exec(query).first() is not None

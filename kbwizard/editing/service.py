"""All that screens and commands know of editing: one object over drafts, files and history."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from kbwizard.content.live import LiveContent
from kbwizard.editing.drafts import Beginning, Drafts, Saving
from kbwizard.editing.folder import Folder
from kbwizard.editing.templates import skeleton
from kbwizard.editing.texts import slug_of
from kbwizard.editing.values import Draft, SideCopy, State
from kbwizard.errors import NotFound


class Editing:
    """Writing, reviewing and publishing. Safe between threads and processes.

    `folder` is the folder of articles that `live` reads; `zone` says which day it is.
    """

    def __init__(
        self,
        engine: Engine,
        live: LiveContent,
        folder: Path,
        clock: Callable[[], datetime],
        *,
        zone: ZoneInfo,
    ) -> None:
        self._engine = engine
        self._live = live
        self._clock = clock
        self._zone = zone
        self._folder = Folder(folder)
        self._drafts = Drafts(engine, clock)

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

"""Taking an article out of the base, and bringing it back: two drafts, reviewed like any other.

The file says it (`retired`, `replaced_by`): all that happens here is that those keys are set.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from kbwizard.editing.checking import Content
from kbwizard.editing.drafts import Beginning, Drafts, Saving
from kbwizard.editing.folder import Folder
from kbwizard.editing.retiring import REPLACED_BY, is_retired, retired, returned
from kbwizard.editing.values import OPEN, Draft
from kbwizard.errors import Conflict, InvalidInput, NotFound


class Retirements:
    """Begins drafts that retire an article, or bring it back."""

    def __init__(
        self,
        drafts: Drafts,
        content: Content,
        folder: Folder,
        clock: Callable[[], datetime],
        zone: ZoneInfo,
    ) -> None:
        self._drafts = drafts
        self._content = content
        self._folder = folder
        self._clock = clock
        self._zone = zone

    def retire(self, slug: str, *, by: str, replaced_by: str) -> Draft:
        """Goes on with one's own draft that retires it. Raises `NotFound`, `InvalidInput`,
        `Conflict`."""
        now = self._text(slug)
        if is_retired(now):
            raise Conflict("Este artigo já está retirado.")
        self._refuse_replacement(slug, replaced_by)
        today = self._clock().astimezone(self._zone).date()
        own = self._own(slug, by, out=True)
        if own is not None and not own.editable:
            raise Conflict(
                "O seu rascunho que retira este artigo já foi enviado: tire-o da revisão antes."
            )
        text = retired(own.source if own else now, day=today, replaced_by=replaced_by)
        note = f"Retira o artigo; {replaced_by} o substitui" if replaced_by else "Retira o artigo"
        return self._draft(own, text, slug, now, note, by)

    def bring_back(self, slug: str, *, by: str) -> Draft:
        """Goes on with one's own draft that does so. Raises `NotFound`, `Conflict`."""
        now = self._text(slug)
        if not is_retired(now):
            raise Conflict("Este artigo não está retirado.")
        own = self._own(slug, by, out=False)
        if own is not None:
            return own
        return self._draft(None, returned(now), slug, now, "Traz o artigo de volta", by)

    def _text(self, slug: str) -> str:
        text = self._folder.text(slug)
        if not text:
            raise NotFound(f"Não existe o artigo {slug[:80]!r}.")
        return text

    def _refuse_replacement(self, slug: str, word: str) -> None:
        if word and (word == slug or word not in self._content.library().articles):
            message = "Escolha um artigo que está no ar, e que não seja este."
            raise InvalidInput(message, {REPLACED_BY: message})

    def _own(self, slug: str, by: str, *, out: bool) -> Draft | None:
        """One's own open draft of the article that has it out of the base, or in it."""
        for one in self._drafts.listed(OPEN, by):
            if one.article == slug and is_retired(one.source) == out:
                return one
        return None

    def _draft(
        self, own: Draft | None, text: str, slug: str, base: str, note: str, by: str
    ) -> Draft:
        if own is not None:
            return self._drafts.save(own.id, Saving(own.revision, text, note=note), by=by)
        # What they are writing in another draft of it is not part of this; a second touch is.
        out = is_retired(text)
        return self._drafts.begin(
            by, Beginning(text, slug, slug, base, note), alike=lambda one: is_retired(one) == out
        )

"""`SearchIndex`: keep an index of the library, search by audience.

A Whoosh searcher is not thread-safe: every thread has its own, opened anew when another generation
is in force. What threads share (`generation.py`) is never changed once made. While one thread opens
a new generation, the others go on with the one at hand.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from kbwizard.content.library import Library
from kbwizard.search import store
from kbwizard.search.alike import Alike
from kbwizard.search.documents import Document, DocumentReader, Kind
from kbwizard.search.engine import Gone, open_searcher
from kbwizard.search.generation import Generation, open_generation
from kbwizard.search.query import understand
from kbwizard.search.ranking import Lists
from kbwizard.search.results import SearchResult
from kbwizard.search.spelling import Nearby

_TRIES = 5
_MOST_SEGMENTS = 12
_MOST_TAKEN_OUT = 0.25
"""Share of documents that only take room, or that an edit changes: from here all is made anew."""


class SearchIndex:
    """An index in a folder of its own. Safe to share between threads and processes."""

    def __init__(self, folder: Path) -> None:
        self._root = folder
        self._reading = threading.Lock()
        self._opening = threading.Lock()
        self._documents = DocumentReader()
        self._nearby, self._alike = Nearby(), Alike()
        self._generation: Generation | None = None
        self._pointer: tuple[int, int, int] | None = None
        """Of the pointer that led to what is at hand."""
        self._own = threading.local()

    def build(self, library: Library) -> int:
        """Index everything anew and swap; the number of documents. Raises `SetupError`."""
        documents = self._read(library)
        with store.building(self._root):
            store.write_generation(self._root, documents, library.synonyms_source)
        return len(documents)

    def ensure(self, library: Library) -> bool:
        """Bring the index up to the library, by what changed. True when there was work to do.

        Only one process does it; another that meets it waits, and finds it done. Raises
        `SetupError`.
        """
        documents, synonyms = self._read(library), library.synonyms_source
        content = store.fingerprint(documents, synonyms)
        if self._holds(content):
            return False
        with store.building(self._root):
            if self._holds(content):
                return False
            self._update(documents, synonyms)
        return True

    def _read(self, library: Library) -> list[Document]:
        with self._reading:
            return self._documents.read(library)

    def _holds(self, content: str) -> bool:
        """Whether the generation in force is of this content, and can be opened."""
        stamp = store.read_stamp(self._root)
        if stamp is None or stamp.content != content:
            return False
        held = self._current(wait=True)
        return held is not None and held.stamp == stamp

    def _update(self, documents: Sequence[Document], synonyms: str) -> None:
        if not self._changed(documents, synonyms):
            store.write_generation(self._root, documents, synonyms)

    def _changed(self, documents: Sequence[Document], synonyms: str) -> bool:
        """Whether the generation in force could be carried on, at the cost of what was edited."""
        held, stamp = self._current(wait=True), store.read_stamp(self._root)
        if held is None or held.stamp != stamp:
            return False
        change = held.change_to(documents)
        if held.worn(change, most_segments=_MOST_SEGMENTS, share=_MOST_TAKEN_OUT):
            return False
        try:
            store.change_generation(self._root, held.stamp, change, documents, synonyms)
        except Gone:  # somebody emptied the folder
            return False
        return True

    def search(
        self,
        query: str,
        *,
        audience: str = "agent",
        limit: int = 10,
        kinds: Collection[Kind] | None = None,
        topics: Collection[str] | None = None,
        as_you_type: bool = False,
    ) -> SearchResult:
        """Find for one audience. No index yet, or nothing to look for: no hits, no error.

        `topics`: only what carries one of them. `as_you_type`: the last word may be unfinished.
        `limit` goes to 100 at most.
        """
        generation, searcher = self._opened()
        if generation is None:
            return SearchResult()
        vocabulary = generation.vocabulary(audience)
        wanted = understand(query, vocabulary, generation.synonyms, as_you_type=as_you_type)
        if wanted.nothing:
            return SearchResult()
        scope = generation.scope(audience, kinds, topics)
        lists = Lists(searcher, generation.documents, generation.weights, generation.phrases, scope)
        return SearchResult(
            hits=lists.hits(wanted, limit=limit, mixed=kinds is None),
            corrected=wanted.corrected,
            suggestion=wanted.suggestion,
            completions=vocabulary.completions(wanted.prefix),
        )

    def _opened(self) -> tuple[Generation | None, Any]:
        """The generation in force and this thread's searcher over it."""
        generation = self._current(wait=self._generation is None)
        return generation, self._searcher(generation) if generation else None

    def _current(self, *, wait: bool) -> Generation | None:
        """The generation in force; the one at hand when the new one cannot be used.

        Without `wait`, also while another thread opens the new one.
        """
        pointer = store.pointer_mark(self._root)
        if pointer is None or pointer == self._pointer:
            return self._generation
        if not self._opening.acquire(blocking=wait):
            return self._generation
        try:
            for _ in range(_TRIES):
                if self._follow():
                    break
            return self._generation
        finally:
            self._opening.release()

    def _follow(self) -> bool:
        """Open what the pointer leads to. False when it moved on meanwhile: try again."""
        pointer = store.pointer_mark(self._root)
        stamp = store.read_stamp(self._root)
        if stamp is not None and (self._generation is None or self._generation.stamp != stamp):
            files = store.read_files(self._root, stamp)
            if files is None and store.pointer_mark(self._root) != pointer:
                return False
            if files is not None:
                self._generation = open_generation(
                    stamp, files, self._generation, self._nearby, self._alike
                )
        self._pointer = pointer
        return True

    def _searcher(self, generation: Generation) -> Any:
        """This thread's own searcher over this generation."""
        if getattr(self._own, "generation", None) is not generation:
            if getattr(self._own, "searcher", None) is not None:
                self._own.searcher.close()
            self._own.generation = None
            self._own.searcher = open_searcher(generation.memory)
            self._own.generation = generation
        return self._own.searcher

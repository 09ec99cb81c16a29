"""`SearchIndex`: build from the library, search by audience.

A Whoosh searcher is not thread-safe: every thread has its own, opened anew when another generation
is in force. What threads share (word lists, spelling) is never changed once made.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kbwizard.content.library import Library
from kbwizard.search import store, synonyms
from kbwizard.search.documents import Circle, Document, Kind, circle_of, read_documents
from kbwizard.search.engine import Gone, load, open_searcher, stored
from kbwizard.search.query import Vocabulary, understand
from kbwizard.search.ranking import Lists
from kbwizard.search.results import SearchResult
from kbwizard.search.spelling import Speller
from kbwizard.search.stem import stem

_TRIES = 5


@dataclass(frozen=True, slots=True)
class _Generation:
    """What all threads share of one generation."""

    folder: Path
    memory: Any
    """The index's files; what becomes of the folder no longer matters."""
    vocabularies: Mapping[Circle, Vocabulary]
    documents: tuple[Mapping[str, Any], ...]
    """What is stored of each document, by number: unpickled once, not for every hit."""
    scopes: dict[tuple[str, frozenset[str] | None], set[int]] = field(default_factory=dict)
    """Numbers that an audience may see, by audience and kinds; filled as they are asked for."""

    def scope(self, audience: str, kinds: Collection[Kind] | None) -> set[int]:
        key = (audience, None if kinds is None else frozenset(kinds))
        if key not in self.scopes:
            circle = circle_of(audience)
            self.scopes[key] = {
                number
                for number, shown in enumerate(self.documents)
                if shown["circle"] == circle
                and audience in shown["audiences"]
                and (kinds is None or shown["kind"] in kinds)
            }
        return self.scopes[key]


class SearchIndex:
    """An index in a folder of its own. Safe to share between threads and processes."""

    def __init__(self, folder: Path) -> None:
        self._root = folder
        self._building = threading.Lock()
        self._opening = threading.Lock()
        self._generation: _Generation | None = None
        self._refused = ""
        self._own = threading.local()

    def build(self, library: Library) -> int:
        """Index everything anew and swap; the number of documents. Raises `SetupError`."""
        return self._build(list(read_documents(library)))

    def ensure(self, library: Library) -> bool:
        """Build only if the content changed since, or the index is missing or spoilt."""
        documents = list(read_documents(library))
        stamp = store.read_stamp(self._root)
        same = stamp is not None and stamp.content == store.fingerprint(documents)
        if same and stamp is not None and store.is_whole(self._root, stamp):
            return False
        self._build(documents)
        return True

    def _build(self, documents: Sequence[Document]) -> int:
        with self._building:
            store.write_generation(self._root, documents)
        return len(documents)

    def search(
        self,
        query: str,
        *,
        audience: str = "agent",
        limit: int = 10,
        kinds: Collection[Kind] | None = None,
        as_you_type: bool = False,
    ) -> SearchResult:
        """Find for one audience. No index yet, or nothing to look for: no hits, no error.

        `as_you_type`: the last word may be unfinished. `limit` goes to 100 at most.
        """
        generation, searcher = self._opened()
        if generation is None:
            return SearchResult()
        vocabulary = generation.vocabularies[circle_of(audience)]
        wanted = understand(query, vocabulary, as_you_type=as_you_type)
        if wanted.nothing:
            return SearchResult()
        scope = generation.scope(audience, kinds)
        lists = Lists(searcher, generation.documents, scope)
        hits = lists.hits(wanted, limit=limit, mixed=kinds is None)
        return SearchResult(hits, wanted.corrected)

    def _opened(self) -> tuple[_Generation | None, Any]:
        """The generation in force and this thread's searcher over it."""
        for _ in range(_TRIES):
            try:
                generation = self._current()
                return generation, self._searcher(generation) if generation else None
            except Gone:
                continue  # rebuilds went by since we read the stamp, and its folder is gone
        return None, None

    def _current(self) -> _Generation | None:
        """The generation in force; the one at hand when the new one cannot be used."""
        stamp = store.read_stamp(self._root)
        held = self._generation
        if stamp is None or stamp.folder == self._refused or _is(held, stamp):
            return held
        with self._opening:
            if _is(self._generation, stamp):
                return self._generation
            if not store.is_whole(self._root, stamp):
                self._refused = stamp.folder
                return self._generation
            self._generation = _open(self._root / stamp.folder)
            return self._generation

    def _searcher(self, generation: _Generation) -> Any:
        """This thread's own searcher over this generation."""
        if getattr(self._own, "folder", None) != generation.folder:
            if getattr(self._own, "searcher", None) is not None:
                self._own.searcher.close()
            self._own.folder = None
            self._own.searcher = open_searcher(generation.memory)
            self._own.folder = generation.folder
        return self._own.searcher


def _is(generation: _Generation | None, stamp: store.Stamp) -> bool:
    return generation is not None and generation.folder.name == stamp.folder


def _open(folder: Path) -> _Generation:
    memory = load(folder)
    with open_searcher(memory) as searcher:
        documents = stored(searcher)
    counts = store.read_words(folder)
    vocabularies: dict[Circle, Vocabulary] = {
        "internal": _vocabulary(counts["internal"]),
        "customer": _vocabulary(counts["customer"]),
    }
    return _Generation(folder, memory, vocabularies, documents)


def _vocabulary(frequencies: Mapping[str, int]) -> Vocabulary:
    stems = frozenset(stem(word) for word in frequencies)
    slang = synonyms.shipped().vocabulary
    return Vocabulary(lambda word: stem(word) in stems or word in slang, Speller(frequencies))

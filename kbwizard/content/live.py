"""The content in use: loaded at start, looked at again when a file changes, published as versions.

A file that breaks while the server runs costs itself only: the last good version of a tree serves
on, an article disappears until it is mended. When the registry (`_facts.yaml`) breaks, no tree can
be judged, so registry and trees serve on together as they last were. Calls in progress keep the
version they began with.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from threading import Lock
from time import monotonic

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from kbwizard.config import DRAWINGS_DIR
from kbwizard.content.articles import Article
from kbwizard.content.library import IMAGE_TYPES, IMAGES, Library, Read, load_library
from kbwizard.content.lint import (
    articles_met,
    in_order,
    lint_articles,
    lint_trees,
    refused_trees,
)
from kbwizard.content.lint.articles import Judged
from kbwizard.content.published import bundle_for, publish
from kbwizard.db_trouble import trouble
from kbwizard.errors import Problem, SetupError, reason
from kbwizard.wizard.model import Bundle

CONTENT = frozenset({".yaml", ".yml", ".md", ".txt"})
LOOK_AGAIN_S = 0.5
"""An edited file is noticed at most this much later."""

MOST_LOADS = 5
"""In one look, while files go on changing."""

log = logging.getLogger(__name__)
Stamp = tuple[tuple[str, int, int, int, int], ...]


class LiveContent:
    """What new walks begin with, any older version, and the articles. Safe between threads."""

    def __init__(
        self,
        engine: Engine,
        trees_dir: Path,
        articles_dir: Path,
        clock: Callable[[], datetime],
        *,
        changed: Callable[[Library], None] | None = None,
    ) -> None:
        """`changed` is called with every library loaded, the first one included (the index).

        When it raises `SetupError` or `OSError`, the content serves all the same, and it is
        called again at the next look.
        """
        self._engine = engine
        self._folders = (trees_dir, articles_dir)
        self._clock = clock
        self._changed = changed
        self._lock = Lock()
        self._looked_at = 0.0
        self._stamp: Stamp | None = None
        """Of the files that were loaded and told; None: load at the next look."""
        self._version = ""
        self._published: tuple[str, frozenset[str]] | None = None
        self._complaint = ""
        self._library: Library | None = None
        self.problems: tuple[Problem, ...] = ()

    def current(self) -> Bundle:
        """The bundle that a walk beginning now is pinned to."""
        self._look()
        return bundle_for(self._engine, self._version)

    def get(self, version: str) -> Bundle:
        """Raises `NotFound` for a version that was never published here."""
        return bundle_for(self._engine, version)

    def articles(self) -> Mapping[str, Article]:
        """The good articles, by slug."""
        return self.library().articles

    def library(self) -> Library:
        """Everything on disk as it was last read."""
        self._look()
        assert self._library is not None, "a look raises while nothing was ever loaded"
        return self._library

    def reload(self) -> None:
        """Look now: who has just written a file wants to see it. Raises nothing."""
        with self._lock:
            self._looked_at = monotonic()
            if self._version:
                self._load_if_changed()

    def _look(self) -> None:
        """Load again if a file changed since; one thread does it, the others go on as before.

        Raises only while nothing was ever loaded.
        """
        if self._version and monotonic() - self._looked_at < LOOK_AGAIN_S:
            return
        if not self._lock.acquire(blocking=not self._version):
            return
        try:
            if self._version and monotonic() - self._looked_at < LOOK_AGAIN_S:
                return  # another thread loaded while this one waited
            self._looked_at = monotonic()
            self._load_if_changed()
        finally:
            self._lock.release()

    def _load_if_changed(self) -> None:
        """Load until nothing changed meanwhile.

        Loading takes time, and another process may have indexed a later edit by then: whoever told
        the index of an earlier state must be the one that sees the later one.
        """
        try:
            for _ in range(MOST_LOADS):
                stamp = _stamp(self._folders)  # before reading: an edit meanwhile is seen
                if stamp == self._stamp:
                    return
                self._stamp = None
                if not self._load():
                    return
                self._stamp, self._complaint = stamp, ""
        except (SetupError, OSError, DBAPIError) as error:
            if not self._version:
                raise
            self._complain(f"serve o anterior: {_why(error)}")

    def _load(self) -> bool:
        """Whether all is done. What is wrong with articles keeps no article from its readers, so
        it is looked for last.
        """
        with _PROOF.lock:
            library = _PROOF.load(self._folders)
            wrong_trees = _PROOF.trees(library)
            refused = refused_trees(library, [*library.problems, *wrong_trees])
        self._publish(library, refused)
        self._library = library
        told = self._tell(library)
        with _PROOF.lock:
            wrong = _PROOF.articles(library)
        self._note(in_order([*library.problems, *wrong_trees, *wrong]))
        return told

    def _publish(self, library: Library, refused: frozenset[str]) -> None:
        """Only when trees changed: of articles no version knows."""
        trees = (library.bundle.version, refused)
        if self._version and trees == self._published:
            return
        self._published = None
        self._version = publish(self._engine, library, self._clock(), refused=refused)
        self._published = trees

    def _note(self, problems: list[Problem]) -> None:
        known = set(self.problems)
        self.problems = tuple(problems)
        for problem in problems:
            if problem.severity == "error" and problem not in known:
                log.warning("conteúdo: %s:%s: %s", problem.file, problem.line, problem.message)

    def _tell(self, library: Library) -> bool:
        try:
            if self._changed is not None:
                self._changed(library)
        except (SetupError, OSError) as error:
            self._complain(f"a busca ficou como estava: {_why(error)}")
            return False
        return True

    def _complain(self, text: str) -> None:
        """Once for the same trouble: it is looked at again twice a second."""
        if text != self._complaint:
            log.warning("conteúdo: %s", text)
        self._complaint = text


class _Proof:
    """Files are read and proved once in a process, and only those that changed.

    Proving the trees takes seconds and depends on nothing but the trees, the registry and which of
    the articles that they point to there are.
    """

    def __init__(self) -> None:
        self.lock = Lock()
        self._folders: tuple[Path, Path] | None = None
        self._forget()

    def _forget(self) -> None:
        self._read = Read()
        self._judged: Judged = {}
        self._trees: tuple[object, list[Problem]] | None = None

    def load(self, folders: tuple[Path, Path]) -> Library:
        if folders != self._folders:
            self._forget()
        self._folders = folders
        return load_library(*folders, read=self._read)

    def trees(self, library: Library) -> list[Problem]:
        files = tuple(tree.file for tree in library.bundle.trees.values())
        key = (library.bundle.version, files, library.broken, articles_met(library))
        if self._trees is None or self._trees[0] != key:
            self._trees = (key, lint_trees(library, drawings=DRAWINGS_DIR))
        return self._trees[1]

    def articles(self, library: Library) -> list[Problem]:
        for slug in self._judged.keys() - library.articles.keys() - library.retired.keys():
            del self._judged[slug]
        return lint_articles(library, self._judged)


_PROOF = _Proof()


def read_ahead(trees_dir: Path, articles_dir: Path) -> None:
    """Read and prove everything once, before a server makes its processes: they share it.

    Needs no database. Raises `SetupError` when a folder cannot be listed.
    """
    with _PROOF.lock:
        library = _PROOF.load((trees_dir, articles_dir))
        _PROOF.trees(library)
        _PROOF.articles(library)


def _stamp(folders: tuple[Path, ...]) -> Stamp:
    """Names, sizes, places and times of every content file: changes with any edit or exchange.

    The time of the last change of the entry itself is there for files put in place with the age
    they had elsewhere (`cp -p`, a checkout).
    """
    found = []
    for folder in (*folders, *(one / IMAGES for one in folders)):
        if not folder.is_dir() and folder not in folders:
            continue
        with os.scandir(folder) as entries:
            for entry in entries:
                kind = os.path.splitext(entry.name)[1]
                if kind in CONTENT or kind in IMAGE_TYPES:
                    info = entry.stat()
                    times = info.st_mtime_ns, info.st_ctime_ns
                    found.append((entry.path, info.st_size, info.st_ino, *times))
    return tuple(sorted(found))


def _why(error: Exception) -> str:
    if isinstance(error, DBAPIError):
        return trouble(error)
    return reason(error) if isinstance(error, OSError) else str(error)

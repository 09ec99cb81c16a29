"""The content in use: loaded at start, looked at again when a file changes, published as versions.

A file that breaks while the server runs costs itself only: the last good version of a tree serves
on, an article disappears until it is mended. When the registry (`_facts.yaml`) breaks, no tree can
be judged, so registry and trees serve on together as they last were. Calls in progress keep the
version they began with.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock
from time import monotonic

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from kbwizard.config import DRAWINGS_DIR
from kbwizard.content.articles import Article
from kbwizard.content.library import IMAGE_TYPES, IMAGES, Library, load_library
from kbwizard.content.lint import lint_library, refused_trees
from kbwizard.content.published import bundle_for, publish
from kbwizard.db_trouble import trouble
from kbwizard.errors import Problem, SetupError, reason
from kbwizard.wizard.model import Bundle

CONTENT = frozenset({".yaml", ".yml", ".md", ".txt"})
LOOK_AGAIN_S = 2.0
"""An edited file is noticed at most this much later."""

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
        try:
            stamp = _stamp(self._folders)  # before reading: an edit meanwhile is seen next time
            if stamp != self._stamp:
                self._stamp = None
                self._load(stamp)
        except (SetupError, OSError, DBAPIError) as error:
            if not self._version:
                raise
            log.warning("conteúdo: serve o anterior: %s", _why(error))

    def _load(self, stamp: Stamp) -> None:
        library, problems = _checked(self._folders, stamp)
        refused = refused_trees(library, problems)
        self._version = publish(self._engine, library, self._clock(), refused=refused)
        self._library = library
        self.problems = problems
        for problem in problems:
            if problem.severity == "error":
                log.warning("conteúdo: %s:%s: %s", problem.file, problem.line, problem.message)
        if self._tell(library):
            self._stamp = stamp

    def _tell(self, library: Library) -> bool:
        try:
            if self._changed is not None:
                self._changed(library)
        except (SetupError, OSError) as error:
            log.warning("conteúdo: a busca ficou como estava: %s", _why(error))
            return False
        return True


@lru_cache(maxsize=1)
def _checked(folders: tuple[Path, Path], stamp: Stamp) -> tuple[Library, tuple[Problem, ...]]:
    """The files as they are, proved once in a process: it takes a second or two of thinking.

    `stamp` is what tells two states of the same folders apart.
    """
    library = load_library(*folders)
    return library, tuple(lint_library(library, drawings=DRAWINGS_DIR))


def _stamp(folders: tuple[Path, ...]) -> Stamp:
    """Names, sizes, places and times of every content file: changes with any edit or exchange.

    The time of the last change of the entry itself is there for files put in place with the age
    they had elsewhere (`cp -p`, a checkout).
    """
    found = []
    for folder in (*folders, *(one / IMAGES for one in folders)):
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if path.suffix in CONTENT or path.suffix in IMAGE_TYPES:
                info = path.stat()
                found.append(
                    (path.name, info.st_size, info.st_ino, info.st_mtime_ns, info.st_ctime_ns)
                )
    return tuple(found)


def _why(error: Exception) -> str:
    if isinstance(error, DBAPIError):
        return trouble(error)
    return reason(error) if isinstance(error, OSError) else str(error)

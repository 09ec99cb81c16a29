"""The content of two folders, loaded when asked: for commands, which serve nobody."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from kbwizard.content.library import Library, Read, load_library


class DiskContent:
    """What editing needs of `LiveContent`, without a database of published trees."""

    def __init__(self, trees: Path, articles: Path) -> None:
        """Raises `SetupError` when a folder cannot be read."""
        self._folders = (trees, articles)
        self._read = Read()
        self._lock = Lock()
        self._library = load_library(*self._folders, read=self._read)

    def library(self) -> Library:
        return self._library

    def reload(self) -> None:
        with self._lock:
            self._library = load_library(*self._folders, read=self._read)

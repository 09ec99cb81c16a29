"""The folder of articles: reading, writing one file so that it is whole or untouched, one turn.

Names that begin with a dot are ours and the loader skips them.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from time import monotonic, sleep

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from kbwizard.content.articlehead import is_slug
from kbwizard.content.library import SYNONYMS_FILE
from kbwizard.content.yamlread import read_source
from kbwizard.db import core_writing, in_turn
from kbwizard.editing.values import SYNONYMS
from kbwizard.errors import Conflict, NotFound, Problem, SetupError, reason

LOCK = ".kbwizard.lock"
HIDDEN = ".kbwizard-"
"""Beginning of what is under way; what a killed process left is swept by its name."""
IMAGES = "images"
PATIENCE_S = 20.0
_LOOK_EVERY_S = 0.02

Stamp = tuple[tuple[str, int, int, int], ...]


class Folder:
    """The folder that articles are published in."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def article(self, slug: str) -> Path:
        """Where that article is, or would be. Raises `NotFound` for what is no address."""
        if slug == SYNONYMS:
            return self.path / SYNONYMS_FILE
        if not is_slug(slug):
            raise NotFound(f"Não existe o artigo {slug[:80]!r}.")
        return self.path / f"{slug}.md"

    def text(self, slug: str) -> str:
        """An article as it is in the folder now; empty when it is not there.

        Raises `SetupError` when it is there and cannot be read as text.
        """
        file = self.article(slug)
        if not os.path.lexists(file):
            return ""
        found = read_source(file, f"{self.path.name}/{file.name}")
        if isinstance(found, Problem):
            raise SetupError(f"{found.file}: {found.message}; {found.remedy}.")
        return found

    def slugs(self) -> list[str]:
        """Names of the article files, good or not."""
        return sorted(p.stem for p in self._listed(self.path) if p.suffix == ".md")

    def stamp(self) -> Stamp:
        """Changes whenever an article or the synonyms change; no file is opened."""
        found = []
        for file in self._listed(self.path):
            if file.suffix == ".md" or file.name == SYNONYMS_FILE:
                with suppress(FileNotFoundError):  # renamed since the folder was listed
                    info = file.stat()
                    found.append((file.name, info.st_size, info.st_ino, info.st_mtime_ns))
        return tuple(sorted(found))

    def images(self) -> frozenset[str]:
        """Names in the folder of images."""
        folder = self.path / IMAGES
        return frozenset(p.name for p in self._listed(folder)) if folder.is_dir() else frozenset()

    def _listed(self, folder: Path) -> Iterator[Path]:
        try:
            entries = list(folder.iterdir())
        except OSError as error:
            raise SetupError(
                f"A pasta de artigos {folder} não pôde ser lida ({reason(error)})."
            ) from error
        return (one for one in entries if not one.name.startswith("."))

    @contextmanager
    def turn(self, engine: Engine) -> Iterator[None]:
        """Nobody else changes the folder meanwhile: threads, processes, nodes on one database.

        Raises `Conflict` after `PATIENCE_S`, `SetupError` when the folder cannot be written.
        The lock goes with its process, also when that is killed.
        """
        with self._locked():
            if engine.dialect.name != "postgresql":
                yield  # one machine: the file is lock enough
                return
            with core_writing(engine) as connection:
                _wait_for_nodes(connection)
                yield

    @contextmanager
    def _locked(self) -> Iterator[None]:
        lock = _open_lock(self.path / LOCK)
        try:
            _wait_for(lock)
            yield
        finally:
            os.close(lock)


def _open_lock(file: Path) -> int:
    """Raises `SetupError`. Another user's lock can be waited for by who may only read it."""
    try:
        try:
            return os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except PermissionError:
            return os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise _refused(file, error) from error


def _wait_for(lock: int) -> None:
    give_up = monotonic() + PATIENCE_S
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if monotonic() > give_up:
                raise Conflict(_BUSY) from None
            sleep(_LOOK_EVERY_S)


def _wait_for_nodes(connection: Connection) -> None:
    try:
        in_turn(connection, "editing-folder")
    except OperationalError as error:  # the database waits a few seconds only
        raise Conflict(_BUSY) from error


_BUSY = "Outra publicação está demorando a terminar. Tente de novo em um minuto."


def digest(file: Path) -> str:
    """sha256 of a file's bytes; empty when there is no such file."""
    try:
        return sha256(file.read_bytes()).hexdigest()
    except FileNotFoundError:
        return ""


def write_whole(file: Path, data: bytes) -> None:
    """Put the file in place in one step: before it the old one is whole, after it the new one.

    Raises `SetupError`; then the old file is as it was.
    """
    fresh = file.with_name(f"{HIDDEN}{token_hex(8)}.tmp")
    try:
        _write_new(fresh, data, _mode_of(file))
        os.replace(fresh, file)
        sync_folder(file.parent)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink()
        raise _refused(file, error) from error


def remove(file: Path) -> None:
    """Take a file away for good; nothing when it is not there. Raises `SetupError`."""
    try:
        file.unlink(missing_ok=True)
        sync_folder(file.parent)
    except OSError as error:
        raise _refused(file, error) from error


def make_folder(folder: Path) -> None:
    """Raises `SetupError`."""
    try:
        if not folder.is_dir():
            folder.mkdir()
            sync_folder(folder.parent)
    except OSError as error:
        raise _refused(folder, error) from error


def sync_folder(folder: Path) -> None:
    """Have the disk know the names in a folder."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_new(file: Path, data: bytes, mode: int | None) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    with os.fdopen(descriptor, "wb") as stream:
        if mode is not None:
            os.fchmod(descriptor, mode)
        stream.write(data)
        stream.flush()
        os.fsync(descriptor)


def _mode_of(file: Path) -> int | None:
    """The rights of the file that is replaced; None: as a new file gets them."""
    try:
        return file.stat().st_mode & 0o777
    except OSError:
        return None


def _refused(path: Path, error: OSError) -> SetupError:
    return SetupError(
        f"{path.name} não pôde ser gravado em {path.parent} ({reason(error)}). Nada mudou."
    )

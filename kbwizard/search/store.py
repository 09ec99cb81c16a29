"""The index on disk: a new generation is made beside the old and put in place in one step.

    index/current.json     which generation is served, with its stamp
    index/g-…/             a generation: Whoosh's files and synonyms.txt
    index/lock             held by the process that is making one

Whoosh unpickles what it opens, so a folder is opened only if its stamp says that this version of
kbwizard made it and every file still has the fingerprint that was noted then. What is opened are
the very bytes that were checked. After an edit a generation is made from the one before: unchanged
segments are the same files under another name, so an edit costs as much as what was edited.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from time import monotonic, sleep
from uuid import uuid4

from kbwizard.errors import SetupError
from kbwizard.search.documents import Document
from kbwizard.search.engine import Gone, change_index, write_index
from kbwizard.search.postings import fields

FORMAT = 6
"""Grows when the analyser, the fields or the files change: older indexes are then rebuilt."""
MADE_BY = "kbwizard search"
POINTER = "current.json"
SYNONYMS = "synonyms.txt"
LOCK = "lock"
LOCK_WAIT_S = 30.0
"""A process that finds another one building waits this long: a full build takes some seconds."""
_LOCK_TRY_S = 0.02
_KEPT = 3
"""Generations left on disk: the one served, and those that a slow reader may be about to open."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What `current.json` says of the generation that is served."""

    folder: str
    made_by: str
    format: int
    content: str
    """sha256 of the documents that went in and of the synonyms edited here."""
    files: dict[str, str]
    """sha256 of every file of the generation."""


@dataclass(frozen=True, slots=True)
class Change:
    """What makes a generation out of another: keys that go, documents that come."""

    gone: Sequence[str]
    come: Sequence[Document]


def fingerprint(documents: Iterable[Document], synonyms: str = "") -> str:
    """Equal for equal content, so that an unchanged base is not indexed again."""
    digest = sha256(f"{MADE_BY} {FORMAT} {len(synonyms)}\n{synonyms}".encode())
    for key, print_ in sorted((one.key, one.fingerprint) for one in documents):
        digest.update(f"\n{key} {print_}".encode())
    return digest.hexdigest()


def read_stamp(root: Path) -> Stamp | None:
    """The stamp in force; None when there is none, or when it is not one of ours."""
    try:
        found = json.loads((root / POINTER).read_text(encoding="utf-8"))
        stamp = Stamp(**found)
    except (OSError, ValueError, TypeError):
        return None
    ours = stamp.made_by == MADE_BY and stamp.format == FORMAT
    named = isinstance(stamp.folder, str) and stamp.folder == Path(stamp.folder).name
    return stamp if ours and named and isinstance(stamp.files, dict) else None


def pointer_mark(root: Path) -> tuple[int, int, int] | None:
    """Changes whenever the pointer does; cheaper than reading it."""
    try:
        found = (root / POINTER).stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_ctime_ns


def read_files(root: Path, stamp: Stamp) -> dict[str, bytes] | None:
    """The generation's files; None unless they are those that were written, all and no other."""
    try:
        found = {
            file.name: file.read_bytes()
            for file in (root / stamp.folder).iterdir()
            if not _is_lock(file.name)
        }
    except OSError:
        return None
    prints = {name: sha256(data).hexdigest() for name, data in found.items()}
    return found if found and prints == stamp.files else None


@contextmanager
def building(root: Path) -> Iterator[None]:
    """Held by one process and thread at a time. Raises `SetupError` after waiting in vain.

    The lock is the system's: it ends with the process that holds it, however that ends.
    """
    with _complaining(root):
        root.mkdir(parents=True, exist_ok=True)
        handle = os.open(root / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _wait_for(handle, root)
        yield
    finally:
        os.close(handle)


def _wait_for(handle: int, root: Path) -> None:
    until = monotonic() + LOCK_WAIT_S
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if monotonic() > until:
                raise SetupError(
                    f"Outro processo está refazendo o índice em {root} há muito tempo. "
                    "A busca serve o anterior; a próxima edição tenta de novo."
                ) from None
            sleep(_LOCK_TRY_S)


def write_generation(root: Path, documents: Sequence[Document], synonyms: str = "") -> Stamp:
    """Build a generation from nothing and put it in place.

    Raises `SetupError` when the disk refuses. Nothing that is served is touched before the last
    step, which is one rename.
    """

    def fill(folder: Path) -> None:
        write_index(folder, map(fields, documents))

    return _place(root, fill, {}, fingerprint(documents, synonyms), synonyms)


def change_generation(
    root: Path, stamp: Stamp, change: Change, documents: Sequence[Document], synonyms: str
) -> Stamp:
    """Make a generation out of the one in force. Raises `Gone` when it cannot be read any more.

    `documents` are all that it is to hold.
    """

    def fill(folder: Path) -> None:
        for name in stamp.files:
            if name != SYNONYMS:
                _link(root / stamp.folder / name, folder / name)
        if change.gone or change.come:
            change_index(folder, change.gone, map(fields, change.come))

    known = {name: print_ for name, print_ in stamp.files.items() if name != SYNONYMS}
    return _place(root, fill, known, fingerprint(documents, synonyms), synonyms)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except FileNotFoundError as error:
        raise Gone(str(source)) from error
    except OSError:  # a file system without hard links
        shutil.copyfile(source, target)


def _place(
    root: Path, fill: Callable[[Path], None], known: Mapping[str, str], content: str, synonyms: str
) -> Stamp:
    folder = f"g-{uuid4().hex}"
    try:
        with _complaining(root):
            (root / folder).mkdir(parents=True)
            fill(root / folder)
            (root / folder / SYNONYMS).write_text(synonyms, encoding="utf-8")
            stamp = Stamp(folder, MADE_BY, FORMAT, content, _prints(root / folder, known))
            _point(root, stamp)
    except BaseException:
        shutil.rmtree(root / folder, ignore_errors=True)
        raise
    _remove_old(root, folder)
    return stamp


@contextmanager
def _complaining(root: Path) -> Iterator[None]:
    """What the disk refuses is said in one line, with what to do."""
    try:
        yield
    except OSError as error:
        raise SetupError(
            f"O índice de busca não pôde ser gravado em {root} ({error.strerror or error}). "
            "Confira o espaço e as permissões e rode python -m kbwizard reindex."
        ) from error


def _prints(folder: Path, known: Mapping[str, str]) -> dict[str, str]:
    """sha256 by file; what was linked is known already."""
    return {
        file.name: known.get(file.name) or sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.iterdir())
        if not _is_lock(file.name)
    }


def _is_lock(name: str) -> bool:
    return name.endswith("LOCK")


def _point(root: Path, stamp: Stamp) -> None:
    temporary = root / f"{POINTER}.{os.getpid()}.{threading.get_ident()}"
    temporary.write_text(json.dumps(asdict(stamp)), encoding="utf-8")
    os.replace(temporary, root / POINTER)


def _remove_old(root: Path, newest: str) -> None:
    others = [path for path in root.glob("g-*") if path.is_dir() and path.name != newest]
    others.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in others[_KEPT - 1 :]:
        shutil.rmtree(path, ignore_errors=True)
    for path in root.glob(f"{POINTER}.*"):  # of a process that was killed at the last step
        path.unlink(missing_ok=True)

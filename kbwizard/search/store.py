"""The index on disk: built whole into a new folder, checked, and put in place in one step.

    index/current.json     which generation is served, with its stamp
    index/g-…/             a generation: Whoosh's files and words.json

Whoosh unpickles what it opens, so a folder is opened only if its stamp says that this version of
kbwizard made it and every file still has the fingerprint that was noted then.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from kbwizard.errors import SetupError
from kbwizard.search.documents import Document
from kbwizard.search.engine import Gone, write_index
from kbwizard.search.words import grams, kept_words, terms

FORMAT = 1
"""Grows when the analyser, the fields or the files change: older indexes are then rebuilt."""
MADE_BY = "kbwizard search"
POINTER = "current.json"
WORDS = "words.json"
_KEPT = 3
"""Generations left on disk: the one served, and those that a slow reader may be about to open."""

TITLE, TAGS, SUMMARY = 4, 3, 2
"""How often a word of the title, of tags and aliases, of the summary counts; of the body, once."""
LONGEST_EDGE = 12
_EDGES = range(2, LONGEST_EDGE + 1)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What `current.json` says of the generation that is served."""

    folder: str
    made_by: str
    format: int
    content: str
    """sha256 of the documents that went in."""
    files: dict[str, str]
    """sha256 of every file of the generation."""


def fingerprint(documents: Iterable[Document]) -> str:
    """Equal for equal content, so that an unchanged base is not indexed again."""
    digest = sha256(f"{MADE_BY} {FORMAT}\n".encode())
    for document in sorted(documents, key=lambda document: document.key):
        digest.update(json.dumps(asdict(document), ensure_ascii=False).encode() + b"\n")
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


def is_whole(root: Path, stamp: Stamp) -> bool:
    """Whether the generation's files are those that were written, all and no other."""
    return bool(stamp.files) and _prints(root / stamp.folder) == stamp.files


def write_generation(root: Path, documents: Sequence[Document]) -> Stamp:
    """Build a generation and put it in place. Raises `SetupError` when the disk refuses.

    Nothing that is served is touched before the last step, which is one rename.
    """
    folder = f"g-{uuid4().hex}"
    try:
        (root / folder).mkdir(parents=True)
        write_index(root / folder, map(_fields, documents))
        _write_words(root / folder, documents)
        stamp = Stamp(folder, MADE_BY, FORMAT, fingerprint(documents), _prints(root / folder))
        _point(root, stamp)
    except BaseException as error:
        shutil.rmtree(root / folder, ignore_errors=True)
        if isinstance(error, OSError):
            raise SetupError(
                f"O índice de busca não pôde ser gravado em {root} ({error.strerror}). "
                "Confira o espaço e as permissões e rode python -m kbwizard reindex."
            ) from error
        raise
    _remove_old(root, folder)
    return stamp


def _fields(document: Document) -> dict[str, Any]:
    weighted = [
        (document.title, TITLE),
        (" ".join(document.tags), TAGS),
        (" ".join(document.aliases), TAGS),
        (document.summary, SUMMARY),
        (document.body, 1),
    ]
    heads = " ".join(text for text, weight in weighted if weight > 1)
    return {
        "terms": " ".join(" ".join(terms(text) * weight) for text, weight in weighted),
        "edges": " ".join(_edges(document.title) * 2 + _edges(f"{heads} {document.body}")),
        "grams": " ".join(grams(document.title) * 2 + grams(heads)),
        "shown": {
            "kind": document.kind,
            "circle": document.circle,
            "audiences": list(document.audiences),
            "slug": document.slug,
            "title": document.title,
            "topics": list(document.topics),
            "tree": document.tree,
            "node": document.node,
            "text": document.body or document.summary or document.title,
        },
    }


def _edges(text: str) -> list[str]:
    return [word[:size] for word in set(kept_words(text)) for size in _EDGES if size <= len(word)]


def _write_words(folder: Path, documents: Iterable[Document]) -> None:
    """The words of each circle with their counts, for correction and completion."""
    counts: dict[str, Counter[str]] = {"internal": Counter(), "customer": Counter()}
    for document in documents:
        parts = (document.title, *document.tags, *document.aliases, document.summary, document.body)
        counts[document.circle].update(kept_words(" ".join(parts)))
    text = json.dumps(counts, ensure_ascii=False, sort_keys=True)
    (folder / WORDS).write_text(text, encoding="utf-8")


def read_words(folder: Path) -> dict[str, dict[str, int]]:
    """The words of each circle with their counts. Raises `Gone`."""
    try:
        found: dict[str, dict[str, int]] = json.loads((folder / WORDS).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Gone(str(folder)) from error
    return found


def _prints(folder: Path) -> dict[str, str]:
    try:
        return {
            file.name: sha256(file.read_bytes()).hexdigest()
            for file in sorted(folder.iterdir())
            if not file.name.endswith("LOCK")
        }
    except OSError:
        return {}


def _point(root: Path, stamp: Stamp) -> None:
    temporary = root / f"{POINTER}.{os.getpid()}.{threading.get_ident()}"
    temporary.write_text(json.dumps(asdict(stamp)), encoding="utf-8")
    os.replace(temporary, root / POINTER)


def _remove_old(root: Path, newest: str) -> None:
    others = [path for path in root.glob("g-*") if path.is_dir() and path.name != newest]
    others.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in others[_KEPT - 1 :]:
        shutil.rmtree(path, ignore_errors=True)

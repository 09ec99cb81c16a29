"""The one module that knows Whoosh: how an index is written and read.

Whoosh carries no types, so what it gives is `Any` here and goes no further than `search/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from whoosh import fields, formats
from whoosh.filedb import filestore
from whoosh.index import EmptyIndexError

_fields: Any = fields
_storage: Any = filestore.FileStorage
_memory: Any = filestore.RamStorage

LOCK_WAIT_S = 10
KEY, TERMS = "key", "terms"
"""Fields: a document's name; the stems of all its words."""


class _Counted(_fields.FieldType):  # type: ignore[misc]
    """Ready terms with their counts: what an analyser would give, without making it count them."""

    def __init__(self) -> None:
        self.format = formats.Existence()
        self.analyzer = None
        self.scorable = True
        self.stored = False
        self.set_sortable(False)

    def index(
        self, value: Mapping[str, int], **_: Any
    ) -> Iterator[tuple[bytes, int, float, bytes]]:
        for term, count in value.items():
            yield term.encode(), count, float(count), b""


def write_index(folder: Path, documents: Iterable[Mapping[str, Any]]) -> None:
    """Write a new index. What stands under `shown` is stored as it is.

    There is one writer at a time, and any exception cancels it.
    """
    _write(_storage(str(folder)).create_index(_schema()), (), documents, optimize=True)


def change_index(folder: Path, gone: Iterable[str], documents: Iterable[Mapping[str, Any]]) -> None:
    """Take documents out of an index, by key, and add others, as small segments beside the rest.

    Whoosh never changes a segment's files once they are written, so they may be hard links.
    """
    _write(_storage(str(folder)).open_index(), gone, documents, optimize=False)


def _write(
    index: Any, gone: Iterable[str], documents: Iterable[Mapping[str, Any]], *, optimize: bool
) -> None:
    try:
        writer = index.writer(timeout=LOCK_WAIT_S, limitmb=64)
        try:
            for key in gone:
                writer.delete_by_term(KEY, key)
            for document in documents:
                writer.add_document(**document)
        except BaseException:
            writer.cancel()
            raise
        writer.commit(optimize=optimize)
    finally:
        index.close()


def _schema() -> Any:
    key = _fields.ID(unique=True)
    return _fields.Schema(key=key, terms=_Counted(), shown=_fields.STORED)


class Gone(Exception):
    """The index was removed before it could be opened: another one is in force by now."""


def load(files: Mapping[str, bytes]) -> Any:
    """An index's files, held in memory. Raises `Gone` when they are no index.

    Whoosh would map them from disk instead, and a mapped file that is cut short under a running
    process kills it (SIGBUS); in memory, whatever becomes of the folder, every thread goes on.
    """
    memory = _memory()
    try:
        memory.files = dict(files)
        memory.open_index().close()
    except (FileNotFoundError, EmptyIndexError) as error:
        raise Gone("no index") from error
    return memory


def open_searcher(memory: Any) -> Any:
    """A searcher over loaded files, for the calling thread only: Whoosh's is not thread-safe."""
    return memory.open_index().searcher()


def stored(searcher: Any) -> tuple[Mapping[str, Any], ...]:
    """What was stored under `shown`, by document number; empty where one was taken out."""
    reader = searcher.reader()
    return tuple(
        {} if reader.is_deleted(number) else searcher.stored_fields(number)["shown"]
        for number in range(searcher.doc_count_all())
    )


def segments(searcher: Any) -> int:
    """Of how many segments the index is made."""
    return len(list(searcher.reader().leaf_readers()))


def lengths(searcher: Any) -> tuple[float, ...]:
    """How many terms each document has, by number, measured against the average."""
    reader = searcher.reader()
    found = [reader.doc_field_length(n, TERMS, 1) for n in range(reader.doc_count_all())]
    average = sum(found) / len(found) if found else 1.0
    return tuple(length / (average or 1.0) for length in found)


def postings(searcher: Any, term: str) -> list[tuple[int, float]]:
    """(document number, how often) of every document that has a term.

    Read whole and scored by us: Whoosh's own union of matchers visits a tree of Python objects for
    every posting, which is most of a query's time when everything is in memory anyway.
    """
    found = []
    for leaf, first in searcher.reader().leaf_readers():
        if (TERMS, term) not in leaf:
            continue
        matcher = leaf.postings(TERMS, term)
        while matcher.is_active():
            found.append((first + matcher.id(), matcher.weight()))
            matcher.next()
    return found

"""The one module that knows Whoosh: how an index is written and how a searcher ranks.

Whoosh carries no types, so what it gives is `Any` here and goes no further than `search/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from whoosh import analysis, fields, query
from whoosh.filedb import filestore
from whoosh.index import EmptyIndexError

_fields: Any = fields
_query: Any = query
_storage: Any = filestore.FileStorage
_memory: Any = filestore.RamStorage
_tokenizer: Any = analysis.SpaceSeparatedTokenizer

# Left to itself, Or preloads small indexes into an array: two to four times slower, same scores.
_query.Or.matcher_type = _query.Or.DEFAULT_MATCHER

LOCK_WAIT_S = 10
KEY, TERMS, EDGES, GRAMS = "key", "terms", "edges", "grams"
"""Fields: a document's name; stems of everything; beginnings of words; character runs of titles
and the like."""


def write_index(folder: Path, documents: Iterable[Mapping[str, Any]]) -> None:
    """Write a new index of ready terms, each field a text of terms separated by spaces.

    What stands under `shown` is stored as it is. One writer, cancelled on any exception.
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
    text = _fields.TEXT(analyzer=_tokenizer(), phrase=False)
    key = _fields.ID(unique=True)
    return _fields.Schema(key=key, terms=text, edges=text, grams=text, shown=_fields.STORED)


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


def ranked(
    searcher: Any, wanted: Iterable[tuple[str, str, float]], scope: set[int], most: int
) -> list[tuple[int, float]]:
    """(document number, score) of the best documents in scope that have any wanted term.

    `wanted` are (field, term, weight).
    """
    parts = [_query.Term(field, term, boost=weight) for field, term, weight in wanted]
    if not parts or not scope:
        return []
    found = searcher.search(_query.Or(parts), limit=most, filter=scope)
    return [(number, score) for score, number in found.top_n]

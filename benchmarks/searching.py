"""Search over a made-up base of 1,000 articles of 300 words and the shipped trees.

Typing is the whole pipeline of a key: analysis, completion, ranking, snippets. Its floor is a full
text query of SQLite (FTS5) over the same texts, in the same run. An edit is measured until it is
found: file read, index changed, new generation opened.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import process_time, thread_time

from benchmarks.figures import Effort, Figure, alternate, percentile
from benchmarks.search_base import questions, write_articles
from kbwizard.config import ROOT
from kbwizard.content.library import Library, Read, load_library
from kbwizard.search.documents import read_documents
from kbwizard.search.index import SearchIndex

ARTICLES = 1_000
QUESTIONS = 60
MOST_TYPING_MS = 30.0
MOST_BUILD_S = 10.0
MOST_EDIT_S = 2.0
_AUDIENCE = "agent"


@dataclass
class Base:
    """The base on disk, as it is read, and an index over it."""

    articles: Path
    trees: Path
    index: SearchIndex
    read: Read

    def load(self) -> Library:
        return load_library(self.trees, self.articles, read=self.read)


def run(effort: Effort) -> list[Figure]:
    many = effort.of(ARTICLES, 12)
    with _base(many) as base:
        built = tuple(_build_s(base) for _ in range(effort.of(2, 1)))
        asked = questions(effort.of(QUESTIONS, 4))
        with closing(_full_text(base.load())) as floor:
            return [
                _build(many, built),
                _typing(effort, base, floor, asked),
                _whole(effort, base, floor, asked),
                _edit(effort, many, base),
            ]


@contextmanager
def _base(many: int) -> Iterator[Base]:
    with tempfile.TemporaryDirectory(prefix="kbwizard-search-") as scratch:
        folder = Path(scratch)
        write_articles(folder / "articles", many)
        shutil.copytree(ROOT / "decision_trees", folder / "decision_trees")
        index = SearchIndex(folder / "index")
        yield Base(folder / "articles", folder / "decision_trees", index, Read())


def _build_s(base: Base) -> float:
    library = base.load()
    fresh = SearchIndex(base.articles.parent / "index")  # remembers no documents
    began = process_time()
    fresh.build(library)
    return process_time() - began


def _build(many: int, built: tuple[float, ...]) -> Figure:
    return Figure(
        name=f"busca: refazer o índice, {many} artigos",
        unit="s CPU",
        ours=built,
        most=MOST_BUILD_S,
        note="com os passos das árvores que acompanham",
    )


def _typing(effort: Effort, base: Base, floor: sqlite3.Connection, asked: Sequence[str]) -> Figure:
    begun = [text[:size] for text in asked for size in range(2, len(text) + 1, 2)]
    base.index.search("rede", audience=_AUDIENCE)
    ours, other = alternate(
        effort.runs,
        lambda: _p99(lambda text: base.index.search(text, as_you_type=True), begun),
        lambda: _p99(lambda text: _find(floor, text), begun),
    )
    return Figure(
        name="busca: uma tecla, p99",
        unit="ms CPU",
        ours=ours,
        floor=other,
        floor_is="uma consulta FTS5 do SQLite sobre os mesmos textos, p99",
        most=MOST_TYPING_MS,
        note=f"{len(begun)} começos de {len(asked)} consultas",
    )


def _whole(effort: Effort, base: Base, floor: sqlite3.Connection, asked: Sequence[str]) -> Figure:
    ours, other = alternate(
        effort.runs,
        lambda: _p99(lambda text: base.index.search(text), asked),
        lambda: _p99(lambda text: _find(floor, text), asked),
    )
    return Figure(
        name="busca: página de resultados, p99",
        unit="ms CPU",
        ours=ours,
        floor=other,
        floor_is="uma consulta FTS5 do SQLite sobre os mesmos textos, p99",
    )


def _edit(effort: Effort, many: int, base: Base) -> Figure:
    base.index.ensure(base.load())
    file = base.articles / "gerado-1.md"
    return Figure(
        name=f"busca: de um artigo salvo a achado, {many} artigos",
        unit="s CPU",
        ours=tuple(_edit_s(base, file, f"pitanga{number}x") for number in range(effort.runs)),
        most=MOST_EDIT_S,
        note="mais até meio segundo para notar o arquivo",
    )


def _edit_s(base: Base, file: Path, word: str) -> float:
    with file.open("a", encoding="utf-8") as stream:
        stream.write(f"\n{word.capitalize()}.\n")
    began = process_time()
    base.index.ensure(base.load())
    hits = base.index.search(word, audience=_AUDIENCE).hits
    spent = process_time() - began
    assert hits[0].slug == file.stem, hits
    return spent


def _p99(ask: Callable[[str], object], texts: Sequence[str]) -> float:
    spent = []
    for text in texts:
        began = thread_time()
        ask(text)
        spent.append((thread_time() - began) * 1000)
    return percentile(spent, 0.99)


def _full_text(library: Library) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE page USING fts5(title, body)")
    connection.executemany(
        "INSERT INTO page VALUES (?, ?)",
        ((one.title, one.body) for one in read_documents(library)),
    )
    return connection


def _find(connection: sqlite3.Connection, text: str) -> list[tuple[str, str]]:
    words = ["".join(c for c in word if c.isalnum()) for word in text.split()]
    wanted = " OR ".join(f'"{word}"*' for word in words if word)
    if not wanted:
        return []
    query = (
        "SELECT title, snippet(page, 1, '<', '>', '…', 20) FROM page "
        "WHERE page MATCH ? ORDER BY bm25(page) LIMIT 10"
    )
    return connection.execute(query, (wanted,)).fetchall()

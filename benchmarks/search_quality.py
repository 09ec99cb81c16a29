"""Search quality by topic: hit@1 and hit@3 over a file of queries nobody tuned the words against.

    python -m benchmarks.search_quality QUERIES.tsv [--misses] [--audience A]

The file has the columns query, topic, alternates (comma separated). A query is counted only if
some article carries its topic or an alternate; a hit counts if it carries one of them.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from kbwizard.config import ROOT
from kbwizard.content.library import load_library
from kbwizard.search.documents import Kind
from kbwizard.search.index import SearchIndex
from kbwizard.search.results import SearchResult


@dataclass(frozen=True, slots=True)
class Query:
    """One question of the file and the topics that answer it."""

    text: str
    topics: frozenset[str]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("queries", type=Path)
    parser.add_argument("--audience", default="agent")
    parser.add_argument("--misses", action="store_true", help="list the queries without hit@3")
    args = parser.parse_args()
    library = load_library(ROOT / "decision_trees", ROOT / "articles")
    covered = {topic for article in library.articles.values() for topic in article.topics}
    queries = [query for query in read_queries(args.queries) if query.topics & covered]
    with tempfile.TemporaryDirectory() as folder:
        index = SearchIndex(Path(folder))
        began = time.process_time()
        documents = index.build(library)
        print(f"{documents} documents, built in {time.process_time() - began:.2f} s CPU")
        for kinds in (("article",), ("article", "tree"), None):
            report(index, queries, kinds, args.audience, misses=args.misses and kinds is None)
    return 0


def read_queries(file: Path) -> list[Query]:
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    return [
        Query(row["query"], frozenset({row["topic"], *filter(None, _listed(row["alternates"]))}))
        for row in rows
    ]


def _listed(alternates: str | None) -> list[str]:
    return [word.strip() for word in (alternates or "").split(",")]


def report(
    index: SearchIndex,
    queries: list[Query],
    kinds: tuple[Kind, ...] | None,
    audience: str,
    *,
    misses: bool,
) -> None:
    first = third = 0
    spent = []
    for query in queries:
        began = time.thread_time()
        found = index.search(query.text, audience=audience, kinds=kinds, limit=10)
        spent.append((time.thread_time() - began) * 1000)
        ranks = _fitting(found, query)
        first += 1 in ranks
        third += bool(ranks & {1, 2, 3})
        if misses and not ranks & {1, 2, 3}:
            print("  miss:", query.text, sorted(query.topics), [hit.slug for hit in found.hits[:3]])
    many = len(queries)
    spent.sort()
    print(
        f"{'+'.join(kinds) if kinds else 'everything'}: {many} queries, "
        f"hit@1 {100 * first / many:.1f}, hit@3 {100 * third / many:.1f}, "
        f"CPU p50 {spent[many // 2]:.1f} ms, p99 {spent[int(many * 0.99)]:.1f} ms"
    )


def _fitting(found: SearchResult, query: Query) -> set[int]:
    return {n for n, hit in enumerate(found.hits, start=1) if query.topics & set(hit.topics)}


if __name__ == "__main__":
    raise SystemExit(main())

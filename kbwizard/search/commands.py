"""`search` and `reindex` on the command line."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from kbwizard.config import content_dirs, data_folder
from kbwizard.content.library import load_library
from kbwizard.errors import InvalidInput
from kbwizard.search.index import SearchIndex
from kbwizard.search.ranking import MOST_HITS
from kbwizard.search.results import Hit, SearchResult
from kbwizard.wizard.model import Audience

FOLDER = "index"
_KINDS = {"article": "artigo", "tree": "árvore", "node": "passo"}


def index_folder() -> Path:
    """Where the index of this installation lives. Searching needs no key and no database."""
    return data_folder() / FOLDER


def add_parsers(subparsers: Any) -> None:
    """Add `search` and `reindex` to the command line."""
    searching = subparsers.add_parser(
        "search",
        help="procura em artigos e passos das árvores",
        description="Procura em artigos, árvores e passos, no que a audiência pode ler.",
    )
    searching.add_argument("query", nargs="+", metavar="CONSULTA")
    searching.add_argument("--audience", default="agent", choices=[str(one) for one in Audience])
    searching.add_argument("--limit", type=int, default=10, metavar="N", help="até 100")
    searching.add_argument("--json", action="store_true", help="escreve o resultado em JSON")
    searching.set_defaults(run=run_search)
    building = subparsers.add_parser(
        "reindex",
        help="refaz o índice de busca",
        description="Refaz o índice de busca a partir dos artigos e das árvores.",
    )
    building.set_defaults(run=run_reindex)


def run_search(args: argparse.Namespace) -> int:
    """Search, building the index first when the content changed. No hit is not an error."""
    if not 1 <= args.limit <= MOST_HITS:
        raise InvalidInput(f"--limit vai de 1 a {MOST_HITS}.")
    index = SearchIndex(index_folder())
    index.ensure(load_library(*content_dirs()))
    result = index.search(" ".join(args.query), audience=args.audience, limit=args.limit)
    if args.json:
        print(json.dumps(as_json(result), ensure_ascii=False, indent=2))
    else:
        _print(result)
    return 0


def run_reindex(args: argparse.Namespace) -> int:
    """Build the index anew. Exit code 0 even if some file is broken: the others are indexed."""
    library = load_library(*content_dirs())
    documents = SearchIndex(index_folder()).build(library)
    print(f"Índice refeito: {documents} documentos de busca.")
    if library.problems:
        print(
            f"{len(library.problems)} problemas no conteúdo; veja com check-content.",
            file=sys.stderr,
        )
    return 0


def as_json(result: SearchResult) -> dict[str, Any]:
    """The hits as other programs read them."""
    hits = [
        {
            "kind": hit.kind,
            "slug": hit.slug,
            "title": hit.title,
            "topics": list(hit.topics),
            "score": hit.score,
        }
        for hit in result.hits
    ]
    said = {"corrected": result.corrected, "suggestion": result.suggestion}
    return {"hits": hits} | {name: text for name, text in said.items() if text is not None}


def _print(result: SearchResult) -> None:
    if result.corrected:
        print(f"Procurando por: {result.corrected}")
    if result.suggestion:
        print(f"Você quis dizer: {result.suggestion}?")
    if not result.hits:
        print("Nada encontrado.")
    for hit in result.hits:
        print(_sentence(hit))


def _sentence(hit: Hit) -> str:
    return f"{_KINDS[hit.kind]:7} {hit.slug:36} {hit.title}"

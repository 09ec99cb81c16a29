"""`search`, `search-eval` and `reindex` on the command line."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from kbwizard.config import content_dirs, data_folder
from kbwizard.content.library import load_library
from kbwizard.errors import InvalidInput
from kbwizard.search.evaluation import (
    LOOKED_AT,
    Answer,
    Question,
    Score,
    answers,
    misses,
    read_questions,
    score,
    scores_by,
)
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
    judging = subparsers.add_parser(
        "search-eval",
        help="mede a busca com um arquivo de consultas",
        description=(
            "Mede a busca com um arquivo de consultas (colunas query, topic, alternates e "
            "audience, separadas por tabulação): hit@1, hit@3, MRR e cada consulta que errou."
        ),
    )
    judging.add_argument("file", type=Path, metavar="ARQUIVO.tsv")
    judging.add_argument(
        "--audience",
        choices=[str(one) for one in Audience],
        help="procura tudo como esta audiência, diga o arquivo o que disser",
    )
    judging.add_argument("--json", action="store_true", help="escreve o resultado em JSON")
    judging.set_defaults(run=run_evaluation)
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


def run_evaluation(args: argparse.Namespace) -> int:
    """Measure, whatever the verdict: exit code 0 says that every line was measured."""
    questions, problems = read_questions(args.file)
    for problem in problems:
        print(f"{problem.file}:{problem.line}: {problem.message}", file=sys.stderr)
    if not questions:
        raise InvalidInput(f"{args.file} não tem nenhuma consulta que sirva.")
    if args.audience:
        questions = [replace(question, audience=args.audience) for question in questions]
    index = SearchIndex(index_folder())
    index.ensure(load_library(*content_dirs()))
    answered = answers(
        questions, lambda text, who: index.search(text, audience=who, limit=LOOKED_AT)
    )
    if args.json:
        print(json.dumps(evaluation_as_json(answered), ensure_ascii=False, indent=2))
    else:
        _print_evaluation(answered)
    return 1 if problems else 0


def evaluation_as_json(answered: Sequence[Answer]) -> dict[str, Any]:
    """The scores and the misses as other programs read them."""
    groups = {"by_audience": _audience_of, "by_topic": _topic_of}
    return {
        **score(answered).as_json(),
        **{
            name: {key: found.as_json() for key, found in scores_by(answered, of).items()}
            for name, of in groups.items()
        },
        "misses": [
            {
                "query": answer.question.text,
                "audience": answer.question.audience,
                "wanted": list(answer.question.topics),
                "first": [hit.slug for hit in answer.first],
            }
            for answer in misses(answered)
        ],
    }


def _print_evaluation(answered: Sequence[Answer]) -> None:
    print(_scored("total", score(answered)))
    for name, of in (("audiência", _audience_of), ("assunto", _topic_of)):
        for key, found in scores_by(answered, of).items():
            print(_scored(f"{name} {key}", found))
    wrong = misses(answered)
    print(f"\n{len(wrong)} consultas sem acerto nos três primeiros:" if wrong else "\nNenhum erro.")
    for answer in wrong:
        came = ", ".join(hit.slug for hit in answer.first) or "nada"
        wanted = ", ".join(answer.question.topics)
        print(f"  {answer.question.text}  (queria {wanted}; veio {came})")


def _scored(name: str, found: Score) -> str:
    return (
        f"{name:36} {found.questions:4} consultas  hit@1 {100 * found.hit_1:5.1f} %"
        f"  hit@3 {100 * found.hit_3:5.1f} %  MRR {found.mrr:.3f}"
    )


def _audience_of(question: Question) -> str:
    return question.audience


def _topic_of(question: Question) -> str:
    return question.topics[0]


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

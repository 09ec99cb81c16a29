"""`directory import FILE.csv [--dry-run] [--json]` on the command line."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, inspect
from sqlalchemy.exc import DBAPIError, OperationalError

from kbwizard.config import read_settings
from kbwizard.db import make_engine
from kbwizard.db_trouble import trouble
from kbwizard.directory.importer import import_file
from kbwizard.directory.models import Customer, CustomerWord
from kbwizard.directory.report import Counts, Finding, ImportReport
from kbwizard.errors import SetupError

MOST_SHOWN = 200
"""Findings written to the terminal; `--json` always has all."""


def add_parsers(subparsers: Any) -> None:
    """Add `directory` and its actions to the command line."""
    about = "clientes, contratos e conexões"
    directory = subparsers.add_parser("directory", help=about, description=about.capitalize())
    actions = directory.add_subparsers(dest="action", required=True, metavar="AÇÃO")
    importing = actions.add_parser(
        "import",
        help="importa clientes, contratos e conexões de um CSV",
        description="Importa um CSV (colunas em docs/importar-clientes.md). Repetir atualiza.",
    )
    importing.add_argument("file", type=Path, metavar="ARQUIVO.csv")
    importing.add_argument(
        "--dry-run", action="store_true", help="só confere, sem gravar nada no banco"
    )
    importing.add_argument("--json", action="store_true", help="escreve o relatório em JSON")
    importing.set_defaults(run=run_import)


def run_import(args: argparse.Namespace) -> int:
    """Import and report. Exit code 0 only when every row was loaded, else 1."""
    settings = read_settings()
    engine = make_engine(settings.database_url)
    try:
        _need_tables(engine)
        report = import_file(
            engine, settings, args.file, now=datetime.now(UTC), dry_run=args.dry_run
        )
    except DBAPIError as error:
        raise SetupError(
            f"O banco de dados recusou: {trouble(error)}. Nada foi carregado."
        ) from error
    finally:
        engine.dispose()
    if args.json:
        print(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    else:
        _print(report, args.file)
    return 0 if report.ok else 1


def _need_tables(engine: Engine) -> None:
    try:
        names = set(inspect(engine).get_table_names())
    except OperationalError as error:
        raise SetupError(f"O banco de dados não abre: {trouble(error)}.") from error
    if not {Customer.__tablename__, CustomerWord.__tablename__} <= names:
        raise SetupError(
            "O banco de dados ainda não tem as tabelas. Rode python -m kbwizard migrate e repita."
        )


def _print(report: ImportReport, file: Path) -> None:
    for kind, findings in (("erro", report.problems), ("aviso", report.warnings)):
        for finding in findings[:MOST_SHOWN]:
            print(_sentence(file.name, kind, finding), file=sys.stderr)
        if len(findings) > MOST_SHOWN:
            rest = len(findings) - MOST_SHOWN
            print(f"… e mais {rest} do tipo {kind}; --json mostra todos.", file=sys.stderr)
    if report.encoding:
        separator = "ponto e vírgula" if report.delimiter == ";" else "vírgula"
        print(f"Arquivo lido como {report.encoding}, separado por {separator}.")
    done = "seriam carregadas" if report.dry_run else "carregadas"
    print(
        f"{report.loaded} de {report.rows} linhas {done}; {report.rows - report.loaded} recusadas."
    )
    print(f"Clientes: {_counts(report.customers)}")
    print(f"Contratos: {_counts(report.contracts)}")
    print(f"Conexões (logins): {_counts(report.lines)}")


def _sentence(name: str, kind: str, finding: Finding) -> str:
    place = f"{name}:{finding.line}" if finding.line else name
    column = f" [{finding.column}]" if finding.column else ""
    remedy = f" — {finding.remedy}" if finding.remedy else ""
    return f"{place}: {kind}{column}: {finding.message}{remedy}"


def _counts(counts: Counts) -> str:
    return f"novos {counts.new}, alterados {counts.changed}, sem mudança {counts.same}"

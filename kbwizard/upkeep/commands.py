"""`backup`, `restore`, `purge` and `keep` on the command line."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from kbwizard.accounts.commands import BY, open_database
from kbwizard.assembly_training import prepare_training, training_url
from kbwizard.cases.forgetting import keep_case, kept_cases
from kbwizard.config import Settings, read_settings
from kbwizard.db import make_engine, reading, writing
from kbwizard.errors import InvalidInput
from kbwizard.upkeep.archive import Manifest
from kbwizard.upkeep.backup import make_backup, write_keys
from kbwizard.upkeep.purge import Term, purge, terms
from kbwizard.upkeep.restore import restore


def add_parsers(subparsers: Any) -> None:
    """Add the commands of upkeep."""
    _add_backup(subparsers)
    _add_restore(subparsers)
    one = subparsers.add_parser("purge", help="apaga o que passou do prazo de guarda")
    one.add_argument("--dry-run", action="store_true", help="só diz o que seria apagado")
    one.set_defaults(run=run_purge)
    two = subparsers.add_parser("keep", help="guarda um atendimento além do prazo, com motivo")
    two.add_argument("protocol", nargs="?", metavar="PROTOCOLO", help="sem ele, lista os guardados")
    two.add_argument("--why", metavar="MOTIVO", help="por que guardar")
    two.add_argument("--let-go", action="store_true", help="volta ao prazo normal")
    two.set_defaults(run=run_keep)


def _add_backup(subparsers: Any) -> None:
    one = subparsers.add_parser("backup", help="copia os bancos de dados, sem as chaves")
    one.add_argument("file", type=Path, metavar="ARQUIVO", help="por exemplo kbwizard.tar.gz")
    one.add_argument(
        "--keys", type=Path, metavar="ARQUIVO", help="grava também as chaves, em outra pasta"
    )
    one.set_defaults(run=run_backup)


def _add_restore(subparsers: Any) -> None:
    one = subparsers.add_parser("restore", help="traz de volta uma cópia")
    one.add_argument("file", type=Path, metavar="ARQUIVO")
    one.add_argument("--replace", action="store_true", help="perde o que está no banco de dados")
    one.add_argument(
        "--other-keys", action="store_true", help="aceita que as chaves não sejam as da cópia"
    )
    one.set_defaults(run=run_restore)


def run_backup(args: argparse.Namespace) -> int:
    """Write the backup, and say what is in it."""
    settings = read_settings()
    if args.keys is not None:
        write_keys(settings, args.keys, backup=args.file)
    manifest = make_backup(_engines(settings), settings, args.file, now=datetime.now(UTC))
    print(f"Cópia gravada em {args.file}: {_rows(manifest)} linhas, revisão {manifest.revision}.")
    if args.keys is None:
        print("As chaves não estão nela. Guarde-as à parte, ou a cópia não serve por inteiro.")
    return 0


def run_restore(args: argparse.Namespace) -> int:
    """Put a backup in place. Raises `InvalidInput` with nothing written when it cannot be."""
    settings = read_settings()
    prepare_training(settings)
    manifest = restore(
        _engines(settings), settings, args.file, other_keys=args.other_keys, replace=args.replace
    )
    print(f"Restaurada a cópia de {manifest.made_at}: {_rows(manifest)} linhas.")
    return 0


def run_purge(args: argparse.Namespace) -> int:
    """Report, and forget unless it is a dry run."""
    engine, now = open_database(), datetime.now(UTC)
    done = terms(engine, now) if args.dry_run else purge(engine, now, by=BY)
    _report(done, "seriam apagados" if args.dry_run else "apagados")
    with reading(engine) as db:
        kept = len(kept_cases(db))
    if kept:
        print(f"{kept} atendimentos guardados além do prazo, com motivo: não são tocados.")
    return 0


def run_keep(args: argparse.Namespace) -> int:
    """Keep a case, let it go, or list those that are kept."""
    engine = open_database()
    if args.protocol is None:
        with reading(engine) as db:
            for case in kept_cases(db):
                print(f"{case.protocol}  {case.kept_because}")
        return 0
    if bool(args.why) == args.let_go:
        raise InvalidInput("Diga --why MOTIVO, ou --let-go para voltar ao prazo normal.")
    with writing(engine) as db:
        keep_case(db, args.protocol, why=args.why or "", by=BY, now=datetime.now(UTC))
    print(f"Atendimento {args.protocol}: {'volta ao prazo' if args.let_go else 'guardado'}.")
    return 0


def _engines(settings: Settings) -> dict[str, Engine]:
    return {
        "main": make_engine(settings.database_url),
        "training": make_engine(training_url(settings)),
    }


def _rows(manifest: Manifest) -> int:
    return sum(part.rows for part in manifest.parts)


def _report(done: Sequence[Term], word: str) -> None:
    for one in done:
        print(f"{one.count:>8} {one.label} {word} (guarda de {one.days} dias)")

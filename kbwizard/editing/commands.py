"""`articles …` on the command line: exchange, verification, approval, the schedule, history."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kbwizard.accounts.commands import BY, open_database
from kbwizard.accounts.people import find_user
from kbwizard.accounts.roles import Permission, role_may
from kbwizard.config import read_settings
from kbwizard.editing.disk import DiskContent
from kbwizard.editing.folder import write_whole
from kbwizard.editing.service import Editing
from kbwizard.editing.values import ImportReport
from kbwizard.errors import InvalidInput, SetupError, reason


def add_parsers(subparsers: Any) -> None:
    """Add `articles` and its actions to the command line."""
    about = "troca, verificação e histórico dos artigos"
    parser = subparsers.add_parser("articles", help=about, description=about.capitalize())
    actions = parser.add_subparsers(dest="action", required=True, metavar="AÇÃO")
    exporting = actions.add_parser("export", help="guarda todos os artigos e imagens num zip")
    exporting.add_argument("file", type=Path, metavar="ARQUIVO.zip")
    exporting.set_defaults(run=run_export)
    importing = actions.add_parser("import", help="traz artigos e imagens de um zip")
    importing.add_argument("file", type=Path, metavar="ARQUIVO.zip")
    importing.add_argument("--check", action="store_true", help="só diz o que faria")
    importing.set_defaults(run=run_import)
    for name, run, help_text in (
        ("verify", run_verify, "alguém responde pelo que o artigo diz hoje"),
        ("approve", run_approve, "uma segunda pessoa o libera para clientes"),
    ):
        one = actions.add_parser(name, help=help_text)
        one.add_argument("slug", metavar="ENDEREÇO")
        one.add_argument("--by", required=True, metavar="NOME", help="o usuário que responde")
        one.set_defaults(run=run)
    due = actions.add_parser("publish-due", help="publica o que tem hora marcada e já venceu")
    due.set_defaults(run=run_publish_due)
    history = actions.add_parser("history", help="as versões de um artigo")
    history.add_argument("slug", metavar="ENDEREÇO")
    history.set_defaults(run=run_history)


def open_editing() -> Editing:
    """Editing over the installation's database and folders. Raises `SetupError`."""
    settings = read_settings()
    content = DiskContent(settings.trees_dir, settings.articles_dir)
    return Editing(
        open_database(), content, settings.articles_dir, lambda: datetime.now(UTC),
        zone=settings.timezone,
    )  # fmt: skip


def run_export(args: argparse.Namespace) -> int:
    """Write the zip, whole or not at all."""
    data = open_editing().export_zip()
    write_whole(args.file, data)
    print(f"{args.file}: {len(data) // 1024 + 1} KB.")
    return 0


def run_import(args: argparse.Namespace) -> int:
    """Take a zip in, or say what it would do; exit code 1 when it has errors."""
    editing = open_editing()
    try:
        with args.file.open("rb") as stream:
            if args.check:
                report = editing.check_import(stream, trusted=True)
            else:
                report = editing.import_zip(stream, by=BY, trusted=True)
    except OSError as error:
        raise SetupError(f"{args.file} não pôde ser lido ({reason(error)}).") from error
    _print_report(report)
    return 1 if report.errors else 0


def _print_report(report: ImportReport) -> None:
    for one in report.problems:
        kind = "erro" if one.severity == "error" else "aviso"
        place = f"{one.file}:{one.line}" if one.line else one.file
        print(f"{kind}: {place}: {one.message}; {one.remedy}")
    for word, names in (
        ("novo", report.added),
        ("mudou", report.changed),
        ("imagem", report.images),
    ):
        for name in names:
            print(f"{word}: {name}")
    if report.synonyms:
        print("mudou: sinônimos")
    if report.notice:
        print(f"aviso: {report.notice}")
    if report.errors:
        print(f"Nada foi importado: {len(report.errors)} erros.")
    elif report.done:
        print(f"Importado. Iguais: {len(report.same)}.")
    else:
        print("Nada foi gravado: era só a conferência.")


def run_verify(args: argparse.Namespace) -> int:
    """Write who verified and when into the file."""
    day = open_editing().verify(args.slug, by=_person(args.by))
    print(f"{args.slug}: verificado por {args.by} em {day:%d/%m/%Y}.")
    return 0


def run_approve(args: argparse.Namespace) -> int:
    """Write who lets customers have it into the file."""
    day = open_editing().approve_public(args.slug, by=_person(args.by))
    print(f"{args.slug}: aprovado para clientes por {args.by} em {day:%d/%m/%Y}.")
    return 0


def _person(name: str) -> str:
    """A user who may edit content. Raises `InvalidInput`."""
    user = find_user(open_database(), name)
    if user is None or user.disabled or not role_may(user.role, Permission.EDIT_CONTENT):
        raise InvalidInput(f"{name} não é um usuário que possa editar artigos.")
    return user.name


def run_publish_due(args: argparse.Namespace) -> int:
    """Publish what is due; for a timer of the system, where the web server may be asleep."""
    for slug in open_editing().publish_due():
        print(f"{slug}: publicado.")
    return 0


def run_history(args: argparse.Namespace) -> int:
    """One line for each version, the latest first."""
    zone = read_settings().timezone
    for one in open_editing().history(args.slug):
        who = one.by or "arquivo"
        seconded = f", aprovado por {one.approved_by}" if one.approved_by else ""
        note = f": {one.note}" if one.note else ""
        at = f"{one.at.astimezone(zone):%d/%m/%Y %H:%M}"
        print(f"{one.number:>4}  {at}  {who}{seconded}{note}")
    return 0

"""`python -m kbwizard …`: finds the command, runs it, and turns errors into one readable line.

Each part brings its own commands; they are imported only when the command line names them, so
that `--help` is quick and a broken part does not take the others with it.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from typing import Any, NoReturn

from kbwizard.errors import KbwizardError, reason

Subparsers = Any
"""argparse's own type for this is private."""

INTERRUPTED = 130
"""What a shell expects of a command ended by Ctrl-C."""


@dataclass(frozen=True, slots=True)
class Part:
    """Where some commands come from: `module:function`, called with the subparsers."""

    source: str
    commands: tuple[tuple[str, str], ...]
    """(name, one line of help) of each command it adds."""


PARTS: tuple[Part, ...] = (
    Part(
        "kbwizard.serving:add_parsers",
        (
            ("demo", "tudo de uma vez em 127.0.0.1, com rede simulada"),
            ("serve", "atende pela web, com os dados desta instalação"),
            ("migrate", "leva o banco de dados à versão deste programa"),
        ),
    ),
    Part(
        "kbwizard.content.commands:add_parsers",
        (
            ("check-content", "confere árvores e artigos"),
            ("scenarios", "percorre os cenários das árvores"),
            ("walk", "percorre uma árvore sem tela"),
        ),
    ),
    Part(
        "kbwizard.checks.commands:add_parsers",
        (
            ("read-session", "lê a sessão PPPoE de um login em um roteador RouterOS"),
            ("read-onu", "lê uma ONU em uma OLT por SNMP"),
            ("device", "roteadores e OLTs da instalação"),
        ),
    ),
    Part(
        "kbwizard.directory.commands:add_parsers",
        (("directory", "importa clientes, contratos e conexões"),),
    ),
    Part(
        "kbwizard.editing.commands:add_parsers",
        (("articles", "troca, verificação e histórico dos artigos"),),
    ),
    Part("kbwizard.accounts.commands:add_parsers", (("user", "pessoas e papéis"),)),
    Part(
        "kbwizard.accounts.token_command:add_token_parser", (("token", "programas que usam a API"),)
    ),
    Part(
        "kbwizard.cases.settings_command:add_setting_parser",
        (("setting", "prazos, taxas, telefone e textos da casa"),),
    ),
    Part(
        "kbwizard.upkeep.commands:add_parsers",
        (
            ("backup", "copia os bancos de dados, sem as chaves"),
            ("restore", "traz de volta uma cópia"),
            ("purge", "apaga o que passou do prazo de guarda"),
            ("keep", "guarda um atendimento além do prazo, com motivo"),
        ),
    ),
    Part("kbwizard.training.commands:add_parsers", (("training", "exercícios do treinamento"),)),
    Part("kbwizard.lab.command:add_parser", (("lab", "rede simulada em 127.0.0.1"),)),
    Part(
        "kbwizard.search.commands:add_parsers",
        (
            ("search", "busca em artigos e passos"),
            ("search-eval", "mede a busca com um arquivo de consultas"),
            ("reindex", "refaz o índice de busca"),
        ),
    ),
)


_USAGE = (
    ("the following arguments are required: ", "falta informar "),
    ("unrecognized arguments: ", "não existe o argumento "),
    ("one of the arguments ", "informe um destes: "),
    (" is required", ""),
    ("expected one argument", "pede um valor"),
    ("expected at least one argument", "pede ao menos um valor"),
    ("not allowed with argument", "não combina com"),
    ("invalid choice: ", "não existe: "),
    ("(choose from ", "(use um destes: "),
    ("argument ", ""),
)
"""What argparse says, and what we say instead."""


class _Help(argparse.HelpFormatter):
    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, "uso: " if prefix is None else prefix)


class _Parser(argparse.ArgumentParser):
    """Help and usage errors in Portuguese; an error is one line, exit code 2."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{**settings, "add_help": False, "formatter_class": _Help})
        self._positionals.title = "argumentos"
        self._optionals.title = "opções"
        self.add_argument("-h", "--help", action="help", help="mostra esta ajuda")

    def error(self, message: str) -> NoReturn:
        for english, ours in _USAGE:
            message = message.replace(english, ours)
        self.exit(2, f"{self.prog}: {message}. Veja {self.prog} --help.\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0 only on success."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        return _run(arguments)
    except KbwizardError as error:
        return _failed(str(error))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _let_go_of_output()  # its reader left (`| head`): there is nobody to tell
        return 1
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        _let_go_of_output()
        return _failed(_readable(error))


def _failed(message: str) -> int:
    if sys.stderr is not None:  # closed by who started us
        with suppress(OSError):
            print(f"kbwizard: {message}", file=sys.stderr)
    return 1


def _readable(error: Exception) -> str:
    """One line about what no part expected. Disks and databases are the usual suspects."""
    if isinstance(error, OSError):
        where = f" ({error.filename})" if error.filename else ""
        return f"O sistema recusou{where}: {reason(error)}."
    from sqlalchemy.exc import DBAPIError

    if isinstance(error, DBAPIError):
        from kbwizard.db_trouble import trouble

        return f"O banco de dados não pôde ser usado: {trouble(error)}."
    said = " ".join(str(error).split())[:200] or "sem detalhe"
    return (
        f"erro inesperado, {type(error).__name__}: {said}. "
        "Rode com python -X dev -m kbwizard para ver onde."
    )


def _let_go_of_output() -> None:
    """Leave nothing that the interpreter would try to write, and complain about, at its end."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(arguments: list[str]) -> int:
    try:
        args = build_parser(_named(arguments)).parse_args(arguments)
        run: Callable[[argparse.Namespace], int] = args.run
        return run(args)
    finally:
        if sys.stdout is not None:  # closed by who started us
            sys.stdout.flush()  # here, where a full disk or a reader that left can be told


def _named(arguments: list[str]) -> str:
    return next((word for word in arguments if not word.startswith("-")), "")


def build_parser(command: str = "") -> argparse.ArgumentParser:
    """The parser with the named command in full, and one line of help for every other."""
    parser = _Parser(prog="python -m kbwizard", description="Base de conhecimento e roteiros.")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMANDO")
    for part in PARTS:
        if any(name == command for name, _ in part.commands):
            _function(part.source)(subparsers)
        else:
            for name, about in part.commands:
                subparsers.add_parser(name, help=about)
    return parser


def _function(source: str) -> Callable[[Subparsers], None]:
    module, name = source.split(":")
    found: Callable[[Subparsers], None] = getattr(import_module(module), name)
    return found

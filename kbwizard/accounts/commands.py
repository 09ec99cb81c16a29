"""`user add|list|disable` on the command line."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime
from getpass import getpass
from typing import Any

from sqlalchemy import Engine, inspect
from sqlalchemy.exc import OperationalError

from kbwizard.accounts.models import User
from kbwizard.accounts.people import create_user, disable_user, list_users
from kbwizard.accounts.roles import Role
from kbwizard.config import read_settings
from kbwizard.db import make_engine
from kbwizard.db_trouble import trouble
from kbwizard.errors import InvalidInput, SetupError

BY = "terminal"
"""Who the audit trail names: the command line knows no user."""


def add_parsers(subparsers: Any) -> None:
    """Add `user` and its actions to the command line."""
    about = "pessoas que entram no sistema"
    user = subparsers.add_parser("user", help=about, description=about.capitalize())
    actions = user.add_subparsers(dest="action", required=True, metavar="AÇÃO")
    adding = actions.add_parser("add", help="cria um usuário")
    adding.add_argument("name", metavar="NOME", help="o que a pessoa digita: maria.s")
    adding.add_argument("--role", required=True, choices=[str(role) for role in Role])
    adding.add_argument("--full-name", required=True, metavar="NOME_COMPLETO")
    adding.add_argument(
        "--password-env",
        metavar="VARIÁVEL",
        help="variável de ambiente com a senha; sem ela, a senha é pedida",
    )
    adding.set_defaults(run=run_add)
    listing = actions.add_parser("list", help="lista os usuários")
    listing.set_defaults(run=run_list)
    disabling = actions.add_parser("disable", help="impede a entrada e encerra as abertas")
    disabling.add_argument("name", metavar="NOME")
    disabling.set_defaults(run=run_disable)


def run_add(args: argparse.Namespace) -> int:
    """Create a user. Raises `InvalidInput` or `Conflict` with what to do."""
    password = _password(args.password_env)
    engine = open_database()
    user = create_user(
        engine,
        name=args.name,
        full_name=args.full_name,
        role=args.role,
        password=password,
        now=datetime.now(UTC),
        by=BY,
    )
    print(f"Usuário {user.name} criado: {Role(user.role).label}.")
    return 0


def run_list(args: argparse.Namespace) -> int:
    """One line for each user."""
    users = list_users(open_database())
    for user in users:
        print(f"{user.name:<24} {Role(user.role).label:<20} {user.full_name}{_marks(user)}")
    if not users:
        print("Nenhum usuário. Crie um com: python -m kbwizard user add NOME --role admin …")
    return 0


def run_disable(args: argparse.Namespace) -> int:
    """Shut a user out at once. Raises `NotFound`."""
    disable_user(open_database(), args.name, now=datetime.now(UTC), by=BY)
    print(f"Usuário {args.name} desativado; as entradas abertas foram encerradas.")
    return 0


def _marks(user: User) -> str:
    marks = [
        word for word, on in (("demonstração", user.demo), ("desativado", user.disabled)) if on
    ]
    return f" ({', '.join(marks)})" if marks else ""


def _password(variable: str | None) -> str:
    if variable:
        # The one name of the environment that settings cannot know: the operator chose it.
        if not os.environ.get(variable):
            raise InvalidInput(f"A variável {variable} não está definida ou está vazia.")
        return os.environ[variable]
    if not sys.stdin.isatty():
        raise InvalidInput("Sem terminal para pedir a senha: use --password-env VARIÁVEL.")
    password = getpass("Senha: ")
    if getpass("Senha outra vez: ") != password:
        raise InvalidInput("As duas senhas são diferentes. Repita o comando.")
    return password


def open_database() -> Engine:
    """The installation's database, with its tables. Raises `SetupError` in plain words."""
    engine = make_engine(read_settings().database_url, pooled=False)
    try:
        ready = inspect(engine).has_table(str(User.__tablename__))
    except OperationalError as error:
        raise SetupError(f"O banco de dados não abre: {trouble(error)}.") from error
    if not ready:
        raise SetupError(
            "O banco de dados ainda não tem as tabelas. Rode python -m kbwizard migrate e repita."
        )
    return engine

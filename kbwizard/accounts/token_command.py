"""`token add|list|revoke` on the command line: programs that may use the API."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from typing import Any

from kbwizard.accounts.commands import BY, open_database
from kbwizard.accounts.models import ApiToken
from kbwizard.accounts.tokens import Scope, list_tokens, make_token, revoke_token


def add_token_parser(subparsers: Any) -> None:
    """Add `token` and its actions to the command line."""
    about = "programas que usam a API"
    token = subparsers.add_parser("token", help=about, description=about.capitalize())
    actions = token.add_subparsers(dest="action", required=True, metavar="AÇÃO")
    adding = actions.add_parser("add", help="cria um token e o mostra uma única vez")
    adding.add_argument("name", metavar="NOME", help="de quem é: robo-do-whatsapp")
    adding.add_argument("--scope", action="append", choices=[str(one) for one in Scope])
    adding.add_argument("--days", type=int, metavar="DIAS", help="por quanto tempo vale")
    adding.set_defaults(run=run_add)
    listing = actions.add_parser("list", help="lista os tokens, sem mostrá-los")
    listing.set_defaults(run=run_list)
    revoking = actions.add_parser("revoke", help="deixa de aceitar um token")
    revoking.add_argument("name", metavar="NOME")
    revoking.set_defaults(run=run_revoke)


def run_add(args: argparse.Namespace) -> int:
    """Make a token; only the token itself goes to standard output."""
    token = make_token(
        open_database(),
        name=args.name,
        scopes=tuple(args.scope or (Scope.WALK,)),
        days=args.days,
        now=datetime.now(UTC),
        by=BY,
    )
    print("Guarde agora: ele não será mostrado de novo.", file=sys.stderr)
    print(token)
    return 0


def run_list(_args: argparse.Namespace) -> int:
    """One line for each token."""
    rows = list_tokens(open_database())
    for row in rows:
        print(f"{row.name:<24} {row.scopes:<12} {_state(row, datetime.now(UTC))}")
    if not rows:
        print("Nenhum token.")
    return 0


def run_revoke(args: argparse.Namespace) -> int:
    revoke_token(open_database(), args.name, now=datetime.now(UTC), by=BY)
    print(f"Token {args.name} revogado.")
    return 0


def _state(row: ApiToken, now: datetime) -> str:
    if row.revoked_at is not None:
        return f"revogado em {row.revoked_at:%d/%m/%Y}"
    if row.expires_at is not None and row.expires_at <= now:
        return f"venceu em {row.expires_at:%d/%m/%Y}"
    until = f"vale até {row.expires_at:%d/%m/%Y}" if row.expires_at else "vale até ser revogado"
    used = f"usado em {row.last_used_at:%d/%m/%Y}" if row.last_used_at else "nunca usado"
    return f"{until}; {used}"

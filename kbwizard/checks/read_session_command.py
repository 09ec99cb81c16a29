"""`read-session`: read one login's session from a router that need not be registered."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from kbwizard.checks.adapters.routeros import SessionSource
from kbwizard.checks.adapters.routeros_access import (
    LoginMethod,
    RouterAccess,
    default_port,
    parse_fingerprint,
)
from kbwizard.checks.adapters.routeros_pool import RouterPool
from kbwizard.checks.answers import device_answered, facts_as_json, facts_as_table
from kbwizard.checks.limits import ROUTER_CONNECTIONS, Gate
from kbwizard.checks.ports import LineRef, Subject
from kbwizard.checks.router_options import add_router_options, pem_of, secret_of
from kbwizard.errors import InvalidInput
from kbwizard.wizard.facts import Reading

TIMEOUT_S = 8.0
ZONE = ZoneInfo("America/Sao_Paulo")
"""Only for a router that would not tell its own clock: no settings are needed to try one."""


def add_parsers(subparsers: Any) -> None:
    """Add `read-session` to the command line."""
    about = "lê a sessão PPPoE de um login em um roteador RouterOS"
    parser = subparsers.add_parser(
        "read-session",
        help=about,
        description=about.capitalize(),
        allow_abbrev=False,  # or "--password SECRET" would be taken for the name of a variable
    )
    add_router_options(parser)
    parser.add_argument("--tls", action="store_true", help="usa TLS (api-ssl)")
    parser.add_argument("--login", required=True, help="login PPPoE a procurar")
    parser.add_argument("--json", action="store_true", help="escreve as leituras em JSON")
    parser.set_defaults(run=run_read_session)


def run_read_session(args: argparse.Namespace) -> int:
    """Read and print. Exit code 0 when the router answered, be it that there is no session."""
    access = _access(args)
    readings = asyncio.run(_read(access, args.login))
    if args.json:
        print(json.dumps(facts_as_json(readings), ensure_ascii=False, indent=2))
    else:
        print(f"Login {args.login} em {access.name}")
        print(facts_as_table(readings))
    return 0 if device_answered(readings.values()) else 1


def _access(args: argparse.Namespace) -> RouterAccess:
    _check_options(args)
    port = args.port or default_port(tls=args.tls)
    return RouterAccess(
        name=f"{args.host}:{port}",
        host=args.host,
        port=port,
        user=args.user,
        password=secret_of(args.password_env),
        tls=args.tls,
        ca_pem=pem_of(args.ca_file),
        fingerprint=parse_fingerprint(args.fingerprint) if args.fingerprint else "",
        server_name=args.server_name,
        login_method=LoginMethod.TOKEN if args.token_login else LoginMethod.PLAIN,
        block_lists=tuple(args.block_list),
    )


def _check_options(args: argparse.Namespace) -> None:
    if not args.host.strip():
        raise InvalidInput("--host está vazio: escreva o endereço IP ou o nome do roteador.")
    if not 0 <= args.port <= 65535:
        raise InvalidInput(f"--port {args.port} não é aceito: use um número de 1 a 65535.")
    if not args.tls and (args.ca_file or args.fingerprint or args.server_name):
        raise InvalidInput(
            "--ca-file, --fingerprint e --server-name só valem com --tls; sem --tls a senha iria "
            "em aberto pela rede. Acrescente --tls."
        )


async def _read(access: RouterAccess, login: str) -> Mapping[str, Reading]:
    pool = RouterPool(access, Gate(places=ROUTER_CONNECTIONS), zone=ZONE)
    source = SessionSource([pool], zone=ZONE)
    subject = Subject(line=LineRef(id="", login=login))
    try:
        return await source.read(subject, source.provides, deadline_s=TIMEOUT_S)
    finally:
        pool.close()
        await asyncio.sleep(0)  # transports close on the next turn of the loop

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
from kbwizard.wizard.facts import Reading

TIMEOUT_S = 8.0
ZONE = ZoneInfo("America/Sao_Paulo")
"""Only for a router that would not tell its own clock: no settings are needed to try one."""


def add_parsers(subparsers: Any) -> None:
    """Add `read-session` to the command line."""
    about = "lê a sessão PPPoE de um login em um roteador RouterOS"
    parser = subparsers.add_parser("read-session", help=about, description=about.capitalize())
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


async def _read(access: RouterAccess, login: str) -> Mapping[str, Reading]:
    pool = RouterPool(access, Gate(places=ROUTER_CONNECTIONS), zone=ZONE)
    source = SessionSource([pool], zone=ZONE)
    subject = Subject(line=LineRef(id="", login=login))
    try:
        return await source.read(subject, source.provides, deadline_s=TIMEOUT_S)
    finally:
        pool.close()
        await asyncio.sleep(0)  # transports close on the next turn of the loop

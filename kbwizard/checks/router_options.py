"""Command line options that say how a router is reached, and the secrets of any device.

Secrets are never typed on the command line, where other users of the machine could see them:
an option names the environment variable that holds one.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from kbwizard.config import Secret
from kbwizard.errors import InvalidInput


def add_router_options(parser: argparse.ArgumentParser) -> None:
    """Host, port, certificate and login of a RouterOS device; whether TLS is left to others."""
    parser.add_argument("--host", required=True, help="endereço IP ou nome do roteador")
    parser.add_argument("--port", type=int, default=0, help="8729 com TLS, 8728 sem")
    parser.add_argument("--user", required=True, help="usuário da API (read, api, test)")
    parser.add_argument(
        "--password-env", required=True, metavar="VAR", help="variável que guarda a senha"
    )
    parser.add_argument("--ca-file", type=Path, metavar="ARQUIVO", help="CA do certificado (PEM)")
    parser.add_argument(
        "--fingerprint", default="", metavar="SHA256", help="impressão digital do certificado"
    )
    parser.add_argument(
        "--server-name", default="", metavar="NOME", help="nome esperado no certificado"
    )
    parser.add_argument(
        "--token-login", action="store_true", help="login por desafio (RouterOS anterior ao 6.43)"
    )
    parser.add_argument(
        "--block-list", action="append", default=[], metavar="LISTA",
        help="lista de endereços que significa bloqueio (pode repetir)",
    )  # fmt: skip


def secret_of(variable: str | None) -> Secret:
    """The secret in an environment variable; raises `InvalidInput` when it is not there."""
    if not variable:
        return Secret("")
    value = os.environ.get(variable, "")
    if not value:
        raise InvalidInput(f"A variável de ambiente {variable} está vazia ou não existe.")
    return Secret(value)


def pem_of(file: Path | None) -> str:
    """The text of a certificate file; raises `InvalidInput` when it cannot be read."""
    if file is None:
        return ""
    try:
        return file.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        raise InvalidInput(f"O arquivo {file} não pode ser lido como certificado PEM.") from None

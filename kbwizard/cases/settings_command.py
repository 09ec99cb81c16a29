"""`setting` on the command line: what a lead may change, and changing it with its history."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from typing import Any

from kbwizard.accounts.commands import BY, open_database
from kbwizard.cases.settings import DEFAULTS, CaseSettings
from kbwizard.errors import InvalidInput


def add_setting_parser(subparsers: Any) -> None:
    """Add `setting` to the command line."""
    about = "mostra ou muda prazos, taxas, telefone e textos da casa"
    one = subparsers.add_parser("setting", help=about, description=about.capitalize())
    one.add_argument("key", nargs="?", metavar="NOME", help="sem ele, mostra todos")
    one.add_argument("value", nargs="?", metavar="VALOR", help="texto, número ou JSON")
    one.set_defaults(run=run_setting)


def run_setting(args: argparse.Namespace) -> int:
    """Show all, show one, or change one. Raises `InvalidInput` for what cannot be."""
    settings = CaseSettings(open_database())
    if args.key is not None and args.key not in DEFAULTS:
        raise InvalidInput(f"Não existe a configuração {args.key!r}: {', '.join(DEFAULTS)}.")
    if args.value is not None:
        value = _value(args.key, args.value)
        try:
            settings.change(args.key, value, by=BY, now=datetime.now(UTC))
        except InvalidInput as error:
            raise InvalidInput(" ".join((str(error), *error.fields.values()))) from error
    for key in [args.key] if args.key is not None else DEFAULTS:
        print(f"{key} = {json.dumps(settings.get(key), ensure_ascii=False)}")
    return 0


def _value(key: str, text: str) -> Any:
    """Text where the default is text, so that a phone needs no quotes; else JSON."""
    if isinstance(DEFAULTS[key], str):
        return text
    try:
        return json.loads(text)
    except ValueError as error:
        raise InvalidInput(f"{key} pede um número ou um valor em JSON, e veio {text!r}.") from error

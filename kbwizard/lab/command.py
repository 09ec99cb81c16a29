"""`python -m kbwizard lab`: run the lab, or steer one that runs (`lab ctl VERB …`)."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kbwizard.config import ROOT
from kbwizard.errors import KbwizardError
from kbwizard.lab.client import LabClient
from kbwizard.lab.endpoints import Endpoints, read_endpoints
from kbwizard.lab.running import LabOptions, run_lab

DEFAULT_READY_FILE = ROOT / "data" / "lab.json"
OPTIONAL = "?"
ARGUMENTS: dict[str, tuple[str, ...]] = {
    "status": (),
    "faults": (),
    "subscribers": ("login?",),
    "set-fault": ("login", "fault"),
    "clear-fault": ("login",),
    "reset": (),
    "restart": ("login",),
    "fix": ("login",),
    "drop-session": ("login",),
    "misbehave": ("device", "what"),
    "behave": ("device", "what?"),
    "counts": (),
    "speed": ("speed?",),
    "stop": (),
}
SAYS = {
    "status": "o que está no ar",
    "faults": "falhas conhecidas e em vigor",
    "subscribers": "todos os assinantes como estão agora",
    "set-fault": "põe uma falha em um login",
    "clear-fault": "tira a falha, como se nunca tivesse havido",
    "reset": "volta às falhas do início",
    "restart": "o cliente reinicia os aparelhos",
    "fix": "a causa é consertada; a volta leva o seu tempo",
    "drop-session": "derruba a sessão PPPoE",
    "misbehave": "faz um equipamento se comportar mal, por exemplo late:3",
    "behave": "o equipamento volta ao normal",
    "counts": "quantas perguntas cada equipamento recebeu",
    "speed": "quantas vezes mais rápido os aparelhos voltam",
    "stop": "encerra o laboratório",
}


def add_parser(subparsers: Any) -> None:
    """Register `lab` with the product's command line."""
    parser = subparsers.add_parser("lab", help="rede simulada em 127.0.0.1")
    fill_parser(parser)


def fill_parser(parser: argparse.ArgumentParser) -> None:
    """The options of `lab` and the verbs of `lab ctl`."""
    parser.add_argument("--control-port", type=int, default=0, help="porta de controle")
    parser.add_argument("--base-port", type=int, default=0, help="primeira de portas seguidas")
    parser.add_argument("--speed", type=float, default=None, help="recuperação N vezes mais rápida")
    parser.add_argument("--ready-file", type=Path, default=None, help="onde gravar os endereços")
    parser.add_argument("--state-file", type=Path, default=None, help="onde guardar as falhas")
    parser.add_argument("--quiet", action="store_true", help="não mostra os endereços")
    parser.add_argument("--parent", type=int, default=0, help="encerra junto com este processo")
    parser.set_defaults(run=run)
    steps = parser.add_subparsers(dest="step", metavar="ctl")
    control = steps.add_parser("ctl", help="comanda um laboratório que está no ar")
    control.add_argument(
        "--file", type=Path, default=DEFAULT_READY_FILE, help="endereços do laboratório"
    )
    control.add_argument("--control", default="", metavar="PORTA", help="porta de controle")
    verbs = control.add_subparsers(dest="verb", required=True, metavar="VERBO")
    for verb, names in ARGUMENTS.items():
        one = verbs.add_parser(verb, help=SAYS[verb])
        for name in names:
            kind = float if name == "speed?" else str
            if name.endswith(OPTIONAL):
                one.add_argument(name.removesuffix(OPTIONAL), type=kind, nargs="?")
            else:
                one.add_argument(name, type=kind)
        if verb == "counts":
            one.add_argument("--reset", action="store_true", help="recomeça a contagem")
        if verb == "set-fault":
            one.add_argument("--age", type=float, default=None, metavar="SEGUNDOS")
    control.set_defaults(run=steer)


def run(arguments: argparse.Namespace) -> int:
    """Run a lab until it is stopped."""
    options = LabOptions(
        speed=arguments.speed,
        state_file=arguments.state_file,
        ready_file=arguments.ready_file or _default_ready_file(),
        base_port=arguments.base_port,
        control_port=arguments.control_port,
        parent=arguments.parent,
    )
    return _readable(lambda: run_lab(options, _quiet if arguments.quiet else _announce))


def _default_ready_file() -> Path:
    DEFAULT_READY_FILE.parent.mkdir(exist_ok=True)
    return DEFAULT_READY_FILE


def _quiet(_: Endpoints) -> None:
    """Nothing to say."""


def _announce(endpoints: Endpoints) -> None:
    print("Laboratório no ar:")
    for one in endpoints.devices:
        secure = f", TLS {one.tls_port}" if one.tls_port else ""
        print(f"  {one.name:14} {one.host}:{one.port}{secure}  {one.profile or one.version}")
    print(f"  controle       {endpoints.control_host}:{endpoints.control_port}", flush=True)


def steer(arguments: argparse.Namespace) -> int:
    """One verb to a running lab; prints what it answers as JSON."""

    def ask() -> None:
        result = _client(arguments).call(arguments.verb, **_given(arguments))
        if result is not None:
            print(json.dumps(result, ensure_ascii=False, indent=1))

    return _readable(ask)


def _client(arguments: argparse.Namespace) -> LabClient:
    if arguments.control:
        return LabClient(("127.0.0.1", int(arguments.control)))
    return LabClient(read_endpoints(arguments.file).control)


def _given(arguments: argparse.Namespace) -> dict[str, object]:
    names = [name.removesuffix(OPTIONAL) for name in ARGUMENTS[arguments.verb]]
    given = {name: getattr(arguments, name) for name in names}
    if arguments.verb == "counts":
        given["reset"] = arguments.reset
    if arguments.verb == "set-fault":
        given["age_s"] = arguments.age
    return given


def _readable(action: Callable[[], None]) -> int:
    """0, or 1 with one line of words on standard error."""
    try:
        action()
    except (KbwizardError, OSError) as error:
        print(f"kbwizard lab: {error}", file=sys.stderr)
        return 1
    return 0

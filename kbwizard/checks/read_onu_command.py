"""`read-onu`: reads one ONU from the command line, to try an OLT before adding it.

The exit code is 0 when the OLT answered, also when it answered that there is no such ONU; 1 when
nothing could be read from it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from typing import Any

from kbwizard.checks import loop
from kbwizard.checks.adapters.snmp_engine import (
    AUTH_PROTOCOLS,
    PRIV_PROTOCOLS,
    V3,
    Credentials,
    V2c,
    warm,
)
from kbwizard.checks.adapters.snmp_engine import close as close_engines
from kbwizard.checks.adapters.snmp_olt import ONU_FACTS, Olt, OnuSource, PonSource
from kbwizard.checks.answers import REASONS, device_answered, facts_as_json
from kbwizard.checks.pon_pattern import PON_FACTS
from kbwizard.checks.ports import LineRef, Subject
from kbwizard.checks.profiles import find_profile, shipped_profiles
from kbwizard.config import Secret, secret_from_environment, timezone_from_environment
from kbwizard.errors import SetupError
from kbwizard.wizard.facts import Reading, Unavailable

DEADLINE_S = 8.0
LONGEST_S = 60.0
WARM_UP_S = 20.0

LABELS: Mapping[str, tuple[str, str]] = {
    "onu.state": ("Estado da ONU", ""),
    "onu.last_down_cause": ("Causa da última queda", ""),
    "onu.last_down_at": ("Última queda", ""),
    "onu.down_for_s": ("Fora do ar há", "s"),
    "onu.rx_dbm": ("Sinal na ONU", "dBm"),
    "onu.tx_dbm": ("Emissão da ONU", "dBm"),
    "onu.olt_rx_dbm": ("Sinal da ONU na OLT", "dBm"),
    "onu.distance_m": ("Distância", "m"),
    "onu.temperature_c": ("Temperatura", "°C"),
    "onu.uptime_s": ("No ar há", "s"),
    "onu.serial": ("Serial", ""),
    "onu.serial_matches": ("Serial confere", ""),
    "onu.lan_link": ("Porta de rede", ""),
    "onu.lan_speed_mbps": ("Velocidade da porta", "Mbps"),
    "onu.lan_duplex": ("Modo da porta", ""),
    "pon.onus_total": ("ONUs na PON", ""),
    "pon.onus_down": ("ONUs fora do ar na PON", ""),
    "pon.recent_los": ("Sem luz há pouco", ""),
    "pon.recent_dying_gasp": ("Sem energia há pouco", ""),
    "pon.pattern": ("Vizinhos", ""),
    "pon.extent": ("Alcance", ""),
}


def add_parsers(subparsers: Any) -> None:
    """Add `read-onu` to the command line."""
    parser = subparsers.add_parser(
        "read-onu",
        help="lê uma ONU na OLT por SNMP",
        description="Lê uma ONU na OLT por SNMP, antes de cadastrar a OLT.",
        allow_abbrev=False,  # or "--v3-auth-key SECRET" would be taken for a variable's name
        epilog="Sai com 0 quando a OLT respondeu (mesmo que a ONU não exista nela), senão com 1.",
    )
    parser.add_argument("--host", required=True, help="endereço da OLT")
    parser.add_argument("--port", type=int, default=161, help="porta UDP (161)")
    parser.add_argument("--profile", required=True, help="família da OLT, ver docs/profiles.md")
    parser.add_argument("--pon", default="", help="PON como o fabricante escreve, como 0/1/3")
    parser.add_argument("--onu", type=int, help="número da ONU na PON")
    parser.add_argument("--serial", default="", help="serial da ONU")
    parser.add_argument("--neighbours", action="store_true", help="ler também os vizinhos da PON")
    parser.add_argument("--timeout", type=float, default=DEADLINE_S, help="segundos (8)")
    parser.add_argument("--json", action="store_true", help="responder em JSON")
    _add_credentials(parser)
    parser.set_defaults(run=run)


def _add_credentials(parser: argparse.ArgumentParser) -> None:
    keys = parser.add_argument_group("chaves", "as chaves vêm de variáveis de ambiente")
    keys.add_argument("--community", help="community de leitura (SNMP v2c)")
    keys.add_argument("--community-env", metavar="VAR", help="variável com a community")
    keys.add_argument("--v3-user", help="usuário do SNMPv3")
    keys.add_argument("--v3-auth-key-env", metavar="VAR", help="variável com a autenticação")
    keys.add_argument("--v3-priv-key-env", metavar="VAR", help="variável com a privacidade")
    keys.add_argument("--v3-context", default="", help="contexto do SNMPv3")
    keys.add_argument("--v3-auth", choices=tuple(AUTH_PROTOCOLS), default="SHA")
    keys.add_argument("--v3-priv", choices=tuple(PRIV_PROTOCOLS), default="AES")


def run(args: argparse.Namespace) -> int:
    """Read and print. Raises `SetupError` or `NotFound` for arguments that cannot work."""
    if not 0 < args.timeout <= LONGEST_S:
        raise SetupError(f"--timeout {args.timeout} não é aceito: use até {LONGEST_S:.0f} s.")
    readings = read_onu(
        _olt(args), _line(args), neighbours=args.neighbours, deadline_s=args.timeout
    )
    if args.json:
        print(json.dumps(facts_as_json(readings), ensure_ascii=False, indent=2))
    else:
        print("\n".join(_table(readings)))
    if device_answered(readings.values()):
        return 0
    print(f"kbwizard: {_trouble(readings)}", file=sys.stderr)
    return 1


def read_onu(
    olt: Olt, line: LineRef, *, neighbours: bool = False, deadline_s: float = DEADLINE_S
) -> dict[str, Reading]:
    """Every fact of one ONU, and of its PON when asked, in a loop that is closed afterwards."""
    sources: list[tuple[OnuSource | PonSource, list[str]]] = [
        (OnuSource(olt), [fact for fact in LABELS if fact in ONU_FACTS])
    ]
    if neighbours:
        sources.append((PonSource(olt), list(PON_FACTS)))
    thread = loop.LoopThread("kbwizard-read-onu")
    thread.on_close(close_engines)
    readings: dict[str, Reading] = {}
    try:
        thread.run(warm(), WARM_UP_S)  # so that the duration shown is the OLT's
        for source, facts in sources:
            reading = source.read(Subject(line=line), facts, deadline_s=deadline_s)
            readings.update(thread.run(reading, deadline_s + 2))
    finally:
        thread.close()
    return readings


def _olt(args: argparse.Namespace) -> Olt:
    if not 1 <= args.port <= 65535:
        raise SetupError(f"--port {args.port} não é aceito: use um número de 1 a 65535.")
    return Olt(
        name=f"{args.host}:{args.port}",
        host=args.host,
        port=args.port,
        profile=find_profile(args.profile),
        credentials=_credentials(args),
        zone=timezone_from_environment(),
    )


def _credentials(args: argparse.Namespace) -> Credentials:
    if sum(bool(given) for given in (args.community, args.community_env, args.v3_user)) != 1:
        raise SetupError("Informe uma chave: --community, --community-env ou --v3-user.")
    if args.community:
        return V2c(Secret(args.community))
    if args.community_env:
        return V2c(secret_from_environment(args.community_env))
    if not (args.v3_auth_key_env and args.v3_priv_key_env):
        raise SetupError("Com --v3-user informe --v3-auth-key-env e --v3-priv-key-env.")
    return V3(
        user=args.v3_user,
        auth_key=secret_from_environment(args.v3_auth_key_env),
        priv_key=secret_from_environment(args.v3_priv_key_env),
        context=args.v3_context,
        auth=args.v3_auth,
        priv=args.v3_priv,
    )


def _line(args: argparse.Namespace) -> LineRef:
    by_serial = shipped_profiles()[args.profile].by_serial
    enough = args.serial if by_serial else args.pon and (args.serial or args.onu is not None)
    if not enough:
        needed = "--serial" if by_serial else "--pon e --onu, ou --pon e --serial"
        raise SetupError(f"Informe onde está a ONU: {needed}.")
    return LineRef(id="read-onu", pon=args.pon, onu=args.onu, serial=args.serial)


def _table(readings: Mapping[str, Reading]) -> list[str]:
    width = max(len(label) for label, _ in LABELS.values())
    return [
        f"{LABELS[fact][0]:<{width}}  {_shown(fact, readings[fact])}"
        for fact in LABELS
        if fact in readings
    ]


def _shown(fact: str, reading: Reading) -> str:
    value = reading.value
    if isinstance(value, Unavailable):
        return f"— {REASONS[value.reason]}: {value.detail}"
    if isinstance(value, bool):
        return "sim" if value else "não"
    if fact == "onu.distance_m" and value == 0:
        return "0 m (sem medida)"
    text = f"{value:.2f}".replace(".", ",") if isinstance(value, float) else str(value)
    return f"{text} {LABELS[fact][1]}".rstrip()


def _trouble(readings: Mapping[str, Reading]) -> str:
    for reading in readings.values():
        if isinstance(reading.value, Unavailable):
            return reading.value.detail
    return "nada foi lido"

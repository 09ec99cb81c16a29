"""How a device can misbehave on demand, as data, and the small parser of `name:argument`."""

from __future__ import annotations

from typing import Literal

from kbwizard.errors import InvalidInput

Kind = Literal["olt", "router"]
Mischief = dict[str, str]
"""Misbehaviours in force, each with its argument (empty where it takes none)."""

_BOTH: frozenset[Kind] = frozenset({"olt", "router"})
_OLT: frozenset[Kind] = frozenset({"olt"})
_ROUTER: frozenset[Kind] = frozenset({"router"})

KNOWN: dict[str, tuple[frozenset[Kind], str]] = {
    "silence": (_BOTH, "recebe e nunca responde"),
    "refuse": (_BOTH, "porta fechada"),
    "garbage": (_BOTH, "responde bytes sem sentido"),
    "half": (_BOTH, "corta a resposta no meio de uma palavra"),
    "slow": (_BOTH, "goteja: um byte a cada N segundos (OLT: N segundos por resposta)"),
    "late": (_BOTH, "responde depois de N segundos"),
    "wrong_name": (_BOTH, "responde a linha de outro cliente"),
    "sentinels": (_OLT, 'todos os níveis ópticos em "sem valor"'),
    "no_such_column": (_OLT, "uma coluna não existe neste firmware (argumento: OID)"),
    "wrong_v3_key": (_OLT, "recusa a chave do SNMPv3"),
    "generic_error": (_OLT, "responde genErr a toda leitura"),
    "fatal": (_ROUTER, "responde !fatal e fecha"),
    "trap": (_ROUTER, "responde !trap a todo comando"),
    "bare_trap": (_ROUTER, "responde !trap sem mensagem"),
    "latin1": (_ROUTER, "comentários em latin-1"),
    "vanish": (_ROUTER, "a sessão some entre a leitura e a remoção"),
    "crowd": (_ROUTER, "N sessões a mais"),
    "short_log": (_ROUTER, "o log guarda só as últimas N linhas"),
    "token_only": (_ROUTER, "só aceita a entrada por desafio, como antes do 6.43"),
    "tls_wrong_name": (_ROUTER, "certificado de outro nome"),
    "tls_expired": (_ROUTER, "certificado vencido"),
    "tls_anonymous": (_ROUTER, "TLS sem certificado (só cifras anônimas)"),
}
DEFAULTS = {"slow": "0.25", "late": "3", "crowd": "5000", "short_log": "20"}
_NUMBERS = frozenset(DEFAULTS)


def parse_mischief(text: str, kind: Kind) -> tuple[str, str]:
    """`late:2.5` as name and argument; raises `InvalidInput` when this kind cannot do it."""
    name, _, argument = text.partition(":")
    if name not in KNOWN or kind not in KNOWN[name][0]:
        able = ", ".join(known for known, (kinds, _) in KNOWN.items() if kind in kinds)
        raise InvalidInput(f"Este equipamento não sabe {name!r}. Ele sabe: {able}.")
    argument = argument or DEFAULTS.get(name, "")
    if name in _NUMBERS:
        _check_number(name, argument)
    return name, argument


def _check_number(name: str, argument: str) -> None:
    try:
        fits = 0 <= float(argument) <= 100_000
    except ValueError:
        fits = False
    if not fits:
        raise InvalidInput(f"{name}:{argument}: ponha um número depois dos dois pontos.")


def seconds(mischief: Mischief, name: str) -> float:
    """The argument of a timed misbehaviour, 0 when it is not in force."""
    return float(mischief[name]) if name in mischief else 0.0

"""What somebody typed about a new device, and what is wrong with it, field by field."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kbwizard.checks.adapters.routeros_access import (
    LoginMethod,
    RouterAccess,
    parse_fingerprint,
    tls_context,
)
from kbwizard.checks.profiles import find_profile
from kbwizard.config import Secret
from kbwizard.errors import InvalidInput, NotFound

SHORTEST_V3_KEY = 8
LONGEST_V3_USER = 32
"""RFC 3414, 5: usmUserName, in octets of UTF-8."""
LONGEST_SNMP_TEXT = 255
V3_AUTH = ("SHA", "SHA224", "SHA256", "SHA384", "SHA512")
V3_PRIV = ("AES", "AES192", "AES256")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDevice:
    """What somebody typed about a device. `port` 0: the usual one. Secrets by their field."""

    kind: str
    name: str
    host: str
    port: int = 0
    tls: bool = True
    ca_pem: str = ""
    fingerprint: str = ""
    server_name: str = ""
    login_method: str = "plain"
    user: str = ""
    action_user: str = ""
    block_lists: tuple[str, ...] = ()
    profile: str = ""
    snmp_version: str = ""
    v3_user: str = ""
    v3_context: str = ""
    v3_auth: str = "SHA"
    v3_priv: str = "AES"
    clock_offset_minutes: int | None = None
    enabled: bool = True
    password: Secret = field(default_factory=lambda: Secret(""))
    action_password: Secret = field(default_factory=lambda: Secret(""))
    community: Secret = field(default_factory=lambda: Secret(""))
    v3_auth_key: Secret = field(default_factory=lambda: Secret(""))
    v3_priv_key: Secret = field(default_factory=lambda: Secret(""))


def problems_of(new: NewDevice) -> dict[str, str]:
    """What to write instead, by field; empty when the device can be added."""
    wrong = _common_problems(new)
    if new.kind == "router":
        wrong |= _router_problems(new)
    elif new.kind == "olt":
        wrong |= _olt_problems(new)
    return wrong


def can_be_sent(text: str) -> bool:
    """Whether a community or a key goes over the wire as it is: latin-1, and not absurdly long."""
    try:
        return len(text.encode("latin-1")) <= LONGEST_SNMP_TEXT
    except UnicodeEncodeError:
        return False


def _common_problems(new: NewDevice) -> dict[str, str]:
    wrong = {}
    if new.kind not in ("router", "olt"):
        wrong["kind"] = "use router ou olt"
    if not re.fullmatch(r"[\w.-]{1,60}", new.name.strip()):
        wrong["name"] = "use de 1 a 60 letras, números, ponto, hífen ou sublinhado"
    if not re.fullmatch(r"[A-Za-z0-9.:_-]{1,255}", new.host.strip()):
        wrong["host"] = "use um endereço IP ou um nome de host"
    if not 0 <= new.port <= 65535:
        wrong["port"] = "use uma porta de 1 a 65535"
    return wrong


def _router_problems(new: NewDevice) -> dict[str, str]:
    wrong = {}
    if not new.user or not new.password.reveal():
        wrong["user"] = "informe o usuário da API e a senha dele"
    if new.login_method not in tuple(LoginMethod):
        wrong["login_method"] = "use plain, ou token (RouterOS anterior ao 6.43)"
    if bool(new.action_user) != bool(new.action_password.reveal()):
        wrong["action_user"] = "usuário e senha de ação andam juntos"
    if not new.tls and (new.ca_pem or new.fingerprint or new.server_name):
        wrong["tls"] = "CA, impressão digital e nome no certificado só valem com TLS"
    try:
        fingerprint = parse_fingerprint(new.fingerprint) if new.fingerprint else ""
        tls_context(
            RouterAccess(
                new.name, new.host, new.port, "", Secret(""),
                ca_pem=new.ca_pem, fingerprint=fingerprint,
            )
        )  # fmt: skip
    except InvalidInput as error:
        wrong["ca_pem" if new.ca_pem else "fingerprint"] = str(error)
    return wrong


def _olt_problems(new: NewDevice) -> dict[str, str]:
    wrong = {}
    try:
        find_profile(new.profile)
    except (NotFound, InvalidInput) as error:
        wrong["profile"] = str(error)
    if new.snmp_version not in ("", "2c", "3"):
        wrong["snmp_version"] = "use 2c ou 3"
    uses_v3 = new.snmp_version == "3" or (new.snmp_version == "" and new.v3_user != "")
    if not uses_v3 and not new.community.reveal():
        wrong["community"] = "informe a community de leitura, ou um usuário SNMPv3"
    if not can_be_sent(new.community.reveal()):
        wrong["community"] = "tem caracteres que o SNMP não aceita, ou é longa demais"
    if uses_v3 and not 0 < len(new.v3_user.encode("utf-8", "replace")) <= LONGEST_V3_USER:
        wrong["v3_user"] = f"informe o usuário SNMPv3, de até {LONGEST_V3_USER} letras"
    keys = (new.v3_auth_key.reveal(), new.v3_priv_key.reveal())
    if not all(can_be_sent(key) for key in keys):
        wrong["v3_priv_key"] = "uma chave tem caracteres que o SNMP não aceita"
    if uses_v3 and min(len(key) for key in keys) < SHORTEST_V3_KEY:
        wrong["v3_auth_key"] = f"as chaves SNMPv3 têm pelo menos {SHORTEST_V3_KEY} caracteres"
    if new.v3_auth not in V3_AUTH:
        wrong["v3_auth"] = f"use {', '.join(V3_AUTH)}"
    if new.v3_priv not in V3_PRIV:
        wrong["v3_priv"] = f"use {', '.join(V3_PRIV)}"
    if new.clock_offset_minutes is not None and not -840 <= new.clock_offset_minutes <= 840:
        wrong["clock_offset_minutes"] = "use de -840 a 840 minutos"
    return wrong

"""How one RouterOS device is reached: address, TLS, login. No network here."""

from __future__ import annotations

import hashlib
import re
import ssl
from dataclasses import dataclass, field
from enum import StrEnum

from kbwizard.config import Secret
from kbwizard.errors import InvalidInput


class LoginMethod(StrEnum):
    """`TOKEN` is the MD5 challenge of RouterOS before 6.43; nothing chooses by itself."""

    PLAIN = "plain"
    TOKEN = "token"


@dataclass(frozen=True, slots=True)
class RouterAccess:
    """One router, and the user that reads it.

    `user` needs the policies read, api and test. `action_user`, when given, needs write as well
    and is used only to drop a session. With `tls`, the certificate must fit `fingerprint` when
    there is one (SHA-256 of the certificate, hexadecimal), else `ca_pem`, else the system's
    authorities, and its name must be `server_name` or the host.
    """

    name: str
    host: str
    port: int
    user: str
    password: Secret
    tls: bool = True
    ca_pem: str = ""
    fingerprint: str = ""
    server_name: str = ""
    login_method: LoginMethod = LoginMethod.PLAIN
    action_user: str = ""
    action_password: Secret = field(default_factory=lambda: Secret(""))
    block_lists: tuple[str, ...] = ()
    """Address lists that mean "blocked for non-payment"; their names are the provider's own."""


def default_port(*, tls: bool) -> int:
    """api-ssl or api, as RouterOS names them."""
    return 8729 if tls else 8728


def parse_fingerprint(text: str) -> str:
    """SHA-256 in lower case without colons; raises `InvalidInput`.

    >>> parse_fingerprint("AB:" * 31 + "cd")[:6]
    'ababab'
    """
    plain = re.sub(r"[:\s]", "", text).lower()
    if not re.fullmatch(r"[0-9a-f]{64}", plain):
        raise InvalidInput(
            "A impressão digital do certificado precisa ser o SHA-256, com 64 dígitos "
            "hexadecimais (com ou sem dois-pontos)."
        )
    return plain


def tls_context(access: RouterAccess) -> ssl.SSLContext:
    """The checks a router's certificate must pass. Raises `InvalidInput` for a wrong CA.

    Anonymous key exchange, which api-ssl offers without a certificate, is in no default cipher
    list and therefore refused. A pinned fingerprint is compared after the handshake, before any
    word is sent (`certificate_fits`), so a self-signed certificate needs no authority.
    """
    try:
        context = ssl.create_default_context(cadata=access.ca_pem or None)
    except (ssl.SSLError, ValueError, TypeError):
        raise InvalidInput("O certificado da autoridade (CA) não é um PEM válido.") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if access.fingerprint:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def certificate_fits(access: RouterAccess, certificate: bytes | None) -> bool:
    """Whether the DER certificate is the pinned one; always so when none is pinned."""
    if not access.fingerprint:
        return True
    if not certificate:
        return False
    return hashlib.sha256(certificate).hexdigest() == access.fingerprint

"""Device credentials at rest: encrypted with keys that are never kept beside them.

The first key encrypts, every key decrypts; so a key is rotated by putting a new one in front,
encrypting everything again (`device rotate`), and taking the old one away.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from kbwizard.config import Secret
from kbwizard.errors import SetupError


class Vault:
    """Encrypts and decrypts the secrets of devices. Raises `SetupError`, never shows a value."""

    def __init__(self, key: Secret) -> None:
        """`key` holds Fernet keys, comma separated, newest first."""
        keys = [part.strip() for part in key.reveal().split(",") if part.strip()]
        try:
            self._fernet = MultiFernet([Fernet(part) for part in keys])
        except ValueError:
            raise SetupError(
                "KBWIZARD_CREDENTIALS_KEY não é uma chave válida: use chaves Fernet (32 bytes em "
                "base64), separadas por vírgula, a mais nova primeiro."
            ) from None

    def seal(self, secrets: Mapping[str, Secret]) -> str:
        """All secrets of one device as one encrypted text; empty ones are left out."""
        plain = {name: secret.reveal() for name, secret in secrets.items() if secret.reveal()}
        return self._fernet.encrypt(json.dumps(plain).encode("utf-8")).decode("ascii")

    def unseal(self, sealed: str, *, owner: str) -> dict[str, Secret]:
        """The secrets of the device `owner`, which only words the error."""
        try:
            plain = json.loads(self._fernet.decrypt(sealed.encode("ascii")))
        except (InvalidToken, ValueError):
            raise SetupError(
                f"As credenciais de {owner} não abrem com a KBWIZARD_CREDENTIALS_KEY atual. "
                "Ponha a chave antiga na lista, ou cadastre o equipamento de novo."
            ) from None
        return {name: Secret(value) for name, value in plain.items()}

    def reseal(self, sealed: str, *, owner: str) -> str:
        """The same secrets under the newest key."""
        return self.seal(self.unseal(sealed, owner=owner))

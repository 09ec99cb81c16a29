"""SNMPv3's user security model (RFC 3414, RFC 3826): SHA-1 digests and AES-128, nothing else.

Only what an agent needs: keys from pass phrases, checking and making digests, and the two ways
of the cipher. Engine discovery and reports are in `snmp_v3`.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

DIGEST_SIZE = 12
BLANK_DIGEST = bytes(DIGEST_SIZE)


@dataclass(frozen=True)
class UsmUser:
    """A v3 user with the pass phrases of its authPriv level."""

    name: str
    auth_key: str
    priv_key: str


@dataclass(frozen=True)
class LocalKeys:
    """A user's keys, localised for one engine."""

    auth: bytes
    priv: bytes


def localise(user: UsmUser, engine_id: bytes) -> LocalKeys:
    """Both pass phrases made into keys of this engine (RFC 3414, A.2.2)."""
    return LocalKeys(
        auth=_localised(user.auth_key, engine_id),
        priv=_localised(user.priv_key, engine_id)[:16],
    )


def _localised(phrase: str, engine_id: bytes) -> bytes:
    text = phrase.encode()
    megabyte = (text * (1048576 // len(text) + 1))[:1048576]
    key = hashlib.sha1(megabyte, usedforsecurity=False).digest()
    return hashlib.sha1(key + engine_id + key, usedforsecurity=False).digest()


def digest(key: bytes, message: bytes) -> bytes:
    """HMAC-SHA-96 over a message whose own digest field is blank."""
    return hmac.new(key, message, hashlib.sha1).digest()[:DIGEST_SIZE]


def _cipher(key: bytes, boots: int, time: int, salt: bytes) -> Cipher[CFB]:
    start = boots.to_bytes(4, "big") + time.to_bytes(4, "big") + salt
    return Cipher(algorithms.AES(key), CFB(start))


def encrypt(key: bytes, boots: int, time: int, salt: bytes, plain: bytes) -> bytes:
    """AES-128-CFB with the start vector of RFC 3826."""
    worker = _cipher(key, boots, time, salt).encryptor()
    return worker.update(plain) + worker.finalize()


def decrypt(key: bytes, boots: int, time: int, salt: bytes, secret: bytes) -> bytes:
    """The way back; garbage comes out of a wrong key, the caller notices."""
    worker = _cipher(key, boots, time, salt).decryptor()
    return worker.update(secret) + worker.finalize()

"""Password hashes: argon2id, and never more than two at a time."""

from __future__ import annotations

from functools import cache
from secrets import token_hex
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# Each hash fills 64 MiB for a moment: without a limit, a burst of tries would exhaust memory.
_TWO_AT_A_TIME = BoundedSemaphore(2)
_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """The argon2id hash to store."""
    with _TWO_AT_A_TIME:
        return _hasher.hash(password)


def password_fits(password_hash: str | None, password: str) -> bool:
    """Whether the password is the hash's. `None` (no such user) costs the same and is false."""
    with _TWO_AT_A_TIME:
        try:
            _hasher.verify(password_hash or _nobodys_hash(), password)
        except (VerificationError, InvalidHashError):
            return False
    return password_hash is not None


@cache
def _nobodys_hash() -> str:
    return _hasher.hash(token_hex(16))

"""Short codes and long tokens: how they are made, written, and kept as hashes only."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Sequence

ALPHABET = "CDFHJKMNPRTWXY34679"
"""No look-alikes (0 O Q, 1 I L, 2 Z, 5 S, 8 B, U V, 6 G: one of each pair at most), and no vowels,
so that no code is a word."""
LENGTH = 8
DIGITS = 6
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015.]+")
_LONGEST_TYPED = 40

Choose = Callable[[Sequence[str]], str]
"""Picks one of a sequence so that nobody can tell which; `secrets.choice`."""


def new_code(choose: Choose = secrets.choice) -> str:
    """Eight characters as they are kept; `shown` writes them for people."""
    return "".join(choose(ALPHABET) for _ in range(LENGTH))


def new_digits(choose: Choose = secrets.choice) -> str:
    """Six digits, for a phone."""
    return "".join(choose("0123456789") for _ in range(DIGITS))


def new_token() -> str:
    """A token that cannot be guessed: 256 bits, safe in a URL."""
    return secrets.token_urlsafe(32)


def shown(code: str) -> str:
    """
    >>> shown("CDFHJKMN")
    'CDFH-JKMN'
    """
    return f"{code[:4]}-{code[4:]}"


def typed_code(text: str) -> str:
    """A code as somebody typed it, with or without dash, in any case; empty if it is none.

    >>> typed_code(" cdfh-jkmn "), typed_code("CDFH JKMN"), typed_code("CDFO-JKMN")
    ('CDFHJKMN', 'CDFHJKMN', '')
    """
    code = _SEPARATORS.sub("", text[:_LONGEST_TYPED]).upper()
    return code if len(code) == LENGTH and all(sign in ALPHABET for sign in code) else ""


def typed_digits(text: str) -> str:
    """Six digits as somebody typed them; empty if they are none.

    >>> typed_digits(" 123 456"), typed_digits("12345")
    ('123456', '')
    """
    digits = _SEPARATORS.sub("", text[:_LONGEST_TYPED])
    return digits if len(digits) == DIGITS and digits.isascii() and digits.isdigit() else ""


def key_from(secret: str) -> bytes:
    """The key of short codes, from the installation's secret."""
    return hmac.new(secret.encode(), b"kbwizard self-service v1", hashlib.sha256).digest()


def keyed_hash(key: bytes, purpose: str, value: str) -> str:
    """For what is short enough to be tried out: useless without the key."""
    return hmac.new(key, f"{purpose}:{value}".encode(), hashlib.sha256).hexdigest()


def token_hash(token: str) -> str:
    """For tokens of 256 bits, which nobody tries out."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()

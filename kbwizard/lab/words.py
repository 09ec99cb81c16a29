"""RouterOS API words and sentences on the wire, both ways.

A word is a length (one to five octets, big endian) and its bytes; a sentence is words and an
empty one. Text goes out as UTF-8; what comes in may be anything, and latin-1 reads all of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

Word = str | bytes
MAX_WORD = 1 << 20
MAX_WORDS = 256


class BadSentence(ValueError):
    """A control byte, or more than a device would take."""


def pack_length(size: int) -> bytes:
    """The length prefix.

    >>> pack_length(0x7F).hex(), pack_length(0x80).hex(), pack_length(0x4000).hex()
    ('7f', '8080', 'c04000')
    """
    if size < 0x80:
        return size.to_bytes(1, "big")
    if size < 0x4000:
        return (size | 0x8000).to_bytes(2, "big")
    if size < 0x200000:
        return (size | 0xC00000).to_bytes(3, "big")
    if size < 0x10000000:
        return (size | 0xE0000000).to_bytes(4, "big")
    return b"\xf0" + size.to_bytes(4, "big")


def pack_sentence(words: Iterable[Word]) -> bytes:
    """A whole sentence."""
    parts = []
    for word in words:
        raw = word.encode() if isinstance(word, str) else word
        parts.append(pack_length(len(raw)) + raw)
    return b"".join(parts) + b"\x00"


async def read_sentence(reader: asyncio.StreamReader) -> list[str]:
    """The next sentence that has words.

    Raises `BadSentence` for what the protocol forbids and `asyncio.IncompleteReadError` when
    the client goes away.
    """
    words: list[str] = []
    while True:
        word = await _read_word(reader)
        if word:
            words.append(_text(word))
        elif words:
            return words
        if len(words) > MAX_WORDS:
            raise BadSentence("too many words")


async def _read_word(reader: asyncio.StreamReader) -> bytes:
    size = (await reader.readexactly(1))[0]
    more, mask = _shape(size)
    size &= mask
    if more:
        size = size << (8 * more) | int.from_bytes(await reader.readexactly(more), "big")
    if size > MAX_WORD:
        raise BadSentence("word too long")
    return await reader.readexactly(size)


def _shape(first: int) -> tuple[int, int]:
    """How many octets of length follow the first one, and which of its bits count."""
    if first < 0x80:
        return 0, 0x7F
    if first < 0xC0:
        return 1, 0x3F
    if first < 0xE0:
        return 2, 0x1F
    if first < 0xF0:
        return 3, 0x0F
    if first < 0xF8:
        return 4, 0x00
    raise BadSentence("control byte")


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")

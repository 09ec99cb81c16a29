"""Opens a zip that somebody sent, as one opens a letter from a stranger.

Nothing is unpacked to disk. Names are judged before a byte is read, sizes are counted while
reading, and every problem of every entry is told, with what to do.
"""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from unicodedata import normalize

from kbwizard.content.articlehead import is_slug
from kbwizard.content.library import IMAGE_TYPES, IMAGES, SYNONYMS_FILE
from kbwizard.content.markdown_html import IMAGE_NAME
from kbwizard.content.yamlread import MAX_BYTES as MAX_TEXT
from kbwizard.editing.images import MAX_BYTES as MAX_IMAGE
from kbwizard.errors import Problem

TOP = "articles/"
MANIFEST = "manifest.json"
MAX_ARCHIVE = 100 * 1024 * 1024
MAX_TOTAL = 200 * 1024 * 1024
MAX_ENTRIES = 5000
MAX_RATIO = 200
"""Text shrinks to a fifth, or a twentieth when it repeats itself; a bomb to a thousandth."""
_SMALL = 64 * 1024
"""Below this the ratio says nothing: a thousand blank lines shrink to nothing too."""
_CHUNK = 64 * 1024
_ENCRYPTED = 0x1 | 0x40
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_PACKED = (".zip", ".gz", ".tgz", ".tar", ".7z", ".rar", ".bz2", ".xz", ".zst")
_LITTER = re.compile(r"(__MACOSX/.*|(.*/)?(\.DS_Store|Thumbs\.db|desktop\.ini))")
_DRIVE = re.compile(r"[A-Za-z]:")


@dataclass
class Archive:
    """What could be read, by path below the folder of articles, and every problem."""

    texts: dict[str, str] = field(default_factory=dict)
    """Slug to text."""
    images: dict[str, bytes] = field(default_factory=dict)
    synonyms: str | None = None
    manifest: str = ""
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, entry: str, message: str, remedy: str, *, severity: str = "error") -> None:
        shown = "".join(c if c.isprintable() else "?" for c in entry)[:120] or "arquivo zip"
        self.problems.append(Problem(shown, 0, "archive", message, remedy, severity))


def read_archive(stream: BinaryIO) -> Archive:
    """Everything in a zip that can be an article, an image or the synonyms. Never raises for it."""
    archive = Archive()
    try:
        if _size(stream) > MAX_ARCHIVE:
            _too_large(archive, "", MAX_ARCHIVE)
            return archive
        with zipfile.ZipFile(stream) as packed:
            _read(packed, archive)
    except _UNREADABLE:
        archive.refuse("", "não é um zip inteiro", "exporte ou compacte de novo")
    return archive


_UNREADABLE = (
    zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, OSError, ValueError, EOFError,
    RuntimeError, UnicodeError, OverflowError, IndexError, struct.error, zlib.error,
)  # fmt: skip
"""What `zipfile` raises over bytes that are no zip, or not a whole one."""


def _size(stream: BinaryIO) -> int:
    end = stream.seek(0, 2)
    stream.seek(0)
    return end


def _read(packed: zipfile.ZipFile, archive: Archive) -> None:
    entries = packed.infolist()
    if len(entries) > MAX_ENTRIES:
        archive.refuse(
            "", f"há {len(entries)} arquivos; o limite é {MAX_ENTRIES}", "divida em vários zips"
        )
        return
    left = MAX_TOTAL
    for entry in _good_names(entries, archive):
        limit = min(_limit(entry.filename), left)
        data = _bytes(packed, entry, limit, archive)
        if data is not None:
            left -= len(data)
            _keep(entry.filename, data, archive)


def _good_names(entries: list[zipfile.ZipInfo], archive: Archive) -> Iterator[zipfile.ZipInfo]:
    """Those that may be read. Of two names that a disk could take for one, the second may not."""
    seen: dict[str, str] = {}
    for entry in entries:
        name = entry.orig_filename
        if _LITTER.fullmatch(name):
            archive.refuse(
                name, "sobra do sistema de arquivos", "foi deixado de fora", severity="warning"
            )
            continue
        wrong = _wrong_path(name) or _wrong_entry(entry) or _wrong_kind(name)
        if wrong:
            archive.refuse(name, *wrong)
            continue
        if name.endswith("/"):
            continue
        alike = normalize("NFKC", name).casefold()
        if alike in seen:
            other = (
                "aparece duas vezes" if seen[alike] == name else f"se confunde com {seen[alike]}"
            )
            archive.refuse(name, other, "deixe só um deles no zip")
            continue
        seen[alike] = name
        yield entry


def _wrong_path(name: str) -> tuple[str, str] | None:
    """What makes a name dangerous, and what to do."""
    rename = "refaça o zip com nomes simples"
    if not name or len(name) > 200:
        return "o nome é vazio ou longo demais", rename
    if any(ord(c) < 32 or ord(c) == 127 for c in name) or not name.isprintable():
        return "o nome tem caracteres de controle", rename
    if "\\" in name:
        return "o nome tem barra invertida", rename
    if name.startswith("/") or _DRIVE.match(name):
        return "o caminho é absoluto", rename
    if any(part in ("", ".", "..") for part in name.removesuffix("/").split("/")):
        return "o caminho sai da pasta", rename
    return None


def _wrong_entry(entry: zipfile.ZipInfo) -> tuple[str, str] | None:
    """What makes an entry no plain file."""
    if entry.flag_bits & _ENCRYPTED:
        return "está protegido por senha", "exporte sem senha"
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "é um atalho", "ponha no lugar dele o arquivo"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "não é um arquivo comum", "tire-o do zip"
    if entry.compress_type not in _METHODS:
        return "usa uma compressão que não lemos", "compacte com o método comum (deflate)"
    return None


def _wrong_kind(name: str) -> tuple[str, str] | None:
    """What has no place in a knowledge base."""
    if name.lower().endswith(_PACKED):
        return "é um arquivo compactado dentro do zip", "ponha no zip o que há nele"
    inner = name.removeprefix(TOP)
    if name in (MANIFEST, TOP, f"{TOP}{IMAGES}/") or (inner == SYNONYMS_FILE != name):
        return None
    if inner == name:
        return f"está fora da pasta {TOP}", f"ponha artigos em {TOP} e imagens em {TOP}{IMAGES}/"
    if inner.startswith(f"{IMAGES}/"):
        return _wrong_image(inner.removeprefix(f"{IMAGES}/"))
    if not inner.endswith(".md") or "/" in inner:
        return "não é artigo nem imagem", "tire-o do zip"
    if not is_slug(inner.removesuffix(".md")):
        return "o nome não serve de endereço", "use minúsculas, algarismos e hífens"
    return None


def _wrong_image(name: str) -> tuple[str, str] | None:
    if not re.fullmatch(IMAGE_NAME, name):
        return "o nome da imagem não serve", "use letras sem acento, algarismos, hífens e ponto"
    if not name.endswith(tuple(IMAGE_TYPES)):
        return "não é um tipo de imagem que sirva", f"use {', '.join(IMAGE_TYPES)}"
    return None


def _limit(name: str) -> int:
    return MAX_IMAGE if name.startswith(f"{TOP}{IMAGES}/") else MAX_TEXT


def _bytes(
    packed: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int, archive: Archive
) -> bytes | None:
    """The entry's bytes, counted while they come; the header's word is not believed."""
    found = bytearray()
    try:
        with packed.open(entry) as stream:
            while chunk := stream.read(_CHUNK):
                found += chunk
                if len(found) > limit:
                    _too_large(archive, entry.filename, limit)
                    return None
                if len(found) > _SMALL and len(found) > MAX_RATIO * max(entry.compress_size, 1):
                    archive.refuse(entry.filename, "cresce demais ao abrir", "tire-o do zip")
                    return None
    except _UNREADABLE:
        archive.refuse(entry.filename, "está quebrado", "compacte de novo")
        return None
    return bytes(found)


def _too_large(archive: Archive, name: str, limit: int) -> None:
    size = f"{limit // 1024**2} MB" if limit >= 1024**2 else f"{limit // 1024} KB"
    archive.refuse(name, f"passa de {size}, o que ainda cabe", "divida ou reduza")


def _keep(name: str, data: bytes, archive: Archive) -> None:
    inner = name.removeprefix(TOP)
    if inner.startswith(f"{IMAGES}/"):
        archive.images[inner.removeprefix(f"{IMAGES}/")] = data
        return
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        archive.refuse(name, "não está em UTF-8", "salve-o de novo em UTF-8")
        return
    if "\0" in text:
        archive.refuse(name, "não é um texto", "tire-o do zip")
    elif name == MANIFEST:
        archive.manifest = text
    elif inner == SYNONYMS_FILE:
        archive.synonyms = text
    else:
        archive.texts[inner.removesuffix(".md")] = text

"""The file of a backup: a gzipped tar with a manifest that says what must be in it."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO

from kbwizard.errors import InvalidInput, reason

FORMAT = 1
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Part:
    """One database's table within a backup."""

    name: str
    """`main/case.jsonl`, `training/walk.jsonl`."""
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself."""

    format: int
    made_at: str
    revision: str
    key_id: str
    """Which key the devices' credentials need; the key itself is never in a backup."""
    secret_id: str
    """Which key documents and phones are found by."""
    parts: tuple[Part, ...]

    def part(self, name: str) -> Part | None:
        return next((part for part in self.parts if part.name == name), None)


def key_id(key: str) -> str:
    """Recognises a key without saying anything about it."""
    return sha256(b"kbwizard-key-id:" + key.encode()).hexdigest()[:12]


class Writer:
    """Adds parts to an archive; the manifest goes in last, so half a backup has none."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._tar = tarfile.open(fileobj=stream, mode="w:gz")  # noqa: SIM115 - closed by finish
        self.parts: list[Part] = []

    def add(self, name: str, lines: Iterator[str], scratch: IO[bytes]) -> None:
        """`scratch` is an empty temporary file: a tar wants to know the size first."""
        digest, rows = sha256(), 0
        for line in lines:
            data = line.encode() + b"\n"
            digest.update(data)
            scratch.write(data)
            rows += 1
        size = scratch.tell()
        scratch.seek(0)
        self._tar.addfile(_entry(name, size), scratch)
        self.parts.append(Part(name, rows, digest.hexdigest()))

    def finish(self, manifest: Manifest) -> None:
        data = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
        self._tar.addfile(_entry(MANIFEST, len(data)), io.BytesIO(data))
        self._tar.close()


def read_manifest(file: Path) -> Manifest:
    """What is in a backup, every part checked against its sum.

    Raises `InvalidInput` when the file is not a whole backup of a format that we know.
    """
    try:
        with tarfile.open(file, "r:gz") as tar:
            manifest = _manifest(tar)
            for part in manifest.parts:
                _check(tar, part)
    except OSError as error:
        raise InvalidInput(f"O arquivo {file} não pôde ser lido: {reason(error)}.") from error
    except (tarfile.TarError, EOFError, KeyError, ValueError, TypeError) as error:
        raise InvalidInput(f"O arquivo {file} não é uma cópia inteira do kbwizard.") from error
    return manifest


def lines_of(file: Path, name: str) -> Iterator[str]:
    """The rows of one part, a line each."""
    with tarfile.open(file, "r:gz") as tar:
        stream = tar.extractfile(name)
        if stream is None:
            raise InvalidInput(f"A cópia não tem {name}.")
        for line in io.TextIOWrapper(stream, encoding="utf-8"):
            yield line.rstrip("\n")


def _manifest(tar: tarfile.TarFile) -> Manifest:
    stream = tar.extractfile(MANIFEST)
    if stream is None:
        raise KeyError(MANIFEST)
    said = json.loads(stream.read())
    if said.get("format") != FORMAT:
        raise InvalidInput("A cópia é de um formato que esta versão não conhece: atualize antes.")
    said["parts"] = tuple(Part(**part) for part in said["parts"])
    return Manifest(**said)


def _check(tar: tarfile.TarFile, part: Part) -> None:
    stream = tar.extractfile(part.name)
    digest = sha256()
    while stream is not None and (block := stream.read(1 << 20)):
        digest.update(block)
    if digest.hexdigest() != part.sha256:
        raise InvalidInput(f"A cópia está danificada em {part.name}: use outra.")


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size = size
    entry.mode = 0o600
    return entry

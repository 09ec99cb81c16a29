"""Packs the whole base into a zip that is the same, byte for byte, for the same base."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO

from kbwizard.content.articlehead import is_slug
from kbwizard.content.library import IMAGE_TYPES, IMAGES, SYNONYMS_FILE
from kbwizard.editing.archive import MANIFEST, TOP
from kbwizard.editing.folder import Folder
from kbwizard.errors import SetupError, reason

FORMAT = "kbwizard-articles"
FORMAT_VERSION = 1
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The oldest day that a zip knows: a day of export would make every archive another."""


def export_zip(folder: Folder) -> bytes:
    """Articles, images, synonyms and a manifest with the fingerprint of each."""
    files = dict(_files(folder))
    manifest = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "files": {name: sha256(data).hexdigest() for name, data in files.items()},
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, data in {MANIFEST: text.encode(), **files}.items():
            packed.writestr(_entry(name), data, zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _FIRST_DAY)
    entry.create_system = 3  # a plain file for everybody, whatever system packed it
    entry.external_attr = 0o100644 << 16
    return entry


def _files(folder: Folder) -> Iterator[tuple[str, bytes]]:
    names = [f"{slug}.md" for slug in folder.slugs() if is_slug(slug)]
    names += [
        f"{IMAGES}/{name}" for name in sorted(folder.images()) if name.endswith(tuple(IMAGE_TYPES))
    ]
    if (folder.path / SYNONYMS_FILE).is_file():
        names.append(SYNONYMS_FILE)
    for name in names:
        try:
            yield f"{TOP}{name}", (folder.path / name).read_bytes()
        except OSError as error:
            raise SetupError(f"{name} não pôde ser lido ({reason(error)}).") from error

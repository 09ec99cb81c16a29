"""Pictures that drafts show: in the database until an article is published with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import PurePath

from sqlalchemy import Engine
from sqlmodel import col, select

from kbwizard.content.library import IMAGE_TYPES
from kbwizard.db import in_turn, reading, writing
from kbwizard.editing.checking import image_names
from kbwizard.editing.folder import IMAGES, Folder
from kbwizard.editing.images import Picture
from kbwizard.editing.models import ImageRow
from kbwizard.editing.values import Image
from kbwizard.errors import NotFound


class ImageStore:
    """The pictures of drafts, and those in the folder."""

    def __init__(self, engine: Engine, folder: Folder, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._folder = folder
        self._clock = clock

    def add(self, picture: Picture, *, draft_id: int, by: str) -> Image:
        """Keep a picture. The same picture under the same name is kept once."""
        with writing(self._engine) as db:
            in_turn(db.connection(), "editing-images")
            if db.get(ImageRow, picture.name) is None:
                row = ImageRow(
                    name=picture.name,
                    media_type=picture.media_type,
                    width=picture.width,
                    height=picture.height,
                    data=picture.data,
                    draft_id=draft_id,
                    by=by,
                    at=self._clock(),
                )
                db.add(row)
        return Image(picture.name, picture.media_type, picture.width, picture.height)

    def get(self, name: str) -> tuple[bytes, str]:
        """Bytes and media type, of the folder or of a draft. Raises `NotFound`."""
        media_type = IMAGE_TYPES.get(PurePath(name).suffix, "")
        if media_type and name in self._folder.images():
            return (self._folder.path / IMAGES / name).read_bytes(), media_type
        with reading(self._engine) as db:
            row = db.get(ImageRow, name)
        if row is None:
            raise NotFound(f"Não existe a imagem {name[:80]!r}.")
        return row.data, row.media_type

    def names(self) -> frozenset[str]:
        """Of all pictures that drafts may show and the folder may not have yet."""
        with reading(self._engine) as db:
            return frozenset(db.exec(select(ImageRow.name)))

    def missing(self, source: str) -> dict[str, bytes]:
        """The pictures that a text shows and the folder has not, to be put there."""
        wanted = image_names(source) - self._folder.images()
        if not wanted:
            return {}
        with reading(self._engine) as db:
            rows = db.exec(select(ImageRow).where(col(ImageRow.name).in_(sorted(wanted))))
            return {row.name: row.data for row in rows}

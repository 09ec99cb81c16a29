"""Sends a drawing of an article: as an image and nothing else, whatever is in the file."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from flask import Response, request

from kbwizard.content.library import IMAGE_TYPES, IMAGES
from kbwizard.errors import NotFound

_ALONE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""Opened by itself, a drawing runs nothing and loads nothing."""


def send_image(articles_dir: Path, name: str, *, cache: str) -> Response:
    """A file of `articles/images/` whose name the content has vouched for. Raises `NotFound`."""
    path = articles_dir / IMAGES / name
    if path.suffix not in IMAGE_TYPES:
        raise NotFound("Esta imagem não existe.")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise NotFound("Esta imagem não existe.") from error
    return image_response(data, IMAGE_TYPES[path.suffix], cache=cache)


def image_response(data: bytes, media_type: str, *, cache: str) -> Response:
    """The bytes of an image, with headers that let it be nothing but an image."""
    response = Response(data, mimetype=media_type)
    response.headers["Content-Security-Policy"] = _ALONE
    response.headers["Cache-Control"] = cache
    response.set_etag(sha256(data).hexdigest()[:32])
    response.make_conditional(request)
    return response

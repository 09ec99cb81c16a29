"""Makes a clean picture of what somebody pasted: decoded, upright, at most 1600 px, encoded anew.

Nothing of the file that came survives but what can be seen: no place, camera, comment or profile.
What it is, is told by its first bytes; its name and the browser's word are not asked.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import PurePath
from threading import BoundedSemaphore

from PIL import Image, ImageOps
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from kbwizard.content.svg import check_svg
from kbwizard.editing.texts import slug_of
from kbwizard.errors import InvalidInput

MAX_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 40_000_000
LONG_SIDE = 1600

_FEW_COLOURS = 4096
"""A drawing or a screen has fewer; it stays sharp as PNG. A photograph has more."""
_NAME_LENGTH = 40
_AT_A_TIME = BoundedSemaphore(2)
"""40 megapixels take some 160 MB while they are decoded."""
_BROKEN = (
    OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, AttributeError,
    OverflowError, MemoryError, AssertionError, struct.error, zlib.error,
    Image.DecompressionBombError,
)  # fmt: skip
"""What a decoder raises over a file that is not what it says."""
_KINDS: tuple[tuple[bytes, int, type[ImageFile]], ...] = (
    (b"\x89PNG\r\n\x1a\n", 0, PngImageFile),
    (b"\xff\xd8\xff", 0, JpegImageFile),
    (b"WEBP", 8, WebPImageFile),
    (b"GIF87a", 0, GifImageFile),
    (b"GIF89a", 0, GifImageFile),
)
_ACCEPTED = "Envie PNG, JPEG, WebP, GIF ou um desenho SVG."


@dataclass(frozen=True, slots=True)
class Picture:
    """What is kept. A drawing (SVG) has no size of its own: 0."""

    name: str
    media_type: str
    width: int
    height: int
    data: bytes


def clean_picture(data: bytes, filename: str) -> Picture:
    """Raises `InvalidInput` for what is no picture, too large, or a drawing that could do harm."""
    if not data:
        raise InvalidInput(f"O arquivo está vazio. {_ACCEPTED}")
    if len(data) > MAX_BYTES:
        raise InvalidInput(f"A imagem passa de {MAX_BYTES // 1024**2} MB. Reduza e envie de novo.")
    if _looks_like_svg(data):
        return _drawing(data, filename)
    kind = next((kind for mark, at, kind in _KINDS if data[at:].startswith(mark)), None)
    if kind is None:
        raise InvalidInput(f"Este arquivo não é uma imagem que sirva. {_ACCEPTED}")
    try:
        with _AT_A_TIME:
            return _encoded(_shrunk(_decoded(kind, data)), filename)
    except _BROKEN as error:
        message = "A imagem está quebrada. Abra-a num editor, salve de novo e envie."
        raise InvalidInput(message) from error


def _decoded(kind: type[ImageFile], data: bytes) -> Image.Image:
    """The first frame. Its size is judged before a single pixel is decoded."""
    image = kind(BytesIO(data))
    width, height = image.size
    if width * height > MAX_PIXELS or min(width, height) < 1:
        raise InvalidInput(
            f"A imagem tem {width} × {height} pontos; o limite é de "
            f"{MAX_PIXELS // 1_000_000} milhões. Reduza e envie de novo."
        )
    image.draft("RGB", (LONG_SIDE, LONG_SIDE))  # JPEG only: decodes no more than is needed
    image.load()
    return image


def _shrunk(image: Image.Image) -> Image.Image:
    """Upright, in plain colours, not longer than a screen shows."""
    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith("I;16"):
        upright = upright.point(lambda value: value / 256, "L")
    seen_through = "transparency" in upright.info or upright.mode in ("RGBA", "LA", "PA", "RGBa")
    plain = upright.convert("RGBA" if seen_through else "RGB")
    plain.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
    bare = Image.new(plain.mode, plain.size)  # without whatever else the file said
    bare.paste(plain)
    return bare


def _encoded(image: Image.Image, filename: str) -> Picture:
    out = BytesIO()
    if image.getcolors(_FEW_COLOURS) is not None:
        image.save(out, "PNG", optimize=True)
        suffix, media_type = ".png", "image/png"
    elif image.mode == "RGBA":
        image.save(out, "WEBP", quality=85, method=4)
        suffix, media_type = ".webp", "image/webp"
    else:
        image.save(out, "JPEG", quality=82, optimize=True, progressive=True)
        suffix, media_type = ".jpg", "image/jpeg"
    data = out.getvalue()
    return Picture(_name(filename, data, suffix), media_type, *image.size, data)


def _looks_like_svg(data: bytes) -> bool:
    start = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith(b"<") and b"<svg" in start


def _drawing(data: bytes, filename: str) -> Picture:
    problems = check_svg(data)
    if problems:
        raise InvalidInput(f"O desenho SVG não serve: {'; '.join(problems[:3])}.")
    return Picture(_name(filename, data, ".svg"), "image/svg+xml", 0, 0, data)


def _name(filename: str, data: bytes, suffix: str) -> str:
    """Words of the file's name and a piece of its fingerprint: the same picture, the same name."""
    words = slug_of(PurePath(filename.replace("\\", "/")).stem)[:_NAME_LENGTH].strip("-")
    return f"{words or 'imagem'}-{sha256(data).hexdigest()[:10]}{suffix}"

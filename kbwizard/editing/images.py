"""Makes a clean picture of what somebody pasted: decoded, upright, at most 1600 px, encoded anew.

Nothing of the file that came survives but what can be seen: no place, camera, comment or profile.
What it is, is told by its first bytes; its name and the browser's word are not asked.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
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

from kbwizard.content.library import IMAGE_TYPES
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
    Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip
"""What a decoder raises over a file that is not what it says."""
_KINDS: tuple[tuple[bytes, int, type[ImageFile]], ...] = (
    (b"\x89PNG\r\n\x1a\n", 0, PngImageFile),
    (b"\xff\xd8\xff", 0, JpegImageFile),
    (b"WEBP", 8, WebPImageFile),
    (b"GIF87a", 0, GifImageFile),
    (b"GIF89a", 0, GifImageFile),
)
_SUFFIXES: dict[type[ImageFile] | None, str] = {
    PngImageFile: ".png",
    JpegImageFile: ".jpg",
    WebPImageFile: ".webp",
    None: ".svg",
}
"""How each type is called in the folder; a GIF becomes another."""
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
    kind = _kind(data)
    if kind is None:
        return Picture(_name(filename, data, ".svg"), "image/svg+xml", 0, 0, data)
    with _decoding():
        image = _shrunk(_decoded(kind, data))
        suffix = _fitting(image)
        encoded = _encoded(image, suffix)
    name = _name(filename, encoded, suffix)
    return Picture(name, IMAGE_TYPES[suffix], *image.size, encoded)


def checked_picture(data: bytes, name: str, *, as_it_is: bool) -> bytes:
    """The same picture under the name it has, clean; with `as_it_is` only looked at.

    Raises `InvalidInput`, also when the name's ending says another type than it is.
    """
    kind, suffix = _kind(data), PurePath(name).suffix
    if _SUFFIXES.get(kind) != suffix:
        raise InvalidInput(f"O conteúdo não é o que o fim do nome diz ({suffix}).")
    if kind is None:
        return data
    with _decoding():
        image = _decoded(kind, data)
        return data if as_it_is else _encoded(_shrunk(image), suffix)


def _kind(data: bytes) -> type[ImageFile] | None:
    """How to decode it; None: a drawing that could do no harm. Raises `InvalidInput`."""
    if not data:
        raise InvalidInput(f"O arquivo está vazio. {_ACCEPTED}")
    if len(data) > MAX_BYTES:
        raise InvalidInput(f"A imagem passa de {MAX_BYTES // 1024**2} MB. Reduza e envie de novo.")
    for mark, at, kind in _KINDS:
        if data[at : at + len(mark)] == mark:
            return kind
    start = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start.startswith(b"<") or b"<svg" not in start:
        raise InvalidInput(f"Este arquivo não é uma imagem que sirva. {_ACCEPTED}")
    problems = check_svg(data)
    if problems:
        raise InvalidInput(f"O desenho SVG não serve: {'; '.join(problems[:3])}.")
    return None


@contextmanager
def _decoding() -> Iterator[None]:
    """A few at a time; what a decoder raises over a broken file is the sender's to mend."""
    try:
        with _AT_A_TIME:
            yield
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


def _fitting(image: Image.Image) -> str:
    """The type that suits what is seen: a screen or drawing, a photograph, one seen through."""
    if image.getcolors(_FEW_COLOURS) is not None:
        return ".png"
    return ".webp" if image.mode == "RGBA" else ".jpg"


def _encoded(image: Image.Image, suffix: str) -> bytes:
    out = BytesIO()
    if suffix == ".png":
        image.save(out, "PNG", optimize=True)
    elif suffix == ".webp":
        image.save(out, "WEBP", quality=85, method=4)
    else:
        image.convert("RGB").save(out, "JPEG", quality=82, optimize=True, progressive=True)
    return out.getvalue()


def _name(filename: str, data: bytes, suffix: str) -> str:
    """Words of the file's name and a piece of its fingerprint: the same picture, the same name."""
    words = slug_of(PurePath(filename.replace("\\", "/")).stem)[:_NAME_LENGTH].strip("-")
    return f"{words or 'imagem'}-{sha256(data).hexdigest()[:10]}{suffix}"

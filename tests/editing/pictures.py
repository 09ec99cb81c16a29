"""Small pictures made on the spot, clean and with everything that must not survive."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from PIL import Image


def plain(width: int = 40, height: int = 30) -> Image.Image:
    """A few colours: what a drawing or a screen is like."""
    image = Image.new("RGB", (width, height), "white")
    image.paste((200, 30, 30), (0, 0, width // 2, height // 2))
    return image


def photograph(width: int = 200, height: int = 150) -> Image.Image:
    """Very many colours."""
    return Image.merge(
        "RGB",
        [
            Image.linear_gradient("L").resize((width, height)),
            Image.radial_gradient("L").resize((width, height)),
            Image.effect_noise((width, height), 60),
        ],
    )


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def png() -> bytes:
    return encoded(plain(), "PNG")

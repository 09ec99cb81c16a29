"""Pasted pictures: what can be seen survives, nothing else does; what is no picture is refused."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from kbwizard.editing.images import MAX_BYTES, checked_picture, clean_picture
from kbwizard.errors import InvalidInput, NotFound
from tests.editing.conftest import Office
from tests.editing.pictures import encoded, photograph, plain, png

pytestmark = pytest.mark.sqlite_only  # a picture is a picture

SECRET = b"RUA DAS FLORES 123"
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" role="img"><title>Luz</title>'
    b'<circle cx="4" cy="4" r="3" fill="#c00"/></svg>'
)


def with_everything(kind: str) -> bytes:
    """A picture that says where, when and by what it was taken, and who it belongs to."""
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif[0x0112] = 6  # to be turned a quarter
    exif.get_ifd(0x8825)[2] = (23.0, 33.0, 0.0)
    options: dict[str, object] = {"exif": exif, "icc_profile": SECRET * 4}
    if kind == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", SECRET.decode())
        text.add_itxt("XML:com.adobe.xmp", SECRET.decode())
        options["pnginfo"] = text
    if kind == "JPEG":
        options["comment"] = SECRET
    if kind == "WEBP":
        options |= {"xmp": SECRET, "lossless": True}
    return encoded(photograph() if kind == "JPEG" else plain(), kind, **options) + SECRET


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_nothing_survives_but_what_can_be_seen(kind: str) -> None:
    sent = with_everything(kind)
    assert SECRET in sent

    picture = clean_picture(sent, "foto.bin")

    assert SECRET not in picture.data
    image = opened(picture.data)
    assert not image.getexif()
    assert not {"icc_profile", "exif", "comment", "xmp", "XML:com.adobe.xmp"} & image.info.keys()


@pytest.mark.parametrize(("kind", "size"), [("PNG", (30, 40)), ("JPEG", (150, 200))])
def test_a_picture_taken_lying_stands_upright(kind: str, size: tuple[int, int]) -> None:
    picture = clean_picture(with_everything(kind), "foto")

    assert (picture.width, picture.height) == opened(picture.data).size == size


def test_what_is_seen_stays_as_it_was() -> None:
    image = opened(clean_picture(png(), "luz.png").data).convert("RGB")

    assert (image.getpixel((0, 0)), image.getpixel((39, 29))) == ((200, 30, 30), (255, 255, 255))


def test_a_drawing_becomes_png_and_a_photograph_jpeg() -> None:
    drawing = clean_picture(encoded(plain(), "WEBP", lossless=True), "x.webp")
    photo = clean_picture(encoded(photograph(), "PNG"), "x.png")

    assert (drawing.media_type, photo.media_type) == ("image/png", "image/jpeg")
    assert (opened(drawing.data).format, opened(photo.data).format) == ("PNG", "JPEG")


def test_a_photograph_that_is_seen_through_becomes_webp() -> None:
    image = photograph().convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))

    picture = clean_picture(encoded(image, "PNG"), "x.png")

    assert picture.media_type == "image/webp"
    assert opened(picture.data).convert("RGBA").getchannel("A").getextrema() != (255, 255)


def test_a_large_picture_is_made_smaller_in_proportion() -> None:
    picture = clean_picture(encoded(photograph(4000, 1000), "JPEG", quality=40), "x.jpg")

    assert (picture.width, picture.height) == (1600, 400)


def test_of_a_moving_picture_the_first_frame_is_kept() -> None:
    frames = [Image.new("P", (8, 8), n) for n in range(3)]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])

    image = opened(clean_picture(data, "x.gif").data)

    assert (image.format, getattr(image, "n_frames", 1)) == ("PNG", 1)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_every_way_of_holding_colours_is_understood(mode: str) -> None:
    source = Image.new("L", (16, 16), 128) if mode == "I;16" else plain(16, 16)
    image = source.convert("I").convert("I;16") if mode == "I;16" else source.convert(mode)
    kind = "JPEG" if mode == "CMYK" else "PNG"

    assert clean_picture(encoded(image, kind), "x").width == 16


def test_the_name_is_made_of_words_and_a_fingerprint() -> None:
    one = clean_picture(png(), "C:\\Fotos\\Luz LOS à noite.PNG")
    other = clean_picture(png(), "../../etc/passwd")
    bare = clean_picture(png(), "")

    stem, _, mark = one.name.removesuffix(".png").rpartition("-")
    assert (stem, len(mark)) == ("luz-los-a-noite", 10)
    assert other.name == f"passwd-{mark}.png"
    assert bare.name == f"imagem-{mark}.png"


def bomb() -> bytes:
    """A PNG of a few kilobytes that says it is 30,000 by 30,000."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


HOSTILE = {
    "nothing": b"",
    "text": b"isto nao e imagem",
    "html": b"<html><script>alert(1)</script></html>",
    "bomb": bomb(),
    "cut png": png()[:60],
    "cut jpeg": encoded(photograph(), "JPEG")[:900],
    "head of a png": b"\x89PNG\r\n\x1a\n",
    "head of a jpeg": b"\xff\xd8\xff\xe0",
    "head of a webp": b"RIFF\x10\x00\x00\x00WEBPVP8 ",
    "head of a gif": b"GIF89a",
    "no width": b"GIF89a\x00\x00\x00\x00\x00\x00\x00;",
    "a zip": b"PK\x03\x04" + b"\0" * 40,
    "bmp": encoded(plain(), "BMP"),
    "tiff": encoded(plain(), "TIFF"),
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "script in svg": SVG.replace(b"<circle", b"<script>alert(1)</script><circle"),
    "handler in svg": SVG.replace(b"<circle", b'<circle onload="alert(1)"'),
    "foreign svg": SVG.replace(b"<circle", b"<foreignObject/><circle"),
    "link out of svg": SVG.replace(b"<circle", b'<use href="https://a.example/x#a"/><circle'),
    "entities in svg": b'<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + SVG,
    "broken svg": SVG[:-10],
    "too large": png() + b"\0" * MAX_BYTES,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_picture_is_refused_in_words(name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        clean_picture(HOSTILE[name], "x.png")

    assert len(str(refused.value)) > 20


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(["PNG", "JPEG", "WEBP", "GIF"]), st.integers(0, 4000), st.binary(max_size=6))
def test_a_damaged_picture_is_clean_or_refused(kind: str, at: int, bytes_put: bytes) -> None:
    good = _GOOD[kind]
    at %= len(good)
    damaged = good[:at] + bytes_put + good[at + len(bytes_put) :]

    try:
        picture = clean_picture(damaged, "x")
    except InvalidInput:
        return
    assert max(opened(picture.data).size) <= 1600


_GOOD = {kind: encoded(plain(), kind) for kind in ("PNG", "JPEG", "WEBP", "GIF")}


def test_a_drawing_is_kept_as_it_is_when_it_can_do_no_harm() -> None:
    picture = clean_picture(SVG, "Painel.svg")

    assert (picture.data, picture.media_type, picture.width) == (SVG, "image/svg+xml", 0)


@pytest.mark.parametrize(
    ("name", "kind"), [("a.png", "PNG"), ("a.jpg", "JPEG"), ("a.webp", "WEBP")]
)
def test_a_picture_that_comes_with_an_archive_keeps_its_type(name: str, kind: str) -> None:
    sent = with_everything(kind)

    clean = checked_picture(sent, name, as_it_is=False)

    assert opened(clean).format == kind
    assert SECRET not in clean
    assert checked_picture(clean, name, as_it_is=True) == clean


def test_a_picture_under_the_name_of_another_type_is_refused() -> None:
    for name in ("a.jpg", "a.svg", "a.webp"):
        with pytest.raises(InvalidInput):
            checked_picture(png(), name, as_it_is=True)


def test_a_picture_can_be_seen_before_and_after_publication(office: Office) -> None:
    draft = office.editing.begin("aldo.autor", slug="luzes")
    image = office.editing.add_image(draft.id, by="aldo.autor", filename="luz.png", data=png())
    before = office.editing.image(image.name)
    office.change(draft, "A luz LOS", f"![a luz](images/{image.name})\n\nA luz LOS")
    assert office.names() == ["luzes.md", "outro.md", "publico.md"]
    office.editing.send(draft.id, by="aldo.autor")

    office.editing.approve(draft.id, by="lia.lider")

    assert (office.folder / "images" / image.name).read_bytes() == before[0]
    assert office.editing.image(image.name) == before


def test_a_picture_of_the_folder_is_given_out_and_nothing_else(office: Office) -> None:
    (office.folder / "images").mkdir()
    (office.folder / "images" / "luz.png").write_bytes(png())

    assert office.editing.image("luz.png") == (png(), "image/png")
    for name in ("../luzes.md", "luzes.md", "nada.png", "", ".", "..", "images/luz.png"):
        with pytest.raises(NotFound):
            office.editing.image(name)


def test_the_same_picture_twice_is_one(office: Office) -> None:
    draft = office.editing.begin("aldo.autor", slug="luzes")

    added = [
        office.editing.add_image(draft.id, by="aldo.autor", filename="luz.png", data=png())
        for _ in range(2)
    ]

    assert added[0] == added[1]


def test_a_picture_that_no_draft_brought_is_missed(office: Office) -> None:
    draft = office.editing.begin("aldo.autor", slug="luzes")
    office.change(draft, "A luz LOS", "![a luz](images/nada.png)\n\nA luz LOS")

    assert "missing-image" in {one.rule for one in office.editing.problems(draft.id)}

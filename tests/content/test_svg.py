"""Drawings: what is only a drawing passes, whatever could act, load or lead away does not."""

from __future__ import annotations

import pytest

from kbwizard.content.svg import MAX_BYTES, check_svg

OPEN = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'


def drawing(inside: str) -> bytes:
    return f"{OPEN}{inside}</svg>".encode()


def test_a_plain_drawing_passes() -> None:
    inside = (
        '<title>Duas luzes</title><defs><marker id="m" orient="auto"/></defs>'
        '<g fill="none" stroke="#0a7"><path d="M0 0h8" marker-end="url(#m)"/></g>'
        '<use href="#m" x="1"/><use xlink:href="#m"/><text x="1" y="2">LOS</text>'
    )

    assert check_svg(drawing(inside)) == []


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<g onload="alert(1)"/>',
        '<path d="M0 0" onclick="x()"/>',
        '<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>',
        '<image href="https://example.net/x.png"/>',
        '<use href="https://example.net/x.svg#a"/>',
        '<use xlink:href="data:image/svg+xml;base64,AA"/>',
        '<a href="javascript:alert(1)"><text>x</text></a>',
        "<style>@import url(https://example.net/x.css)</style>",
        '<rect style="fill:url(https://example.net/x)"/>',
        '<rect fill="url(https://example.net/x#a)"/>',
        '<rect fill="url( &#104;ttps://example.net/x )"/>',
        '<animate attributeName="href" to="javascript:alert(1)"/>',
        '<set attributeName="onload" to="alert(1)"/>',
        '<h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>',
        '<iframe xmlns="http://www.w3.org/1999/xhtml" src="x"/>',
        r'<rect fill="\75rl(https://example.net/x)"/>',
        '<g id="a"><path d="M0 0"/></g><g id="b"><use href="#a"/></g><use href="#b"/>',
        '<g id="a"><use href="#b"/></g><g id="b"><use xlink:href="#a"/></g>',
        '<use id="a" href="#a"/>',
        "<?xml-stylesheet href='https://example.net/x.css'?>",
    ],
)
def test_what_could_act_load_or_lead_away_is_refused(inside: str) -> None:
    assert check_svg(drawing(inside))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not xml",
        b"<svg/>",
        b'<html xmlns="http://www.w3.org/1999/xhtml"/>',
        drawing("<g>"),
        b'<!DOCTYPE svg [<!ENTITY a "b">]>' + drawing("&a;"),
        b'<!DOCTYPE svg SYSTEM "https://example.net/x.dtd">' + drawing(""),
        b'<?xml version="1.0" encoding="nonsense"?>' + drawing(""),
        drawing("<g>" * 50 + "</g>" * 50),
        drawing("<title>" + "x" * MAX_BYTES + "</title>"),
        b"\xff\xfe\x00<" * 20,
    ],
)
def test_what_is_no_drawing_is_refused_in_words(data: bytes) -> None:
    found = check_svg(data)

    assert found
    assert all("Traceback" not in one for one in found)


def test_entities_cannot_swell_it() -> None:
    entities = "".join(f'<!ENTITY e{n} "{("&e" + str(n - 1) + ";") * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE svg [<!ENTITY e0 "x">{entities}]>{OPEN}<title>&e11;</title></svg>'.encode()

    assert check_svg(bomb) == ["tire a linha <!DOCTYPE …>: um desenho não precisa dela"]

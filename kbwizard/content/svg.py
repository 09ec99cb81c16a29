"""Whether an SVG drawing is only a drawing: nothing that runs, loads or leads anywhere.

A closed list of elements and attributes. It is read by expat with entities and document types
refused, so that it cannot swell while it is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.parsers import expat

MAX_BYTES = 200 * 1024
MAX_DEPTH = 40

_SVG = "http://www.w3.org/2000/svg"
_ELEMENTS = frozenset(
    "svg g path rect circle ellipse line polyline polygon text tspan title desc defs marker use"  # noqa: SIM905
    " linearGradient radialGradient stop clipPath mask pattern symbol".split()
)
_ATTRIBUTES = frozenset(
    "xmlns viewBox width height x y x1 y1 x2 y2 cx cy r rx ry d points fill fill-opacity fill-rule"  # noqa: SIM905
    " stroke stroke-width stroke-linecap stroke-linejoin stroke-dasharray stroke-dashoffset"
    " stroke-opacity stroke-miterlimit opacity transform id class role lang version"
    " preserveAspectRatio font-family font-size font-weight font-style text-anchor"
    " dominant-baseline alignment-baseline letter-spacing word-spacing dx dy rotate textLength"
    " lengthAdjust"
    " gradientUnits gradientTransform spreadMethod offset stop-color stop-opacity fx fy"
    " markerWidth markerHeight markerUnits refX refY orient marker-start marker-mid marker-end"
    " clip-path clip-rule clipPathUnits mask maskUnits maskContentUnits patternUnits"
    " patternContentUnits patternTransform href paint-order vector-effect shape-rendering"
    " text-rendering color visibility display xml:space xml:lang focusable"
    " aria-hidden aria-label aria-labelledby aria-describedby".split()
)
_XLINK = "http://www.w3.org/1999/xlink href"
_OUTSIDE = re.compile(
    r"url\s*\(\s*['\"]?\s*(?!#)|javascript:|data:|expression\s*\(|@import|\\", re.I
)
"""A backslash too: CSS takes `\\75rl(` for `url(`."""


def check_svg(data: bytes) -> list[str]:
    """What is wrong with a drawing, in words for its author; empty when nothing is."""
    if len(data) > MAX_BYTES:
        return [f"o desenho tem {len(data) // 1024} KB; o limite é {MAX_BYTES // 1024} KB"]
    found: list[str] = []
    try:
        _Reading(found).read(data)
    except _Refused as error:
        found.append(str(error))
    except (expat.ExpatError, UnicodeError, LookupError, ValueError) as error:
        found.append(f"não é um SVG bem formado ({error})")
    return list(dict.fromkeys(found))


class _Refused(Exception):
    """Reading stops here: it would not be safe to go on."""


class _Reading:
    def __init__(self, found: list[str]) -> None:
        self._found = found
        self._seen = False
        self._open: list[str] = []
        """Ids of the elements that are open; empty for one without."""
        self._using: set[str] = set()
        """Ids of the elements with a <use> in them."""
        self._used: set[str] = set()

    def read(self, data: bytes) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.EntityDeclHandler = _refuse_doctype
        parser.ProcessingInstructionHandler = self._instruction
        parser.Parse(data, True)
        if not self._using.isdisjoint(self._used):  # thirty of them draw a thousand million times
            self._found.append("um <use> repete outro <use>: desenhe uma vez só o que se repete")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._open.append(attributes.get("id", ""))
        if len(self._open) > MAX_DEPTH:
            raise _Refused("o desenho tem grupos demais, um dentro do outro")
        space, _, element = name.rpartition(" ")
        if not self._seen and (element != "svg" or space != _SVG):
            raise _Refused('o desenho não começa por <svg xmlns="http://www.w3.org/2000/svg">')
        self._seen = True
        if space != _SVG or element not in _ELEMENTS:
            self._found.append(f"<{element[:40]}> não serve num desenho: tire-o")
        if element == "use":
            self._using.update(filter(None, self._open))
            targets = (attributes.get("href", ""), attributes.get(_XLINK, ""))
            self._used.update(target.strip().removeprefix("#") for target in targets)
        self._found += _wrong_attributes(element, attributes)

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _instruction(self, target: str, _data: str) -> None:
        self._found.append(f"<?{target[:40]}?> não serve num desenho: tire-o")


def _refuse_doctype(*_parts: object) -> None:
    raise _Refused("tire a linha <!DOCTYPE …>: um desenho não precisa dela")


def _wrong_attributes(element: str, attributes: dict[str, str]) -> Iterator[str]:
    for name, value in attributes.items():
        known = name.replace("http://www.w3.org/XML/1998/namespace ", "xml:")
        if known not in _ATTRIBUTES and name != _XLINK:
            yield f'"{known.rpartition(" ")[2][:40]}" em <{element[:40]}> não serve: tire-o'
        elif (known == "href" or name == _XLINK) and not value.strip().startswith("#"):
            yield f"<{element[:40]}> leva para fora do desenho: tire o endereço"
        elif _OUTSIDE.search(value):
            yield f'"{known[:40]}" em <{element[:40]}> traz algo de fora: tire-o'

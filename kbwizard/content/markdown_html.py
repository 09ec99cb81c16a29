"""Markdown to sanitised HTML, headings and plain text.

Python-Markdown lets raw HTML through, so what is shown is always what nh3 left: a closed list of
tags, no style, no script, links to http(s), mailto, tel and places of our own only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from unicodedata import combining, normalize

import markdown
import nh3

_HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))
_BLOCKS = frozenset(
    {"blockquote", "br", "caption", "dd", "div", "dl", "dt", "hr", "li", "ol", "p", "pre"}
    | {"table", "tbody", "td", "th", "thead", "tr", "ul"}
)
_INLINE = frozenset(
    {"a", "abbr", "b", "code", "del", "em", "i", "img", "kbd", "s", "strong", "sub", "sup"}
)
_TAGS = _HEADINGS | _BLOCKS | _INLINE
_ATTRIBUTES = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "td": {"align"},
    "th": {"align", "scope"},
    **{heading: {"id"} for heading in _HEADINGS},
}
_CLASSES = {
    "div": {"admonition", "note", "warning", "danger", "tip", "info", "attention", "example"},
    "p": {"admonition-title"},
}
_SCHEMES = {"http", "https", "mailto", "tel"}
_EXTENSIONS = ["extra", "admonition", "toc", "sane_lists"]
_CONFIG = {"toc": {"permalink": False}}

_SPACES = re.compile(r"\s+")
_LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)")
_SLUG_LINK = re.compile(r"([a-z0-9]+(?:-[a-z0-9]+)*)(?:#([\w-]*))?")
IMAGE_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}"
"""The pattern of a drawing's name in the folder of images."""

_IMAGE = re.compile(rf"images/({IMAGE_NAME})")
_SEE_ALSO = "veja tambem"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a reader finds other articles and drawings: the beginnings of their addresses."""

    articles: str = "/desk/articles/"
    images: str = "/desk/article-images/"


INTERNAL = Addresses()
PUBLIC = Addresses("/help/articles/", "/help/article-images/")


@dataclass(frozen=True, slots=True)
class Rendered:
    """`headings` are (id, title, level, text below); `links` are (line of the body, slug, anchor).

    `images` are (name in `articles/images/`, alternative text) of every drawing shown.
    """

    html: str
    text: str
    headings: tuple[tuple[str, str, int, str], ...]
    links: tuple[tuple[int, str, str], ...]
    images: tuple[tuple[str, str], ...]
    titled: bool
    """The body has a level 1 heading, which is the page's own title and is not kept."""


def render_markdown(source: str, addresses: Addresses = INTERNAL) -> Rendered:
    """Render a whole body. Never raises: hostile text comes out as text."""
    raw = markdown.markdown(source, extensions=_EXTENSIONS, extension_configs=_CONFIG)
    html = _reachable_tables(sanitise(raw, addresses))
    reader = _Plain(addresses.images)
    reader.feed(html)
    reader.close()
    return Rendered(
        html, reader.text(), reader.headings(), _links(source), tuple(reader.images), "<h1" in raw
    )


_TABLE = '<div class="table-scroll" role="region" aria-label="Tabela" tabindex="0"><table>'


def _reachable_tables(html: str) -> str:
    """Tables wider than a phone scroll inside a region that the keyboard reaches."""
    return html.replace("<table>", _TABLE).replace("</table>", "</table></div>")


def sanitise(html: str, addresses: Addresses = INTERNAL) -> str:
    """Only the tags, attributes and addresses that an article needs."""

    def led(tag: str, name: str, value: str) -> str | None:
        if tag == "img" and name == "src":
            image = _IMAGE.fullmatch(value)
            return addresses.images + image[1] if image else None
        if tag == "a" and name == "href" and _SLUG_LINK.fullmatch(value):
            return addresses.articles + value
        return value

    return nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags={"script", "style"},
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=led,
        allowed_classes={tag: set(names) for tag, names in _CLASSES.items()},
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
        strip_comments=True,
    )


def _links(source: str) -> tuple[tuple[int, str, str], ...]:
    """Links to other articles, which are written as their slug, with a section or without."""
    found = []
    for number, line in enumerate(source.split("\n"), start=1):
        for target in _LINK.findall(line):
            link = _SLUG_LINK.fullmatch(target)
            if link:
                found.append((number, link[1], link[2] or ""))
    return tuple(found)


def fold(text: str) -> str:
    """Lower case without accents.

    >>> fold("Veja também: Conexão")
    'veja tambem: conexao'
    """
    return "".join(c for c in normalize("NFKD", text) if not combining(c)).casefold()


class _Plain(HTMLParser):
    """Plain text of sanitised HTML, by section; callout labels and "veja também" are left out."""

    def __init__(self, images: str) -> None:
        super().__init__(convert_charrefs=True)
        self._place = images
        self.images: list[tuple[str, str]] = []
        self._sections: list[tuple[str, str, int, list[str]]] = [("", "", 1, [])]
        self._heading: list[str] | None = None
        self._muted = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in _HEADINGS:
            self._sections.append((given.get("id") or "", "", int(tag[1]), []))
            self._heading = []
        elif tag == "p" and given.get("class") == "admonition-title":
            self._muted = tag
        elif tag == "img" and given.get("src"):
            name = (given["src"] or "").removeprefix(self._place)
            self.images.append((name, (given.get("alt") or "").strip()))
        elif tag in _BLOCKS:
            self._sections[-1][3].append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _HEADINGS and self._heading is not None:
            name, _, level, words = self._sections[-1]
            self._sections[-1] = (name, _squeeze(self._heading), level, words)
            self._heading = None
        if tag == self._muted:
            self._muted = ""
        if tag in _BLOCKS:
            self._sections[-1][3].append(" ")

    def handle_data(self, data: str) -> None:
        if self._heading is not None:
            self._heading.append(data)
        elif not self._muted:
            self._sections[-1][3].append(data)

    def text(self) -> str:
        kept = [
            f"{title} {_squeeze(words)} "
            for _, title, _, words in self._sections
            if not fold(title).startswith(_SEE_ALSO)
        ]
        return _squeeze(kept)

    def headings(self) -> tuple[tuple[str, str, int, str], ...]:
        return tuple(
            (name, title, level, _squeeze(words))
            for name, title, level, words in self._sections[1:]
        )


def _squeeze(parts: list[str]) -> str:
    return _SPACES.sub(" ", "".join(parts)).strip()

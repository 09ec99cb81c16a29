"""Small facts about an article's text: its fingerprint, its title, an address made of words."""

from __future__ import annotations

import re
from hashlib import sha256
from unicodedata import combining, normalize

from kbwizard.content.articlehead import LONGEST_SLUG
from kbwizard.content.bounds import UNSEEN
from kbwizard.content.yamlread import MAX_BYTES
from kbwizard.errors import InvalidInput

_TITLE = re.compile(r"^title:[ \t]*(.*)$", re.MULTILINE)
_UNFIT = re.compile("[\ud800-\udfff]")


def fingerprint(text: str) -> str:
    """sha256 of a text; empty for a text that is not there.

    >>> fingerprint("")
    ''
    """
    return sha256(text.encode()).hexdigest() if text else ""


def clean(source: str) -> str:
    """What a browser sent, as a file has it: `\\n` at line ends, nothing that is no text or that
    nobody sees (what is copied from other programs is full of it).

    Raises `InvalidInput` when it is larger than an article can be.
    """
    text = UNSEEN.sub("", _UNFIT.sub("", source.replace("\r\n", "\n").replace("\r", "\n")))
    if len(text.encode()) > MAX_BYTES:
        raise InvalidInput(
            f"O texto passa de {MAX_BYTES // 1024} KB, o limite de um artigo. Divida-o em dois."
        )
    return text


def title_of(source: str) -> str:
    """The title in a front matter that may still be half written; empty when there is none.

    >>> title_of('---\\ntitle: "Luz: o que fazer"\\n---\\n')
    'Luz: o que fazer'
    """
    head = source.split("\n---", 1)[0]
    found = _TITLE.search(head)
    return found[1].strip().strip("\"'")[:200] if found else ""


def slug_of(words: str) -> str:
    """An address made of a title's words.

    >>> slug_of("Não navega, mas a luz está normal!")
    'nao-navega-mas-a-luz-esta-normal'
    """
    plain = "".join(c for c in normalize("NFKD", words) if not combining(c)).lower()
    joined = "-".join(re.findall(r"[a-z0-9]+", plain))
    if len(joined) <= LONGEST_SLUG:
        return joined
    return joined[:LONGEST_SLUG].rpartition("-")[0] or joined[:LONGEST_SLUG]

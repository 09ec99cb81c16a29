"""Texts of trees as people read them: Markdown rendered once, values inserted escaped afterwards.

Text from customers and devices is data: it can never become markup, wherever it lands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

import markdown
import nh3
from markupsafe import Markup, escape

PLACE = re.compile(r"\{([a-z][a-z0-9_.]*)\}")
UNKNOWN = "…"
"""Stands where a text names something that is not known in this call."""
_TAGS = {"p", "strong", "em", "ul", "ol", "li", "br", "code", "blockquote"}


@lru_cache(maxsize=4096)
def _html(source: str) -> str:
    return nh3.clean(markdown.markdown(source, extensions=["sane_lists"]), tags=_TAGS)


def say(source: str, values: Mapping[str, str]) -> Markup:
    """Render a tree's text with its `{name}` places filled in."""
    return Markup(
        PLACE.sub(lambda match: str(escape(values.get(match[1]) or UNKNOWN)), _html(source))
    )


def say_plain(source: str, values: Mapping[str, str]) -> str:
    """The same as plain text, for records and for copying."""
    plain = re.sub(r"[*_`]", "", source).strip()
    return PLACE.sub(lambda match: values.get(match[1]) or UNKNOWN, plain)


def greeting(hour: int) -> str:
    """The greeting for a local hour (CD-03).

    >>> greeting(8), greeting(15), greeting(20)
    ('Bom dia', 'Boa tarde', 'Boa noite')
    """
    if hour < 12:
        return "Bom dia"
    return "Boa tarde" if hour < 18 else "Boa noite"


def short_name(name: str) -> str:
    """First name and one initial: enough to talk to somebody, too little to find them.

    >>> short_name("Maria Teste da Silva")
    'Maria S.'
    """
    words = name.split()
    return words[0] + (f" {words[-1][0]}." if len(words) > 1 else "") if words else ""

"""A text for customers as a screen shows it: one heading, and the help under it.

Authors write a few sentences. The question among them is the heading; else the first sentence is.
A sentence that names something not known here is left out, rather than shown with a gap.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from kbwizard.web.wording import PLACE, say, say_plain

_END = re.compile(r"(?<=[.!?…])[ \t]+(?=[^\s])")
LONGEST_HEADING = 95
"""A longer first sentence is help, not a heading."""


@dataclass(frozen=True, slots=True)
class Said:
    """A heading as plain text, and what stands under it."""

    heading: str
    help: Markup


def split(source: str, values: Mapping[str, str], *, instead: str) -> Said:
    """The heading and the help of a text. `instead`: the heading where the text has none.

    >>> split("Olhe o aparelho. Como está a luz?", {}, instead="").heading
    'Como está a luz?'
    >>> split("Pronto. Seu protocolo é {protocol}.", {}, instead="").help
    Markup('')
    """
    sentences = [_END.split(line) for line in without_gaps(source, values).strip().split("\n")]
    first = sentences[0] if sentences else []
    place = next((n for n, one in reversed(list(enumerate(first))) if one.endswith("?")), 0)
    heading = say_plain(first[place], values) if first else ""
    if not heading or len(heading) > LONGEST_HEADING:
        return Said(instead, say("\n".join(" ".join(line) for line in sentences), values))
    rest = [" ".join(first[:place] + first[place + 1 :])]
    rest += [" ".join(line) for line in sentences[1:]]
    return Said(heading.removesuffix("."), say("\n".join(rest).strip(), values))


def without_gaps(source: str, values: Mapping[str, str]) -> str:
    """The sentences whose every `{name}` is known.

    >>> without_gaps("Já registrei. Ligamos até {deadline}.", {})
    'Já registrei.'
    """
    lines = (_END.split(line) for line in source.split("\n"))
    return "\n".join(
        " ".join(one for one in line if all(values.get(name) for name in PLACE.findall(one)))
        for line in lines
    )

"""How much an article may hold before Markdown is asked to read it.

Reading Markdown takes time that grows with the square of what stands in one paragraph: twenty
thousand brackets keep a processor busy for more than a minute. What is pasted by mistake (a log, a
picture as text) is told before anything is made of it. The longest article that came with the
product has 7 000 characters, and its longest line 445.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kbwizard.content.fields import Problems

LONGEST_HEAD = 20_000
LONGEST_BODY = 60_000
LONGEST_PARAGRAPH = 6_000
"""Characters between two blank lines; a table of a hundred rows has about so many."""
MOST_BRACKETS = 300
"""In one paragraph."""
MOST_TAGS = 1_000
"""Signs of HTML in the whole text: one that is never closed has all that follows read again."""
MOST_HEADINGS = 300

_HEADING = re.compile(r"^(?: {0,3}#|(?:=+|-+)[ \t]*$)", re.MULTILINE)


UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u200b\u200c\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
"""Signs that nobody sees: they part a word that is looked for, or turn the direction of a line, so
that a reviewer reads another text than the one that is published. The joiner of emoji is none."""


def head_fits(head: str, problems: Problems) -> bool:
    """Whether a front matter is of a size to be read; if not, that is reported."""
    if len(head) > LONGEST_HEAD:
        message = f"o cabeçalho tem {len(head)} letras; o limite é {LONGEST_HEAD}"
        problems.add(2, "too-large", message, "tire o que sobra")
    return len(head) <= LONGEST_HEAD


def body_fits(body: str, body_line: int, problems: Problems) -> bool:
    """The same of a body."""
    before = len(problems.found)
    if len(body) > LONGEST_BODY:
        message = f"o texto tem {len(body)} letras; o limite é {LONGEST_BODY}"
        problems.add(body_line, "too-large", message, "divida em dois artigos")
        return False
    if len(_HEADING.findall(body)) > MOST_HEADINGS:
        message = f"há mais de {MOST_HEADINGS} títulos"
        problems.add(body_line, "too-large", message, "divida em dois artigos")
    if body.count("<") > MOST_TAGS:
        message = f'há mais de {MOST_TAGS} sinais "<"'
        problems.add(body_line, "too-large", message, "escreva em Markdown, sem HTML")
    for line, paragraph in _paragraphs(body, body_line):
        if len(paragraph) > LONGEST_PARAGRAPH:
            message = f"há {len(paragraph)} letras sem uma linha em branco"
            remedy = f"deixe uma linha em branco a cada {LONGEST_PARAGRAPH} letras, ou menos"
            problems.add(line, "too-large", message, remedy)
        elif paragraph.count("[") > MOST_BRACKETS:
            message = f'há mais de {MOST_BRACKETS} sinais "[" sem uma linha em branco'
            problems.add(line, "too-large", message, "separe em parágrafos, ou tire o que sobra")
    return len(problems.found) == before


def _paragraphs(body: str, first_line: int) -> Iterator[tuple[int, str]]:
    """Runs of lines with something in them, and the line where each begins."""
    lines: list[str] = []
    for number, line in enumerate([*body.split("\n"), ""], start=first_line):
        if line.strip(" \t"):  # Markdown takes no other sign for a blank one
            lines.append(line)
        elif lines:
            yield number - len(lines), "\n".join(lines)
            lines = []

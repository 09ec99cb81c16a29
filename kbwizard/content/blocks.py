"""Blocks of an article that only some readers may see: `::: interno`, a few lines, `:::`.

What is not for a reader is taken out of the Markdown before anything is made of it, so it cannot
come back in a heading, a snippet or a link. Whatever is not understood is a problem, and an article
with a problem is read by nobody: a mistake hides text, it never shows any.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kbwizard.content.fields import Problems, did_you_mean
from kbwizard.wizard.model import Audience

READERS: dict[str, frozenset[str]] = {
    "interno": frozenset({Audience.AGENT, Audience.TRAINEE}),
    "cliente": frozenset({Audience.CUSTOMER}),
    "treinamento": frozenset({Audience.TRAINEE}),
}
"""Who sees what stands in a block of that name."""

MARK = ":::"
_FENCE = re.compile(r":::[ \t]*(\S*)[ \t]*")


def text_for(source: str, audience: str) -> str:
    """The Markdown that an audience may see. Lines of others are empty: line numbers stay.

    >>> text_for("sim\\n::: interno\\nnão\\n:::\\nfim", "customer")
    'sim\\n\\n\\n\\nfim'
    """
    shown = []
    for line, block in _lines(source):
        is_fence = _FENCE.fullmatch(line) is not None
        kept = not is_fence and (block == "" or audience in READERS.get(block, ()))
        shown.append(line if kept else "")
    return "\n".join(shown)


def check_blocks(source: str, first_line: int, problems: Problems) -> None:
    """Report what is not a block as it should be: unknown, nested, not closed, not alone."""
    opened, opened_at = "", 0
    for number, line in enumerate(source.split("\n"), start=first_line):
        if MARK not in line:
            continue
        fence = _FENCE.fullmatch(line)
        if fence is None:
            problems.add(number, "block", f'"{MARK}" só serve numa linha sua', _HOW)
        elif not fence[1] and not opened:
            problems.add(number, "block", f'este "{MARK}" não fecha bloco nenhum', _HOW)
        elif not fence[1]:
            opened = ""
        elif opened:
            problems.add(
                number,
                "block",
                f'o bloco "{opened}" da linha {opened_at} ainda está aberto',
                f'feche-o com "{MARK}" antes: um bloco não fica dentro de outro',
            )
        elif fence[1] not in READERS:
            problems.add(
                number,
                "block",
                f'não há bloco "{fence[1][:40]}"',
                did_you_mean(fence[1], READERS),
            )
        if fence is not None and fence[1] and not opened:
            opened, opened_at = fence[1], number
    if opened:
        problems.add(
            opened_at, "block", f'o bloco "{opened}" não foi fechado', f'ponha "{MARK}" no fim dele'
        )


_HOW = f'comece por "{MARK} interno" numa linha e termine por "{MARK}" em outra'


def _lines(source: str) -> Iterator[tuple[str, str]]:
    """Every line with the name of the block it stands in. Of blocks that are checked."""
    block = ""
    for line in source.split("\n"):
        fence = _FENCE.fullmatch(line)
        if fence is not None and fence[1]:
            block = fence[1]
        yield line, block
        if fence is not None and not fence[1]:
            block = ""

"""Rules on drawings: a question about a light or a cable has one, and what is named exists."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from kbwizard.content.fields import did_you_mean
from kbwizard.content.lint.inspection import Inspection
from kbwizard.wizard.model import Instruction, Node, Question


def drawings_in(folder: Path) -> frozenset[str]:
    """The names of the drawings a folder holds (`NAME.svg`)."""
    return frozenset(path.stem for path in folder.glob("*.svg"))


def check_pictured(look: Inspection) -> None:
    """Whoever looks at the device alone is shown where to look."""
    facts = look.bundle.registry.facts
    for node in look.tree:
        if not isinstance(node, Question) or not node.texts.customer or node.media:
            continue
        for name in node.facts:
            if name in facts and facts[name].pictured:
                look.at(
                    node,
                    "question-without-drawing",
                    f'o passo "{node.name}" pede ao cliente que olhe o aparelho ("{name}") e não '
                    "tem figura",
                    'escreva "media: NOME", o nome de uma figura das páginas de ajuda',
                )


def check_drawings(look: Inspection, known: Collection[str]) -> None:
    """Every drawing that a node names is one of the known."""
    for node in look.tree:
        name = media_of(node)
        if name and name not in known:
            look.at(
                node,
                "missing-drawing",
                f'a figura "{name}" do passo "{node.name}" não existe',
                did_you_mean(name, known),
            )


def media_of(node: Node) -> str:
    """The name of the drawing a node shows; empty when it shows none."""
    media = node.media if isinstance(node, Question | Instruction) else ""
    return media.removesuffix(".svg")

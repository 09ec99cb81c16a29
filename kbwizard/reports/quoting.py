"""Which steps of the trees lead to which article."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from kbwizard.wizard.model import Bundle


@dataclass(frozen=True, slots=True)
class Quote:
    """One step that names an article, or a whole tree that does (`node` empty)."""

    tree: str
    node: str

    def __str__(self) -> str:
        return f"{self.tree}#{self.node}" if self.node else self.tree


def quotes(bundle: Bundle) -> dict[str, tuple[Quote, ...]]:
    """By slug of the article, in the order of trees and steps."""
    found: dict[str, list[Quote]] = defaultdict(list)
    for name, tree in sorted(bundle.trees.items()):
        for slug in tree.articles:
            found[slug].append(Quote(name, ""))
        for node in tree.nodes.values():
            if node.article:
                found[node.article.partition("#")[0]].append(Quote(name, node.name))
    return {slug: tuple(ones) for slug, ones in found.items()}

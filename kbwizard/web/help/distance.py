"""How far along a customer is, in words: a percentage would promise what nobody knows."""

from __future__ import annotations

from kbwizard.walks.service import Standing
from kbwizard.wizard.graph import successors
from kbwizard.wizard.model import ONLY_WITH_PARENT, Instruction, Outcome, Question, Subtree, Tree

BEGINNING, MIDDLE, NEAR = "Primeira pergunta", "Estamos no caminho", "Quase lá"
FEW = 3
"""With no more things left to do than these, whatever is answered, the end is near."""
ANOTHER_TREE = 3
"""What a tree that comes next is thought to ask."""


def where(standing: Standing) -> str:
    """At the beginning, on the way, or nearly there."""
    position = standing.position
    if not any(one.asked for one in position.path[:-1]):
        return BEGINNING
    left = most_left(standing.bundle.trees[position.tree], position.node.name)
    return NEAR if left <= FEW else MIDDLE


def most_left(tree: Tree, node: str) -> int:
    """The most questions and instructions from a node on, itself included, without going in
    circles: nobody is told that they are nearly there and then asked six things more."""
    ways = successors(tree)
    known: dict[str, int] = {}

    def count(name: str, above: frozenset[str]) -> int:
        if name in above or name not in tree.nodes:
            return 0
        if name not in known:
            below = above | {name}
            rest = max((count(target, below) for target in ways[name]), default=0)
            known[name] = rest + _cost(tree, name)
        return known[name]

    return count(node, frozenset())


def _cost(tree: Tree, name: str) -> int:
    node = tree.nodes[name]
    more = isinstance(node, Outcome) and node.result in ONLY_WITH_PARENT
    if more or isinstance(node, Subtree):
        return ANOTHER_TREE
    # A question without words for customers is not put to them.
    return int(isinstance(node, Question | Instruction) and bool(node.texts.customer))

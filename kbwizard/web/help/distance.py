"""How far along a customer is, in words: a percentage would promise what nobody knows."""

from __future__ import annotations

from collections import deque

from kbwizard.walks.service import Standing
from kbwizard.wizard.graph import successors
from kbwizard.wizard.model import ONLY_WITH_PARENT, Instruction, Outcome, Question, Tree

BEGINNING, MIDDLE, NEAR = "Primeira pergunta", "Estamos no caminho", "Quase lá"
FEW = 2
"""With no more things left to do than these, counting this one, the end is near."""


def where(standing: Standing) -> str:
    """At the beginning, on the way, or nearly there."""
    position = standing.position
    if not any(one.asked for one in position.path[:-1]):
        return BEGINNING
    left = left_to_do(standing.bundle.trees[position.tree], position.node.name)
    return NEAR if left is not None and left <= FEW else MIDDLE


def left_to_do(tree: Tree, node: str) -> int | None:
    """The fewest questions and instructions from a node, itself included, to an end of the walk;
    None where this tree only hands back to another."""
    ways = successors(tree)
    least: dict[str, int] = {}
    ends: list[int] = []
    waiting = deque([(node, 0)])
    while waiting:
        name, before = waiting.popleft()
        here = tree.nodes.get(name)
        if here is None:
            continue
        count = before + int(isinstance(here, Question | Instruction))
        if least.get(name, count + 1) <= count:
            continue
        least[name] = count
        if isinstance(here, Outcome) and here.result not in ONLY_WITH_PARENT:
            ends.append(count)
        waiting.extend((target, count) for target in ways[name])
    return min(ends, default=None)

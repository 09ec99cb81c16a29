"""What a customer comes about, when the page they come from says it: one question less."""

from __future__ import annotations

from collections import deque

from kbwizard.selfservice import walking
from kbwizard.selfservice.values import Visit
from kbwizard.selfservice.workings import Workings
from kbwizard.wizard.graph import successors
from kbwizard.wizard.model import Question, Subtree, Tree
from kbwizard.wizard.position import Need

SYMPTOM = "symptom"


def say_what_about(workings: Workings, visit: Visit, tree: str) -> None:
    """Answer "what is happening?" for who pressed "começar" on an article about it.

    Where the walk asks something else first, or no complaint leads to that tree, nothing is said:
    they are asked as everybody is. Like any answer it can be taken back.
    """
    standing = walking.advance(workings, visit)
    position = standing.position
    if position.pending.need is not Need.ANSWER or position.pending.facts != (SYMPTOM,):
        return
    symptom = complaint_for(tree, standing.bundle.trees[position.tree])
    if symptom is not None:
        walking.answer(workings, visit, visit_number=position.visit, said={SYMPTOM: symptom})


def complaint_for(tree: str, root: Tree) -> str | None:
    """The complaint from which the root comes to a tree by the fewest steps.

    Ties go to the order of the file.
    """
    ways = successors(root)
    nearest: tuple[int, str] | None = None
    for node in root.nodes.values():
        if isinstance(node, Question) and node.facts == (SYMPTOM,):
            for value, target in node.go.items():
                steps = _steps_to(tree, target, root, ways)
                if steps is not None and (nearest is None or steps < nearest[0]):
                    nearest = (steps, str(value))
    return nearest[1] if nearest else None


def _steps_to(tree: str, start: str, root: Tree, ways: dict[str, tuple[str, ...]]) -> int | None:
    queue, seen = deque([(start, 0)]), {start}
    while queue:
        name, steps = queue.popleft()
        node = root.nodes.get(name)
        if isinstance(node, Subtree) and node.tree == tree:
            return steps
        for target in ways.get(name, ()):
            if target not in seen:
                seen.add(target)
                queue.append((target, steps + 1))
    return None

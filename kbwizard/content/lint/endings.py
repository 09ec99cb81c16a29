"""Rules on outcomes: code, deadline, closing, and what a parent catches of a child."""

from __future__ import annotations

from collections.abc import Mapping

from kbwizard.content.closings import closing_of
from kbwizard.content.lint.inspection import Inspection
from kbwizard.wizard.graph import trees_below
from kbwizard.wizard.model import NEED_GATES, ONLY_WITH_PARENT, Outcome, Result, Subtree, Tree


def check_endings(look: Inspection) -> None:
    if look.tree.gate:
        _gate(look)
    if look.tree.root:
        _gated(look)
    for node in look.tree:
        if isinstance(node, Outcome):
            _outcome(look, node)
        elif isinstance(node, Subtree) and node.tree in look.bundle.trees:
            _returns(look, node, look.bundle.trees[node.tree])


def _gate(look: Inspection) -> None:
    reached = (look.tree.nodes[name] for name in look.reached)
    if not any(isinstance(node, Outcome) and node.result is Result.PASSED for node in reached):
        look.report(
            "gate-never-passes",
            look.head_line("gate"),
            f'a porta "{look.tree.name}" nunca termina em "passed": nenhum atendimento passa',
            'escreva um desfecho "outcome: passed", ou tire "gate: true"',
        )


def _gated(look: Inspection) -> None:
    """A root whose sub-trees dispatch or escalate wants a gate: a jump could land in them."""
    calls = [node.tree for node in look.tree if isinstance(node, Subtree)]
    trees = look.bundle.trees
    if any(name not in trees or trees[name].gate for name in calls):
        return
    for name in trees_below(look.bundle, look.tree.name)[1:]:
        for node in trees[name]:
            if isinstance(node, Outcome) and node.result in NEED_GATES:
                look.report(
                    "root-without-gate",
                    look.head_line("root"),
                    f'a raiz chega a "{name}.{node.name}" ({node.result}) e não tem porta',
                    'chame daqui uma árvore com "gate: true"',
                    severity="warning",
                )
                return


def _outcome(look: Inspection, node: Outcome) -> None:
    if look.tree.root and node.result in ONLY_WITH_PARENT:
        look.at(
            node,
            "uncaught-result",
            f'"{node.result}" só vale onde uma árvore de cima o recebe, e esta é uma raiz',
            "use outro resultado",
        )
    if node.result in ONLY_WITH_PARENT:
        return
    if not node.disposition:
        look.at(
            node,
            "outcome-code",
            f'o desfecho "{node.name}" não tem código',
            'escreva "disposition: CODIGO"',
        )
    if node.result in NEED_GATES and not node.deadline:
        look.at(
            node,
            "outcome-deadline",
            f'o desfecho "{node.name}" não diz o prazo',
            'escreva "deadline: POLÍTICA", uma das políticas de _facts.yaml',
        )
    if not closing_of(node):
        look.at(
            node,
            "outcome-closing",
            f'o desfecho "{node.name}" não leva a um encerramento permitido (CD-05)',
            'diga o nível: "level: n2", "n3" ou "supervisor"',
        )


def endings_of(tree: Tree) -> dict[str, Outcome]:
    """The keys that a parent's `returns` may name: dispositions and results of its outcomes."""
    found: dict[str, Outcome] = {}
    for node in tree:
        if isinstance(node, Outcome):
            found.setdefault(str(node.result), node)
            if node.disposition:
                found.setdefault(node.disposition, node)
    return found


def _returns(look: Inspection, node: Subtree, child: Tree) -> None:
    endings = endings_of(child)
    for key in node.returns:
        if key not in endings or _always_by_code(key, node.returns, child):
            look.at(
                node,
                "never-returned",
                f'a árvore "{child.name}" nunca devolve "{key}" ao passo "{node.name}"',
                f"ela devolve: {', '.join(sorted(endings))}",
            )
    lost = {
        ending.result
        for ending in child
        if isinstance(ending, Outcome)
        and ending.result in ONLY_WITH_PARENT
        and not _caught(ending, node.returns)
    }
    for result in sorted(lost):
        look.at(
            node,
            "missing-passed" if result is Result.PASSED else "uncaught-result",
            f'o passo "{node.name}" não recebe "{result}" da árvore "{child.name}"',
            f'escreva "{result}: PASSO" em "returns"',
        )


def _caught(ending: Outcome, returns: Mapping[str, str]) -> bool:
    return ending.disposition in returns or str(ending.result) in returns


def _always_by_code(key: str, returns: Mapping[str, str], child: Tree) -> bool:
    """A result whose every outcome is caught by its own code first never comes by result."""
    outcomes = [node for node in child if isinstance(node, Outcome) and str(node.result) == key]
    return bool(outcomes) and all(
        node.disposition in returns and node.disposition != key for node in outcomes
    )

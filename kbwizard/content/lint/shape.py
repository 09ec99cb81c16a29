"""Rules on the graph of a tree: unreachable nodes, dead ends, loops, anytime exits."""

from __future__ import annotations

from collections.abc import Mapping

from kbwizard.content.lint.inspection import Inspection
from kbwizard.wizard.graph import Edge, edges
from kbwizard.wizard.model import BACK, Node, Outcome


def check_shape(look: Inspection) -> None:
    _unreachable(look)
    _dead_ends(look)
    _loops(look)
    _anytime(look)


def _starts(look: Inspection) -> tuple[str, ...]:
    """Where a walk may come into the tree: its entry, and its exits for any time."""
    exits = (exit_.goto for exit_ in look.tree.anytime)
    return (look.tree.entry, *(name for name in exits if name != BACK))


def _unreachable(look: Inspection) -> None:
    reached = look.reach(_starts(look))
    for node in look.tree:
        if node.name not in reached:
            look.report(
                "unreachable",
                node.line,
                f'nenhum caminho chega ao passo "{node.name}"',
                "aponte um caminho para ele, ou apague-o",
            )


def _dead_ends(look: Inspection) -> None:
    """Nodes from which no outcome can be reached, whatever is known."""
    sources: dict[str, set[str]] = {name: set() for name in look.tree.nodes}
    ends = {node.name for node in look.tree if isinstance(node, Outcome)}
    for edge in edges(look.tree):
        if edge.target == BACK:
            ends.add(edge.source)
        elif edge.source in sources:
            sources[edge.target].add(edge.source)
    ends |= {node.name for node in look.tree if not look.ways[node.name]}
    waiting = list(ends)
    while waiting:
        for name in sources[waiting.pop()] - ends:
            ends.add(name)
            waiting.append(name)
    reached = look.reach(_starts(look))
    for node in look.tree:
        if node.name not in ends and node.name in reached:
            look.at(
                node,
                "dead-end",
                f'do passo "{node.name}" não se chega a nenhum desfecho',
                "dê-lhe um caminho até um desfecho",
            )


def _loops(look: Inspection) -> None:
    """Nothing may go round for ever: a node visited too often is only left by its `then`."""
    ways = {node.name: _last_ways(look, node) for node in look.tree}
    state: dict[str, int] = {}
    for start in look.tree.nodes:
        if start not in state:
            _search(look, start, ways, state)


def _last_ways(look: Inspection, node: Node) -> tuple[Edge, ...]:
    """The ways out that a node still has when the walk has come to it again and again."""
    ways = look.ways[node.name]
    if node.max_visits is None:
        return ways
    return tuple(edge for edge in ways if edge.label == "max_visits")


def _search(
    look: Inspection, start: str, ways: Mapping[str, tuple[Edge, ...]], state: dict[str, int]
) -> None:
    """Depth first without recursion; 1 is on the way, 2 is finished."""
    way = [start]
    state[start] = 1
    exits = [iter(ways[start])]
    while way:
        edge = next(exits[-1], None)
        if edge is None:
            state[way.pop()] = 2
            exits.pop()
        elif state.get(edge.target) == 1:
            _unbounded(look, (*way[way.index(edge.target) :], edge.target))
        elif edge.target not in state:
            state[edge.target] = 1
            way.append(edge.target)
            exits.append(iter(ways[edge.target]))


def _unbounded(look: Inspection, ring: tuple[str, ...]) -> None:
    look.report(
        "unbounded-loop",
        look.tree.nodes[ring[0]].line,
        f"este círculo não tem fim: {' → '.join(ring)}",
        _way_out_of(look, ring),
        path=(*look.path_to(ring[0]), *ring[1:]),
    )


def _way_out_of(look: Inspection, ring: tuple[str, ...]) -> str:
    capped = [name for name in ring if look.tree.nodes[name].max_visits is not None]
    if capped:
        return f'aponte o "then" de "{capped[0]}" para um passo fora do círculo'
    return f'escreva max_visits: {{n: 2, then: PASSO}} em um deles, por exemplo em "{ring[0]}"'


def _anytime(look: Inspection) -> None:
    tree = look.tree
    if tree.anytime and not tree.root:
        look.report(
            "anytime-not-root",
            look.head_line("anytime"),
            f'só uma raiz tem "anytime", e "{tree.name}" não é raiz',
            'escreva "root: true", ou leve as saídas para a raiz',
        )
    keys = [exit_.key for exit_ in tree.anytime]
    for key in sorted({key for key in keys if keys.count(key) > 1 or len(key) != 1}):
        look.report(
            "anytime-key",
            look.head_line("anytime"),
            f'a tecla "{key}" de "anytime" não serve: é repetida ou não é uma só',
            "dê uma tecla diferente a cada saída",
        )
    for edge in edges(tree):
        if edge.target == BACK and edge.source in look.reached:
            look.at(
                tree.nodes[edge.source],
                "back-outside",
                f'o passo "{edge.source}" volta ("back") sem ter vindo de uma saída "anytime"',
                "aponte para um passo",
            )

"""Rule on budgets: no way to an outcome asks, or waits, more than the tree promises."""

from __future__ import annotations

from collections.abc import Callable

from kbwizard.content.lint.inspection import Inspection
from kbwizard.wizard.facts import Ask
from kbwizard.wizard.model import Check, Instruction, Node, Question

Cost = Callable[[Node], float]


def check_budget(look: Inspection) -> None:
    budget = look.tree.budget
    if budget.questions is not None:
        asked, path = _longest(look, lambda node: _questions(look, node))
        if asked > budget.questions:
            look.report(
                "budget",
                look.head_line("budget"),
                f"um caminho faz {asked:g} perguntas ao cliente; o orçamento é {budget.questions}",
                "corte perguntas, leia da rede, ou aumente budget.questions",
                path=path,
            )
    if budget.seconds is not None:
        waited, path = _longest(look, _seconds)
        if waited > budget.seconds:
            look.report(
                "budget",
                look.head_line("budget"),
                f"um caminho espera {waited:g} s, e o orçamento é {budget.seconds} s",
                "encurte as esperas, ou aumente budget.seconds",
                path=path,
            )


def _questions(look: Inspection, node: Node) -> float:
    """How many facts a customer has to answer here."""
    if not isinstance(node, Question):
        return 0
    facts = look.bundle.registry.facts
    return sum(1 for name in node.facts if name in facts and facts[name].ask is Ask.CUSTOMER)


def _seconds(node: Node) -> float:
    if isinstance(node, Instruction):
        return node.wait_s or 0
    return node.poll.up_to_s if isinstance(node, Check) and node.poll else 0


def _longest(look: Inspection, cost: Cost) -> tuple[float, tuple[str, ...]]:
    """The dearest way, each node at most once: edges that close a circle are not taken."""
    order = _topological(look)
    best: dict[str, tuple[float, str]] = {look.tree.entry: (0.0, "")}
    place = {name: number for number, name in enumerate(order)}
    for name in order:
        reached = best[name][0] + cost(look.tree.nodes[name])
        for edge in look.ways[name]:
            onward = place[edge.target] > place[name]
            if onward and reached > best.get(edge.target, (-1.0, ""))[0]:
                best[edge.target] = (reached, name)
    totals = {name: best[name][0] + cost(look.tree.nodes[name]) for name in best}
    last = max(totals, key=lambda name: totals[name])
    path = [last]
    while best[path[-1]][1]:
        path.append(best[path[-1]][1])
    return totals[last], tuple(reversed(path))


def _topological(look: Inspection) -> list[str]:
    """Reached nodes, each before those its edges lead to, circles cut where they close."""
    order: list[str] = []
    seen = {look.tree.entry}
    way = [(look.tree.entry, iter(look.ways[look.tree.entry]))]
    while way:
        name, exits = way[-1]
        edge = next(exits, None)
        if edge is None:
            order.append(name)
            way.pop()
        elif edge.target not in seen:
            seen.add(edge.target)
            way.append((edge.target, iter(look.ways[edge.target])))
    return list(reversed(order))

"""Rule on budgets: no way to an outcome asks, or waits, more than the tree promises.

What the trees below ask and wait counts for the tree that calls them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from kbwizard.content.lint.flows import returned_by
from kbwizard.content.lint.inspection import Inspection
from kbwizard.wizard.facts import Ask
from kbwizard.wizard.graph import Edge
from kbwizard.wizard.model import Check, Instruction, Node, Outcome, Question, Subtree

Cost = Callable[[Node], float]


def check_budget(look: Inspection) -> None:
    budget = look.tree.budget
    if budget.questions is not None:
        asked, path = Longest(look, lambda node: _questions(look, node)).dearest()
        if asked > budget.questions:
            look.report(
                "budget",
                look.head_line("budget"),
                f"um caminho faz {asked:g} perguntas ao cliente; o orçamento é {budget.questions}",
                "corte perguntas, leia da rede, ou aumente budget.questions",
                path=path,
            )
    if budget.seconds is not None:
        waited, path = Longest(look, _seconds).dearest()
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
    of_customers = {Ask.CUSTOMER, Ask.BOTH} if node.texts.customer else {Ask.CUSTOMER}
    return sum(1 for name in node.facts if name in facts and facts[name].ask in of_customers)


def _seconds(node: Node) -> float:
    if isinstance(node, Instruction):
        return node.wait_s or 0
    return node.poll.up_to_s if isinstance(node, Check) and node.poll else 0


class Longest:
    """The dearest ways of one tree, sub-trees included, each node at most once."""

    def __init__(self, look: Inspection, cost: Cost, above: Collection[str] = ()) -> None:
        """`above` are the trees that call this one: a circle of calls is cut where it closes."""
        self.look = look
        self.cost = cost
        self.trees = (*above, look.tree.name)
        self.children: dict[str, Longest] = {}
        self.best: dict[str, tuple[float, str]] = {look.tree.entry: (0.0, "")}
        self._spread(_topological(look))

    def dearest(self) -> tuple[float, tuple[str, ...]]:
        """The whole cost of the dearest way, and its nodes in this tree."""
        totals = {name: self._ending(self.look.tree.nodes[name]) for name in self.best}
        last = max(totals, key=lambda name: totals[name])
        path = [last]
        while self.best[path[-1]][1]:
            path.append(self.best[path[-1]][1])
        return totals[last], tuple(reversed(path))

    def _spread(self, order: list[str]) -> None:
        """Edges that close a circle are not taken."""
        place = {name: number for number, name in enumerate(order)}
        for name in (name for name in order if name in self.best):
            for edge in self.look.ways[name]:
                spent = self._leaving(self.look.tree.nodes[name], edge)
                if spent is None or place[edge.target] <= place[name]:
                    continue
                reached = self.best[name][0] + spent
                if reached > self.best.get(edge.target, (-1.0, ""))[0]:
                    self.best[edge.target] = (reached, name)

    def _leaving(self, node: Node, edge: Edge) -> float | None:
        """What a node costs when it is left by this edge; None for one that never comes back."""
        child = self._child(node)
        if child is None or edge.label == "max_visits" or not isinstance(node, Subtree):
            return self.cost(node)
        costs = [
            child.best[ending.name][0]
            for ending in child.look.tree
            if isinstance(ending, Outcome)
            and ending.name in child.best
            and returned_by(ending, node) == edge.label
        ]
        return max(costs, default=None)

    def _ending(self, node: Node) -> float:
        """The cost up to the end of the walk, when it ends at this node or below it."""
        child = self._child(node)
        return self.best[node.name][0] + (self.cost(node) if child is None else child.dearest()[0])

    def _child(self, node: Node) -> Longest | None:
        trees = self.look.bundle.trees
        if not isinstance(node, Subtree) or node.tree in self.trees or node.tree not in trees:
            return None
        if node.tree not in self.children:
            below = Inspection(trees[node.tree], self.look.bundle, self.look.articles)
            self.children[node.tree] = Longest(below, self.cost, self.trees)
        return self.children[node.tree]


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

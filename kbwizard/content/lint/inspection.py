"""What every rule is given: one tree, its ways, its bundle, and where to report."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from kbwizard.content.articles import Article
from kbwizard.errors import Problem
from kbwizard.wizard.graph import Edge, edges
from kbwizard.wizard.model import BACK, Audience, Bundle, Node, Tree
from kbwizard.wizard.plan import Plan, plan_of

PROFESSIONALS = (str(Audience.AGENT), str(Audience.TRAINEE))
"""Audiences that read the agent's text."""


@dataclass
class Inspection:
    """One tree under inspection. Problems found so far are in `problems`."""

    tree: Tree
    bundle: Bundle
    articles: Mapping[str, Article]
    broken: frozenset[str] = frozenset()
    """Trees whose files could not be read: they exist, and must not be called missing."""
    problems: list[Problem] = field(default_factory=list)
    retired: Mapping[str, Article] = field(default_factory=dict)
    """Articles taken out of the base."""

    @cached_property
    def plan(self) -> Plan:
        return plan_of(self.bundle)

    @cached_property
    def ways(self) -> dict[str, tuple[Edge, ...]]:
        """The edges that leave each node, `back` and anytime exits left out."""
        found: dict[str, list[Edge]] = {name: [] for name in self.tree.nodes}
        for edge in edges(self.tree):
            if edge.source in found and edge.target != BACK:
                found[edge.source].append(edge)
        return {name: tuple(ways) for name, ways in found.items()}

    @cached_property
    def reached(self) -> dict[str, str]:
        """Nodes that the entry leads to, each with the node it was first reached from."""
        return self.reach((self.tree.entry,))

    def reach(self, starts: Sequence[str]) -> dict[str, str]:
        """Breadth first over all ways; a start's predecessor is itself empty."""
        found = dict.fromkeys(starts, "")
        queue = deque(starts)
        while queue:
            name = queue.popleft()
            for edge in self.ways[name]:
                if edge.target not in found:
                    found[edge.target] = name
                    queue.append(edge.target)
        return found

    def path_to(self, name: str) -> tuple[str, ...]:
        """The shortest way from the entry to a node, both included; empty if there is none."""
        if name not in self.reached:
            return ()
        path = [name]
        while self.reached[path[-1]]:
            path.append(self.reached[path[-1]])
        return tuple(reversed(path))

    def has(self, audience: str) -> bool:
        return audience in self.tree.audiences

    @property
    def for_professionals(self) -> bool:
        return any(self.has(audience) for audience in PROFESSIONALS)

    def head_line(self, key: str) -> int:
        """The line of a key at the top of the file."""
        return self.tree.lines.get(key, 0)

    def report(
        self,
        rule: str,
        line: int,
        message: str,
        remedy: str,
        *,
        path: tuple[str, ...] = (),
        severity: str = "error",
    ) -> None:
        self.problems.append(Problem(self.tree.file, line, rule, message, remedy, severity, path))

    def at(
        self, node: Node, rule: str, message: str, remedy: str, *, severity: str = "error"
    ) -> None:
        """Report at a node, with the way to it."""
        path = self.path_to(node.name)
        self.report(rule, node.line, message, remedy, path=path, severity=severity)

"""What the readers of one tree file's blocks share."""

from __future__ import annotations

from dataclasses import dataclass, field

from kbwizard.content.fields import Fields, Problems, did_you_mean
from kbwizard.wizard.facts import Registry
from kbwizard.wizard.model import MaxVisits, Texts


@dataclass(slots=True)
class Reader:
    """What the readers of one file's nodes share: the registry, the problems, the ways taken."""

    problems: Problems
    registry: Registry | None
    ways: list[tuple[int, str]] = field(default_factory=list)
    """Every (line, node name) that some key leads to, checked when all nodes are known."""
    declared: set[str] = field(default_factory=set)
    """Names of all nodes of the file, those with problems too."""

    def way(self, fields: Fields, key: str, *, required: bool = False) -> str:
        target = fields.name(key, required=required)
        if target:
            self.ways.append((fields.line_of(key), target))
        return target

    def known_facts(self, fields: Fields, key: str) -> tuple[str, ...]:
        names = fields.texts(key, required=True)
        if not names and key in ("question", "check") and key in fields:
            line = fields.line_of(key)
            self.problems.add(
                line, "missing-key", f'"{key}" não diz nenhum fato', "escreva um fato"
            )
        return self.check_facts(names, fields.line_of(key))

    def check_facts(self, names: tuple[str, ...], line: int) -> tuple[str, ...]:
        for name in names:
            if self.registry is not None and name not in self.registry.facts:
                self.problems.add(
                    line,
                    "unknown-fact",
                    f'o fato "{name}" não existe',
                    did_you_mean(name, self.registry.facts),
                )
        return names


@dataclass(frozen=True, slots=True)
class Common:
    """What every kind of node may have."""

    texts: Texts
    line: int
    article: str
    max_visits: MaxVisits | None

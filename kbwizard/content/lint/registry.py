"""Rules on the registry of facts that reading it cannot see."""

from __future__ import annotations

from collections.abc import Iterator

from kbwizard.content.fields import did_you_mean
from kbwizard.content.forbidden import find_forbidden
from kbwizard.content.lint.plainness import check_plain_labels
from kbwizard.content.lint.texts import unknown_places
from kbwizard.content.lint.words import RULE, told
from kbwizard.errors import Problem
from kbwizard.wizard.derive import FUNCTIONS, INPUTS
from kbwizard.wizard.facts import Ask, Registry
from kbwizard.wizard.known import CONFLICT
from kbwizard.wizard.model import Audience


def check_registry(registry: Registry, file: str) -> list[Problem]:
    """Problems of `_facts.yaml` that reading it cannot see."""
    found = [*_labels(registry, file), *check_plain_labels(registry, file)]
    found += _functions(registry, file)
    for conflict in registry.conflicts:
        for name in unknown_places(conflict.say, registry):
            found.append(
                Problem(
                    file,
                    registry.lines.get(f"{CONFLICT}{conflict.id}", 0),
                    "unknown-place",
                    f'"{{{name}}}" no conflito "{conflict.id}" não é fato nem nome reservado',
                    did_you_mean(name, [*registry.facts, *registry.reserved]),
                )
            )
    return found


def _labels(registry: Registry, file: str) -> Iterator[Problem]:
    for spec in registry.facts.values():
        if spec.ask not in (Ask.CUSTOMER, Ask.BOTH):
            continue
        # A value names what is printed on the device: it is read beside the name of its fact.
        shown = [
            spec.label,
            *(f"{one.text(Audience.CUSTOMER)}, {spec.label}" for one in spec.values),
        ]
        for found in {word for text in shown for word in find_forbidden(text)}:
            message, remedy = told(found, f'no fato "{spec.name}"')
            yield Problem(file, registry.lines.get(spec.name, 0), RULE, message, remedy)


def _functions(registry: Registry, file: str) -> Iterator[Problem]:
    for spec in registry.facts.values():
        rule = spec.derived
        if rule is None or not rule.function:
            continue
        line = registry.lines.get(spec.name, 0)
        if rule.function not in FUNCTIONS:
            yield Problem(
                file,
                line,
                "unknown-function",
                f'a função "{rule.function}" do fato "{spec.name}" não existe',
                did_you_mean(rule.function, FUNCTIONS),
            )
        elif len(rule.of) != INPUTS[rule.function]:
            yield Problem(
                file,
                line,
                "function-inputs",
                f'"{rule.function}" toma {INPUTS[rule.function]} fatos, e "{spec.name}" dá '
                f"{len(rule.of)}",
                'escreva em "of" os fatos que a função toma, na ordem dela',
            )

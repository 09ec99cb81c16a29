"""Reads `_facts.yaml` into the registry, or into every problem it has."""

from __future__ import annotations

import re

from kbwizard.content.bands import read_derived
from kbwizard.content.fields import Fields, Problems, check_name, did_you_mean, unique_pairs
from kbwizard.content.whens import read_when
from kbwizard.content.yamlread import Block, Items, Piece, Value, parse_yaml
from kbwizard.errors import Problem
from kbwizard.wizard.facts import (
    Ask,
    ConflictSpec,
    FactSpec,
    FactType,
    Registry,
    Scalar,
    ValueLabel,
)
from kbwizard.wizard.known import CONFLICT

FORMAT = 1

_FACT_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")


def read_registry(text: str, file: str = "_facts.yaml") -> Registry | list[Problem]:
    """The registry, or all its problems at once."""
    root = parse_yaml(text, file)
    if isinstance(root, list):
        return root
    problems = Problems(file)
    registry = _registry(root, problems)
    return problems.found if problems else registry


def _registry(root: Block, problems: Problems) -> Registry:
    fields = Fields(root, problems, "no registro de fatos")
    if fields.count("format", required=True) not in (FORMAT, None):
        problems.add(
            fields.line_of("format"),
            "format",
            "este formato não é conhecido",
            f"use format: {FORMAT}",
        )
    facts = _facts(fields.block("facts", required=True), problems)
    registry = Registry(
        facts=facts,
        reserved=_labels(fields, "reserved"),
        deadlines=_labels(fields, "deadlines"),
    )
    conflicts = _conflicts(fields.blocks("conflicts"), registry, problems)
    fields.done()
    _check_derived(root, facts, problems)
    return Registry(facts, conflicts, registry.reserved, registry.deadlines, _lines(root))


def _facts(block: Block | None, problems: Problems) -> dict[str, FactSpec]:
    facts: dict[str, FactSpec] = {}
    for name, (key, piece) in unique_pairs(block or Block([], 0), problems).items():
        if not _FACT_NAME.fullmatch(name):
            problems.add(
                key.line,
                "name",
                f'o nome de fato "{name[:60]}" não é aceito',
                'use letras minúsculas, pontos e _, como "onu.state"',
            )
        elif isinstance(piece, Block):
            facts[name] = _fact(name, Fields(piece, problems, f'no fato "{name}"'), problems)
        else:
            problems.add(
                key.line, "wrong-type", f'o fato "{name}" pede chaves', "ao menos label e type"
            )
    return facts


def _fact(name: str, fields: Fields, problems: Problems) -> FactSpec:
    label = fields.text("label", required=True)
    fields.piece("type", required=True)
    kind = FactType(fields.choice("type", list(FactType), default="text"))
    ttl = fields.count("ttl", least=1)
    derived = fields.block("derived")
    spec = FactSpec(
        name=name,
        label=label,
        type=kind,
        values=_values(fields, kind, problems),
        unit=fields.text("unit"),
        low=fields.number("min", least=-1e12),
        high=fields.number("max", least=-1e12),
        step=fields.number("step"),
        ttl_s=ttl,
        read_by=fields.text("read_by"),
        ask=Ask(fields.choice("ask", list(Ask), default="none")),
        prefer=fields.choice("prefer", ("network", "person")),
        personal=fields.flag("personal"),
        derived=read_derived(derived, name, problems) if derived else None,
        optics=fields.flag("optics"),
        pictured=fields.flag("pictured"),
    )
    fields.done()
    if spec.low is not None and spec.high is not None and spec.low > spec.high:
        problems.add(
            fields.line_of("min"), "range", f'min é maior que max em "{name}"', "troque os dois"
        )
    return spec


def _values(fields: Fields, kind: FactType, problems: Problems) -> tuple[ValueLabel, ...]:
    block = fields.block("values", required=kind is FactType.ENUM)
    if block is None:
        return _bare_values(kind)
    if kind not in (FactType.ENUM, FactType.BOOL, FactType.INT):
        problems.add(
            block.line,
            "wrong-type",
            f'um fato de tipo {kind} não tem "values"',
            "mude o tipo para enum",
        )
    labels = []
    for key, piece in unique_pairs(block, problems).values():
        labels.append(_label(_typed(key, kind, problems), piece, problems))
    if kind is FactType.BOOL and {label.value for label in labels} != {True, False}:
        problems.add(
            block.line,
            "wrong-type",
            "um fato de sim ou não tem os valores true e false",
            "escreva os dois, sem aspas",
        )
    return tuple(labels)


def _bare_values(kind: FactType) -> tuple[ValueLabel, ...]:
    if kind is FactType.BOOL:
        return (ValueLabel(True, "Sim"), ValueLabel(False, "Não"))
    return ()


def _typed(key: Value, kind: FactType, problems: Problems) -> Scalar:
    if kind is FactType.ENUM and not isinstance(key.value, str):
        problems.add(
            key.line, "wrong-type", f'o valor "{key.text}" não é uma palavra', "ponha entre aspas"
        )
        return key.text
    if kind is FactType.INT and (isinstance(key.value, bool) or not isinstance(key.value, int)):
        problems.add(
            key.line, "wrong-type", f'o valor "{key.text}" não é um número', "escreva só algarismos"
        )
    return key.value


def _label(value: Scalar, piece: Piece, problems: Problems) -> ValueLabel:
    if isinstance(piece, Block):
        fields = Fields(piece, problems, f'no valor "{value}"')
        label = ValueLabel(
            value,
            fields.text("agent", required=True),
            fields.text("customer"),
            _key_text(fields.piece("key")),
        )
        fields.done()
        return label
    if isinstance(piece, Value) and isinstance(piece.value, str) and piece.value:
        return ValueLabel(value, piece.value)
    problems.add(
        piece.line, "wrong-type", f'o rótulo de "{value}" pede um texto', "ponha entre aspas"
    )
    return ValueLabel(value, str(value))


def _key_text(piece: Piece | None) -> str:
    return piece.text if isinstance(piece, Value) else ""


def _labels(fields: Fields, key: str) -> dict[str, str]:
    block = fields.block(key)
    found: dict[str, str] = {}
    for name, (word, piece) in unique_pairs(block or Block([], 0), fields.problems).items():
        check_name(name, word.line, "", fields.problems)
        if isinstance(piece, Value) and isinstance(piece.value, str):
            found[name] = piece.value
        else:
            fields.wrong(name, piece, "um texto", "ponha entre aspas")
    return found


def _conflicts(
    blocks: list[Block], registry: Registry, problems: Problems
) -> tuple[ConflictSpec, ...]:
    found: list[ConflictSpec] = []
    for block in blocks:
        fields = Fields(block, problems, "no conflito")
        name = fields.text("id", required=True)
        if name in {conflict.id for conflict in found}:
            problems.add(
                fields.line_of("id"), "duplicate-key", f'o conflito "{name}" já existe', "renomeie"
            )
        if name:
            check_name(name, fields.line_of("id"), "do conflito", problems)
        when = read_when(fields.piece("when", required=True), registry, problems)
        say = fields.text("say", required=True)
        fields.done()
        if when is not None:
            found.append(ConflictSpec(name, when, say))
    return tuple(found)


def _check_derived(root: Block, facts: dict[str, FactSpec], problems: Problems) -> None:
    """Facts that derived ones lean on exist, their values are possible, and no chain is a ring."""
    lines = _lines(root)
    for spec in facts.values():
        derived = spec.derived
        if derived is None:
            continue
        line = lines.get(spec.name, 0)
        for name in (*derived.of, *((derived.by,) if derived.by else ())):
            if name not in facts:
                problems.add(
                    line,
                    "unknown-fact",
                    f'"{spec.name}" deriva de "{name}", que não existe',
                    did_you_mean(name, facts),
                )
        if _in_ring(spec.name, facts):
            problems.add(
                line, "derived-ring", f'"{spec.name}" deriva de si mesmo', "desfaça o círculo"
            )
        _check_band_values(spec, facts, line, problems)


def _lines(root: Block) -> dict[str, int]:
    """The line of each fact, and of each conflict as `conflict.ID`."""
    found: dict[str, int] = {}
    for top, piece in root.pairs:
        if top.text == "facts" and isinstance(piece, Block):
            found.update({key.text: key.line for key, _ in piece.pairs})
        elif top.text == "conflicts" and isinstance(piece, Items):
            for block in piece.items:
                found.update(_conflict_line(block))
    return found


def _conflict_line(piece: Piece) -> dict[str, int]:
    pairs = piece.pairs if isinstance(piece, Block) else []
    named = (value for key, value in pairs if key.text == "id" and isinstance(value, Value))
    return {f"{CONFLICT}{value.text}": piece.line for value in named}


def _check_band_values(
    spec: FactSpec, facts: dict[str, FactSpec], line: int, problems: Problems
) -> None:
    assert spec.derived is not None
    possible = {label.value for label in spec.values}
    for band in (band for bands in spec.derived.bands.values() for band in bands):
        if possible and band.value not in possible:
            problems.add(
                line,
                "impossible-value",
                f'a faixa "{band.value}" não é valor de "{spec.name}"',
                did_you_mean(str(band.value), map(str, possible)),
            )
    by = facts.get(spec.derived.by)
    if by is not None and by.values:
        known = {str(label.value) for label in by.values}
        for name in spec.derived.bands:
            if name and name not in known:
                problems.add(
                    line,
                    "impossible-value",
                    f'"{name}" não é valor de "{by.name}"',
                    did_you_mean(name, known),
                )


def _in_ring(name: str, facts: dict[str, FactSpec]) -> bool:
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        spec = facts.get(waiting.pop())
        if spec is None or spec.derived is None:
            continue
        for parent in (*spec.derived.of, spec.derived.by):
            if parent == name:
                return True
            if parent and parent not in seen:
                seen.add(parent)
                waiting.append(parent)
    return False

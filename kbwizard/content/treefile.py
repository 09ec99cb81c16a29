"""Reads one tree file into a frozen `Tree`, or into every structural problem it has.

Structural means that the engine could not walk it: unknown keys and facts, impossible values, ways
to nodes that do not exist. What is walkable but wrong is for `lint/`.
"""

from __future__ import annotations

import re

from kbwizard.content.fields import Fields, Problems, check_name, did_you_mean, unique_pairs
from kbwizard.content.nodereading import Reader
from kbwizard.content.treenodes import read_node
from kbwizard.content.treescenarios import read_scenarios
from kbwizard.content.yamlread import Block, parse_yaml
from kbwizard.errors import Problem
from kbwizard.wizard.facts import Registry
from kbwizard.wizard.model import BACK, Anytime, Audience, Budget, Node, Tree

STATUSES = ("draft", "review", "published", "retired")

_TREE_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def read_tree(text: str, file: str, registry: Registry | None) -> Tree | list[Problem]:
    """The tree, or all its structural problems. Without a registry facts are not looked up."""
    root = parse_yaml(text, file)
    if isinstance(root, list):
        return root
    problems = Problems(file)
    tree = _tree(root, Reader(problems, registry), file)
    return problems.found if problems or tree is None else tree


def _tree(root: Block, reader: Reader, file: str) -> Tree | None:
    fields = Fields(root, reader.problems, "no topo de uma árvore")
    name = _name(fields, reader.problems)
    entry = reader.way(fields, "entry", required=True)
    nodes = _nodes(fields.block("nodes", required=True), reader)
    tree = Tree(
        name=name,
        title=fields.text("title", required=True),
        entry=entry,
        nodes=nodes,
        audiences=_audiences(fields, reader.problems),
        file=file,
        owner=fields.text("owner"),
        status=fields.choice("status", STATUSES, default="published"),
        reviewed_by=fields.text("reviewed_by"),
        review_by=fields.text("review_by"),
        keywords=fields.texts("keywords"),
        topics=fields.texts("topics"),
        articles=fields.texts("articles"),
        budget=_budget(fields, reader.problems),
        anytime=_anytime(fields, reader),
        root=fields.flag("root"),
        gate=fields.flag("gate"),
        scenarios=read_scenarios(fields, name, reader),
        lines={key: word.line for key, (word, _) in fields.pairs.items()},
    )
    fields.done()
    _check_ways(reader)
    return tree


def _name(fields: Fields, problems: Problems) -> str:
    name = fields.text("tree", required=True)
    if name and not _TREE_NAME.fullmatch(name):
        problems.add(
            fields.line_of("tree"),
            "name",
            f'o nome de árvore "{name[:60]}" não é aceito',
            'use letras minúsculas sem acento e hífens, como "fibra-los"',
        )
    return name


def _audiences(fields: Fields, problems: Problems) -> tuple[str, ...]:
    found = fields.texts("audiences", required=True)
    if not found and "audiences" in fields:
        line = fields.line_of("audiences")
        problems.add(line, "missing-key", '"audiences" não diz ninguém', "escreva [agent, trainee]")
    for word in found:
        if word not in list(Audience):
            problems.add(
                fields.line_of("audiences"),
                "unknown-value",
                f'o público "{word}" não existe',
                did_you_mean(word, list(Audience)),
            )
    return found


def _budget(fields: Fields, problems: Problems) -> Budget:
    block = fields.block("budget")
    if block is None:
        return Budget()
    inner = Fields(block, problems, "em budget")
    budget = Budget(inner.count("questions"), inner.count("seconds"))
    inner.done()
    return budget


def _anytime(fields: Fields, reader: Reader) -> tuple[Anytime, ...]:
    found = []
    for block in fields.blocks("anytime"):
        inner = Fields(block, reader.problems, "em anytime")
        label = inner.text("label", required=True)
        key = inner.text("key", required=True)
        found.append(Anytime(label, key, reader.way(inner, "goto", required=True)))
        inner.done()
    return tuple(found)


def _nodes(block: Block | None, reader: Reader) -> dict[str, Node]:
    nodes: dict[str, Node] = {}
    for name, (key, piece) in unique_pairs(block or Block([], 0), reader.problems).items():
        reader.declared.add(name)
        if not check_name(name, key.line, "do passo", reader.problems):
            continue
        if name == BACK:
            reader.problems.add(key.line, "name", f'"{BACK}" é reservado', "dê outro nome ao passo")
        if not isinstance(piece, Block):
            reader.problems.add(
                key.line, "wrong-type", f'o passo "{name}" pede chaves', "escreva com recuo"
            )
            continue
        node = read_node(name, key.line, piece, reader)
        if node is not None:
            nodes[name] = node
    if block is not None and not block.pairs:
        reader.problems.add(block.line, "missing-key", "a árvore não tem passos", "escreva um")
    return nodes


def _check_ways(reader: Reader) -> None:
    for line, target in reader.ways:
        if target != BACK and target not in reader.declared:
            reader.problems.add(
                line,
                "missing-node",
                f'o passo "{target}" não existe',
                did_you_mean(target, reader.declared),
            )

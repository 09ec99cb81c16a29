"""The guide for authors: every example in it is read by the real loader, and no key is left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kbwizard.config import ROOT
from kbwizard.content.library import Library, load_library
from kbwizard.content.lint import lint_library
from kbwizard.content.registry import read_registry
from kbwizard.content.treefile import read_tree
from kbwizard.content.yamlread import Block, Items, Piece, parse_yaml
from kbwizard.wizard.facts import Registry
from kbwizard.wizard.model import Tree

GUIDE = (ROOT / "docs" / "arvores.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
HEAD = 'tree: exemplo\ntitle: "Exemplo"\naudiences: [agent]\n'


def starting(word: str) -> list[str]:
    return [example for example in EXAMPLES if example.startswith(f"{word}:")]


def read_part(example: str, registry: Registry) -> Tree | list[str]:
    """A tree around some nodes; nodes that the example only points to end at once."""
    entry = re.search(r"^  (\w+):$", example, re.MULTILINE)
    assert entry is not None
    declared = set(re.findall(r"^  (\w+):$", example, re.MULTILINE))
    ways = r"(?:goto|else|unknown|then|on_error|otherwise): (\w+)"
    pointed = set(re.findall(ways, example))
    for block in re.findall(r"^    (?:go|returns): \{(.*)\}$", example, re.MULTILINE):
        pointed |= set(re.findall(r": (\w+)", block))
    stubs = "".join(f"  {name}:\n    outcome: passed\n" for name in sorted(pointed - declared))
    tree = read_tree(f"{HEAD}entry: {entry[1]}\n{example}{stubs}", "exemplo.yaml", registry)
    return tree if isinstance(tree, Tree) else [problem.message for problem in tree]


def test_every_example_is_of_a_kind_that_is_tested() -> None:
    known = [
        example for word in ("tree", "facts", "nodes", "scenarios") for example in starting(word)
    ]

    assert len(EXAMPLES) >= 10
    assert sorted(known) == sorted(EXAMPLES)


def test_the_whole_trees_of_the_guide_pass_the_linter(tmp_path: Path, library: Library) -> None:
    trees = starting("tree")
    registry = (ROOT / "decision_trees" / "_facts.yaml").read_text(encoding="utf-8")
    (tmp_path / "_facts.yaml").write_text(registry, encoding="utf-8")
    for example in trees:
        name = example.split("\n")[0].removeprefix("tree: ")
        (tmp_path / f"{name}.yaml").write_text(example, encoding="utf-8")

    problems = lint_library(load_library(tmp_path, ROOT / "articles"))

    # The shipped articles begin walks of trees that are not in this folder.
    found = [problem for problem in problems if problem.file.endswith(".yaml")]
    assert len(trees) >= 1
    assert [f"{problem.line} {problem.message}" for problem in found] == []


@pytest.mark.parametrize("example", starting("facts"))
def test_facts_of_the_guide_are_read(example: str) -> None:
    registry = read_registry(f"format: 1\n{example}")

    assert isinstance(registry, Registry)


@pytest.mark.parametrize("example", starting("nodes"))
def test_nodes_of_the_guide_are_read(example: str, library: Library) -> None:
    tree = read_part(example, library.bundle.registry)

    assert isinstance(tree, Tree), tree


@pytest.mark.parametrize("example", starting("scenarios"))
def test_scenarios_of_the_guide_are_read(example: str, library: Library) -> None:
    text = f"{HEAD}entry: fim\nnodes:\n  fim:\n    outcome: passed\n{example}"

    tree = read_tree(text, "exemplo.yaml", library.bundle.registry)

    assert isinstance(tree, Tree), tree


def keys_of(piece: Piece, *, under: str = "") -> set[str]:
    """Keys of the format in a shipped file, names of nodes and facts left out."""
    if isinstance(piece, Items):
        return {key for item in piece.items for key in keys_of(item, under=under)}
    if not isinstance(piece, Block) or under in NAMED_BY_AUTHORS:
        return set()
    found: set[str] = set()
    for key, value in piece.pairs:
        if under != "nodes":
            found.add(key.text)
        found |= keys_of(value, under=key.text if under != "nodes" else "")
    return found


# Below these keys stand facts, values and nodes, whose names are the author's own.
NAMED_BY_AUTHORS = {"when", "until", "go", "returns", "facts", "answers", "actions", "subtrees"}


def test_every_key_that_the_shipped_trees_use_is_in_the_guide() -> None:
    used: set[str] = set()
    for path in sorted((ROOT / "decision_trees").glob("[a-z]*.yaml")):
        piece = parse_yaml(path.read_text(encoding="utf-8"), path.name)
        assert isinstance(piece, Block)
        used |= keys_of(piece)

    missing = {key for key in used if not re.search(rf"\b{re.escape(key)}\b", GUIDE)}

    assert len(used) > 40
    assert missing == set()


def test_every_reserved_name_and_source_is_in_the_guide(library: Library) -> None:
    registry = library.bundle.registry
    sources = {spec.read_by for spec in registry.facts.values() if spec.read_by}

    assert [name for name in registry.reserved if f"{{{name}}}" not in GUIDE] == []
    assert [name for name in sources if f"`{name}`" not in GUIDE] == []

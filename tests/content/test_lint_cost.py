"""A lint of sixty trees of forty nodes stays far below what a person waits for."""

from __future__ import annotations

from pathlib import Path
from time import process_time

from kbwizard.content.lint import lint_library
from tests.helpers.content import large_tree, library_of

CPU_SECONDS = 4.0
"""Twice the budget of the benchmark: a test machine may be slow, a quadratic walk is far slower."""


def test_sixty_trees_of_forty_nodes_are_read_and_linted_in_time(tmp_path: Path) -> None:
    trees = {f"t{number}": large_tree(f"t{number}", 40) for number in range(60)}

    started = process_time()
    library = library_of(tmp_path, trees)
    problems = lint_library(library)
    spent = process_time() - started

    assert sum(len(tree.nodes) for tree in library.bundle.trees.values()) == 60 * 40
    assert {problem.rule for problem in problems} == {"uncovered-edge"}
    assert spent < CPU_SECONDS

"""`training check`: confere os exercícios como `check-content` confere as árvores."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kbwizard.config import content_dirs
from kbwizard.content.library import load_library
from kbwizard.errors import ContentError, Problem
from kbwizard.training.lint import lint_exercise
from kbwizard.training.shelf import FOLDER, load_exercises
from kbwizard.training.tracks import tracks


def add_parsers(subparsers: Any) -> None:
    """Add `training` to an argparse subparsers object."""
    training = subparsers.add_parser("training", help="exercícios do treinamento")
    inner = training.add_subparsers(dest="what", required=True, metavar="O QUÊ")
    check = inner.add_parser("check", help="confere os exercícios")
    check.add_argument("--exercises", type=Path, default=FOLDER, metavar="DIR",
                       help="pasta dos exercícios")  # fmt: skip
    check.set_defaults(run=check_exercises)


def check_exercises(args: argparse.Namespace) -> int:
    """Report every problem of every exercise. 1 when there is one."""
    count, problems = find_problems(args.exercises)
    for problem in problems:
        print(f"{problem.file}:{problem.line}: [{problem.rule}] {problem.message}")
        if problem.remedy:
            print(f"    {problem.remedy}")
    found = "nenhum problema" if not problems else f"problemas: {len(problems)}"
    print(f"{count} exercícios: {found}.")
    return 1 if problems else 0


def find_problems(folder: Path) -> tuple[int, Sequence[Problem]]:
    """How many good exercises a folder has, and everything wrong with any of them."""
    library = load_library(*content_dirs())
    exercises, problems = load_exercises(folder, library.bundle.registry)
    try:
        known = tracks()
    except ContentError as error:
        known, problems = (), [*problems, *error.problems]
    for exercise in exercises.values():
        problems += lint_exercise(exercise, library.bundle, library.articles, known)
    return len(exercises), problems

"""What each module of kbwizard imports, read from its source: lazy imports count as any other."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from kbwizard.config import ROOT

PACKAGE = ROOT / "kbwizard"


class Import(NamedTuple):
    file: str
    line: int
    name: str
    """The whole dotted name: `kbwizard.walks.service`, `pysnmp.hlapi`."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line} imports {self.name}"


@cache
def parts() -> tuple[str, ...]:
    """Every folder and top-level module of the package, by name."""
    found = {
        path.stem if path.is_file() else path.name for path in PACKAGE.iterdir() if _is_ours(path)
    }
    return tuple(sorted(found - {"__init__"}))


@cache
def imports_of(part: str) -> tuple[Import, ...]:
    """Every import in a part, in its folder or its module."""
    folder = PACKAGE / part
    files = sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]
    return tuple(found for file in files for found in _imports(file))


def part_of(name: str) -> str:
    """The part that a name of ours belongs to; empty for the package itself and for others'."""
    head, *rest = name.split(".")
    return rest[0] if head == "kbwizard" and rest and rest[0] in parts() else ""


def _is_ours(path: Path) -> bool:
    return path.suffix == ".py" or (path.is_dir() and any(path.rglob("*.py")))


def _imports(file: Path) -> Iterator[Import]:
    name = file.relative_to(ROOT).as_posix()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (Import(name, node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, (
                f"{name}:{node.lineno}: write the whole name of what is imported"
            )
            module = node.module or ""
            if module == "kbwizard":  # `from kbwizard import cases` names a part
                yield from (Import(name, node.lineno, f"{module}.{one.name}") for one in node.names)
            else:
                yield Import(name, node.lineno, module)

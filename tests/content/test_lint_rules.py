"""Each rule fires on a tiny tree, and not on its good twin (`trees/*.yaml`, one case a file).

A case is a good tree, and one piece of it (`find`) that becomes another (`put`), once or (`all`)
wherever it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from kbwizard.content.lint import lint_library
from kbwizard.errors import Problem
from tests.helpers.content import TREES, library_of

CASES = sorted(path for path in TREES.glob("*.yaml") if path.name != "_facts.yaml")


@dataclass(frozen=True)
class Case:
    rule: str
    good: str
    bad: str
    files: dict[str, str]
    scenarios: bool
    path: tuple[str, ...] | None
    says: str
    drawings: tuple[str, ...] | None


def read_case(path: Path) -> Case:
    body: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert body["find"] in body["good"]
    return Case(
        rule=body["rule"],
        good=body["good"],
        bad=body["good"].replace(body["find"], body["put"], -1 if body.get("all") else 1),
        files=body.get("files", {}),
        scenarios=body.get("scenarios", False),
        path=tuple(body["path"]) if "path" in body else None,
        says=body.get("says", ""),
        drawings=tuple(body["drawings"]) if "drawings" in body else None,
    )


def problems_of(folder: Path, case: Case, text: str) -> list[Problem]:
    library = library_of(folder, {**case.files, "t": text})
    drawings = None if case.drawings is None else folder / "drawings"
    if drawings is not None:
        drawings.mkdir()
        for name in case.drawings or ():
            (drawings / f"{name}.svg").write_text("<svg/>", encoding="utf-8")
    return lint_library(library, scenarios=case.scenarios, drawings=drawings)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_rule_fires_where_it_should_and_says_what_to_write(path: Path, tmp_path: Path) -> None:
    case = read_case(path)

    problems = problems_of(tmp_path, case, case.bad)

    fired = [p for p in problems if p.rule == case.rule and p.file == "decision_trees/t.yaml"]
    assert fired, [p.rule for p in problems]
    assert all(problem.remedy for problem in fired)
    assert case.path is None or case.path in [problem.path for problem in fired]
    assert any(case.says in f"{problem.message} {problem.remedy}" for problem in fired)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_good_twin_has_no_problem_at_all(path: Path, tmp_path: Path) -> None:
    case = read_case(path)

    problems = problems_of(tmp_path, case, case.good)

    assert [p for p in problems if p.file == "decision_trees/t.yaml"] == []

"""Each benchmark runs in its tiny form, measures something, and leaves its numbers behind."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.figures import Effort
from benchmarks.lint import NODES, tree_text
from benchmarks.snmp import SNMPD
from kbwizard.config import ROOT

GROUPS = {"processo": 4, "snmp": 1, "lint": 1, "busca": 4, "pagina": 1, "carga": 2, "partida": 2}


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_runs_in_its_quick_form(group: str, tmp_path: Path) -> None:
    if group == "snmp" and not Path(SNMPD).exists():
        pytest.skip("snmpd is not installed (requirements-system.txt)")

    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--only", group, "--results", tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-2000:]
    (file,) = tmp_path.glob("*-quick.json")
    figures = json.loads(file.read_text(encoding="utf-8"))["figures"]
    assert len(figures) == GROUPS[group]
    assert all(len(figure["ours"]) == Effort(quick=True).runs for figure in figures)
    assert all(figure["median"] > 0 for figure in figures)
    assert all(figure["name"] in done.stdout for figure in figures)


def test_a_generated_tree_has_forty_nodes() -> None:
    body = tree_text(1).partition("nodes:\n")[2].partition("scenarios:\n")[0]

    names = [line for line in body.splitlines() if line.startswith("  ") and line[2] != " "]
    assert len(names) == NODES

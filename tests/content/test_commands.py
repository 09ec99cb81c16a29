"""The content commands as a person or a script runs them: shapes, exit codes, one-line errors."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kbwizard.cli import main
from kbwizard.config import ROOT
from tests.content.test_library import tree
from tests.helpers.content import ARTICLE, write_content

SCENARIOS = """scenarios:
  - {name: "apagada", answers: {led.los: off}, expect: {outcome: fim}}
  - {name: "vermelha", answers: {led.los: red}, expect: {outcome: fim}}
  - {name: "piscando", answers: {led.los: blinking}, expect: {outcome: fim}}
  - {name: "não sabe", expect: {outcome: fim}}
"""
GOOD = tree("boa") + SCENARIOS


def folders(tmp_path: Path, trees: dict[str, str], **articles: str) -> list[str]:
    trees_dir, articles_dir = write_content(tmp_path, trees, articles=articles or None)
    return ["--trees", str(trees_dir), "--articles", str(articles_dir)]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    out, err = capsys.readouterr()
    return code, out, err


def run_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code, out, _ = run(capsys, *arguments, "--json")
    return code, json.loads(out)


def test_good_content_checks_with_exit_code_0(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, body = run_json(capsys, "check-content", *folders(tmp_path, {"boa": GOOD}))

    assert (code, body) == (0, {"ok": True, "problems": []})


def test_problems_have_the_promised_shape_and_exit_code_1(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    gap = GOOD.replace("    unknown: fim\n", "")

    code, body = run_json(capsys, "check-content", *folders(tmp_path, {"boa": gap}))

    assert code == 1
    assert body["ok"] is False
    problem = next(p for p in body["problems"] if p["rule"] == "missing-unknown")
    assert list(problem) == ["file", "line", "rule", "severity", "message", "remedy", "path"]
    assert (problem["file"], problem["line"], problem["path"]) == (
        "decision_trees/boa.yaml",
        6,
        ["a"],
    )


def test_problems_read_well_on_a_terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, out, err = run(capsys, "check-content", *folders(tmp_path, {"boa": "a: [\n"}))

    assert code == 1
    assert "decision_trees/boa.yaml:2: [yaml]" in out
    assert "problemas: 1, em 1 arquivo" in out
    assert err == ""


def test_broken_articles_are_reported_too(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    given = folders(tmp_path, {"boa": GOOD}, luzes=ARTICLE, ma="nada")

    code, body = run_json(capsys, "check-content", *given)

    assert code == 1
    assert [(p["file"], p["rule"]) for p in body["problems"]] == [
        ("articles/ma.md", "front-matter")
    ]


def test_scenarios_run_and_count_their_edges(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    given = folders(tmp_path, {"boa": GOOD})

    code, body = run_json(capsys, "scenarios", "--coverage", *given)

    assert code == 0
    assert [one["name"] for one in body["scenarios"]] == [
        "apagada",
        "vermelha",
        "piscando",
        "não sabe",
    ]
    assert body["coverage"] == [{"tree": "boa", "edges": 4, "walked": 4, "missing": []}]


def test_a_failing_scenario_or_a_missed_edge_fails_the_command(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    wrong = GOOD.replace('"vermelha", answers: {led.los: red}', '"outra", answers: {led.los: off}')
    given = folders(tmp_path, {"boa": wrong})

    assert run(capsys, "scenarios", *given)[0] == 0
    code, body = run_json(capsys, "scenarios", "--coverage", *given)

    assert code == 1
    assert body["coverage"][0]["missing"] == [{"node": "a", "exit": "red"}]


def test_a_scenario_that_ends_elsewhere_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    wrong = GOOD.replace("expect: {outcome: fim}", "expect: {result: solved}", 1)

    code, out, _ = run(capsys, "scenarios", *folders(tmp_path, {"boa": wrong}))

    assert code == 1
    assert "FALHA boa: apagada" in out
    assert "3 de 4 cenários passaram" in out


def test_a_walk_without_facts_goes_by_unknown_to_an_outcome(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, body = run_json(capsys, "walk", "boa", *folders(tmp_path, {"boa": GOOD}))

    assert code == 0
    assert body["status"] == "ended"
    assert body["outcome"] == {
        "node": "fim",
        "tree": "boa",
        "result": "escalate",
        "disposition": "N2_TESTE",
        "level": "n2",
        "deadline": "n2",
    }
    assert [(visit["node"], visit["exit"]) for visit in body["path"]] == [
        ("a", "unknown"),
        ("fim", ""),
    ]
    assert body["facts"]["led.los"]["unavailable"] == "person_unsure"


def test_a_walk_takes_facts_and_answers_from_files(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    check = GOOD.replace(
        "entry: a\nnodes:\n",
        "entry: r\nnodes:\n  r:\n    check: [onu.state]\n    branches:\n"
        "      - {when: {onu.state: online}, goto: a, why: 'Está online'}\n"
        "    else: fim\n    unknown: fim\n",
    )
    (tmp_path / "f.json").write_text('{"onu.state": ["online", {"unavailable": "busy"}]}')
    (tmp_path / "a.json").write_text('{"led.los": "red"}')
    given = folders(tmp_path, {"boa": check})
    files = ["--facts", str(tmp_path / "f.json"), "--answers", str(tmp_path / "a.json")]

    code, body = run_json(capsys, "walk", "boa", *files, *given)

    assert code == 0
    assert [visit["exit"] for visit in body["path"]] == ["branch 1", "red", ""]
    assert body["path"][0]["why"] == "Está online"
    assert body["facts"]["onu.state"]["value"] == "online"
    assert body["questions"] == 1


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ('{"onu.stat": "online"}', "onu.state"),
        ('{"onu.state": "onlin"}', "online"),
        ('{"onu.state": {"unavailable": "tired"}}', "tired"),
        ('{"onu.state": null}', "onu.state"),
        ("[1, 2]", "bloco"),
        ("{", "JSON"),
        ("\udcff", "JSON"),
    ],
)
def test_facts_that_make_no_sense_are_one_line_on_standard_error(
    facts: str, word: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "f.json").write_bytes(facts.encode(errors="surrogateescape"))
    given = folders(tmp_path, {"boa": GOOD})

    code, out, err = run(capsys, "walk", "boa", "--facts", str(tmp_path / "f.json"), *given)

    assert (code, out) == (1, "")
    assert err.count("\n") == 1
    assert word in err


def test_a_walk_takes_a_class_for_the_numbers_it_follows_from(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = tmp_path / "f.json"
    facts.write_text('{"onu.state": "los", "pon.pattern": "cut"}', encoding="utf-8-sig")

    code, told = run_json(capsys, "walk", "fibra-los", "--facts", str(facts))

    assert (code, told["status"], told["outcome"]["disposition"]) == (0, "ended", "MASSA")
    assert told["facts"]["pon.pattern"]["value"] == "cut"


def test_a_walk_that_cannot_use_a_fact_says_which_and_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = tmp_path / "f.json"
    facts.write_text('{"onu.rx_dbm": -19, "onu.rx_class": "critical"}', encoding="utf-8")

    code, out, _ = run(capsys, "walk", "fibra-los", "--facts", str(facts))

    assert code == 1
    assert "onu.rx_class é derivado" in out


def test_walking_a_tree_that_is_not_there_or_is_broken_says_so(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    given = folders(tmp_path, {"boa": GOOD, "ma": "x: [\n"})

    assert 'quis dizer "boa"' in run(capsys, "walk", "boaa", *given)[2]
    assert "decision_trees/ma.yaml:2" in run(capsys, "walk", "ma", *given)[2]


def test_a_subtree_that_is_missing_is_walked_as_the_built_in_escalation(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    parent = tree("boa").replace(
        "entry: a\nnodes:\n",
        "entry: s\nnodes:\n  s:\n    subtree: nenhuma\n    returns: {passed: a}\n",
    )

    code, body = run_json(capsys, "walk", "boa", *folders(tmp_path, {"boa": parent}))

    assert code == 0
    assert body["outcome"]["disposition"] == "N2_ARVORE_INDISPONIVEL"


def test_a_missing_folder_is_one_readable_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, out, err = run(
        capsys, "check-content", "--trees", str(tmp_path / "nada"), "--articles", str(tmp_path)
    )

    assert (code, out) == (1, "")
    assert "não existe" in err
    assert err.count("\n") == 1


def run_process(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kbwizard", *arguments]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_usage_error_is_one_line_and_exit_code_2() -> None:
    done = run_process("chek-content")

    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["check-content", "scenarios", "walk"])
def test_every_command_explains_itself(command: str) -> None:
    done = run_process(command, "--help")

    assert done.returncode == 0
    assert "--json" in done.stdout


def test_a_reader_that_leaves_early_gets_no_traceback() -> None:
    done = subprocess.run(
        f"{sys.executable} -m kbwizard walk fibra-los --json | head -1",
        cwd=ROOT,
        shell=True,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.stdout == "{\n"
    assert done.stderr == ""


def test_a_folder_without_a_registry_is_checked_with_the_installations(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    given = folders(tmp_path, {"boa": GOOD.replace("deadline: n2", "deadline: n2_sem_acesso")})
    (tmp_path / "decision_trees" / "_facts.yaml").unlink()

    code, body = run_json(capsys, "check-content", *given)

    assert code == 0
    assert [(p["rule"], p["severity"]) for p in body["problems"]] == [("file", "warning")]

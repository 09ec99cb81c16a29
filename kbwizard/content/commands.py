"""The content commands: `check-content`, `scenarios` and `walk`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kbwizard.config import DRAWINGS_DIR, content_dirs
from kbwizard.content.library import REGISTRY_FILE, Library, load_library
from kbwizard.content.lint import lint_library
from kbwizard.content.lint.coverage import START, uncovered_edges, walkable_edges
from kbwizard.content.walking import walk_told, walk_tree
from kbwizard.errors import Problem
from kbwizard.wizard.model import Audience, Bundle, Tree
from kbwizard.wizard.scenario import ScenarioRun, run_scenario


def add_parsers(subparsers: Any) -> None:
    """Add the three commands to an argparse subparsers object."""
    check = subparsers.add_parser("check-content", help="confere árvores e artigos")
    _folders(check)
    check.set_defaults(run=check_content)

    scenarios = subparsers.add_parser("scenarios", help="percorre os cenários das árvores")
    scenarios.add_argument(
        "--coverage", action="store_true", help="mostra os caminhos que nenhum cenário percorre"
    )
    _folders(scenarios)
    scenarios.set_defaults(run=scenarios_command)

    walk = subparsers.add_parser("walk", help="percorre uma árvore sem tela")
    walk.add_argument("tree", metavar="ÁRVORE")
    walk.add_argument("--facts", type=Path, metavar="F.json", help="o que as fontes dizem")
    walk.add_argument("--answers", type=Path, metavar="A.json", help="o que as pessoas dizem")
    walk.add_argument(
        "--audience", choices=[str(a) for a in Audience], default="agent", help="quem percorre"
    )
    _folders(walk)
    walk.set_defaults(run=walk_command)


def _folders(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--trees", type=Path, metavar="DIR", help="pasta das árvores")
    parser.add_argument("--articles", type=Path, metavar="DIR", help="pasta dos artigos")
    parser.add_argument("--json", action="store_true", help="responde em JSON")


def _library(args: argparse.Namespace) -> Library:
    trees_dir, articles_dir = content_dirs()
    return load_library(
        args.trees or trees_dir,
        args.articles or articles_dir,
        stand_in=trees_dir / REGISTRY_FILE if args.trees else None,
    )


def _print_json(body: object) -> None:
    print(json.dumps(body, ensure_ascii=False, indent=2))


# -- check-content --------------------------------------------------------------------------------


def check_content(args: argparse.Namespace) -> int:
    """Report every problem of every file. 1 when one of them is an error."""
    library = _library(args)
    problems = lint_library(library, drawings=DRAWINGS_DIR)
    ok = not any(problem.severity == "error" for problem in problems)
    if args.json:
        _print_json({"ok": ok, "problems": [problem_told(problem) for problem in problems]})
    else:
        for problem in problems:
            print(_line(problem))
        print(_summary(library, problems))
    return 0 if ok else 1


def problem_told(problem: Problem) -> dict[str, object]:
    return {
        "file": problem.file,
        "line": problem.line,
        "rule": problem.rule,
        "severity": problem.severity,
        "message": problem.message,
        "remedy": problem.remedy,
        "path": list(problem.path),
    }


def _line(problem: Problem) -> str:
    text = f"{problem.file}:{problem.line}: [{problem.rule}] {problem.message}"
    if problem.remedy:
        text += f"\n    {problem.remedy}"
    if problem.path:
        text += f"\n    caminho: {' → '.join(problem.path)}"
    return text


def _summary(library: Library, problems: Sequence[Problem]) -> str:
    read = f"{len(library.bundle.trees)} árvores e {len(library.articles)} artigos"
    if library.retired:
        read += f" ({len(library.retired)} retirados)"
    if not problems:
        return f"{read}: nenhum problema."
    files = len({problem.file for problem in problems})
    return f"{read}; problemas: {len(problems)}, em {files} arquivo(s)."


# -- scenarios ------------------------------------------------------------------------------------


def scenarios_command(args: argparse.Namespace) -> int:
    """Run every scenario. 1 when one fails, a file is broken, or (asked for) an edge is missed."""
    library = _library(args)
    bundle = library.bundle
    runs = {tree.name: _run_all(bundle, tree) for tree in bundle.trees.values()}
    told = [_run_told(name, run) for name, tree_runs in runs.items() for run in tree_runs]
    coverage = [_coverage(bundle.trees[name], tree_runs) for name, tree_runs in runs.items()]
    missing = args.coverage and any(one["missing"] for one in coverage)
    broken = [problem for problem in library.problems if problem.severity == "error"]
    ok = all(one["ok"] for one in told) and not missing and not broken
    if args.json:
        body: dict[str, object] = {"ok": ok, "scenarios": told}
        if args.coverage:
            body["coverage"] = coverage
        body["problems"] = [problem_told(problem) for problem in broken]
        _print_json(body)
    else:
        _print_scenarios(told, coverage if args.coverage else [], broken)
    return 0 if ok else 1


def _run_all(bundle: Bundle, tree: Tree) -> list[ScenarioRun]:
    return [run_scenario(bundle, scenario, START) for scenario in tree.scenarios]


def _run_told(tree: str, run: ScenarioRun) -> dict[str, Any]:
    position = run.position
    return {
        "tree": tree,
        "name": run.scenario.name,
        "ok": run.ok,
        "mismatches": list(run.mismatches),
        "outcome": position.node.name if position and position.outcome else None,
        "result": str(position.outcome.result) if position and position.outcome else None,
        "questions": position.questions if position else None,
    }


def _coverage(tree: Tree, runs: list[ScenarioRun]) -> dict[str, Any]:
    missing = uncovered_edges(tree, runs)
    total = len(walkable_edges(tree))
    return {
        "tree": tree.name,
        "edges": total,
        "walked": total - len(missing),
        "missing": [{"node": node, "exit": label} for node, label in missing],
    }


def _print_scenarios(
    told: list[dict[str, Any]], coverage: list[dict[str, Any]], broken: list[Problem]
) -> None:
    for problem in broken:
        print(_line(problem))
    for one in told:
        print(f"{'ok   ' if one['ok'] else 'FALHA'} {one['tree']}: {one['name']}")
        for mismatch in one["mismatches"]:
            print(f"      {mismatch}")
    for tree in coverage:
        print(f"{tree['tree']}: {tree['walked']} de {tree['edges']} caminhos percorridos")
        for edge in tree["missing"]:
            print(f"      falta: {edge['node']} por {edge['exit']}")
    good = sum(1 for one in told if one["ok"])
    print(f"{good} de {len(told)} cenários passaram.")


# -- walk -----------------------------------------------------------------------------------------


def walk_command(args: argparse.Namespace) -> int:
    """Walk one tree with given facts and answers. 1 when it did not come to an outcome."""
    run = walk_tree(
        _library(args),
        args.tree,
        facts_file=args.facts,
        answers_file=args.answers,
        audience=args.audience,
    )
    told = walk_told(run)
    if args.json:
        _print_json(told)
    else:
        _print_walk(told)
    return 0 if told["status"] == "ended" else 1


def _print_walk(told: dict[str, Any]) -> None:
    for visit in told["path"]:
        way = f"  → {visit['exit']}" if visit["exit"] else ""
        skipped = " (pulado)" if visit["skipped"] else ""
        why = f"  — {visit['why']}" if visit["why"] else ""
        print(f"{visit['visit']:3} {visit['tree']}.{visit['node']}{way}{skipped}{why}")
    outcome = told["outcome"]
    if outcome:
        code = outcome["disposition"] or "sem código"
        print(f"desfecho: {outcome['tree']}.{outcome['node']} ({outcome['result']}, {code})")
    if told["status"] != "ended":
        print(f"parou: {told['problem'] or told['pending']}")
    print(f"perguntas ao cliente: {told['questions']}")

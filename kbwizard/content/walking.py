"""Walks one tree without a screen: facts and answers come from JSON, as a scenario's would."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kbwizard.content.fields import Fields, Problems, did_you_mean
from kbwizard.content.inputs import with_inputs
from kbwizard.content.library import Library
from kbwizard.content.lint.coverage import START
from kbwizard.content.nodereading import Reader
from kbwizard.content.treescenarios import read_values
from kbwizard.content.unavailable import missing_subtrees, unavailable_tree
from kbwizard.content.yamlread import Block, Items, Piece, Value, reason
from kbwizard.errors import ContentError, InvalidInput, NotFound
from kbwizard.wizard.facts import Registry, Scalar, Unavailable
from kbwizard.wizard.model import Bundle, Expectation, Scenario
from kbwizard.wizard.position import Known, Need, Position
from kbwizard.wizard.scenario import ScenarioRun, run_scenario

Values = dict[str, tuple[Scalar | Unavailable, ...]]


def walk_tree(
    library: Library,
    name: str,
    *,
    facts_file: Path | None = None,
    answers_file: Path | None = None,
    audience: str = "agent",
) -> ScenarioRun:
    """Walk a tree to where it ends. Facts not given time out; answers not given are "não sei".

    A class may be given for the numbers it follows from (`inputs.py`).

    Raises `NotFound` for a tree that does not exist, `ContentError` for one that is broken,
    `InvalidInput` for a file that is not JSON or gives values that facts cannot have.
    """
    bundle = _bundle(library, name)
    scenario = Scenario(
        name="walk",
        root=name,
        audience=audience,
        facts=with_inputs(bundle.registry, _values(facts_file, "facts", bundle.registry)),
        answers=_values(answers_file, "answers", bundle.registry),
        actions={},
        subtrees={},
        expect=Expectation(),
    )
    return run_scenario(bundle, scenario, START)


def _bundle(library: Library, name: str) -> Bundle:
    trees = dict(library.bundle.trees)
    if name not in trees:
        own = [p for p in library.problems if Path(p.file).stem in (name, "_facts")]
        if own:
            raise ContentError(own)
        raise NotFound(f'A árvore "{name}" não existe: {did_you_mean(name, trees)}.')
    for missing in missing_subtrees(trees):
        trees[missing] = unavailable_tree(missing, library.bundle.registry)
    return Bundle(trees, library.bundle.registry, library.bundle.version)


def _values(file: Path | None, key: str, registry: Registry) -> Values:
    if file is None:
        return {}
    problems = Problems(file.name)
    block = Block([(Value(key, key, 0), _piece(_read_json(file)))], 0)
    found = read_values(Fields(block, problems, "no arquivo"), key, Reader(problems, registry))
    if problems:
        told = [f"{problem.message} ({problem.remedy})" for problem in problems.found]
        raise InvalidInput(f"{file.name}: {'; '.join(told)}")
    return found


def _read_json(file: Path) -> object:
    try:
        return json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InvalidInput(f"{file} não pôde ser lido ({reason(error)}).") from error
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"{file} não é JSON válido em UTF-8: {str(error)[:120]}.") from error


def _piece(body: object) -> Piece:
    """JSON as the pieces that the readers of YAML take."""
    if isinstance(body, dict):
        pairs = [(Value(str(key), str(key), 0, plain=False), _piece(v)) for key, v in body.items()]
        return Block(pairs, 0)
    if isinstance(body, list):
        return Items([_piece(item) for item in body], 0)
    if isinstance(body, bool | int | float):
        return Value(body, str(body).lower(), 0)
    if body is None:
        return Value("", "", 0)
    return Value(str(body), str(body), 0, plain=False)


def walk_told(run: ScenarioRun) -> dict[str, Any]:
    """The walk as `walk --json` prints it."""
    position = run.position
    ended = position is not None and position.pending.need is Need.NOTHING
    return {
        "tree": run.scenario.root,
        "audience": run.scenario.audience,
        "status": "ended" if ended and run.ok else "stuck",
        "outcome": _outcome(position) if position else None,
        "questions": position.questions if position else 0,
        "path": _path(position) if position else [],
        "facts": _facts(position) if position else {},
        "conflicts": list(position.conflicts) if position else [],
        "pending": None if ended or position is None else _pending(position),
        "problem": "; ".join(run.mismatches) or None,
    }


def _outcome(position: Position) -> dict[str, Any] | None:
    outcome = position.outcome
    if outcome is None:
        return None
    return {
        "node": outcome.name,
        "tree": position.tree,
        "result": str(outcome.result),
        "disposition": outcome.disposition,
        "level": outcome.level,
        "deadline": outcome.deadline,
    }


def _path(position: Position) -> list[dict[str, Any]]:
    return [
        {
            "visit": visit.number,
            "tree": visit.tree,
            "node": visit.node,
            "exit": visit.exit,
            "why": visit.why,
            "skipped": visit.skipped,
        }
        for visit in position.path
    ]


def _facts(position: Position) -> dict[str, Any]:
    return {name: _known(known) for name, known in position.facts.items()}


def _known(known: Known) -> dict[str, Any]:
    value = known.reading.value
    told: dict[str, Any] = (
        {"unavailable": str(value.reason), "detail": value.detail}
        if isinstance(value, Unavailable)
        else {"value": value}
    )
    return {**told, "source": str(known.reading.source), "usable": known.usable}


def _pending(position: Position) -> dict[str, Any]:
    return {"need": str(position.pending.need), "facts": list(position.pending.facts)}

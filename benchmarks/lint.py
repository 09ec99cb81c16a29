"""Lint of 60 trees of 40 nodes, with scenarios that walk every edge, from text to verdict.

The trees are generated over the shipped registry: ten times question, check, instruction and
outcome. They are clean, so that no file is left early.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import process_time

import yaml

from benchmarks.figures import Effort, Figure
from kbwizard.config import ROOT
from kbwizard.content.library import load_library
from kbwizard.content.lint import lint_library

TREES = 60
NODES = 40
MOST_S = 2.0
ANSWERS: Mapping[str, tuple[str, ...]] = {
    "led.power": ("on", "off"),
    "led.pon": ("on", "slow", "fast", "off"),
    "led.los": ("off", "red", "blinking"),
    "led.internet": ("on", "red", "off"),
    "power.place": ("lit", "device_only", "house_out", "danger"),
    "power.after": ("on", "off"),
    "cable.visible": ("fine", "damaged", "fallen"),
    "devices.affected": ("all", "one"),
    "router.power": ("on", "off"),
    "router.changed": ("none", "reset", "replaced", "moved"),
}
"""A question for each; the first answer leads on, the others out."""
UNSURE = "unsure"
WORDS = '    agent: "{0}"\n    customer: "{0}"\n    why: "Motivo {1}."\n'


def run(effort: Effort) -> list[Figure]:
    assert yaml.__with_libyaml__, "PyYAML came without its C loader"
    trees = effort.of(TREES, 2)
    with tempfile.TemporaryDirectory(prefix="kbwizard-lint-") as scratch:
        folder = Path(scratch)
        shutil.copy(ROOT / "decision_trees" / "_facts.yaml", folder)
        for number in range(trees):
            text = tree_text(number)
            (folder / f"gerada-{number}.yaml").write_text(text, encoding="utf-8")
        spent = tuple(_lint_s(folder, trees) for _ in range(effort.runs))
    return [
        Figure(
            name=f"lint de {trees} árvores de {NODES} passos",
            unit="s CPU",
            ours=spent,
            most=MOST_S,
            note=f"com {trees * sum(1 for _ in scenarios())} cenários",
        )
    ]


def _lint_s(folder: Path, trees: int) -> float:
    began = process_time()
    library = load_library(folder, ROOT / "articles")
    problems = [problem for problem in lint_library(library) if problem.file.startswith("gerada")]
    spent = process_time() - began
    assert len(library.bundle.trees) == trees, len(library.bundle.trees)
    errors = [problem for problem in problems if problem.severity == "error"]
    assert not errors, errors[0]
    return spent


def tree_text(number: int) -> str:
    """One clean tree of 40 nodes, as an author would write it."""
    head = (
        f"tree: gerada-{number}\ntitle: Árvore gerada {number}\nowner: suporte\n"
        f"audiences: [agent, customer, trainee]\nentry: q0\ntopics: [fibra-los]\nnodes:\n"
    )
    body = "".join(_block(at, fact, values) for at, (fact, values) in enumerate(ANSWERS.items()))
    return head + body + "scenarios:\n" + "".join(scenarios())


def _block(at: int, fact: str, values: tuple[str, ...]) -> str:
    outs = "".join(f", {value}: o{at}" for value in values[1:])
    following = f"q{at + 1}" if at + 1 < len(ANSWERS) else f"o{at}"
    return (
        f"  q{at}:\n    question: {fact}\n{WORDS.format('Como está agora?', at)}"
        f"    go: {{{values[0]}: c{at}{outs}}}\n    unknown: o{at}\n"
        f"  c{at}:\n    check: session.state\n    refresh: true\n"
        f"{WORDS.format('Um instante, estou vendo daqui.', at)}"
        f"    branches:\n      - {{when: {{session.state: offline}}, goto: o{at}, why: Caiu}}\n"
        f"    else: t{at}\n    unknown: t{at}\n"
        f"  t{at}:\n    instruction: true\n{WORDS.format('Confira o cabo da rede.', at)}"
        f"    confirm: Conferido\n    goto: {following}\n"
        f"  o{at}:\n    outcome: escalate\n    disposition: N2_GERADA_{at}\n    level: n2\n"
        f"    queue: n2\n    deadline: n2_sem_acesso\n"
        f"{WORDS.format('A equipe técnica continua e dá retorno até {deadline}.', at)}"
    )


def scenarios() -> Iterator[str]:
    """One straight through, one blind, and one for every way out."""
    straight = {fact: values[0] for fact, values in ANSWERS.items()}
    last = len(ANSWERS) - 1
    yield _scenario("direto", "online", straight, last)
    yield _scenario("sem leitura", "{unavailable: timeout}", straight, last)
    for at, (fact, values) in enumerate(ANSWERS.items()):
        falls = ["online"] * at + ["offline"]
        yield _scenario(f"cai em {at}", f"[{', '.join(falls)}]", straight, at)
        for value in (*values[1:], UNSURE):
            yield _scenario(f"{fact} {value}", "online", {**straight, fact: value}, at)


def _scenario(name: str, session: str, answers: Mapping[str, str], out: int) -> str:
    said = ", ".join(f"{fact}: {value}" for fact, value in answers.items())
    return (
        f'  - name: "{name}"\n    facts: {{session.state: {session}}}\n'
        f"    answers: {{{said}}}\n    expect: {{outcome: o{out}, result: escalate}}\n"
    )

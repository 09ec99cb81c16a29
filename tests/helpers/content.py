"""Content folders for tests: the tiny registry, trees given as text, one article."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kbwizard.content.library import Library, load_library

TREES = Path(__file__).parent.parent / "content" / "trees"

ARTICLE = """---
title: "As luzes do aparelho"
summary: O que cada luz diz.
topics: [fibra-los]
owner: aldo.autor
verified_by: lia.lider
verified_at: 2026-11-20
review_every: 180
---

A luz LOS vermelha diz que falta luz na fibra.
"""

PUBLIC = ARTICLE.replace(
    "topics:",
    "audience: [agent, trainee, customer]\napproved_by: lia.lider\napproved_at: 2026-11-20\ntopics:",
)
"""The same for customers, approved by somebody who is not its owner."""


def write_content(
    folder: Path,
    trees: Mapping[str, str],
    *,
    articles: Mapping[str, str] | None = None,
    registry: str | None = None,
) -> tuple[Path, Path]:
    """Write trees (name to text), articles and the tiny registry; answers both folders."""
    trees_dir, articles_dir = folder / "decision_trees", folder / "articles"
    trees_dir.mkdir(exist_ok=True)
    articles_dir.mkdir(exist_ok=True)
    facts = (TREES / "_facts.yaml").read_text(encoding="utf-8") if registry is None else registry
    (trees_dir / "_facts.yaml").write_text(facts, encoding="utf-8")
    for name, text in trees.items():
        (trees_dir / f"{name}.yaml").write_text(text, encoding="utf-8")
    for slug, text in ({"luzes": ARTICLE} if articles is None else articles).items():
        (articles_dir / f"{slug}.md").write_text(text, encoding="utf-8")
    return trees_dir, articles_dir


def library_of(
    folder: Path,
    trees: Mapping[str, str],
    *,
    articles: Mapping[str, str] | None = None,
    registry: str | None = None,
) -> Library:
    """The library of such folders."""
    return load_library(*write_content(folder, trees, articles=articles, registry=registry))


def large_tree(name: str, nodes: int) -> str:
    """A chain of checks, questions and instructions, as long as wanted, good in every way."""
    lines = [f"tree: {name}", 'title: "Grande"', "audiences: [agent, customer]", "entry: n0"]
    lines.append("nodes:")
    for place in range(nodes - 1):
        onward = f"n{place + 1}" if place < nodes - 2 else "fim"
        lines += _large_node(place, onward)
    return "\n".join([*lines, *_LARGE_END, ""])


_LARGE_END = (
    "  fim:",
    "    outcome: dispatch",
    "    disposition: OS_FIBRA",
    "    deadline: visita",
    '    agent: "A visita está pedida. Protocolo {protocol}."',
    '    customer: "A visita está pedida. Protocolo {protocol}."',
)


def _large_node(place: int, onward: str) -> list[str]:
    said = 'agent: "Um instante, estou lendo o seu aparelho daqui."'
    if place % 3 == 0:
        return [
            f"  n{place}:",
            "    check: [onu.state, onu.rx_class, session.state]",
            f"    {said}",
            "    branches:",
            "      - {when: {onu.state: online, onu.rx_class: bad}, goto: fim, why: Sinal ruim}",
            f"      - {{when: {{onu.state: los, session.state: offline}}, goto: {onward}}}",
            f"    else: {onward}",
            f"    unknown: {onward}",
        ]
    if place % 3 == 1:
        return [
            f"  n{place}:",
            "    question: led.los",
            '    agent: "A luz escrita LOS, como está?"',
            '    customer: "Como está a luz escrita LOS?"',
            f"    go: {{off: {onward}, red: {onward}, blinking: {onward}}}",
            f"    unknown: {onward}",
        ]
    told = '"Desligue o aparelho da tomada e ligue de novo."'
    return [
        f"  n{place}:",
        "    instruction: true",
        f"    agent: {told}",
        f"    customer: {told}",
        f"    goto: {onward}",
    ]

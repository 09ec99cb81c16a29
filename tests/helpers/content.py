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
---

A luz LOS vermelha diz que falta luz na fibra.
"""


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

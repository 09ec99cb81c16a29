"""The linter: everything that is wrong with content that can be read, with the way that shows it.

`lint_library` is what `check-content`, the tests and publication run. Structural problems are the
loader's (`Library.problems`); a file that has them is not looked at here.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePath

from kbwizard.content.articles import find_article
from kbwizard.content.library import REGISTRY_FILE, Library
from kbwizard.content.lint.articles import Judged, check_articles
from kbwizard.content.lint.branching import check_branching
from kbwizard.content.lint.budgets import check_budget
from kbwizard.content.lint.coverage import check_scenarios
from kbwizard.content.lint.drawings import check_drawings, check_pictured, drawings_in
from kbwizard.content.lint.endings import check_endings
from kbwizard.content.lint.evidence import Evidence, check_evidence
from kbwizard.content.lint.inspection import Inspection
from kbwizard.content.lint.links import check_links
from kbwizard.content.lint.plainness import check_plainness
from kbwizard.content.lint.reading import check_reading
from kbwizard.content.lint.registry import check_registry
from kbwizard.content.lint.shape import check_shape
from kbwizard.content.lint.texts import check_texts
from kbwizard.content.lint.words import check_words
from kbwizard.errors import Problem

LOCAL_RULES = (
    check_shape,
    check_branching,
    check_reading,
    check_texts,
    check_words,
    check_plainness,
    check_pictured,
    check_endings,
    check_links,
    check_budget,
)
"""Rules that look at one tree (and at what it points to)."""

UNWALKABLE = frozenset(
    {"dead-end", "unbounded-loop", "missing-unknown", "uncovered-case", "go-incomplete"}
    | {"missing-tree", "subtree-cycle", "missing-passed", "uncaught-result"}
)
"""With these a tree cannot be walked to its end, so its scenarios are not run."""


def lint_library(
    library: Library, *, scenarios: bool = True, drawings: Path | None = None
) -> list[Problem]:
    """Every problem of every file, the loader's included, by file and line.

    `scenarios=False` leaves out the walks (rules `scenario-failed` and `uncovered-edge`);
    `drawings` is the folder that what nodes name by `media` has to be in.
    """
    found = lint_trees(library, scenarios=scenarios, drawings=drawings) + lint_articles(library)
    return in_order([*library.problems, *found])


def lint_trees(
    library: Library, *, scenarios: bool = True, drawings: Path | None = None
) -> list[Problem]:
    """What is wrong with trees and registry. Of the articles it only asks which there are."""
    known = None if drawings is None else drawings_in(drawings)
    looks = [
        Inspection(tree, library.bundle, library.articles, library.broken, retired=library.retired)
        for tree in library.bundle.trees.values()
    ]
    evidence = Evidence(library.bundle, {look.tree.name: look.ways for look in looks})
    for look in looks:
        for rule in LOCAL_RULES:
            rule(look)
        check_evidence(look, evidence)
        if known is not None:
            check_drawings(look, known)
    if scenarios:
        stuck = library.broken.union(look.tree.name for look in looks if unwalkable(look.problems))
        for look in looks:
            check_scenarios(look, stuck)
    problems = [problem for look in looks for problem in look.problems]
    if library.registry_source:
        problems += check_registry(library.bundle.registry, _registry_file(library))
    return problems


def lint_articles(library: Library, judged: Judged | None = None) -> list[Problem]:
    """What is wrong with articles. `judged` keeps what was found in each alone."""
    return check_articles(library, _broken_articles(library.problems), judged)


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: (problem.file, problem.line, problem.rule))


def articles_met(library: Library) -> tuple[frozenset[str], frozenset[str]]:
    """Of the articles and sections that trees name, those that are there, and those retired.

    Nothing else in an article has a say in what is wrong with a tree.
    """
    named = {
        name
        for tree in library.bundle.trees.values()
        for name in (*tree.articles, *(node.article for node in tree))
    }
    gone = {name for name in named if find_article(library.retired, name.partition("#")[0])}
    return frozenset(name for name in named if _is_there(library, name)), frozenset(gone)


def _is_there(library: Library, name: str) -> bool:
    slug, _, part = name.partition("#")
    article = find_article(library.articles, slug)
    return article is not None and (
        not part or any(section.id == part for section in article.sections)
    )


def unwalkable(problems: Iterable[Problem]) -> bool:
    return any(problem.rule in UNWALKABLE for problem in problems)


def refused_trees(library: Library, problems: Iterable[Problem]) -> frozenset[str]:
    """Names of the trees with errors: these are not published (their last good version serves)."""
    wrong = {problem.file for problem in problems if problem.severity == "error"}
    return library.broken | {
        tree.name for tree in library.bundle.trees.values() if tree.file in wrong
    }


def _registry_file(library: Library) -> str:
    return next(
        (
            str(PurePath(tree.file).with_name(REGISTRY_FILE))
            for tree in library.bundle.trees.values()
        ),
        REGISTRY_FILE,
    )


def _broken_articles(problems: Iterable[Problem]) -> frozenset[str]:
    return frozenset(
        PurePath(problem.file).stem for problem in problems if problem.file.endswith(".md")
    )

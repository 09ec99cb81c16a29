"""Loads the content folders into one frozen `Library`: good trees, good articles, all problems.

A broken file costs itself only. Nothing here looks at the database or at what was published.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from kbwizard.content.articles import Article, read_article
from kbwizard.content.registry import read_registry
from kbwizard.content.retiring import set_aside
from kbwizard.content.svg import check_svg
from kbwizard.content.synonymlist import check_synonyms
from kbwizard.content.treefile import read_tree
from kbwizard.content.yamlread import MAX_BYTES, read_source, reason
from kbwizard.errors import Problem, SetupError
from kbwizard.wizard.facts import Registry
from kbwizard.wizard.model import ENGINE_FORMAT, Bundle, Tree

Found = TypeVar("Found")

REGISTRY_FILE = "_facts.yaml"
SYNONYMS_FILE = "_synonyms.txt"
IMAGES = "images"
IMAGE_TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
}

_DECLARED = re.compile(rb"""^tree:[ \t]*["']?([a-z][a-z0-9-]{0,99})""", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Library:
    """Everything read from disk at one moment."""

    bundle: Bundle
    """Good trees only, whatever their status; `published.py` decides what is served."""
    articles: Mapping[str, Article]
    problems: tuple[Problem, ...]
    """What kept files out. `lint.lint_library` adds what is walkable but wrong."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """Canonical text of each good tree, by name."""
    registry_source: str = ""
    """Canonical text of the registry; empty when it is broken."""
    broken: frozenset[str] = frozenset()
    """Names of the trees that could not be used, as far as their files tell them."""
    article_sources: Mapping[str, str] = field(default_factory=dict)
    """Text of every readable article file by slug, good or broken, as it stands on the disk."""
    images: frozenset[str] = frozenset()
    """Names in `articles/images/` that articles may show; drawings that could do harm are not."""
    synonyms_source: str = ""
    """The installation's own list of synonyms, `articles/_synonyms.txt`."""
    retired: Mapping[str, Article] = field(default_factory=dict)
    """Articles taken out of the base, by slug: kept in their files, read by nobody."""


Mark = tuple[int, int, int, int]
"""Size, place and times of a file: another one after any edit or exchange."""


def mark_of(path: Path) -> Mark | None:
    """None for a file that is not there (any more)."""
    try:
        info = path.stat()
    except OSError:
        return None
    return info.st_size, info.st_ino, info.st_mtime_ns, info.st_ctime_ns


class Read:
    """What was read of which file, so that the next loading reads only what changed.

    For one loading at a time. What is kept is frozen, and the next library shares it.
    """

    def __init__(self) -> None:
        self._kept: dict[object, tuple[object, Any]] = {}
        self._used: dict[object, tuple[object, Any]] = {}

    def again(self, key: object, mark: object, read: Callable[[], Found]) -> Found:
        """What was read under `key` when it had this mark, or else what is read now."""
        before = self._used.get(key) or self._kept.get(key)
        if before is None or before[0] != mark or mark is None:
            before = (mark, read())  # the mark is older: an edit meanwhile is seen next time
        self._used[key] = before
        found: Found = before[1]
        return found

    def forget_unused(self) -> None:
        self._kept, self._used = self._used, {}


@dataclass(frozen=True, slots=True)
class _Trees:
    """What the folder of trees gave."""

    bundle: Bundle
    sources: Mapping[str, str]
    registry_source: str
    broken: frozenset[str]
    problems: tuple[Problem, ...]


def load_library(
    trees_dir: Path, articles_dir: Path, *, stand_in: Path | None = None, read: Read | None = None
) -> Library:
    """Read both folders. Raises `SetupError` when a folder cannot be listed at all.

    `stand_in` is a registry to use, with a warning, when the folder of trees has none. `read`
    remembers what files gave from one loading to the next.
    """
    read = read if read is not None else Read()
    files = tuple(_files(trees_dir, ("*.yaml", "*.yml"), "árvores"))
    marks = tuple((path, mark_of(path)) for path in (*files, *([stand_in] if stand_in else [])))
    trees = read.again(trees_dir, marks, lambda: _trees(trees_dir, files, stand_in))
    problems = list(trees.problems)
    article_sources: dict[str, str] = {}
    written = _articles(articles_dir, problems, article_sources, read)
    articles, retired = set_aside(written, read.again)
    images = read_images(articles_dir / IMAGES, problems, read)
    synonyms = _synonyms(articles_dir / SYNONYMS_FILE, problems)
    read.forget_unused()
    return Library(
        bundle=trees.bundle,
        articles=articles,
        problems=tuple(problems),
        sources=trees.sources,
        registry_source=trees.registry_source,
        broken=trees.broken,
        article_sources=article_sources,
        images=images,
        synonyms_source=synonyms,
        retired=retired,
    )


def _trees(trees_dir: Path, files: Iterable[Path], stand_in: Path | None) -> _Trees:
    problems: list[Problem] = []
    registry_source, registry = _registry(trees_dir, problems, stand_in)
    trees: dict[str, Tree] = {}
    sources: dict[str, str] = {}
    broken: set[str] = set()
    for path in files:
        if path.name == REGISTRY_FILE:
            continue
        tree = _tree(path, registry, problems, sources)
        if tree is None or registry is None:
            broken.add(_declared_name(path))
        else:
            trees[tree.name] = tree
    if registry is None:
        sources.clear()
    bundle = make_bundle(trees, registry or Registry({}), registry_source, sources)
    return _Trees(
        bundle=bundle,
        sources=sources,
        registry_source=registry_source if registry else "",
        broken=frozenset(broken),
        problems=tuple(problems),
    )


def make_bundle(
    trees: Mapping[str, Tree], registry: Registry, registry_source: str, sources: Mapping[str, str]
) -> Bundle:
    """A bundle whose version is the fingerprint of its canonical sources."""
    ordered = {name: trees[name] for name in sorted(trees)}
    return Bundle(ordered, registry, fingerprint(registry_source, sources), ENGINE_FORMAT)


def fingerprint(registry_source: str, sources: Mapping[str, str]) -> str:
    """sha256 over the engine format, the registry and the trees, each with its name and length."""
    digest = sha256(f"kbwizard {ENGINE_FORMAT}\n".encode())
    for name, text in (("_facts", registry_source), *sorted(sources.items())):
        raw = text.encode()
        digest.update(f"{name} {len(raw)}\n".encode() + raw)
    return digest.hexdigest()


def canonical(text: str) -> str:
    """The text without what means nothing: trailing blanks, blank lines at the end."""
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n") + "\n"


def _registry(
    trees_dir: Path, problems: list[Problem], stand_in: Path | None
) -> tuple[str, Registry | None]:
    path = trees_dir / REGISTRY_FILE
    name = shown(path)
    if not path.is_file():
        problems.append(_no_registry(name, "error" if stand_in is None else "warning"))
        if stand_in is None:
            return "", None
        path, name = stand_in, shown(stand_in)
    text = read_source(path, name)
    registry = [text] if isinstance(text, Problem) else read_registry(text, name)
    if isinstance(registry, list):
        problems.extend(registry)
        return "", None
    assert isinstance(text, str)
    return canonical(text), registry


def _declared_name(path: Path) -> str:
    """The name a broken file gives its tree, or else the file's own."""
    try:
        found = _DECLARED.search(path.read_bytes()[:MAX_BYTES])
    except OSError:
        found = None
    return found[1].decode() if found else path.stem


def _no_registry(name: str, severity: str) -> Problem:
    used = "" if severity == "error" else ": valeu o da instalação"
    return Problem(
        name,
        0,
        "file",
        f"falta o registro de fatos{used}",
        "crie _facts.yaml nesta pasta",
        severity,
    )


def _tree(
    path: Path, registry: Registry | None, problems: list[Problem], sources: dict[str, str]
) -> Tree | None:
    name = shown(path)
    text = read_source(path, name)
    if isinstance(text, Problem):
        problems.append(text)
        return None
    tree = read_tree(text, name, registry)
    if isinstance(tree, list):
        problems.extend(tree)
        return None
    if tree.name in sources:
        problems.append(
            Problem(name, 1, "file-name", f'a árvore "{tree.name}" já existe', "apague um arquivo")
        )
        return None
    sources[tree.name] = canonical(text)
    return tree


def _articles(
    folder: Path, problems: list[Problem], sources: dict[str, str], read: Read
) -> dict[str, Article]:
    articles: dict[str, Article] = {}
    for path in _files(folder, ("*.md",), "artigos"):
        text, article = read.again(path, mark_of(path), partial(_article, path))
        if not isinstance(text, Problem):
            sources[path.stem] = text
        if isinstance(article, list):
            problems.extend(article)
        else:
            articles[article.slug] = article
    return articles


def _article(path: Path) -> tuple[str | Problem, Article | list[Problem]]:
    name = shown(path)
    text = read_source(path, name)
    return text, [text] if isinstance(text, Problem) else read_article(text, name)


def read_images(folder: Path, problems: list[Problem], read: Read | None = None) -> frozenset[str]:
    """Names of the images that may be shown; what is not one, or could do harm, is a problem."""
    read = read if read is not None else Read()
    found = set()
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name.startswith("."):
            continue
        wrong = read.again(path, mark_of(path), partial(_wrong_image, path))
        if wrong:
            problems.append(Problem(f"{IMAGES}/{path.name}", 0, "image", "; ".join(wrong), _IMAGE))
        else:
            found.add(path.name)
    return frozenset(found)


_IMAGE = "corrija o arquivo, ou tire-o da pasta de imagens"


def _wrong_image(path: Path) -> list[str]:
    if path.suffix not in IMAGE_TYPES or not path.is_file():
        return [f"não é um arquivo {', '.join(IMAGE_TYPES)}"]
    try:
        return check_svg(path.read_bytes()) if path.suffix == ".svg" else []
    except OSError as error:
        return [f"não pôde ser lido ({reason(error)})"]


def _synonyms(path: Path, problems: list[Problem]) -> str:
    if not path.is_file():
        return ""
    text = read_source(path, shown(path))
    if isinstance(text, Problem):
        problems.append(text)
        return ""
    problems.extend(check_synonyms(text, shown(path)))
    return text


def _files(folder: Path, patterns: tuple[str, ...], what: str) -> Iterator[Path]:
    try:
        names = sorted(
            path
            for path in folder.iterdir()
            if any(path.match(pattern) for pattern in patterns) and not path.name.startswith(".")
        )
    except OSError as error:
        raise SetupError(
            f"A pasta de {what} {folder} não pôde ser lida ({reason(error)})."
        ) from error
    return iter(names)


def shown(path: Path) -> str:
    """A path as messages show it: its folder and its name."""
    return f"{path.parent.name}/{path.name}"

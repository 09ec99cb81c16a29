"""Published versions: the exact sources each walk is pinned to, and the last good one of each tree.

A version is the sha256 of canonical sources and engine format, so publishing the same content
twice is the same version. What is served of a broken tree is its last good source.
"""

from __future__ import annotations

import json
import zlib
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from typing import Any

from sqlalchemy import Column, Engine, LargeBinary
from sqlmodel import Field, SQLModel, select

from kbwizard.content.library import Library, make_bundle
from kbwizard.content.registry import read_registry
from kbwizard.content.treefile import read_tree
from kbwizard.content.unavailable import ROOTS, missing_subtrees, unavailable_tree
from kbwizard.db import UtcDateTime, in_turn, reading, writing
from kbwizard.errors import NotFound, SetupError
from kbwizard.wizard.facts import Registry
from kbwizard.wizard.model import ENGINE_FORMAT, Bundle, Tree

REGISTRY = "_facts"
"""The registry's name among the last good sources."""

KEPT_IN_MEMORY = 16


class PublishedVersion(SQLModel, table=True):
    """One version, whole: enough to rebuild its bundle years later."""

    __tablename__ = "published_version"

    version: str = Field(primary_key=True, max_length=64)
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    served_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    """When it last became the version that new walks begin with."""
    engine_format: int
    sources: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    """zlib of JSON: `{"registry": text, "trees": {name: text}, "missing": [name]}`."""


class PublishedSource(SQLModel, table=True):
    """The last good source of one tree (or of the registry)."""

    __tablename__ = "published_source"

    name: str = Field(primary_key=True, max_length=100)
    source: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    """zlib of the canonical text."""
    updated_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


@dataclass(frozen=True, slots=True)
class Sources:
    """The texts that make a version. `missing`: trees served as the built-in escalation."""

    registry: str
    trees: Mapping[str, str]
    missing: tuple[str, ...] = ()

    def pack(self) -> bytes:
        body = {"registry": self.registry, "trees": dict(self.trees), "missing": list(self.missing)}
        return zlib.compress(json.dumps(body, ensure_ascii=False, sort_keys=True).encode())


def publish(
    engine: Engine, library: Library, now: datetime, *, refused: Collection[str] = ()
) -> str:
    """Record what is to be served from now on, and answer its version. Idempotent.

    Trees in `refused` (see `lint.refused_trees`) are treated as broken ones: their last good
    source serves on. A tree without any becomes the built-in "árvore indisponível".
    """
    with reading(engine) as db:
        last_good = {
            row.name: zlib.decompress(row.source).decode() for row in db.exec(_all_sources())
        }
    good = {name: text for name, text in library.sources.items() if _served(library, name, refused)}
    sources, bundle = _choose(library, good, last_good, refused)
    if library.registry_source and _costs_a_tree(sources, last_good):
        library = replace(library, registry_source="")
        refused, good = {*refused, *good}, {}
        sources, bundle = _choose(library, good, last_good, refused)
    fresh = dict(good)
    if library.registry_source:
        fresh[REGISTRY] = library.registry_source
    changed = {name: text for name, text in fresh.items() if last_good.get(name) != text}
    _record(engine, bundle.version, sources, changed, now)
    _MEMORY.put(bundle.version, bundle)
    return bundle.version


def bundle_for(engine: Engine, version: str) -> Bundle:
    """The bundle of a published version. Raises `NotFound`; the latest ones are kept in memory."""
    bundle = _MEMORY.get(version)
    if bundle is None:
        with reading(engine) as db:
            row = db.get(PublishedVersion, version)
        if row is None:
            raise NotFound(f"A versão {version[:12]} das árvores não está guardada.")
        bundle = _bundle(_unpack(row.sources), version)
        _MEMORY.put(version, bundle)
    return bundle


def latest_version(engine: Engine) -> str:
    """The version that new walks begin with; empty on a fresh database."""
    with reading(engine) as db:
        query = select(PublishedVersion.version).order_by(
            PublishedVersion.served_at.desc()  # type: ignore[attr-defined]
        )
        return db.exec(query).first() or ""


def is_published(engine: Engine, version: str) -> bool:
    """Whether that exact content was published before (and so was linted then)."""
    with reading(engine) as db:
        return db.get(PublishedVersion, version) is not None


def _all_sources() -> Any:
    return select(PublishedSource)


def _served(library: Library, name: str, refused: Collection[str]) -> bool:
    return name not in refused and library.bundle.trees[name].status == "published"


def _choose(
    library: Library, good: dict[str, str], last_good: dict[str, str], refused: Collection[str]
) -> tuple[Sources, Bundle]:
    """What serves: the good, then the last good, then the built-in tree."""
    registry_source = library.registry_source or last_good.get(REGISTRY, "")
    registry = _registry(registry_source)
    texts: dict[str, str] = {}
    trees: dict[str, Tree] = {}
    wanted = set(good) | set(library.broken) | set(refused) | set(ROOTS[:1])
    while wanted:
        for name in sorted(wanted):
            text = good.get(name) or last_good.get(name, "")
            tree = _parsed(library, name, text, registry)
            if isinstance(tree, Tree):
                texts[name], trees[name] = text, tree
            else:
                trees[name] = unavailable_tree(name, registry)
        wanted = missing_subtrees(trees)
    sources = Sources(registry_source, texts, tuple(sorted(set(trees) - set(texts))))
    return sources, _bundle_of(trees, registry, sources)


def _costs_a_tree(sources: Sources, last_good: Mapping[str, str]) -> bool:
    """Whether the new registry leaves a tree unreadable that served until now.

    Then it is treated as a broken registry: it and the trees serve on together as they were.
    """
    changed = last_good.get(REGISTRY, sources.registry) != sources.registry
    return changed and any(name in last_good for name in sources.missing)


def _parsed(library: Library, name: str, text: str, registry: Registry) -> Tree | None:
    """The tree of that text, from the library when it is the same; None when unusable."""
    if library.registry_source and text and library.sources.get(name) == text:
        return library.bundle.trees[name]
    tree = read_tree(text, f"{name}.yaml", registry) if text else []
    return tree if isinstance(tree, Tree) else None


def _registry(source: str) -> Registry:
    found = read_registry(source) if source else Registry({})
    return Registry({}) if isinstance(found, list) else found


def _bundle_of(trees: dict[str, Tree], registry: Registry, sources: Sources) -> Bundle:
    marked = {**sources.trees, **dict.fromkeys(sources.missing, "")}
    return make_bundle(trees, registry, sources.registry, marked)


def _unpack(packed: bytes) -> Sources:
    body = json.loads(zlib.decompress(packed))
    return Sources(body["registry"], body["trees"], tuple(body["missing"]))


def _bundle(sources: Sources, version: str) -> Bundle:
    registry = _registry(sources.registry)
    trees = {name: unavailable_tree(name, registry) for name in sources.missing}
    for name, text in sources.trees.items():
        tree = read_tree(text, f"{name}.yaml", registry)
        if isinstance(tree, list):
            raise SetupError(
                f"A versão {version[:12]} foi publicada por um programa mais novo: "
                f"a árvore {name} não pôde ser lida. Atualize este programa."
            )
        trees[name] = tree
    return Bundle(trees, registry, version, ENGINE_FORMAT)


def _record(
    engine: Engine, version: str, sources: Sources, changed: dict[str, str], now: datetime
) -> None:
    if latest_version(engine) == version and not changed:
        return
    with writing(engine) as db:
        in_turn(db.connection(), "content")  # nodes that start together publish the same
        row = db.get(PublishedVersion, version)
        if row is None:
            row = PublishedVersion(
                version=version,
                created_at=now,
                served_at=now,
                engine_format=ENGINE_FORMAT,
                sources=sources.pack(),
            )
        row.served_at = now
        db.add(row)
        for name, text in changed.items():
            packed = zlib.compress(text.encode())
            db.merge(PublishedSource(name=name, source=packed, updated_at=now))


class _Memory:
    """The bundles used last. A bundle is frozen, so threads may share it."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = Lock()
        self._bundles: OrderedDict[str, Bundle] = OrderedDict()

    def get(self, version: str) -> Bundle | None:
        with self._lock:
            bundle = self._bundles.get(version)
            if bundle is not None:
                self._bundles.move_to_end(version)
            return bundle

    def put(self, version: str, bundle: Bundle) -> None:
        with self._lock:
            self._bundles[version] = bundle
            self._bundles.move_to_end(version)
            while len(self._bundles) > self._size:
                self._bundles.popitem(last=False)


_MEMORY = _Memory(KEPT_IN_MEMORY)

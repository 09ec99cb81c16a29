"""What is searched: articles, trees and their nodes, once for each circle of readers.

An article shows an agent, a trainee and a customer different blocks, and a node says one thing to
an agent and another to a customer, so each is as many documents as there are different texts, and
no word of the one is ever in the other. Circles: `internal` is for agents and for trainees who read
the same, `trainee` for texts that differ for them, `customer` for customers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from hashlib import sha256
from typing import Literal

from kbwizard.content.articles import Article, Section
from kbwizard.content.library import Library
from kbwizard.search.words import tidy
from kbwizard.wizard.facts import Registry
from kbwizard.wizard.model import (
    Audience,
    Bundle,
    Check,
    Instruction,
    Node,
    Outcome,
    Question,
    Tree,
)

Kind = Literal["article", "tree", "node"]
Circle = Literal["internal", "trainee", "customer"]

_MARKUP = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|[*`#>|]+")
_PLACE = re.compile(r"\{([a-z_.]+)\}")
_TITLE_LENGTH = 90
_HEAD_OF_SECTION = 40
"""Characters of a section's text that tell where in the whole text it begins."""


@dataclass(frozen=True)
class Document:
    """One thing to find. `slug` is the article's, the tree's name, or `tree#node`."""

    kind: Kind
    slug: str
    circle: Circle
    title: str
    audiences: tuple[str, ...]
    topics: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    summary: str = ""
    body: str = ""
    sections: tuple[tuple[int, str], ...] = ()
    """(place in `body`, anchor) of each section, in order."""
    tree: str = ""
    node: str = ""

    @property
    def key(self) -> str:
        return f"{self.circle}:{self.kind}:{self.slug}"

    @cached_property
    def fingerprint(self) -> str:
        """Equal for equal documents, whatever process made them."""
        return sha256(json.dumps(asdict(self), ensure_ascii=False).encode()).hexdigest()


class DocumentReader:
    """Everything in the library that a reader may find; trees only once published.

    What did not change since the last reading is not made again: the loader keeps the articles of
    unchanged files, and a bundle has a version.
    """

    def __init__(self) -> None:
        self._articles: dict[str, tuple[Article, tuple[Document, ...]]] = {}
        self._trees: tuple[str, tuple[Document, ...]] = ("", ())

    def read(self, library: Library) -> list[Document]:
        kept: dict[str, tuple[Article, tuple[Document, ...]]] = {}
        for slug, article in library.articles.items():
            before = self._articles.get(slug)
            same = before is not None and before[0] is article
            kept[slug] = before if same and before else (article, tuple(_of_article(article)))
        if self._trees[0] != library.bundle.version:
            self._trees = (library.bundle.version, tuple(_of_bundle(library.bundle)))
        self._articles = kept
        return [document for _, made in kept.values() for document in made] + [*self._trees[1]]


def read_documents(library: Library) -> Iterator[Document]:
    """The same, once."""
    yield from DocumentReader().read(library)


def _of_article(article: Article) -> Iterator[Document]:
    readers = {str(audience) for audience in Audience if article.readable_by(audience)}
    if Audience.CUSTOMER in readers:
        yield _article_document(article, "customer", (str(Audience.CUSTOMER),))
    internal = tuple(str(one) for one in (Audience.AGENT, Audience.TRAINEE) if one in readers)
    if len(internal) == 2 and _seen(article, Audience.AGENT) != _seen(article, Audience.TRAINEE):
        yield _article_document(article, "internal", (str(Audience.AGENT),))
        yield _article_document(article, "trainee", (str(Audience.TRAINEE),))
    elif internal:
        circle: Circle = "internal" if Audience.AGENT in internal else "trainee"
        yield _article_document(article, circle, internal)


def _seen(article: Article, audience: str) -> tuple[str, Sequence[Section]]:
    view = article.view(audience)
    return view.text, view.sections


def _article_document(article: Article, circle: Circle, audiences: tuple[str, ...]) -> Document:
    text, sections = _seen(article, audiences[0])
    body = tidy(text)
    return Document(
        kind="article",
        slug=article.slug,
        circle=circle,
        title=tidy(article.title),
        audiences=audiences,
        topics=article.topics,
        tags=article.tags,
        aliases=article.aliases,
        summary=tidy(article.summary),
        body=body,
        sections=tuple(_places(body, sections)),
    )


def _places(body: str, sections: Sequence[Section]) -> Iterator[tuple[int, str]]:
    at = 0
    for section in sections:
        head = tidy(f"{section.title} {section.text[:_HEAD_OF_SECTION]}")
        place = body.find(head, at)
        if place >= 0:  # "veja também" is in the sections and not in the text
            yield place, section.id
            at = place + 1


def _of_bundle(bundle: Bundle) -> Iterator[Document]:
    for tree in bundle.trees.values():
        if tree.status == "published":
            yield from _of_tree(tree, bundle.registry)


def _of_tree(tree: Tree, registry: Registry) -> Iterator[Document]:
    internal = tuple(word for word in tree.audiences if word != Audience.CUSTOMER)
    if internal:
        yield _tree_document(tree, "internal", internal)
    for node in tree if internal else ():
        if node.texts.agent:
            yield _node_document(tree, node, "internal", internal, registry)
    if Audience.CUSTOMER not in tree.audiences:
        return
    yield _tree_document(tree, "customer", (str(Audience.CUSTOMER),))
    for node in tree:
        if node.texts.customer:
            yield _node_document(tree, node, "customer", (str(Audience.CUSTOMER),), registry)


def _tree_document(tree: Tree, circle: Circle, audiences: tuple[str, ...]) -> Document:
    return Document(
        kind="tree",
        slug=tree.name,
        circle=circle,
        title=tidy(tree.title),
        audiences=audiences,
        topics=tree.topics,
        tags=tree.keywords,
        tree=tree.name,
    )


def _node_document(
    tree: Tree, node: Node, circle: Circle, audiences: tuple[str, ...], registry: Registry
) -> Document:
    audience = Audience.CUSTOMER if circle == "customer" else Audience.AGENT
    said = _plain(node.texts.for_audience(audience))
    extras = tidy(_extras(node, registry, audience))
    why = _plain(node.texts.why) if circle == "internal" else ""
    return Document(
        kind="node",
        slug=f"{tree.name}#{node.name}",
        circle=circle,
        title=f"{tidy(tree.title)} · {_headline(said)}",
        audiences=audiences,
        topics=tree.topics,
        summary=said,
        body=tidy(f"{said} {extras} {why}"),
        tree=tree.name,
        node=node.name,
    )


def _extras(node: Node, registry: Registry, audience: str) -> str:
    """What a node shows beside its sentence: warnings, the answers offered, the disposition."""
    match node:
        case Question() | Check():
            specs = [registry.facts[name] for name in node.facts if name in registry.facts]
            labels = [value.text(audience) for spec in specs for value in spec.values]
            names = [spec.label for spec in specs] if audience != Audience.CUSTOMER else []
            return " ".join([*names, *labels] if isinstance(node, Question) else names)
        case Instruction():
            return " ".join((node.warning, node.meanwhile))
        case Outcome() if audience != Audience.CUSTOMER:
            return node.disposition
        case _:
            return ""


def _headline(text: str) -> str:
    if len(text) <= _TITLE_LENGTH:
        return text
    return text[:_TITLE_LENGTH].rsplit(" ", 1)[0] + "…"


def _plain(text: str) -> str:
    """Without Markdown, and with an ellipsis where a value will stand."""
    return tidy(_MARKUP.sub(r"\1", _PLACE.sub("…", text)))

"""What is searched: articles, trees and their nodes, once for each circle of readers.

A node says one thing to an agent and another to a customer, so it is two documents, and no word of
the one is ever in the other. `internal` is for agents and trainees, `customer` for customers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from kbwizard.content.articles import Article
from kbwizard.content.library import Library
from kbwizard.search.words import tidy
from kbwizard.wizard.facts import Registry
from kbwizard.wizard.model import (
    Audience,
    Check,
    Instruction,
    Node,
    Outcome,
    Question,
    Tree,
)

Kind = Literal["article", "tree", "node"]
Circle = Literal["internal", "customer"]

_MARKUP = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|[*`#>|]+")
_PLACE = re.compile(r"\{([a-z_.]+)\}")
_TITLE_LENGTH = 90


@dataclass(frozen=True, slots=True)
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
    tree: str = ""
    node: str = ""

    @property
    def key(self) -> str:
        return f"{self.circle}:{self.kind}:{self.slug}"


def circle_of(audience: str) -> Circle:
    return "customer" if audience == Audience.CUSTOMER else "internal"


def read_documents(library: Library) -> Iterator[Document]:
    """Everything in the library that a reader may find; trees only once published."""
    for article in library.articles.values():
        yield from _of_article(article)
    for tree in library.bundle.trees.values():
        if tree.status == "published":
            yield from _of_tree(tree, library.bundle.registry)


def _of_article(article: Article) -> Iterator[Document]:
    circles: Mapping[Circle, tuple[str, ...]] = {
        "internal": tuple(word for word in article.audience if word != Audience.CUSTOMER),
        "customer": tuple(word for word in article.audience if word == Audience.CUSTOMER),
    }
    for circle, audiences in circles.items():
        if audiences:
            yield Document(
                kind="article",
                slug=article.slug,
                circle=circle,
                title=tidy(article.title),
                audiences=audiences,
                topics=article.topics,
                tags=article.tags,
                aliases=article.aliases,
                summary=tidy(article.summary),
                body=tidy(article.text),
            )


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

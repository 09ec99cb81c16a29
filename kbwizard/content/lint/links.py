"""Rules on what a tree points to: articles, other trees, topics."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import PurePath

from kbwizard.content.articles import find_article, known_slugs
from kbwizard.content.fields import did_you_mean
from kbwizard.content.lint.inspection import Inspection
from kbwizard.content.lint.retired import GONE, RULE, told_gone
from kbwizard.content.topics import TOPICS
from kbwizard.wizard.model import Bundle, Node, Subtree


def check_links(look: Inspection) -> None:
    known = known_slugs(look.articles)
    for node in look.tree:
        _article(look, node, known)
        if isinstance(node, Subtree):
            _subtree(look, node)
    for slug in look.tree.articles:
        gone = find_article(look.retired, slug)
        if slug not in known and gone is not None:
            look.report(RULE, look.head_line("articles"), told_gone(slug, gone), GONE)
        elif slug not in known:
            look.report(
                "missing-article",
                look.head_line("articles"),
                f'o artigo "{slug}" não existe',
                did_you_mean(slug, look.articles),
            )
    _file_name(look)
    for topic in look.tree.topics:
        if topic not in TOPICS:
            look.report(
                "unknown-topic",
                look.head_line("topics"),
                f'o assunto "{topic}" não existe',
                did_you_mean(topic, TOPICS),
            )


def _article(look: Inspection, node: Node, known: Collection[str]) -> None:
    """A step names an article, or one of its sections: `slug#section`."""
    slug, _, part = node.article.partition("#")
    gone = find_article(look.retired, slug)
    if slug and slug not in known and gone is not None:
        message = f'{told_gone(slug, gone)}: é o do passo "{node.name}"'
        look.at(node, RULE, message, GONE)
    elif slug and slug not in known:
        look.at(
            node,
            "missing-article",
            f'o artigo "{slug}" do passo "{node.name}" não existe',
            did_you_mean(slug, look.articles),
        )
    article = find_article(look.articles, slug)
    anchors = [section.id for section in article.sections] if article is not None else []
    if part and article is not None and part not in anchors:
        look.at(
            node,
            "missing-section",
            f'o artigo "{slug}" do passo "{node.name}" não tem a seção "{part}"',
            did_you_mean(part, anchors),
        )


def _file_name(look: Inspection) -> None:
    """People look for a tree in the file of its name."""
    stem = PurePath(look.tree.file).stem
    if stem != look.tree.name:
        look.report(
            "file-name",
            look.head_line("tree"),
            f'a árvore "{look.tree.name}" está no arquivo "{stem}"',
            f'renomeie o arquivo para "{look.tree.name}.yaml"',
            severity="warning",
        )


def _subtree(look: Inspection, node: Subtree) -> None:
    if node.tree not in look.bundle.trees and node.tree not in look.broken:
        look.at(
            node,
            "missing-tree",
            f'a árvore "{node.tree}" do passo "{node.name}" não existe',
            did_you_mean(node.tree, look.bundle.trees),
        )
        return
    ring = _ring(look.bundle, node.tree, look.tree.name)
    if ring:
        look.at(
            node,
            "subtree-cycle",
            f"as árvores se chamam em círculo: {' → '.join((look.tree.name, *ring))}",
            "termine uma delas com um desfecho, e volte pela árvore de cima",
        )


def _ring(bundle: Bundle, start: str, wanted: str) -> tuple[str, ...]:
    """The trees from `start` back to `wanted`, by sub-trees; empty when there is no such way."""
    found: dict[str, tuple[str, ...]] = {start: (start,)}
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name == wanted:
            return found[name]
        tree = bundle.trees.get(name)
        for node in tree or ():
            if isinstance(node, Subtree) and node.tree not in found:
                found[node.tree] = (*found[name], node.tree)
                waiting.append(node.tree)
    return ()

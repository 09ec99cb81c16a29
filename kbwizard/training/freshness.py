"""What a try went through, as a fingerprint: another one later means that content changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from hashlib import sha256

from kbwizard.content.articles import Article
from kbwizard.wizard.model import Bundle


def fingerprint(
    bundle: Bundle, steps: Iterable[tuple[str, str]], articles: Mapping[str, Article], slug: str
) -> str:
    """Over every step passed, its words and ways, and the article to read. Lines do not count."""
    digest = sha256()
    for tree, name in sorted(set(steps)):
        known = bundle.trees.get(tree)
        node = known.nodes.get(name) if known is not None else None
        told = repr(replace(node, line=0)) if node is not None else "-"
        digest.update(f"{tree}.{name} {told}\n".encode())
    digest.update(article_print(articles, slug).encode())
    return digest.hexdigest()


def article_print(articles: Mapping[str, Article], slug: str) -> str:
    """An article's own; empty for one that does not exist."""
    article = articles.get(slug)
    return "" if article is None else sha256(repr(article).encode()).hexdigest()

"""What a reader gets at an article's address, and how addresses would be after a change."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from kbwizard.content.articles import Article, find_article
from kbwizard.content.library import Library
from kbwizard.content.retiring import as_written, set_aside


def found_at(library: Library, slug: str, audience: str) -> Article | None:
    """The article that this audience gets at an address; `retired` is set in one that is gone.

    None when there is nothing for them. Who could not read what stood there is led nowhere by it,
    not even to what they may read: that it stood there is not for them either.
    """
    here = library.articles.get(slug)
    if here is not None:
        return here if here.readable_by(audience) else None
    heir = find_article(library.articles, slug)
    if heir is not None and not heir.readable_by(audience):
        heir = None
    if heir is not None and slug in heir.own_addresses and slug not in library.retired:
        return heir  # it stood there itself, whatever else did
    gone = find_article(library.retired, slug)
    if gone is not None and not gone.readable_by(audience):
        return None
    return heir or gone


def rearranged(
    library: Library, fresh: Iterable[Article], *, without: Collection[str] = ()
) -> Library:
    """The library as it would be with these articles in it, and without some addresses' own."""
    now = {**library.articles, **library.retired}
    written = {slug: as_written(one) for slug, one in now.items() if slug not in without}
    written |= {one.slug: one for one in fresh}
    articles, retired = set_aside(written)
    return replace(library, articles=articles, retired=retired)


@dataclass(frozen=True, slots=True)
class Referrer:
    """One place that leads to an article: in another article, or a tree (`node` empty: as a whole).
    `line` is the article's; 0 in a tree."""

    kind: Literal["article", "tree"]
    name: str
    title: str
    node: str = ""
    line: int = 0


def referrers(library: Library, addresses: Collection[str]) -> list[Referrer]:
    """Everything in use that leads to one of these addresses, articles first."""
    found: dict[Referrer, None] = {}
    for article in library.articles.values():
        if article.slug not in addresses:
            for line, slug in _links(article):
                if slug in addresses:
                    found[Referrer("article", article.slug, article.title, line=line)] = None
    for tree in library.bundle.trees.values():
        named = [("", slug) for slug in tree.articles]
        named += [(node.name, node.article.partition("#")[0]) for node in tree]
        for node, slug in named:
            if slug in addresses:
                found[Referrer("tree", tree.name, tree.title, node=node)] = None
    return list(found)


def _links(article: Article) -> list[tuple[int, str]]:
    body = {(line, slug) for view in article.views.values() for line, slug, _ in view.links}
    related = [(article.lines.get("related", 0), slug) for slug in article.related]
    return [*related, *sorted(body)]

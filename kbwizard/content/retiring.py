"""Articles taken out of the base: who takes their place, and who has their addresses.

A retired article stays in its file. What replaces it gets its addresses as if they had been its
own, so that whoever follows an old address arrives. Nothing here says who may read what.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from kbwizard.content.articles import Article, find_article

Articles = Mapping[str, Article]
Again = Callable[[object, object, Callable[[], Article]], Article]
"""Gives back what was made under a key and a mark, or else makes it: `library.Read.again`."""


def set_aside(
    written: Articles, again: Again | None = None
) -> tuple[dict[str, Article], dict[str, Article]]:
    """Articles as their files have them, parted: those in use, each with the addresses of what it
    replaces, and the retired ones.

    An address that an article in use has of its own stays with it.
    """
    retired = {slug: one for slug, one in written.items() if one.retired}
    used = {slug: one for slug, one in written.items() if not one.retired}
    for slug, added in _inherited(used, retired).items():
        heir = used[slug]
        make = partial(replace, heir, formerly=(*heir.formerly, *added), inherits=added)
        used[slug] = make() if again is None else again(("heir", slug), (heir, added), make)
    return used, retired


def as_written(article: Article) -> Article:
    """The article as its own file has it."""
    if not article.inherits:
        return article
    return replace(article, formerly=article.own_addresses[1:], inherits=())


def replacement(article: Article, used: Articles, retired: Articles) -> Article | None:
    """What a retired article says replaces it, itself retired or not; None: there is no such."""
    word = article.replaced_by
    if not word:
        return None
    known = used.get(word) or retired.get(word)
    return known or find_article(used, word) or find_article(retired, word)


def heir_of(article: Article, used: Articles, retired: Articles) -> Article | None:
    """The article in use at the end of all replacements; None when the way leads to none."""
    seen: set[str] = set()
    current: Article | None = article
    while current is not None and current.retired and current.slug not in seen:
        seen.add(current.slug)
        current = replacement(current, used, retired)
    return None if current is None or current.retired else current


def _inherited(used: Articles, retired: Articles) -> dict[str, tuple[str, ...]]:
    taken = {*used}.union(*(one.formerly for one in used.values()))
    found: dict[str, tuple[str, ...]] = {}
    for one in retired.values():
        heir = heir_of(one, used, retired)
        if heir is None:
            continue
        fresh = tuple(slug for slug in (one.slug, *one.formerly) if slug not in taken)
        taken.update(fresh)
        found[heir.slug] = (*found.get(heir.slug, ()), *fresh)
    return {slug: added for slug, added in found.items() if added}

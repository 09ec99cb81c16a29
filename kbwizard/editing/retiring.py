"""What a text says of its article's being out of the base, and what that breaks for others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from kbwizard.content.addresses import Referrer, rearranged, referrers
from kbwizard.content.articles import Article, read_article
from kbwizard.content.library import Library
from kbwizard.content.lint.articles import check_beside, company_of
from kbwizard.content.lint.inspection import Inspection
from kbwizard.content.lint.links import check_links
from kbwizard.content.lint.retired import RULE
from kbwizard.content.retiring import heir_of
from kbwizard.editing.frontmatter import line_of, remove_key, set_key
from kbwizard.errors import Problem

RETIRED = "retired"
REPLACED_BY = "replaced_by"
STILL_LED_TO = "escolha o que o substitui, ou tire o link antes"


@dataclass(frozen=True, slots=True)
class Retirement:
    """What a draft does to an article's being read."""

    kind: Literal["retires", "brings_back", "stays_retired"]
    replaced_by: str
    """As the draft has it; may be empty."""
    heir: Article | None
    """The article in use that its addresses would lead to."""
    was_public: bool
    referrers: tuple[Referrer, ...]
    """What leads to the article now."""


def is_retired(source: str) -> bool:
    """Whether a text says that it is out of the base."""
    return line_of(source, RETIRED) > 0


def retired(source: str, *, day: date, replaced_by: str) -> str:
    """The text of an article out of the base since a day."""
    text = set_key(source, RETIRED, day.isoformat())
    return set_key(text, REPLACED_BY, replaced_by) if replaced_by else remove_key(text, REPLACED_BY)


def returned(source: str) -> str:
    """The text of an article that is in the base again."""
    return remove_key(remove_key(source, REPLACED_BY), RETIRED)


def retirement_of(library: Library, source: str, address: str) -> Retirement | None:
    """What publishing a text in place of the article at `address` does to its being read.

    None when the article is in the base before and after.
    """
    before = library.articles.get(address) or library.retired.get(address)
    out = is_retired(source)
    if before is None or not (out or before.retired):
        return None
    kind: Literal["retires", "brings_back", "stays_retired"] = "brings_back"
    if out:
        kind = "stays_retired" if before.retired else "retires"
    after = read_article(source, before.file)
    heir = None
    if out and isinstance(after, Article):
        library = rearranged(library, [after])
        heir = heir_of(after, library.articles, library.retired)
    return Retirement(
        kind=kind,
        replaced_by=after.replaced_by if isinstance(after, Article) else "",
        heir=heir,
        was_public=before.public,
        referrers=tuple(referrers(library, {before.slug, *before.formerly})),
    )


def left_hanging(article: Article, before: Library, after: Library) -> Iterator[Problem]:
    """What the retirement of an article breaks for others, told at the article itself.

    `after` is the library with the article retired in it.
    """
    line = article.lines.get(RETIRED, 0)
    told = {*_others(before, article.slug)}
    for one in dict.fromkeys(_others(after, article.slug)):
        if one not in told:
            where = f"{one.file}, linha {one.line}" if one.line else one.file
            what = "leva a este artigo, e nada o substitui" if one.rule == RULE else one.message
            yield Problem(article.file, line, RULE, f"{where}: {what}", STILL_LED_TO)


def _others(library: Library, slug: str) -> Iterator[Problem]:
    """What is wrong with the other articles and with what trees point to."""
    company = company_of(library)
    for article in (*library.articles.values(), *library.retired.values()):
        if article.slug != slug:
            yield from check_beside(article, company)
    yield from wrong_in_trees(library)


def wrong_in_trees(library: Library) -> Iterator[Problem]:
    """What is wrong with what trees point to."""
    for tree in library.bundle.trees.values():
        look = Inspection(
            tree, library.bundle, library.articles, library.broken, retired=library.retired
        )
        check_links(look)
        yield from look.problems


def with_draft(library: Library, article: Article, instead_of: str) -> Library:
    """The library with a draft's article in it; its address until now leads to it."""
    if instead_of not in ("", article.slug):
        article = replace(article, formerly=(*article.formerly, instead_of))
    return rearranged(library, [article], without={instead_of})

"""Rules on one article beside the others: links, old addresses, drawings, trees, headings.

Who reads it, and whether they can, is judged in `readers.py`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from kbwizard.content.articles import Article, Section, find_article, known_slugs
from kbwizard.content.fields import did_you_mean
from kbwizard.content.library import Library
from kbwizard.content.lint.readers import check_alone, check_inward_links, check_kept
from kbwizard.content.lint.retired import GONE, RULE, check_replacement, told_gone
from kbwizard.content.retiring import heir_of
from kbwizard.errors import Problem
from kbwizard.wizard.model import Bundle

_IMAGE_TARGET = re.compile(r"!\[[^\]\n]*\]\(([^)\s]+)")


@dataclass(frozen=True, slots=True)
class Company:
    """What one article is judged beside."""

    articles: Mapping[str, Article]
    known: Collection[str]
    """Slugs that exist, those of broken files included."""
    bundle: Bundle
    broken_trees: Collection[str]
    images: Collection[str]
    retired: Mapping[str, Article]
    """What was taken out of the base."""


Judged = dict[str, tuple[Article, tuple[Problem, ...]]]
"""What was found in each article alone, by slug: it need not be looked for again."""


def check_articles(
    library: Library, broken: Collection[str], judged: Judged | None = None
) -> list[Problem]:
    """Problems of all articles. `broken`: slugs whose files have problems of their own.

    `judged` is what an earlier look found; what it finds now is put there.
    """
    company = company_of(library, broken)
    found: list[Problem] = []
    for article in (*library.articles.values(), *library.retired.values()):
        found += check_beside(article, company)
        found += _alone(article, judged)
    return found


def _alone(article: Article, judged: Judged | None) -> tuple[Problem, ...]:
    check = check_kept if article.retired else check_alone
    if judged is None:
        return tuple(check(article))
    before = judged.get(article.slug)
    if before is None or before[0] is not article:
        judged[article.slug] = before = (article, tuple(check(article)))
    return before[1]


def company_of(library: Library, broken: Collection[str] = ()) -> Company:
    return Company(
        articles=library.articles,
        known={*known_slugs(library.articles), *broken},
        bundle=library.bundle,
        broken_trees=library.broken,
        images=library.images,
        retired=library.retired,
    )


def check_article(article: Article, company: Company) -> list[Problem]:
    """Problems of one article in the company of the others (and, for a draft, of its old self)."""
    return [*check_beside(article, company), *_alone(article, None)]


def check_beside(article: Article, company: Company) -> list[Problem]:
    """Problems that come from what the others are: links, addresses, drawings, trees."""
    if article.retired:
        return [
            *_former(article, company),
            *check_replacement(article, company.articles, company.retired, company.known),
            *_headings(article),
        ]
    return [
        *_links(article, company),
        *_former(article, company),
        *_starts(article, company),
        *_images(article, company),
        *_headings(article),
        *check_inward_links(article, company.articles, company.retired),
    ]


def _problem(article: Article, key: str, rule: str, message: str, remedy: str) -> Problem:
    return Problem(article.file, article.lines.get(key, 0), rule, message, remedy)


def _links(article: Article, company: Company) -> Iterator[Problem]:
    links = {link for view in article.views.values() for link in view.links}
    related = [(article.lines.get("related", 0), slug, "") for slug in article.related]
    for line, slug, part in (*related, *sorted(links)):
        target = article if slug == article.slug else find_article(company.articles, slug)
        if slug not in company.known and slug != article.slug:
            gone = find_article(company.retired, slug)
            if gone is not None:
                yield Problem(article.file, line, RULE, told_gone(slug, gone), GONE)
                continue
            yield Problem(
                article.file,
                line,
                "missing-article",
                f'o artigo "{slug}" não existe',
                did_you_mean(slug, company.known),
            )
        elif target is not None and part and part not in _anchors(target):
            yield Problem(
                article.file,
                line,
                "missing-section",
                f'o artigo "{slug}" não tem a seção "{part}"',
                did_you_mean(part, _anchors(target)),
            )


def _anchors(article: Article) -> set[str]:
    return {section.id for view in article.views.values() for section in view.sections}


def _former(article: Article, company: Company) -> Iterator[Problem]:
    for slug in article.own_addresses[1:]:
        owner = _owner_of(slug, article, company)
        if owner:
            yield _problem(
                article,
                "formerly",
                "slug-taken",
                f'o endereço antigo "{slug}" é do artigo "{owner}"',
                'tire-o de "formerly"',
            )


def _owner_of(slug: str, article: Article, company: Company) -> str:
    """The other article that has an address, or says so; empty when there is none.

    Articles of which one replaces the other may both have it: it leads to the same.
    """
    for other in (*company.articles.values(), *company.retired.values()):
        if other.slug == article.slug or slug not in other.own_addresses:
            continue
        if _end_of(other, company) != _end_of(article, company):
            return other.slug
    return ""


def _end_of(article: Article, company: Company) -> str:
    heir = heir_of(article, company.articles, company.retired)
    return heir.slug if heir is not None else article.slug


def _starts(article: Article, company: Company) -> Iterator[Problem]:
    name, _, node = article.starts.partition("#")
    if not name or name in company.broken_trees:
        return
    tree = company.bundle.trees.get(name)
    if tree is None:
        yield _problem(
            article,
            "starts",
            "missing-tree",
            f'a árvore "{name}" não existe',
            did_you_mean(name, company.bundle.trees),
        )
    elif node and node not in tree.nodes:
        yield _problem(
            article,
            "starts",
            "missing-node",
            f'a árvore "{name}" não tem o passo "{node}"',
            did_you_mean(node, tree.nodes),
        )


def _images(article: Article, company: Company) -> Iterator[Problem]:
    for name, alternative in dict.fromkeys(
        image for view in article.views.values() for image in view.images
    ):
        line = _line_of(article, f"images/{name}")
        if name not in company.images:
            yield Problem(
                article.file,
                line,
                "missing-image",
                f'a imagem "{name}" não está em articles/images',
                did_you_mean(name, company.images),
            )
        if not alternative:
            yield Problem(
                article.file,
                line,
                "image-alt",
                f'a imagem "{name}" não diz o que se vê nela',
                "escreva ![o que se vê](images/…)",
            )
    for number, line_text in enumerate(article.source.split("\n"), start=article.body_line):
        for target in _IMAGE_TARGET.findall(line_text):
            if not target.startswith("images/"):
                yield Problem(
                    article.file,
                    number,
                    "outside-image",
                    f'a imagem "{target[:60]}" não é desta base',
                    "guarde-a em articles/images e escreva images/nome",
                )


def _line_of(article: Article, piece: str) -> int:
    for number, line in enumerate(article.source.split("\n"), start=article.body_line):
        if piece in line:
            return number
    return article.body_line


def _headings(article: Article) -> Iterator[Problem]:
    """A section's title stands once, and its depth follows that of the one above."""
    depth, seen = 1, set[str]()
    for section in article.view(article.audience[0]).sections:
        for rule, message, remedy in _wrong_heading(section, depth, seen):
            line = _line_of(article, section.title)
            yield Problem(article.file, line, rule, message, remedy)
        seen.add(section.title)
        depth = section.level


def _wrong_heading(
    section: Section, depth: int, seen: Collection[str]
) -> Iterator[tuple[str, str, str]]:
    name = section.title[:60]
    if section.level > depth + 1:
        remedy = f"use {'#' * (depth + 1)} em vez de {'#' * section.level}"
        yield "heading-order", f'a seção "{name}" pula um nível', remedy
    if not name:
        yield "heading", "há uma seção sem título", "escreva o título depois dos #"
    elif section.title in seen:
        remedy = "dê a cada seção um título seu"
        yield "heading-twice", f'a seção "{name}" aparece duas vezes', remedy

"""Judges a text as the article it would become, beside the articles that are there."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date
from pathlib import PurePath
from typing import Protocol

from kbwizard.content.articlehead import head_end, is_slug
from kbwizard.content.articles import Article, View, read_article
from kbwizard.content.library import Library
from kbwizard.content.lint.articles import Company, check_article, company_of
from kbwizard.content.markdown_html import IMAGE_NAME
from kbwizard.content.retiring import heir_of
from kbwizard.editing.folder import Folder
from kbwizard.editing.frontmatter import line_of, remove_key, set_key
from kbwizard.editing.merge import has_marks
from kbwizard.editing.retiring import RETIRED, left_hanging, with_draft
from kbwizard.editing.templates import left_over
from kbwizard.errors import Problem

APPROVED_LATER = frozenset({"not-approved", "unanswered"})
"""Rules on keys that publication itself writes."""

SIGNED = (
    "owner", "verified_by", "verified_at", "approved_by", "approved_at", "edition", "formerly",
    "retired", "replaced_by",
)  # fmt: skip
"""Keys that are set and taken away by a program: they must be where it looks for them."""

_IMAGE = re.compile(rf"images/({IMAGE_NAME})")
_STUB = ("title: a", "summary: a", "topics: [dns]", "audience: [agent, trainee, customer]")


class Content(Protocol):
    """What editing needs of `LiveContent`."""

    def library(self) -> Library:
        """The library as last loaded."""
        ...

    def reload(self) -> object:
        """Look at the folders now; raise nothing."""
        ...


def problems_of(
    source: str,
    slug: str,
    *,
    instead_of: str,
    library: Library,
    folder: Folder,
    images: Collection[str],
    published: bool = False,
) -> list[Problem]:
    """Everything wrong with a text that is to be the article `slug`.

    `instead_of` is the address of the article it takes the place of, empty for a new one; `images`
    are those that come with it. Before it is `published` approval and verification are not missed:
    publication adds them.
    """
    name = f"{folder.path.name}/{slug if is_slug(slug) else 'sem-endereco'}.md"
    found = [*_marks(source, name), *_address(slug, name, instead_of, library, folder)]
    found += _left_over(source, name)
    article = read_article(source, name)
    if isinstance(article, list):
        known = {(one.line, one.rule) for one in found}
        found += [one for one in article if (one.line, one.rule) not in known]
        return sorted(found, key=lambda one: (one.line, one.rule))
    found += oddly_written(source, article)
    after = with_draft(library, article, instead_of)
    company = _company(after, instead_of, images)
    found += [
        one
        for one in check_article(article, company)
        if published or one.rule not in APPROVED_LATER
    ]
    if article.retired:
        found += left_hanging(article, library, after)
    return sorted(found, key=lambda one: (one.line, one.rule))


def oddly_written(source: str, article: Article) -> Iterator[Problem]:
    """Keys that YAML reads and a change of a line would miss: quoted, indented, after a decoy.

    An approval that could not be taken away would be one that nobody gave.
    """
    for key in SIGNED:
        line = article.lines.get(key, 0)
        if line != line_of(source, key):
            message = f'a chave "{key}" está escrita de um jeito que não sabemos mudar'
            remedy = "escreva-a uma vez, no começo de uma linha sua, sem aspas"
            yield Problem(article.file, line, "front-matter", message, remedy)


def errors_in(problems: Collection[Problem]) -> list[Problem]:
    return [one for one in problems if one.severity == "error"]


def preview(source: str, audience: str) -> View | list[Problem]:
    """What an audience would see. The front matter may still be wrong; the body's blocks not."""
    article = read_article(source, "articles/previa.md")
    if isinstance(article, Article) and audience in article.audience:
        return article.view(audience)
    text, offset = _with_stub(source)
    article = read_article(text, "articles/previa.md")
    if isinstance(article, Article):
        return article.view(audience)
    return [replace(one, line=max(one.line - offset, 0)) for one in article]


def signed(
    source: str,
    slug: str,
    *,
    approver: str,
    owner: str,
    today: date,
    major: bool,
    formerly: str,
    retires: bool,
) -> str:
    """The text as it is published: who answers for it, who approved it, its edition.

    `owner` is for an article that names none, `formerly` its address until now when it had another;
    one that `retires` goes out today, whatever day its writer left in it. The text must be a good
    article: `problems_of` has said so.
    """
    article = read_article(source, f"articles/{slug}.md")
    assert isinstance(article, Article), article
    text = source
    if not article.owner:
        text = set_key(text, "owner", owner)
    if not article.retired:  # who lets it go does not say that it is right
        text = verified(text, by=approver, today=today)
    if "customer" in article.audience:
        text = approved(text, by=approver, today=today)
    else:
        text = unapproved(text)
    if major:
        text = set_key(text, "edition", article.edition + 1)
    if retires:
        text = set_key(text, RETIRED, today.isoformat())
    if formerly:
        text = set_key(text, "formerly", _formerly(article, slug, formerly))
    return text


def verified(source: str, *, by: str, today: date) -> str:
    """The text with somebody answering for what it says."""
    return set_key(set_key(source, "verified_by", by), "verified_at", today.isoformat())


def approved(source: str, *, by: str, today: date) -> str:
    """The text with a second person's approval."""
    return set_key(set_key(source, "approved_by", by), "approved_at", today.isoformat())


def unapproved(source: str) -> str:
    """The text without a second person's approval."""
    return remove_key(remove_key(source, "approved_by"), "approved_at")


def unsigned(source: str) -> str:
    """The text without approval and verification: what somebody wrote."""
    return remove_key(remove_key(unapproved(source), "verified_by"), "verified_at")


def _formerly(article: Article, new: str, old: str) -> list[str]:
    kept = [slug for slug in article.formerly if slug not in (old, new)]
    return [*kept, old]


def _marks(source: str, name: str) -> list[Problem]:
    message = "ficou uma marca de conflito no texto"
    remedy = "escolha o que vale e apague as linhas de marca"
    return [Problem(name, line, "conflict-mark", message, remedy) for line in has_marks(source)]


def _left_over(source: str, name: str) -> Iterator[Problem]:
    lines = source.split("\n")
    for number in left_over(source):
        message = f'ainda é a frase do modelo: "{lines[number - 1].strip()[:60]}"'
        yield Problem(name, number, "left-over", message, "escreva a sua, ou apague a linha")


def _address(
    slug: str, name: str, instead_of: str, library: Library, folder: Folder
) -> list[Problem]:
    if not slug:
        remedy = "escreva um endereço curto, com minúsculas e hífens"
        return [Problem(name, 0, "file-name", "o artigo ainda não tem endereço", remedy)]
    if not is_slug(slug):
        remedy = "use minúsculas, algarismos e hífens, até 80 letras; new é nosso"
        return [Problem(name, 0, "file-name", f'"{slug}" não serve de endereço', remedy)]
    if slug == instead_of and folder.article(slug).exists():
        return []
    owners = [one.slug for one in _holders(library) if slug in one.formerly]
    there = folder.article(slug).exists()
    if not there and all(owner == instead_of for owner in owners):
        return []
    owner = slug if there else owners[0]
    message = f'o endereço "{slug}" já é do artigo "{owner}"'
    return [Problem(name, 0, "slug-taken", message, "escolha outro endereço")]


def _holders(library: Library) -> Iterator[Article]:
    """Who may hold an address it had: what is in use, and what is out with nothing in its place."""
    yield from library.articles.values()
    for one in library.retired.values():
        if heir_of(one, library.articles, library.retired) is None:
            yield one


def _company(after: Library, instead_of: str, images: Collection[str]) -> Company:
    """The others, as they are beside the draft."""
    broken = {PurePath(one.file).stem for one in after.problems if one.file.endswith(".md")}
    company = company_of(after, broken - {instead_of})
    return replace(company, images=after.images | frozenset(images))


def _with_stub(source: str) -> tuple[str, int]:
    """The body under a front matter that is right, and how many lines further down it stands."""
    lines = source.split("\n")
    end = head_end(lines) or 0
    body = lines[end + 1 :] if end else lines
    stub = ["---", *_STUB, "---"]
    return "\n".join([*stub, *body]), len(stub) - (end + 1 if end else 0)


def image_names(source: str) -> set[str]:
    """Names of the images that a text speaks of, whether it is a good article or not."""
    return set(_IMAGE.findall(source))

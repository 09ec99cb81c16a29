"""Reads articles: Markdown with front matter, rendered and sanitised, with plain text to search.

Articles are internal (agent, trainee) unless their front matter says otherwise and a second person
approved it. Each audience has a view of its own: what is in a block for others is not in it, in any
form. Where an article is linked from, and whether its words are fit for customers, is for `lint/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Literal

from kbwizard.content.articlehead import (
    audience_in,
    day_in,
    edition_in,
    former_in,
    head_end,
    is_slug,
    person_in,
    retirement_in,
    starts_in,
    topics_in,
)
from kbwizard.content.blocks import check_blocks, text_for
from kbwizard.content.bounds import body_fits, head_fits
from kbwizard.content.fields import Fields, Problems
from kbwizard.content.markdown_html import INTERNAL as DESK
from kbwizard.content.markdown_html import PUBLIC, Addresses, Rendered, render_markdown
from kbwizard.content.yamlread import parse_yaml
from kbwizard.errors import Problem
from kbwizard.wizard.model import Audience

Standing = Literal["verified", "due", "never"]


@dataclass(frozen=True, slots=True)
class Section:
    """One heading of an article: its anchor, its words, its depth (2 is the first below the title),
    and the plain text under it up to the next heading."""

    id: str
    title: str
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class View:
    """What one audience sees of an article. `html` is sanitised; `text` is plain, without
    "veja também"."""

    html: str
    sections: tuple[Section, ...]
    text: str
    links: tuple[tuple[int, str, str], ...]
    """(line of the file, slug, section or empty) of every other article that the body leads to."""
    images: tuple[tuple[str, str], ...]
    """(name, alternative text) of every drawing."""


@dataclass(frozen=True, slots=True)
class Article:
    """One Markdown page. `html`, `sections`, `text` and `links` are those of the agents' view."""

    slug: str
    title: str
    summary: str
    topics: tuple[str, ...]
    tags: tuple[str, ...]
    aliases: tuple[str, ...]
    audience: tuple[str, ...]
    """Whom it is meant for; `readable_by` says who may have it."""
    related: tuple[str, ...]
    owner: str
    """Who answers for it: a user's name, `kbwizard` for the base as shipped; may be empty."""
    verified_by: str
    verified_at: date | None
    review_every: int
    """Days after which it is due to be verified again; 0: never."""
    approved_by: str
    """The second person who let customers have it; empty for internal articles."""
    approved_at: date | None
    must_read: bool
    """Everybody is asked to confirm that they read this edition of it."""
    edition: int
    """Grows with a major edit only."""
    formerly: tuple[str, ...]
    """Slugs it had before: their addresses lead here."""
    starts: str
    """`tree` or `tree#node` that walks what it describes; may be empty."""
    views: Mapping[str, View]
    source: str
    """The Markdown of the body, as written."""
    body_line: int
    """The line of the file where the body begins."""
    file: str
    lines: Mapping[str, int]
    """The line of each front matter key, for messages."""
    fingerprint: str
    """sha256 of the file's whole text."""
    retired: date | None = None
    """The day since which nobody reads it: it is in `Library.retired` and nowhere else."""
    replaced_by: str = ""
    """Of a retired one: the address of what says it now; may be empty."""
    inherits: tuple[str, ...] = ()
    """Of `formerly`, the addresses that it has from retired articles, and not from its file."""

    def readable_by(self, audience: str) -> bool:
        """Customers read what is marked for them and approved by somebody who is not its owner."""
        if audience == Audience.CUSTOMER and not self.approved:
            return False
        return audience in self.audience

    @property
    def approved(self) -> bool:
        return bool(self.approved_by) and self.approved_by != self.owner

    @property
    def public(self) -> bool:
        return self.readable_by(Audience.CUSTOMER)

    @property
    def own_addresses(self) -> tuple[str, ...]:
        """Its slug and those it had itself: what people said of these, they said of it. What they
        said of an article that it replaces is not about it."""
        others = frozenset(self.inherits)
        return (self.slug, *(one for one in self.formerly if one not in others))

    def view(self, audience: str) -> View:
        """What an audience sees of it. Whether it may is `readable_by`'s to say."""
        return self.views[audience]

    def source_for(self, audience: str) -> str:
        """The body without the blocks of others, its lines where they were."""
        return text_for(self.source, audience)

    @property
    def html(self) -> str:
        return self.views[Audience.AGENT].html

    @property
    def sections(self) -> tuple[Section, ...]:
        return self.views[Audience.AGENT].sections

    @property
    def text(self) -> str:
        return self.views[Audience.AGENT].text

    @property
    def links(self) -> tuple[tuple[int, str, str], ...]:
        return self.views[Audience.AGENT].links

    @property
    def due_on(self) -> date | None:
        """The first day on which it is to be verified again; None: no such day is known."""
        if self.verified_at is None or not self.review_every:
            return None
        return self.verified_at + timedelta(days=self.review_every)

    def standing(self, today: date) -> Standing:
        """Whether somebody answers for what it says today."""
        if self.verified_at is None or not self.verified_by:
            return "never"
        due = self.due_on
        return "due" if due is not None and due <= today else "verified"


def known_slugs(articles: Mapping[str, Article]) -> frozenset[str]:
    """Every address that leads to an article: those they have and those they had."""
    return frozenset(articles).union(*(one.formerly for one in articles.values()))


def find_article(articles: Mapping[str, Article], slug: str) -> Article | None:
    """The article at an address, also at one that it had before."""
    found = articles.get(slug)
    if found is not None:
        return found
    return next((one for one in articles.values() if slug in one.formerly), None)


def read_article(source: str, file: str) -> Article | list[Problem]:
    """The article, or every problem it has."""
    problems = Problems(file)
    slug = file.rsplit("/", 1)[-1].removesuffix(".md")
    if not is_slug(slug):
        problems.add(
            0, "file-name", f'o nome "{slug[:60]}" não serve de endereço', "use minúsculas e hífens"
        )
    split = _split(source)
    if split is None:
        problems.add(
            1,
            "front-matter",
            "o artigo não começa por um cabeçalho",
            'comece o arquivo por uma linha "---", as chaves, e outra linha "---"',
        )
        return problems.found
    head, body, body_line = split
    if not head_fits(head, problems):
        return problems.found
    root = parse_yaml(head, file, first_line=2)
    if isinstance(root, list):
        return problems.found + root
    fields = Fields(root, problems, "num artigo")
    article = _article(fields, slug, body, body_line, file, sha256(source.encode()).hexdigest())
    return problems.found if problems else article


def _split(source: str) -> tuple[str, str, int] | None:
    """Front matter, body, and the line where the body begins."""
    lines = source.split("\n")
    end = head_end(lines)
    if end is None:
        return None
    return "\n".join(lines[1:end]), "\n".join(lines[end + 1 :]), end + 2


def _article(
    fields: Fields, slug: str, body: str, body_line: int, file: str, fingerprint: str
) -> Article:
    audience = audience_in(fields)
    retired, replaced_by = retirement_in(fields)
    article = Article(
        slug=slug,
        title=fields.text("title", required=True),
        summary=fields.text("summary", required=True),
        topics=topics_in(fields),
        tags=fields.texts("tags"),
        aliases=fields.texts("aliases"),
        audience=audience,
        related=fields.texts("related"),
        owner=person_in(fields, "owner"),
        verified_by=person_in(fields, "verified_by"),
        verified_at=day_in(fields, "verified_at"),
        review_every=fields.count("review_every") or 0,
        approved_by=person_in(fields, "approved_by"),
        approved_at=day_in(fields, "approved_at"),
        must_read=fields.flag("must_read"),
        edition=edition_in(fields),
        formerly=former_in(fields),
        starts=starts_in(fields),
        views=_views(fields.problems, audience, body, body_line),
        source=body,
        body_line=body_line,
        file=file,
        lines={key: word.line for key, (word, _) in fields.pairs.items()},
        fingerprint=fingerprint,
        retired=retired,
        replaced_by=replaced_by,
    )
    fields.done()
    return article


def _views(
    problems: Problems, readers: tuple[str, ...], body: str, body_line: int
) -> dict[str, View]:
    """Audiences that see the same text share one view; whom it is not meant for sees nothing."""
    check_blocks(body, body_line, problems)
    if not body.strip():
        problems.add(body_line, "empty-value", "o artigo está vazio", "escreva o texto")
    if not body_fits(body, body_line, problems):
        return dict.fromkeys(map(str, Audience), _NOTHING)
    made: dict[str, Rendered] = {}
    views = {}
    for audience in Audience:
        internal = audience != Audience.CUSTOMER
        if not internal and audience not in readers:
            views[str(audience)] = _NOTHING
            continue
        text = text_for(body, audience)
        rendered = made.get(text) if internal else None
        if rendered is None:
            rendered = _rendered(problems, text, DESK if internal else PUBLIC, body_line)
        if internal:
            made[text] = rendered
        views[str(audience)] = _view(rendered, body_line)
        if rendered.titled:
            _titled(problems, body_line)
    return views


def _rendered(problems: Problems, text: str, addresses: Addresses, line: int) -> Rendered:
    try:
        return render_markdown(text, addresses)
    except RecursionError:  # Markdown goes a few calls deeper with every level
        message = "há listas ou citações demais, uma dentro da outra"
        if message not in [found.message for found in problems.found]:
            problems.add(line, "too-deep", message, "simplifique")
        return render_markdown("", addresses)


def _titled(problems: Problems, line: int) -> None:
    message = 'o título já vem de "title"'
    if message not in [found.message for found in problems.found]:
        problems.add(line, "heading", message, 'troque "# " por "## " no texto')


_NOTHING = View("", (), "", (), ())


def _view(rendered: Rendered, body_line: int) -> View:
    return View(
        html=rendered.html,
        sections=_sections(rendered),
        text=rendered.text,
        links=tuple((body_line + line - 1, slug, part) for line, slug, part in rendered.links),
        images=rendered.images,
    )


def _sections(rendered: Rendered) -> tuple[Section, ...]:
    return tuple(Section(*heading) for heading in rendered.headings)

"""Reads articles: Markdown with front matter, rendered and sanitised, with plain text to search.

Articles are internal (agent, trainee) unless their front matter says otherwise. Where an article
is linked from, and whether its words are fit for customers, is for `lint/`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kbwizard.content.fields import Fields, Problems, did_you_mean
from kbwizard.content.markdown_html import Rendered, render_markdown
from kbwizard.content.topics import TOPICS
from kbwizard.content.yamlread import parse_yaml
from kbwizard.errors import Problem
from kbwizard.wizard.model import Audience

INTERNAL = (str(Audience.AGENT), str(Audience.TRAINEE))

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_FENCE = re.compile(r"---[ \t]*")


@dataclass(frozen=True, slots=True)
class Section:
    """One heading of an article: its anchor, its words, its depth (2 is the first below the title),
    and the plain text under it up to the next heading."""

    id: str
    title: str
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Article:
    """One Markdown page. `html` is sanitised; `text` is plain, without "veja também"."""

    slug: str
    title: str
    summary: str
    topics: tuple[str, ...]
    tags: tuple[str, ...]
    aliases: tuple[str, ...]
    audience: tuple[str, ...]
    related: tuple[str, ...]
    html: str
    sections: tuple[Section, ...]
    text: str
    links: tuple[tuple[int, str], ...]
    """(line of the file, slug) of every other article that the body leads to."""
    source: str
    """The Markdown of the body, as written."""
    body_line: int
    """The line of the file where the body begins."""
    file: str
    lines: Mapping[str, int]
    """The line of each front matter key, for messages."""

    def readable_by(self, audience: str) -> bool:
        return audience in self.audience


def read_article(source: str, file: str) -> Article | list[Problem]:
    """The article, or every problem it has."""
    problems = Problems(file)
    slug = file.rsplit("/", 1)[-1].removesuffix(".md")
    if not _SLUG.fullmatch(slug):
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
    root = parse_yaml(head, file, first_line=2)
    if isinstance(root, list):
        return problems.found + root
    article = _article(Fields(root, problems, "num artigo"), slug, body, body_line, file)
    return problems.found if problems else article


def _split(source: str) -> tuple[str, str, int] | None:
    """Front matter, body, and the line where the body begins."""
    lines = source.split("\n")
    if not _FENCE.fullmatch(lines[0]):
        return None
    for place in range(1, len(lines)):
        if _FENCE.fullmatch(lines[place]):
            return "\n".join(lines[1:place]), "\n".join(lines[place + 1 :]), place + 2
    return None


def _article(fields: Fields, slug: str, body: str, body_line: int, file: str) -> Article:
    rendered = render_markdown(body)
    if not body.strip():
        fields.problems.add(body_line, "empty-value", "o artigo está vazio", "escreva o texto")
    if rendered.titled:
        fields.problems.add(
            body_line, "heading", 'o título já vem de "title"', 'troque "# " por "## " no texto'
        )
    article = Article(
        slug=slug,
        title=fields.text("title", required=True),
        summary=fields.text("summary", required=True),
        topics=_topics(fields),
        tags=fields.texts("tags"),
        aliases=fields.texts("aliases"),
        audience=_audience(fields),
        related=fields.texts("related"),
        html=rendered.html,
        sections=_sections(rendered),
        text=rendered.text,
        links=tuple((body_line + line - 1, slug) for line, slug in rendered.links),
        source=body,
        body_line=body_line,
        file=file,
        lines={key: word.line for key, (word, _) in fields.pairs.items()},
    )
    fields.done()
    return article


def _sections(rendered: Rendered) -> tuple[Section, ...]:
    return tuple(Section(*heading) for heading in rendered.headings)


def _audience(fields: Fields) -> tuple[str, ...]:
    found = fields.texts("audience")
    return _known(fields, "audience", found, [str(word) for word in Audience]) or INTERNAL


def _topics(fields: Fields) -> tuple[str, ...]:
    return _known(fields, "topics", fields.texts("topics", required=True), TOPICS)


def _known(
    fields: Fields, key: str, found: tuple[str, ...], known: list[str] | tuple[str, ...]
) -> tuple[str, ...]:
    for word in found:
        if word not in known:
            fields.problems.add(
                fields.line_of(key),
                "unknown-value",
                f'"{word}" não serve em "{key}"',
                did_you_mean(word, known),
            )
    return found

"""Rules on articles and on the registry: links that lead nowhere, words unfit for customers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from kbwizard.content.articles import Article
from kbwizard.content.fields import did_you_mean
from kbwizard.content.forbidden import find_forbidden
from kbwizard.content.lint.plainness import check_plain_article, check_plain_labels
from kbwizard.content.lint.texts import unknown_places
from kbwizard.content.lint.words import RULE, told
from kbwizard.errors import Problem
from kbwizard.wizard.derive import FUNCTIONS, INPUTS
from kbwizard.wizard.facts import Ask, Registry
from kbwizard.wizard.known import CONFLICT
from kbwizard.wizard.model import Audience


def check_articles(articles: Mapping[str, Article], broken: Collection[str]) -> list[Problem]:
    """Problems of all articles. `broken`: slugs whose files have problems of their own."""
    known = {*articles, *broken}
    found: list[Problem] = []
    for article in articles.values():
        found += _links(article, known)
        if article.readable_by(Audience.CUSTOMER):
            found += _words(article)
            found += check_plain_article(article)
            found += _inward_links(article, articles)
    return found


def _links(article: Article, known: Collection[str]) -> Iterator[Problem]:
    related = [(article.lines.get("related", 0), slug) for slug in article.related]
    for line, slug in (*related, *article.links):
        if slug not in known:
            yield Problem(
                article.file,
                line,
                "missing-article",
                f'o artigo "{slug}" não existe',
                did_you_mean(slug, known),
            )


def _inward_links(article: Article, articles: Mapping[str, Article]) -> Iterator[Problem]:
    """A customer must not be led to a page that is not for customers."""
    for line, slug in article.links:
        target = articles.get(slug)
        if target is not None and not target.readable_by(Audience.CUSTOMER):
            yield Problem(
                article.file,
                line,
                "internal-link",
                f'o artigo "{slug}" é interno, e este é para clientes',
                "tire o link, ou marque o outro artigo para clientes",
            )


def _words(article: Article) -> Iterator[Problem]:
    heads = [(article.lines.get(key, 0), getattr(article, key)) for key in ("title", "summary")]
    body = [
        (article.body_line + number, line) for number, line in enumerate(article.source.split("\n"))
    ]
    for line, text in (*heads, *body):
        for found in find_forbidden(text):
            message, remedy = told(found, "num artigo para clientes")
            yield Problem(article.file, line, RULE, message, remedy)


def check_registry(registry: Registry, file: str) -> list[Problem]:
    """Problems of `_facts.yaml` that reading it cannot see."""
    found = [*_labels(registry, file), *check_plain_labels(registry, file)]
    found += _functions(registry, file)
    for conflict in registry.conflicts:
        for name in unknown_places(conflict.say, registry):
            found.append(
                Problem(
                    file,
                    registry.lines.get(f"{CONFLICT}{conflict.id}", 0),
                    "unknown-place",
                    f'"{{{name}}}" no conflito "{conflict.id}" não é fato nem nome reservado',
                    did_you_mean(name, [*registry.facts, *registry.reserved]),
                )
            )
    return found


def _labels(registry: Registry, file: str) -> Iterator[Problem]:
    for spec in registry.facts.values():
        if spec.ask not in (Ask.CUSTOMER, Ask.BOTH):
            continue
        # A value names what is printed on the device: it is read beside the name of its fact.
        shown = [
            spec.label,
            *(f"{one.text(Audience.CUSTOMER)}, {spec.label}" for one in spec.values),
        ]
        for found in {word for text in shown for word in find_forbidden(text)}:
            message, remedy = told(found, f'no fato "{spec.name}"')
            yield Problem(file, registry.lines.get(spec.name, 0), RULE, message, remedy)


def _functions(registry: Registry, file: str) -> Iterator[Problem]:
    for spec in registry.facts.values():
        rule = spec.derived
        if rule is None or not rule.function:
            continue
        line = registry.lines.get(spec.name, 0)
        if rule.function not in FUNCTIONS:
            yield Problem(
                file,
                line,
                "unknown-function",
                f'a função "{rule.function}" do fato "{spec.name}" não existe',
                did_you_mean(rule.function, FUNCTIONS),
            )
        elif len(rule.of) != INPUTS[rule.function]:
            yield Problem(
                file,
                line,
                "function-inputs",
                f'"{rule.function}" toma {INPUTS[rule.function]} fatos, e "{spec.name}" dá '
                f"{len(rule.of)}",
                'escreva em "of" os fatos que a função toma, na ordem dela',
            )

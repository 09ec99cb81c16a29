"""Rules on who reads an article: what customers may see, who answers for it, whom it names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from kbwizard.content.articles import Article, find_article
from kbwizard.content.bounds import UNSEEN
from kbwizard.content.forbidden import find_forbidden
from kbwizard.content.lint.plainness import check_plain_article
from kbwizard.content.lint.words import RULE, told
from kbwizard.content.personal import KIND_NAMES, find_personal
from kbwizard.errors import Problem
from kbwizard.wizard.model import Audience

SHOWN_TITLE, SHOWN_SUMMARY = 90, 200
"""Characters that a list of results and a search engine show of a title, of a summary."""
REVIEW_DAYS = (7, 730)
PERSONAL = frozenset({"cpf", "cnpj", "email", "mac", "phone", "serial"})
"""Kinds of personal data that no article holds. Addresses of networks may be what it is about."""

_LED = re.compile(r"\]\([^)\s]*\)")
"""Where a link or drawing leads: nobody reads its address."""
_ANSWERS = (
    ("owner", "quem responde por ele"),
    ("verified_by", "quem o verificou"),
    ("verified_at", "quando foi verificado"),
    ("review_every", "em quantos dias vence"),
)


def check_alone(article: Article) -> Iterator[Problem]:
    """Problems that its readers would meet whatever the other files say."""
    yield from _heads(article)
    yield from _answered_for(article)
    yield from _personal(article)
    yield from _unseen(article)
    if Audience.CUSTOMER in article.audience:
        yield from _approval(article)
        yield from _words(article)
        yield from check_plain_article(article)


def check_kept(article: Article) -> Iterator[Problem]:
    """Problems of an article that nobody reads any more, and that is kept all the same.

    Who approved it for customers counts on: it says whether they are told that it is gone. One that
    nobody approved (an imported one) needs nobody now: they are told nothing.
    """
    yield from _personal(article)
    yield from _unseen(article)
    if Audience.CUSTOMER in article.audience and article.approved_by:
        yield from _approval(article)


def _problem(
    article: Article, key: str, rule: str, message: str, remedy: str, severity: str = "error"
) -> Problem:
    return Problem(article.file, article.lines.get(key, 0), rule, message, remedy, severity)


def _unseen(article: Article) -> Iterator[Problem]:
    """What parts a forbidden word, or shows the reviewer another text than the one there is."""
    for number, line in enumerate(article.source.split("\n"), start=article.body_line):
        found = UNSEEN.search(line)
        if found is not None:
            message = f"há um sinal que não se vê (U+{ord(found[0]):04X})"
            remedy = "apague a palavra e escreva-a de novo"
            yield Problem(article.file, number, "unseen", message, remedy)


def _heads(article: Article) -> Iterator[Problem]:
    for key, most in (("title", SHOWN_TITLE), ("summary", SHOWN_SUMMARY)):
        size = len(getattr(article, key))
        if size > most:
            yield _problem(
                article,
                key,
                "too-long",
                f'"{key}" tem {size} letras; listas mostram {most}',
                "diga o mesmo com menos",
                "warning",
            )


def _answered_for(article: Article) -> Iterator[Problem]:
    for key, what in _ANSWERS:
        if key not in article.lines:
            message, remedy = f"o artigo não diz {what}", f'escreva "{key}: …" no cabeçalho'
            yield _problem(article, key, "unanswered", message, remedy, "warning")
    least, most = REVIEW_DAYS
    if article.review_every and not least <= article.review_every <= most:
        yield _problem(
            article,
            "review_every",
            "unknown-value",
            f'"review_every" vai de {least} a {most} dias',
            "corrija o número",
        )


def _personal(article: Article) -> Iterator[Problem]:
    heads = [
        (article.lines.get(key, 0), str(getattr(article, key))) for key in ("title", "summary")
    ]
    lists = [
        (article.lines.get(key, 0), text)
        for key in ("tags", "aliases")
        for text in getattr(article, key)
    ]
    body = enumerate(article.source.split("\n"), start=article.body_line)
    for line, text in (*heads, *lists, *body):
        for found in find_personal(text):
            if found.kind in PERSONAL:
                yield Problem(
                    article.file,
                    line,
                    "personal-data",
                    f"isto parece um dado pessoal ({KIND_NAMES[found.kind]})",
                    "tire-o: um artigo não fala de ninguém",
                )


def _approval(article: Article) -> Iterator[Problem]:
    """Customers read what a second person approved, never what one person alone marked."""
    if not article.approved_by:
        yield _problem(
            article,
            "audience",
            "not-approved",
            "marcado para clientes, sem aprovação: nenhum cliente o lê",
            'uma segunda pessoa aprova: "approved_by: …" e "approved_at: …"',
        )
    elif not article.approved:
        yield _problem(
            article,
            "approved_by",
            "not-approved",
            f'"{article.approved_by}" é dono do artigo e não pode ser quem o aprova',
            "peça a aprovação a outra pessoa",
        )
    elif article.approved_at is None:
        yield _problem(
            article,
            "approved_by",
            "not-approved",
            "não se diz quando foi aprovado",
            'escreva "approved_at: …"',
            "warning",
        )
    if not article.view(Audience.CUSTOMER).text:
        yield _problem(
            article,
            "audience",
            "empty-value",
            "marcado para clientes, e nada nele é para eles",
            'tire "customer", ou escreva fora dos blocos internos',
        )


def check_inward_links(
    article: Article, articles: Mapping[str, Article], retired: Mapping[str, Article]
) -> Iterator[Problem]:
    """A customer must not be led to a page that is not for customers.

    The address of a retired one that was not for them leads nowhere, whatever replaces it.
    """
    if Audience.CUSTOMER not in article.audience:
        return
    for line, slug, _ in article.view(Audience.CUSTOMER).links:
        heir = find_article(articles, slug)
        if heir is not None and not _for_customers(heir, find_article(retired, slug) or heir):
            yield Problem(
                article.file,
                line,
                "internal-link",
                f'o artigo "{slug}" é interno, e este é para clientes',
                'ponha o link num bloco "::: interno", ou marque o outro artigo para clientes',
            )


def _for_customers(*articles: Article) -> bool:
    return all(Audience.CUSTOMER in one.audience for one in articles)


def _words(article: Article) -> Iterator[Problem]:
    heads = [(article.lines.get(key, 0), getattr(article, key)) for key in ("title", "summary")]
    body = enumerate(article.source_for(Audience.CUSTOMER).split("\n"), start=article.body_line)
    for line, text in (*heads, *body):
        for found in find_forbidden(_LED.sub("]", text)):
            message, remedy = told(found, "num artigo para clientes")
            yield Problem(article.file, line, RULE, message, remedy)

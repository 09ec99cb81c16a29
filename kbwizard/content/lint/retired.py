"""Rules on articles taken out of the base: what replaces them, and what still leads to them.

Nobody reads a retired article, so its links, dates and words for customers are not looked at; its
file is still kept, exported and searched by people, so personal data has no place in it either.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from kbwizard.content.articles import Article
from kbwizard.content.fields import did_you_mean
from kbwizard.content.retiring import Articles, heir_of, replacement
from kbwizard.errors import Problem

RULE = "retired-article"
GONE = "ponha o link de outro artigo, tire-o, ou diga no retirado quem o substitui (replaced_by)"


def told_gone(slug: str, gone: Article) -> str:
    """That an address leads to nothing any more."""
    day = f" em {gone.retired:%d/%m/%Y}" if gone.retired else ""
    return f'o artigo "{slug}" foi retirado{day} e nada o substitui'


def check_replacement(
    article: Article, used: Articles, retired: Articles, known: Collection[str]
) -> Iterator[Problem]:
    """A retired article's replacement is there, and the way from one to the next ends somewhere.

    `known`: every address there is, those of broken files included.
    """
    word = article.replaced_by
    if not word or heir_of(article, used, retired) is not None:
        return
    target = replacement(article, used, retired)
    if target is None:
        if word not in known:
            message = f'o artigo "{word}", que substitui este, não existe'
            yield _problem(article, "missing-article", message, did_you_mean(word, used))
    elif _comes_back(article, used, retired):
        message = "as substituições dão a volta: nenhuma chega a um artigo que se lê"
        yield _problem(article, RULE, message, "escolha em uma delas um artigo que está no ar")
    else:
        message = f'o artigo "{word}", que substitui este, foi retirado sem substituto'
        yield _problem(article, RULE, message, "escolha um artigo que está no ar")


def _comes_back(article: Article, used: Articles, retired: Articles) -> bool:
    """Whether one never gets out; of a way without an heir it is the only one without an end."""
    seen: set[str] = set()
    current: Article | None = article
    while current is not None and current.slug not in seen:
        seen.add(current.slug)
        current = replacement(current, used, retired)
    return current is not None


def _problem(article: Article, rule: str, message: str, remedy: str) -> Problem:
    return Problem(article.file, article.lines.get("replaced_by", 0), rule, message, remedy)

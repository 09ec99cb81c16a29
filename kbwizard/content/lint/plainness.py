"""Rules on how hard customers' texts are: sixth grade reads them, on a phone, in a hurry.

A whole tree or article is judged by the formula (`content/readability.py`), which needs some length
to mean anything; one screen, one paragraph, one answer's label by its sentences and its words.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kbwizard.content.articles import Article
from kbwizard.content.lint.inspection import Inspection
from kbwizard.content.lint.texts import customer_texts
from kbwizard.content.readability import (
    EASY,
    ENOUGH_WORDS,
    LONG_WORD,
    LONGEST_LABEL,
    LONGEST_SENTENCE,
    LONGEST_WORD,
    SCREENFUL,
    SIXTH_GRADE,
    Prose,
    blocks,
    prose,
)
from kbwizard.content.syllables import syllables
from kbwizard.errors import Problem
from kbwizard.wizard.facts import Ask, FactSpec, Registry
from kbwizard.wizard.model import Audience

HARD = "hard-to-read"
LONG_SENTENCE = "long-sentence"
LONG_WORDS = "long-word"
LABEL = "long-label"

FEW_WORDS = 6
"""Below so many words a share of long ones says nothing."""
MOST_LONG_WORDS = 1 / 3
SHOWN_WORDS = 6


class Hard(NamedTuple):
    """Why a text is too hard, and what to do about it."""

    rule: str
    message: str
    remedy: str


def hard_screen(text: str) -> Iterator[Hard]:
    """What makes one screen or one paragraph too hard."""
    read = prose(text)
    if len(read.longest) > LONGEST_SENTENCE:
        yield Hard(
            LONG_SENTENCE,
            f'a frase que começa por "{_start(read.longest)}…" tem {len(read.longest)} palavras, '
            f"e o limite é {LONGEST_SENTENCE}",
            "divida em duas frases, cada uma com o seu ponto",
        )
    heavy = read.heavy_words()
    if heavy:
        yield Hard(
            LONG_WORDS,
            f"palavra comprida demais: {_listed(heavy)} (mais de {LONGEST_WORD} sílabas)",
            "troque por uma palavra do dia a dia",
        )
    if read.words >= SCREENFUL and read.score < EASY:
        yield _score(read, EASY)
    elif FEW_WORDS <= read.words < SCREENFUL and read.share_of_long_words > MOST_LONG_WORDS:
        yield Hard(
            HARD,
            f"mais de um terço das palavras tem {LONG_WORD} sílabas ou mais: "
            f"{_listed(read.heavy_words(LONG_WORD - 1))}",
            "diga com palavras mais curtas",
        )


def _score(read: Prose, least: float) -> Hard:
    words = (word for sentence in read.sentences for word in sentence)
    longest = sorted(dict.fromkeys(words), key=syllables, reverse=True)[:SHOWN_WORDS]
    sentence = read.longest
    return Hard(
        HARD,
        f"difícil de ler: {_points(read.score)} pontos, e o mínimo é {_points(least)} "
        "(Flesch em português; 6º ano)",
        f"troque palavras compridas ({', '.join(longest)}) e encurte frases "
        f'(a mais longa, de {len(sentence)} palavras, começa por "{_start(sentence)}…")',
    )


def _points(score: float) -> str:
    return f"{score:.1f}".replace(".", ",")


def _start(sentence: tuple[str, ...]) -> str:
    return " ".join(sentence[:4])


def _listed(words: list[str]) -> str:
    return ", ".join(f'"{word}"' for word in words[:SHOWN_WORDS])


# -- trees --------------------------------------------------------------------------------------


def check_plainness(look: Inspection) -> None:
    everything = []
    for node in look.tree:
        for key, text in customer_texts(node):
            everything.append(text)
            for hard in hard_screen(text):
                told = f'texto "{key}" do passo "{node.name}": {hard.message}'
                look.at(node, hard.rule, told, hard.remedy)
    read = prose(*everything)
    if look.has(Audience.CUSTOMER) and read.words >= ENOUGH_WORDS and read.score < SIXTH_GRADE:
        hard = _score(read, SIXTH_GRADE)
        told = f"os textos para o cliente desta árvore, juntos: {hard.message}"
        look.report(hard.rule, look.head_line("audiences"), told, hard.remedy)


# -- articles and labels ------------------------------------------------------------------------


def check_plain_article(article: Article) -> Iterator[Problem]:
    """Problems of an article that customers may open."""
    for key in ("title", "summary"):
        line = article.lines.get(key, 0)
        yield from _told(article.file, line, hard_screen(getattr(article, key)))
    source = article.source_for(Audience.CUSTOMER)
    for line, text in blocks(source):
        yield from _told(article.file, article.body_line + line, hard_screen(text))
    read = prose(source)
    if read.words >= ENOUGH_WORDS and read.score < SIXTH_GRADE:
        yield from _told(article.file, article.body_line, iter([_score(read, SIXTH_GRADE)]))


def _told(file: str, line: int, found: Iterator[Hard]) -> Iterator[Problem]:
    for hard in found:
        yield Problem(file, line, hard.rule, f"artigo para clientes: {hard.message}", hard.remedy)


def check_plain_labels(registry: Registry, file: str) -> Iterator[Problem]:
    """Problems of the labels that customers press."""
    for spec in registry.facts.values():
        if spec.ask in (Ask.CUSTOMER, Ask.BOTH):
            for hard in _hard_labels(spec):
                line = registry.lines.get(spec.name, 0)
                told = f'resposta do fato "{spec.name}": {hard.message}'
                yield Problem(file, line, hard.rule, told, hard.remedy)


def _hard_labels(spec: FactSpec) -> Iterator[Hard]:
    for one in spec.values:
        text = one.text(Audience.CUSTOMER)
        read = prose(text)
        if read.words > LONGEST_LABEL:
            yield Hard(
                LABEL,
                f'"{text}" tem {read.words} palavras, e o limite de uma resposta é {LONGEST_LABEL}',
                "diga o mesmo com menos palavras",
            )
        if read.heavy_words():
            yield next(hard for hard in hard_screen(text) if hard.rule == LONG_WORDS)

"""What is due, what readers said, and who has not read what they were asked to, as tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kbwizard.accounts.roles import Role
from kbwizard.content.articles import Article
from kbwizard.readership.values import REASONS, FeedbackFigures
from kbwizard.reports.acknowledging import ArticleReaders, PersonReadings
from kbwizard.reports.due import Queue
from kbwizard.reports.tables import ARTICLE, Cell, Column, Row, Table, most_first

_READ, _OF, _MISSING = Column("Leram", "number"), Column("De", "number"), Column("Faltam")


def due_table(queue: Queue, names: Mapping[str, str]) -> Table:
    """`names`: how people are called, by user name."""
    parts = (("vencido", queue.overdue), ("nunca verificado", queue.never), ("vence", queue.soon))
    return Table(
        "a-verificar",
        "A verificar",
        "Vencidos, nunca verificados, e os que vencem em 30 dias.",
        (
            ARTICLE,
            Column("Situação"),
            Column("Vale até", "day"),
            Column("Verificado por"),
            Column("Verificado em", "day"),
            Column("Dono"),
        ),
        tuple(
            Row(_standing(item.article, word, names), item.article.slug)
            for word, part in parts
            for item in part
        ),
        "Tudo foi verificado, e nada vence nos próximos 30 dias.",
    )


def opinions_table(
    articles: Mapping[str, Article], opinions: Mapping[str, FeedbackFigures]
) -> Table:
    rows = [
        Row(
            (
                articles[slug].title,
                one.no,
                one.yes,
                round(100 * one.yes / (one.yes + one.no)),
                *(one.reasons.get(reason, 0) for reason in REASONS),
            ),
            slug,
        )
        for slug, one in opinions.items()
    ]
    return Table(
        "opinioes",
        "“Isto ajudou?”",
        "O que os leitores responderam, e por que não ajudou.",
        (
            ARTICLE,
            Column("Não", "number"),
            Column("Sim", "number"),
            Column("Ajudou", "percent"),
            *(Column(words, "number") for words in REASONS.values()),
        ),
        most_first(rows),
        "Ninguém deu opinião no período.",
        bar=1,
    )


def readers_table(found: Iterable[ArticleReaders]) -> Table:
    return Table(
        "leituras",
        "“Li e entendi”, por artigo",
        "Da edição em vigor. Só uma mudança grande pede de novo; quem saiu não é contado.",
        (ARTICLE, Column("Edição", "number"), _READ, _OF, _MISSING),
        tuple(
            Row(
                (
                    one.article.title,
                    one.article.edition,
                    one.done,
                    one.asked,
                    ", ".join(person.full_name for person in one.missing),
                ),
                one.article.slug,
            )
            for one in found
        ),
        "Nenhum artigo é de leitura obrigatória. Quem escreve marca um ao editar.",
    )


def readings_table(found: Iterable[PersonReadings]) -> Table:
    return Table(
        "leituras-por-pessoa",
        "“Li e entendi”, por pessoa",
        "Quem tem mais a ler vem primeiro.",
        (Column("Pessoa"), Column("Papel"), Column("Leu", "number"), _OF, _MISSING),
        tuple(
            Row(
                (
                    one.person.full_name,
                    Role(one.person.role).label,
                    one.done,
                    one.asked,
                    ", ".join(article.title for article in one.missing),
                )
            )
            for one in found
            if one.asked
        ),
        "Não há leitura obrigatória para ninguém.",
    )


def _standing(article: Article, word: str, names: Mapping[str, str]) -> tuple[Cell, ...]:
    by, owner = (names.get(who, who) for who in (article.verified_by, article.owner))
    return (article.title, word, article.due_on, by, article.verified_at, owner)

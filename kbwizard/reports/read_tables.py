"""What is read, what is not, and what the steps of the trees lead to, as tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from kbwizard.content.articles import Article
from kbwizard.readership.values import PLACES
from kbwizard.reports.quoting import Quote
from kbwizard.reports.tables import ARTICLE, Cell, Column, Row, Table, most_first

Articles = Mapping[str, Article]
ReadsByPlace = Mapping[str, Mapping[str, int]]
"""By slug and place."""
_PLACES = {
    "desk": "Mesa",
    "call": "Em atendimento",
    "study": "Estudo",
    "help": "Clientes",
    "api": "API",
}


def most_read(articles: Articles, reads: ReadsByPlace) -> Table:
    rows = [
        Row(
            (
                articles[slug].title,
                sum(places.values()),
                *(places.get(place, 0) for place in PLACES),
            ),
            slug,
        )
        for slug, places in reads.items()
    ]
    return Table(
        "mais-lidos",
        "Mais lidos",
        "Quantas vezes cada artigo foi aberto, e onde.",
        (
            ARTICLE,
            Column("Leituras", "number"),
            *(Column(_PLACES[place], "number") for place in PLACES),
        ),
        most_first(rows),
        "Nenhum artigo foi aberto no período.",
        bar=1,
    )


def never_read(
    articles: Articles,
    reads: ReadsByPlace,
    last: Mapping[str, date],
    since: date | None,
    names: Mapping[str, str],
) -> Table:
    """`last`: the day of each article's last read ever; `since`: that of the first one counted.

    `names`: how people are called, by user name.
    """
    rows = [
        Row((one.title, last.get(one.slug), names.get(one.owner, one.owner)), one.slug)
        for one in articles.values()
        if one.slug not in reads
    ]
    counted = f"contam-se leituras desde {since:%d/%m/%Y}" if since else "nenhuma leitura até agora"
    return Table(
        "nao-lidos",
        "Não lidos",
        f"Ninguém abriu no período: sobram, ou não se acham ({counted}).",
        (ARTICLE, Column("Última leitura", "day"), Column("Dono")),
        tuple(sorted(rows, key=_longest_ago)),
        "Todos os artigos foram abertos no período.",
    )


def quoted(
    articles: Articles, reads: ReadsByPlace, quotes: Mapping[str, tuple[Quote, ...]]
) -> Table:
    """How often opened in a call, and by which steps they are named; whether it helped is not
    claimed."""
    rows = []
    for one in articles.values():
        slugs = (one.slug, *one.formerly)
        own = [str(quote) for slug in slugs for quote in quotes.get(slug, ())]
        opened = reads.get(one.slug, {}).get("call", 0)
        if opened or own:
            cells: tuple[Cell, ...] = (one.title, opened, len(own), ", ".join(own))
            rows.append(Row(cells, one.slug))
    return Table(
        "em-atendimentos",
        "Citados em atendimentos",
        "Quantas vezes foram abertos durante um atendimento, e que passos levam a eles. Não diz "
        "se o atendimento se resolveu por causa do artigo.",
        (
            ARTICLE,
            Column("Abertos em atendimento", "number"),
            Column("Passos", "number"),
            Column("Quais"),
        ),
        most_first(rows, 1, 2),
        "Nenhum passo leva a um artigo, e nenhum foi aberto em atendimento.",
        bar=1,
    )


def _longest_ago(row: Row) -> tuple[date, str]:
    last = row.cells[1]
    return (last if isinstance(last, date) else date.min, str(row.cells[0]))

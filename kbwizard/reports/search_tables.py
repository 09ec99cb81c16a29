"""Searches that led nowhere, as tables: what the base lacks, or calls by another name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime

from kbwizard.content.personal import mask_personal
from kbwizard.readership.values import SearchFigures
from kbwizard.reports.tables import Column, Row, Table

DayOf = Callable[[datetime], date]
"""The installation's date of a moment."""
_SEARCH, _TIMES, _LAST = Column("Busca"), Column("Vezes", "number"), Column("Última vez", "day")


def without_result(searched: Iterable[SearchFigures], day_of: DayOf) -> Table:
    """Those whose newest one found nothing: what was written meanwhile is left out."""
    return Table(
        "sem-resultado",
        "Buscas sem resultado",
        "O que procuraram e a base não tem, ou chama por outro nome.",
        (_SEARCH, _TIMES, _LAST),
        tuple(_row(one, day_of, one.count) for one in searched if not one.results),
        "Toda busca do período encontrou alguma coisa.",
        bar=1,
    )


def without_click(searched: Iterable[SearchFigures], day_of: DayOf) -> Table:
    """Those of which nobody opened a result."""
    return Table(
        "sem-clique",
        "Buscas sem clique",
        "Houve resultados e ninguém abriu nenhum: o título pode não dizer o que procuram.",
        (_SEARCH, _TIMES, Column("Resultados", "number"), _LAST),
        tuple(
            _row(one, day_of, one.count, one.results)
            for one in searched
            if one.results and not one.opened
        ),
        "De toda busca com resultado, alguém abriu um.",
        bar=1,
    )


def _row(one: SearchFigures, day_of: DayOf, *numbers: int) -> Row:
    said = mask_personal(one.query)
    return Row((said, *numbers, day_of(one.last_at)), query=said)

"""A table as a page shows it and as a spreadsheet opens it: the same cells."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from io import StringIO
from typing import Literal

Cell = str | int | date | None
"""None: nothing is known, or there is nothing."""

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What a spreadsheet may take for a formula when a cell begins with it, the wide forms too."""
BOM = "\ufeff"
"""Excel takes a file without it for Windows-1252, and breaks every accent."""


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    kind: Literal["text", "number", "day", "percent"] = "text"


ARTICLE = Column("Artigo")


@dataclass(frozen=True, slots=True)
class Row:
    """Its first cell names it. `slug` and `query` say what it is about, where it is."""

    cells: tuple[Cell, ...]
    slug: str = ""
    query: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One report. `bar` is the number of the column that is drawn as bars too."""

    name: str
    title: str
    about: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    empty: str
    """What a person reads where there are no rows."""
    bar: int | None = None

    def share(self, row: Row) -> int:
        """The length of a row's bar, in percent of the longest."""
        most = max((_number(one, self.bar) for one in self.rows), default=0)
        return round(100 * _number(row, self.bar) / most) if most else 0


def most_first(rows: Iterable[Row], *columns: int) -> tuple[Row, ...]:
    """By the numbers of these columns (the second one, where none is named), then by name."""

    def key(row: Row) -> tuple[tuple[int, ...], str]:
        return tuple(-_number(row, column) for column in columns or (1,)), str(row.cells[0])

    return tuple(sorted(rows, key=key))


def csv_lines(table: Table) -> Iterator[str]:
    """The table as Excel in Brazil opens it: UTF-8 with BOM, semicolons, CRLF."""
    yield BOM + _line([column.title for column in table.columns])
    for row in table.rows:
        yield _line([_text(cell) for cell in row.cells])


def _line(cells: list[str]) -> str:
    out = StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerow(cells)
    return out.getvalue()


def _text(cell: Cell) -> str:
    """A cell that a spreadsheet reads as what it is, and never as a formula.

    >>> _text("=1+1"), _text("-28,4"), _text(-3), _text(date(2026, 11, 22)), _text(None)
    ("'=1+1", "'-28,4", '-3', '22/11/2026', '')
    """
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    if isinstance(cell, int):
        return str(cell)
    said = cell.replace("\0", "")
    return f"'{said}" if said.lstrip(" \n\v\f\u00a0").startswith(DANGEROUS) else said


def _number(row: Row, column: int | None) -> int:
    value = row.cells[column] if column is not None else 0
    return value if isinstance(value, int) else 0

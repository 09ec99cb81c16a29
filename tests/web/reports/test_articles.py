"""The reports of articles on screen and as files: periods, empty states, roles, what is never told."""

from __future__ import annotations

import csv
from io import StringIO

import pytest

from tests.helpers.page import get
from tests.web.kb.trust.conftest import Base

pytestmark = pytest.mark.sqlite_only  # what is kept is tested on both, below the web

PAGE = "/desk/reports/articles"
NAMES = (
    "sem-resultado", "sem-clique", "mais-lidos", "nao-lidos", "em-atendimentos", "a-verificar",
    "opinioes", "leituras", "leituras-por-pessoa",
)  # fmt: skip


def rows_of(base: Base, name: str, role: str = "lead", days: int = 30) -> list[list[str]]:
    """A file as Excel reads it."""
    response = base.client_as(role).get(f"{PAGE}/{name}.csv?days={days}")
    assert response.status_code == 200
    assert response.mimetype == "text/csv"
    said = response.get_data().decode("utf-8-sig")
    return list(csv.reader(StringIO(said, newline=""), delimiter=";"))


def test_an_installation_without_readers_shows_why_each_table_is_empty(base: Base) -> None:
    page = base.page("author", PAGE)

    assert [one["id"] for one in page.soup.select(".report")] == list(NAMES)
    assert "Toda busca do período encontrou alguma coisa." in page["#sem-resultado"]
    assert "Nenhum artigo foi aberto no período." in page["#mais-lidos"]
    assert len(page.all(".report .empty")) >= 4


def test_a_search_without_result_is_one_press_from_an_article_or_a_synonym(base: Base) -> None:
    for _ in range(3):
        base.readership.note_search("roku travado", where="desk", results=0)

    page = base.page("author", PAGE)

    row = page.find("#sem-resultado tbody tr")
    assert [cell.get_text(" ", strip=True) for cell in row.select("th, td.num")][:2] == [
        "roku travado",
        "3",
    ]
    article, synonym = (str(link["href"]) for link in row.select(".report-acts a"))
    author = base.client_as("author")
    assert get(author, article).find("[name=title]")["value"] == "Roku travado"
    assert get(author, synonym).find("[name=typed]")["value"] == "roku travado"


def test_bars_are_drawn_without_a_style(base: Base) -> None:
    for slug, times in (("luzes", 4), ("senha", 1)):
        for _ in range(times):
            base.readership.count_read(slug, where="desk")

    page = base.page("lead", PAGE)

    widths = [bar["width"] for bar in page.soup.select("#mais-lidos rect")]
    assert widths == ["100", "25"]
    assert "style" not in str(page.soup.select("#mais-lidos"))


def test_a_period_is_chosen_and_kept_by_the_links(base: Base) -> None:
    base.readership.count_read("luzes", where="desk")
    base.clock.pass_time(days=10)

    assert not base.page("lead", f"{PAGE}?days=7").has("#mais-lidos tbody tr")
    page = base.page("lead", f"{PAGE}?days=30")
    assert page.all("[aria-label='Período'] [aria-current]") == ["30 dias"]
    assert "days=30" in str(page.find("#mais-lidos a[href*=csv]")["href"])
    assert base.page("lead", f"{PAGE}?days=abc").all("[aria-label='Período'] [aria-current]") == [
        "30 dias"
    ]


def test_a_long_table_begins_on_the_page_and_goes_on_by_itself(base: Base) -> None:
    for number in range(20):
        base.readership.note_search(f"sem nada {number}", where="desk", results=0)

    page = base.page("lead", PAGE)

    assert len(page.soup.select("#sem-resultado tbody tr")) == 15
    whole = get(base.client_as("lead"), str(page.find("#sem-resultado p > a")["href"]))
    assert len(whole.soup.select("tbody tr")) == 20
    assert whole["h1"] == "Buscas sem resultado"


@pytest.mark.parametrize("name", NAMES)
def test_every_table_is_a_file_of_the_same_rows(base: Base, name: str) -> None:
    base.readership.note_search("roku", where="desk", results=0)
    base.readership.note_search("luz", where="desk", results=4)
    base.readership.count_read("luzes", where="call")
    base.readership.rate(
        "luzes", fingerprint="x", where="desk", helpful=False, reason="wrong", by="ana.agente"
    )

    head, *rows = rows_of(base, name)
    page = base.page("lead", f"{PAGE}?table={name}")

    shown = page.soup.select("tbody tr")
    assert len(rows) == len(shown)
    assert all(len(row) == len(head) for row in rows)
    assert [row[0] for row in rows] == [tr.select("th")[0].get_text(strip=True) for tr in shown]


def test_a_file_opened_in_a_spreadsheet_calculates_nothing(base: Base) -> None:
    base.readership.note_search("=1+1", where="desk", results=0)
    base.readership.note_search("-2+3", where="desk", results=0)

    assert sorted(row[0] for row in rows_of(base, "sem-resultado")[1:]) == ["'-2+3", "'=1+1"]


def test_taking_a_file_is_audited(base: Base) -> None:
    rows_of(base, "leituras-por-pessoa", days=7)

    (row,) = base.audited("report.export")
    assert (row["who"], row["record"]) == ("lia.lider", "report:articles/leituras-por-pessoa")
    assert "days=7" in str(row["details"])


def test_who_has_not_read_is_told_by_article_and_by_person(base: Base) -> None:
    base.readership.acknowledge("conduta", edition=2, by="ana.agente")

    page = base.page("lead", PAGE)

    assert "Tito" in page["#leituras"]
    assert "Ana" not in page["#leituras"]
    people = rows_of(base, "leituras-por-pessoa")
    assert len(people) == 6  # the head, and five who are asked: not the author, not the admin


def test_a_search_is_text_on_the_page(base: Base) -> None:
    base.readership.note_search("<b>luz</b>", where="desk", results=0)

    page = base.page("lead", PAGE)

    assert page["#sem-resultado tbody th"] == "<b>luz</b>"


@pytest.mark.parametrize("role", ["agent", "n2", "n3", "trainee"])
def test_only_who_writes_sees_reports(base: Base, role: str) -> None:
    base.page(role, PAGE, 403)
    assert base.client_as(role).get(f"{PAGE}/leituras.csv").status_code == 403


def test_a_report_that_is_none_is_not_found(base: Base) -> None:
    base.page("lead", f"{PAGE}?table=salarios", 404)
    base.page("lead", f"{PAGE}/salarios.csv", 404)

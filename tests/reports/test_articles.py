from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, text

from kbwizard.accounts.models import User
from kbwizard.readership.service import Readership
from kbwizard.reports.articles import ArticleReports
from kbwizard.reports.tables import Cell, csv_lines
from kbwizard.wizard.facts import Registry
from kbwizard.wizard.model import Bundle
from tests.helpers import flows
from tests.helpers.articles import article
from tests.helpers.clock import FrozenClock
from tests.reports.conftest import Shelf, person

TODAY = date(2026, 11, 21)


def cells(reports: ArticleReports, name: str, days: int = 30) -> list[tuple[Cell, ...]]:
    return [row.cells for row in reports.period(days).table(name).rows]


def rate(readership: Readership, slug: str, by: str, **more: Any) -> None:
    said = {"fingerprint": "v1", "where": "desk", "helpful": False, "reason": "wrong", **more}
    readership.rate(slug, by=by, **said)


def test_an_installation_where_nothing_happened_yet_says_so(reports: ArticleReports) -> None:
    period = reports.period(30)
    for name in period.names:
        table = period.table(name)
        assert table.name == name
        assert (table.rows, bool(table.empty)) == ((), True)
        assert len(list(csv_lines(table))) == 1
    assert reports.period(30).summary().searches == 0


def test_searches_that_found_nothing_are_listed_until_they_find_something(
    reports: ArticleReports, readership: Readership, frozen: FrozenClock
) -> None:
    for query, results in (("roku", 0), ("Rokú", 0), ("luz", 3), ("boleto", 0)):
        readership.note_search(query, where="desk", results=results)
    frozen.pass_time(days=1)
    readership.note_search("boleto", where="help", results=2)

    assert cells(reports, "sem-resultado") == [("Rokú", 2, TODAY)]
    summary = reports.period(30).summary()
    assert (summary.searches, summary.without_result, summary.opened) == (5, 2, 0)


def test_searches_that_nobody_opened_are_listed_apart(
    reports: ArticleReports, readership: Readership
) -> None:
    opened = readership.note_search("luz", where="desk", results=3)
    assert opened is not None
    readership.note_click(opened, slug="luzes")
    readership.note_search("wifi", where="desk", results=8)

    assert cells(reports, "sem-clique") == [("wifi", 1, 8, TODAY)]
    assert reports.period(7).table("sem-clique").rows[0].query == "wifi"
    assert reports.period(7).summary().opened == 1


def test_a_personal_search_that_slipped_in_is_masked_on_the_way_out(
    reports: ArticleReports, engine: Engine, frozen: FrozenClock
) -> None:
    """As by an older version, or by hand."""
    said = "fone (11) 90000-0001"
    with engine.begin() as db:
        db.execute(
            text(
                "INSERT INTO article_search (at, place, query, folded, results, clicked, who) "
                "VALUES (:at, 'desk', :said, :said, 0, '', '')"
            ),
            {"at": frozen().isoformat(" "), "said": said},
        )

    assert cells(reports, "sem-resultado")[0][0] == "fone [removido]"


def test_reads_are_told_by_place_and_those_without_any_apart(
    reports: ArticleReports, readership: Readership, shelf: Shelf, frozen: FrozenClock
) -> None:
    shelf.put(article("luzes", "Luzes"), article("senha", "Senha"), article("novo", "Novo"))
    readership.count_read("senha", where="desk")
    frozen.pass_time(days=10)
    for where in ("desk", "call", "call", "help"):
        readership.count_read("luzes", where=where)  # type: ignore[arg-type]
    readership.count_read("apagado", where="desk")

    assert cells(reports, "mais-lidos", 7) == [("Luzes", 4, 1, 2, 0, 1, 0)]
    assert cells(reports, "nao-lidos", 7) == [
        ("Novo", None, "aldo.autor"),
        ("Senha", TODAY, "aldo.autor"),
    ]
    assert "desde 21/11/2026" in reports.period(7).table("nao-lidos").about
    assert reports.period(7).summary().reads == 4


def test_an_article_keeps_its_reads_and_opinions_under_a_new_address(
    reports: ArticleReports, readership: Readership, shelf: Shelf
) -> None:
    shelf.put(article("luzes-da-onu", "Luzes", formerly="[luzes]"))
    for slug in ("luzes", "luzes-da-onu"):
        readership.count_read(slug, where="desk")
        rate(readership, slug, "ana")

    assert cells(reports, "mais-lidos") == [("Luzes", 2, 2, 0, 0, 0, 0)]
    assert cells(reports, "nao-lidos") == []
    assert cells(reports, "opinioes")[0][:3] == ("Luzes", 2, 0)


def test_articles_are_quoted_by_steps_and_opened_in_calls(
    reports: ArticleReports, readership: Readership, shelf: Shelf
) -> None:
    shelf.put(article("luzes", "Luzes"), article("senha", "Senha"), article("so", "Só"))
    step = flows.tell("troca", "fim", article="luzes#leds")
    tree = flows.tree("fibra", step, articles=("senha",))
    shelf.bundle = Bundle({"fibra": tree}, Registry({}, (), {}, {}))
    readership.count_read("senha", where="call")
    readership.count_read("luzes", where="desk")

    assert cells(reports, "em-atendimentos") == [
        ("Senha", 1, 1, "fibra"),
        ("Luzes", 0, 1, "fibra#troca"),
    ]


def test_what_is_due_comes_with_who_verified_it_and_until_when(
    reports: ArticleReports, shelf: Shelf, people: list[User]
) -> None:
    people.append(person("lia.lider", "lead"))
    shelf.put(
        article("velho", "Velho", verified_at="2026-01-01"),
        article("nunca", "Nunca", verified_by=None, verified_at=None, owner=None),
    )

    assert cells(reports, "a-verificar") == [
        ("Velho", "vencido", date(2026, 6, 30), "Lia Lider", date(2026, 1, 1), "aldo.autor"),
        ("Nunca", "nunca verificado", None, "", None, ""),
    ]


def test_opinions_are_told_by_reason_the_worst_first(
    reports: ArticleReports, readership: Readership, shelf: Shelf
) -> None:
    shelf.put(article("luzes", "Luzes"), article("senha", "Senha"))
    for who, reason in (("ana", "wrong"), ("bia", "hard"), ("caio", "wrong")):
        rate(readership, "luzes", who, reason=reason)
    rate(readership, "luzes", "dora", helpful=True)
    rate(readership, "senha", "ana", helpful=True)

    assert cells(reports, "opinioes") == [
        ("Luzes", 3, 1, 25, 0, 2, 1, 0, 0),
        ("Senha", 0, 1, 100, 0, 0, 0, 0, 0),
    ]
    assert (reports.period(7).summary().helped, reports.period(7).summary().not_helped) == (2, 3)


def test_who_has_not_read_is_told_by_article_and_by_person(
    reports: ArticleReports, readership: Readership, shelf: Shelf, people: list[User]
) -> None:
    shelf.put(article("conduta", "Conduta", must_read="true", edition=3), article("luzes"))
    people += [person("ana.agente"), person("tito.treino", "trainee"), person("ada", "admin")]
    readership.acknowledge("conduta", edition=3, by="ana.agente")
    readership.acknowledge("conduta", edition=2, by="tito.treino")

    assert cells(reports, "leituras") == [("Conduta", 3, 1, 2, "Tito Treino")]
    assert cells(reports, "leituras-por-pessoa") == [
        ("Tito Treino", "Em treinamento", 0, 1, "Conduta"),
        ("Ana Agente", "Atendente (N1)", 1, 1, ""),
    ]


@pytest.mark.parametrize("days", [7, 30, 90])
def test_a_period_ends_today_and_has_that_many_days(
    reports: ArticleReports, readership: Readership, shelf: Shelf, frozen: FrozenClock, days: int
) -> None:
    shelf.put(article("luzes", "Luzes"))
    readership.count_read("luzes", where="desk")
    frozen.pass_time(days=days - 1)
    within = cells(reports, "mais-lidos", days)
    frozen.pass_time(days=1)

    assert (len(within), cells(reports, "mais-lidos", days)) == (1, [])

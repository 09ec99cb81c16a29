from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, text

from kbwizard.readership.service import Readership
from tests.helpers.clock import START, FrozenClock
from tests.helpers.databases import refuse_rows_of


def search(readership: Readership, query: str, results: int = 3, **more: Any) -> int | None:
    return readership.note_search(query, **{"where": "desk", "results": results, **more})


def rows(engine: Engine) -> list[dict[str, Any]]:
    with engine.connect() as db:
        found = db.execute(text("SELECT * FROM article_search ORDER BY id")).mappings()
        return [dict(row) for row in found]


def test_searches_are_counted_whatever_their_accents_and_capitals(readership: Readership) -> None:
    search(readership, "Conexão  lenta", 0)
    search(readership, "conexao lenta", 2)
    search(readership, "luz vermelha")

    found = readership.searched(START)

    assert [(one.query, one.count, one.results) for one in found] == [
        ("conexao lenta", 2, 2),
        ("luz vermelha", 1, 3),
    ]


def test_letters_typed_one_by_one_are_one_search(readership: Readership, engine: Engine) -> None:
    numbers = {
        search(readership, typed, results, by="ana")
        for typed, results in (("lu", 9), ("luz", 7), ("luz v", 4), ("luz vermelha", 0), ("luz", 7))
    }

    assert len(numbers) == 1
    assert [(row["query"], row["results"]) for row in rows(engine)] == [("luz vermelha", 0)]


def test_another_search_another_person_another_minute_are_others(
    readership: Readership, frozen: FrozenClock, engine: Engine
) -> None:
    search(readership, "luz", by="ana")
    search(readership, "luz", by="bia")
    search(readership, "wifi", by="ana")
    frozen.pass_time(minutes=2)
    search(readership, "wifi fraco", by="ana")

    assert [row["query"] for row in rows(engine)] == ["luz", "luz", "wifi", "wifi fraco"]


def test_who_searched_is_forgotten_with_the_next_search(
    readership: Readership, engine: Engine
) -> None:
    search(readership, "luz", by="ana")
    search(readership, "wifi", by="ana")

    assert [row["who"] for row in rows(engine)] == ["", "ana"]


def test_the_first_click_is_the_one_that_counts(
    readership: Readership, engine: Engine, frozen: FrozenClock
) -> None:
    number = search(readership, "luz", by="ana")
    assert number is not None

    readership.note_click(number, slug="luz-los")
    readership.note_click(number, slug="senha")
    readership.note_click(999, slug="senha")

    assert [(row["clicked"], row["who"]) for row in rows(engine)] == [("luz-los", "")]
    assert [one.opened for one in readership.searched(START)] == [1]


def test_a_public_page_marks_no_search_of_the_desk(readership: Readership) -> None:
    number = search(readership, "luz", by="ana")
    assert number is not None

    readership.note_click(number, slug="luz-los", where="help")

    assert [one.opened for one in readership.searched(START)] == [0]


def test_a_click_of_the_next_day_says_nothing_about_the_search(
    readership: Readership, frozen: FrozenClock
) -> None:
    number = search(readership, "luz")
    assert number is not None
    frozen.pass_time(days=1)

    readership.note_click(number, slug="luz-los")

    assert [one.opened for one in readership.searched(START)] == [0]


@pytest.mark.parametrize(
    "query",
    [
        "111.222.333-44",
        "cliente 11122233344 sem sinal",
        "(11) 90000-0001",
        "90000-0001",
        "maria@exemplo.net",
        "joao.silva@provedor",
        "02:00:5E:10:AB:CD",
        "100.64.3.7",
        "ZTEG1A2B3C4D",
        "20261121-000123",
        "00000-000",
        "contrato 1234567",
        "l",
        "",
        "luz\x07",
    ],
)
def test_what_looks_personal_is_never_kept(
    readership: Readership, engine: Engine, query: str
) -> None:
    assert search(readership, query, by="ana") is None
    assert rows(engine) == []


@pytest.mark.parametrize(
    "query", ["erro 691", "192.168.0.1 não abre", "porta 25565", "dns 8.8.8.8"]
)
def test_technical_numbers_are_kept(readership: Readership, query: str) -> None:
    assert search(readership, query) is not None


def test_a_customers_name_is_never_kept(engine: Engine, frozen: FrozenClock) -> None:
    careful = Readership(engine, frozen, is_name=lambda said: said == "Maria Silva")

    assert search(careful, " Maria  Silva") is None
    assert search(careful, "luz vermelha") is not None


def test_a_search_that_cannot_be_noted_is_found_all_the_same(
    readership: Readership, engine: Engine
) -> None:
    refuse_rows_of("article_search", engine)

    assert search(readership, "luz") is None


def test_many_people_typing_at_once_make_one_search_each(
    readership: Readership, engine: Engine
) -> None:
    def type_it(number: int) -> None:
        for end in range(2, 6):
            search(readership, "lento"[:end], by=f"pessoa{number % 8}")

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(type_it, range(16)))

    assert len(rows(engine)) == 8
    assert {row["query"] for row in rows(engine)} == {"lento"}

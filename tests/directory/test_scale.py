"""Twenty thousand customers: every search is served by an index, and quickly."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine, Select
from sqlmodel import SQLModel

from kbwizard.config import Secret, Settings
from kbwizard.db import core_reading, make_engine
from kbwizard.directory import models, queries
from kbwizard.directory.importer import import_file
from kbwizard.directory.report import Counts
from kbwizard.directory.service import Directory
from tests.directory.conftest import NOW

MANY = 20_000
GIVEN = [
    "Ana",
    "Bruno",
    "Carla",
    "Davi",
    "Elisa",
    "Fábio",
    "Gil",
    "Helena",
    "Igor",
    "Joana",
    "Karen",
    "Lia",
    "Mário",
    "Nair",
    "Otávio",
]
FAMILY = [
    "Silva",
    "Souza",
    "Lima",
    "Ávila",
    "Prado",
    "Rocha",
    "Nunes",
    "Farias",
    "Teles",
    "Vidal",
    "Moura",
    "Pires",
    "Reis",
]


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> tuple[Engine, Settings, Path]:
    folder = tmp_path_factory.mktemp("big")
    chance = random.Random(7)
    file = folder / "clientes.csv"
    with file.open("w", encoding="utf-8") as stream:
        stream.write("customer_code,name,phone,contract_code,segment,login,plan\n")
        for n in range(MANY):
            name = f"{chance.choice(GIVEN)} {chance.choice(FAMILY)} {chance.choice(FAMILY)} {n}"
            stream.write(f"C{n},{name},1190{n:07},K{n},residential,cli{n:05}@exemplo,500M\n")
    settings = Settings(folder, f"sqlite:///{folder / 'big.db'}", Secret("k"), Secret(""))
    engine = make_engine(settings.database_url)
    tables = [
        table.__table__  # type: ignore[attr-defined]
        for table in (models.Customer, models.CustomerWord, models.Contract, models.Line)
    ]
    SQLModel.metadata.create_all(engine, tables=tables)
    assert import_file(engine, settings, file, now=NOW).lines == Counts(new=MANY)
    return engine, settings, file


@pytest.mark.parametrize(
    "query",
    [
        queries.customers_by_words(("silva", "an"), "an silva", 9),
        queries.lines_by_login("cli000", 9),
        queries.customers_by_hash("document_hash", ["x"], 9),
        queries.customers_by_hash("phone_hash", ["x"], 9),
        queries.customers([1, 2]),
        queries.lines().where(queries.CUSTOMER.c.id.in_([1, 2])),
    ],
)
def test_no_search_reads_a_whole_table(
    big: tuple[Engine, Settings, Path], query: Select[tuple[int]]
) -> None:
    engine, _, _ = big
    sql = str(query.compile(engine, compile_kwargs={"literal_binds": True}))

    with core_reading(engine) as db:
        plan = [
            row[3] for row in db.exec_driver_sql("EXPLAIN QUERY PLAN " + sql.replace("%", "%%"))
        ]

    assert any("INDEX" in step or "INTEGER PRIMARY KEY" in step for step in plan)
    assert [step for step in plan if step.startswith("SCAN")] == []


@pytest.mark.parametrize("typed", ["silva", "ana sil", "cli0123", "11900000042", "an", "zz"])
def test_a_search_over_twenty_thousand_takes_milliseconds(
    big: tuple[Engine, Settings, Path], typed: str
) -> None:
    directory = Directory(big[0], big[1])
    directory.search(typed)

    began = time.process_time()
    for _ in range(5):
        directory.search(typed)
    spent_ms = (time.process_time() - began) / 5 * 1000

    assert spent_ms < 60  # measured: 1 to 6 ms


def test_an_unchanged_file_is_imported_again_without_writing(
    big: tuple[Engine, Settings, Path],
) -> None:
    engine, settings, file = big

    report = import_file(engine, settings, file, now=NOW)

    assert report.customers == report.contracts == report.lines == Counts(same=MANY)

"""Both databases keep what we rely on; what they refuse is told in our words, without a value."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlmodel import col, select

from kbwizard.accounts.models import User
from kbwizard.accounts.people import create_user
from kbwizard.db import (
    _POOL,
    core_reading,
    core_writing,
    database_address,
    in_turn,
    make_engine,
    reading,
    writing,
)
from kbwizard.db_trouble import storage_trouble, trouble
from kbwizard.errors import Conflict, SetupError
from kbwizard.serving import THREADS
from tests.helpers.clock import START
from tests.helpers.postgres import Cluster

SECRET = "segredo-que-nao-se-mostra"


def test_a_moment_comes_back_in_utc_whatever_its_zone(engine: Engine) -> None:
    told = datetime(2026, 11, 21, 14, 2, 3, 456789, tzinfo=timezone(timedelta(hours=-3)))
    with writing(engine) as db:
        db.add(User(name="zona", full_name="Zona", role="agent", password_hash="", created_at=told))

    with reading(engine) as db:
        kept = db.exec(select(User.created_at).where(User.name == "zona")).one()

    assert kept == told
    assert kept.tzinfo is UTC


def test_reads_of_one_session_are_of_one_moment(engine: Engine) -> None:
    def count(db: Any) -> int:
        return len(db.exec(select(User.id)).all())

    with reading(engine) as db:
        before = count(db)
        with writing(engine) as other:
            other.add(
                User(
                    name="novo", full_name="Novo", role="agent", password_hash="", created_at=START
                )
            )
        assert count(db) == before
    with reading(engine) as db:
        assert count(db) == before + 1


def test_what_is_read_cannot_be_written_by_the_way(engine: Engine) -> None:
    with suppress(DBAPIError), reading(engine) as db:  # PostgreSQL refuses, SQLite forgets
        db.add(User(name="x1", full_name="X", role="agent", password_hash="", created_at=START))
        db.flush()

    with reading(engine) as db:
        assert db.exec(select(User).where(User.name == "x1")).first() is None


def test_a_refused_row_spoils_nothing_that_comes_after(engine: Engine) -> None:
    def twin() -> User:
        return User(
            name="ana.agente", full_name="Ana", role="agent", password_hash="", created_at=START
        )

    with pytest.raises(IntegrityError), writing(engine) as db:
        db.add(twin())

    with writing(engine) as db:
        db.exec(select(User).where(User.name == "ana.agente")).one().full_name = "Ana Outra"
    with reading(engine) as db:
        assert db.exec(select(User).where(col(User.full_name) == "Ana Outra")).one()


def test_of_eight_who_make_one_name_at_once_one_does(engine: Engine) -> None:
    start = Barrier(8)

    def make(_number: int) -> str:
        start.wait()
        try:
            create_user(
                engine, name="bia.nova", full_name="Bia", role="agent", password="senha-comprida", now=START
            )  # fmt: skip
        except Conflict:
            return "conflict"
        return "made"

    with ThreadPoolExecutor(8) as pool:
        said = sorted(pool.map(make, range(8)))

    assert said == ["conflict"] * 7 + ["made"]


def test_who_writes_in_turn_sees_what_the_one_before_wrote(engine: Engine) -> None:
    start = Barrier(4)

    def count_on(number: int) -> None:
        start.wait()
        with writing(engine) as db:
            in_turn(db.connection(), "contagem")
            many = len(db.exec(select(User.id)).all())
            name = f"turno.{many}"
            db.add(User(name=name, full_name="T", role="agent", password_hash="", created_at=START))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count_on, range(4)))

    with reading(engine) as db:
        names = db.exec(select(User.name).where(col(User.name).startswith("turno."))).all()
    assert len(set(names)) == 4


def test_every_thread_of_a_process_may_hold_two_connections(engine: Engine) -> None:
    assert sum((_POOL["pool_size"], _POOL["max_overflow"])) > THREADS

    start = Barrier(THREADS)

    def nested(_number: int) -> int:
        with core_reading(engine) as outer:
            outer.execute(text("SELECT 1"))
            start.wait(20)
            with core_reading(engine) as inner:
                return int(inner.execute(text("SELECT 2")).scalar_one())

    with ThreadPoolExecutor(THREADS) as pool:
        assert set(pool.map(nested, range(THREADS))) == {2}


WRONG = (
    (
        "INSERT INTO account_user (id) SELECT id FROM account_user",
        "não combina|já existe|UNIQUE|NOT",
    ),
    ("SELECT * FROM nenhuma_tabela", "faltam tabelas; rode python -m kbwizard migrate"),
    ("SELECT nenhuma_coluna FROM account_user", "tabelas são de outra versão"),
    (f"SELECT CAST('{SECRET}' AS INTEGER) / 0 FROM nada_disso", "faltam tabelas"),
)


@pytest.mark.parametrize(("statement", "told"), WRONG)
def test_what_the_database_refuses_is_told_without_a_value(
    engine: Engine, statement: str, told: str
) -> None:
    with pytest.raises(DBAPIError) as refused, core_writing(engine) as connection:
        connection.execute(text(statement))

    said = trouble(refused.value)
    assert any(part in said for part in told.split("|")), said
    assert SECRET not in said
    assert "\n" not in said


ON_POSTGRESQL = (
    (f"SELECT CAST('{SECRET}' AS INTEGER)", "um valor não é aceito", ""),
    ("SELECT CAST(99999999999 AS INTEGER)", "um número é grande demais", ""),
    (f"INSERT INTO protocol_day VALUES ('{SECRET}', 1), ('{SECRET}', 2)", "já existe um registro igual", ""),
    ("SELECT pg_terminate_backend(pg_backend_pid())", "o servidor está parando ou começando", "same"),
    ("SET LOCAL statement_timeout = 20; SELECT pg_sleep(5)", "o servidor demorou demais", "same"),
    ("SET TRANSACTION READ ONLY; DELETE FROM setting", "o servidor só aceita leitura", "same"),
    ("SELECT 1 / 0", "um valor não é aceito", ""),
    ("RAISE", "código 42601", ""),
)  # fmt: skip


@pytest.mark.parametrize(("statement", "told", "shown"), ON_POSTGRESQL)
def test_postgresql_is_told_by_its_code(
    postgres_engine: Engine, statement: str, told: str, shown: str
) -> None:
    with pytest.raises(DBAPIError) as refused, core_writing(postgres_engine) as connection:
        connection.exec_driver_sql(statement)

    assert trouble(refused.value) == told
    assert storage_trouble(refused.value) == (told if shown else "")


def connecting(url: str) -> SQLAlchemyError:
    engine = make_engine(url, pooled=False)
    with pytest.raises(DBAPIError) as refused:
        engine.connect()
    return refused.value


def test_a_server_that_cannot_be_reached_is_told_without_its_name(postgres: Cluster) -> None:
    gone = connecting(f"postgresql://quem:{SECRET}@127.0.0.1:1/kbwizard")
    nothing = connecting(postgres.url("nao_existe"))

    assert storage_trouble(gone) == "o servidor não atende neste endereço e porta"
    assert storage_trouble(nothing) == "o banco ou o usuário não existe no servidor"


def test_a_lost_connection_is_one_error_and_the_next_try_works(
    postgres: Cluster, postgres_engine: Engine
) -> None:
    with postgres_engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        postgres.kill()
        postgres.start()
        with pytest.raises(DBAPIError) as lost:
            connection.execute(text("SELECT 1"))

    assert storage_trouble(lost.value)
    with ThreadPoolExecutor(8) as pool:  # connections that waited in the pool are tried first
        assert set(pool.map(lambda _n: _one(postgres_engine), range(16))) == {1}


def _one(engine: Engine) -> int:
    with core_reading(engine) as connection:
        return int(connection.execute(text("SELECT 1")).scalar_one())


def test_who_waits_too_long_for_a_row_is_told_so(postgres_engine: Engine) -> None:
    with writing(postgres_engine) as db:
        db.exec(select(User).with_for_update()).first()

        with postgres_engine.connect() as other:
            other.exec_driver_sql("SET LOCAL lock_timeout = '50ms'")
            with pytest.raises(DBAPIError) as refused:
                other.exec_driver_sql("UPDATE account_user SET full_name = 'x'")

    assert trouble(refused.value) == "outro programa o mantém ocupado"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
def test_postgresql_is_spoken_to_by_psycopg_3_however_it_is_written(scheme: str) -> None:
    address = database_address(f"{scheme}://quem:senha@h/banco?sslmode=require")

    assert address.drivername == "postgresql+psycopg"
    assert address.query == {"sslmode": "require"}


@pytest.mark.parametrize(
    "address", ["mysql://u:p@h/b", "nada", "", "postgresql://h:porta/b", "sqlite3:///x.db"]
)
def test_an_address_that_is_none_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(SetupError) as refused:
        make_engine(address)

    assert not address or address not in str(refused.value)


def test_what_the_address_says_wins_over_our_patience(postgres: Cluster) -> None:
    engine = make_engine(f"{postgres.url('postgres')}?application_name=outro", pooled=False)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW application_name").scalar_one() == "outro"


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    refused = connecting(f"sqlite:///{tmp_path / 'nada' / 'x.db'}")

    assert storage_trouble(refused).startswith("o arquivo não pôde ser aberto")

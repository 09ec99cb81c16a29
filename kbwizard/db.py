"""The database: one engine, UTC times, short write transactions, migrations.

SQLite writes begin IMMEDIATE (a deferred read-then-write fails at once under contention, see
docs/decisions). Never hold a transaction open across a live check.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, DateTime, Dialect, Engine, create_engine, event
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.types import TypeDecorator
from sqlmodel import Session, SQLModel

from kbwizard.errors import SetupError

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC. SQLite keeps no zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("moments must be timezone-aware")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def make_engine(url: str) -> Engine:
    """An engine for SQLite (WAL) or PostgreSQL. Make it after any fork, never before.

    Raises `SetupError` for an address that is none, without repeating it: it may hold a password.
    """
    try:
        if not url.startswith("sqlite"):
            return create_engine(url, pool_pre_ping=True)
        engine = create_engine(url, connect_args={"timeout": 5, "check_same_thread": False})
    except ModuleNotFoundError as error:
        raise SetupError(
            f"KBWIZARD_DATABASE_URL pede o pacote {error.name}, que não está instalado."
        ) from error
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise SetupError(
            "KBWIZARD_DATABASE_URL não é um endereço de banco de dados, "
            "por exemplo sqlite:////var/lib/kbwizard/kbwizard.db."
        ) from error
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(dbapi_connection: Any, _record: Any) -> None:
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "busy_timeout=5000",
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("kbw_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session for reads only; nothing it touches is written."""
    with Session(engine, expire_on_commit=False) as db:
        yield db


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A short write transaction, committed at the end, rolled back on any exception."""
    with (
        Session(engine.execution_options(kbw_write=True), expire_on_commit=False) as db,
        db.begin(),
    ):
        yield db


@contextmanager
def core_reading(engine: Engine) -> Iterator[Connection]:
    """Like `reading`, for SQLAlchemy Core on the hottest paths."""
    with engine.connect() as connection:
        yield connection


@contextmanager
def core_writing(engine: Engine) -> Iterator[Connection]:
    """Like `writing`, for SQLAlchemy Core on the hottest paths."""
    with engine.execution_options(kbw_write=True).begin() as connection:
        yield connection


_OF_DISK = (
    ("not a database", "o arquivo não é um banco de dados"),
    ("malformed", "o arquivo está danificado"),
    ("is full", "o disco está cheio"),
    ("disk i/o", "o disco não respondeu direito"),
    ("unable to open", "o arquivo não pôde ser aberto; confira a pasta e as permissões"),
    ("readonly", "sem permissão de gravação"),
    ("locked", "outro programa o mantém ocupado"),
)
_OF_TABLES = (
    ("no such table", "faltam tabelas; rode python -m kbwizard migrate"),
    ("no such column", "as tabelas são de outra versão; rode python -m kbwizard migrate"),
)
"""What SQLite says, and what we say instead."""


def trouble(error: DBAPIError) -> str:
    """Why the database refused, in a few words of Portuguese, without the query or its values."""
    first = (str(error.orig).splitlines() or ["sem detalhe"])[0][:200]
    return _first(error, _OF_DISK + _OF_TABLES) or first


def disk_trouble(error: DBAPIError) -> str:
    """What ails the disk or the file, for anybody to read; empty when it is another thing."""
    return _first(error, _OF_DISK)


def _first(error: DBAPIError, known: tuple[tuple[str, str], ...]) -> str:
    said = str(error.orig).lower()
    return next((ours for word, ours in known if word in said), "")

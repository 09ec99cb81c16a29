"""The database: one engine, UTC times, reads of one moment, short write transactions.

SQLite writes begin IMMEDIATE (a deferred read-then-write fails at once under contention, see
docs/decisions), so its writers are in order. PostgreSQL's run side by side: what must not happen
twice at once is locked by its row, or by name (`in_turn`). Never hold a transaction open across a
live check.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    DateTime,
    Dialect,
    Engine,
    create_engine,
    event,
    func,
    make_url,
    select,
)
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool
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


def make_engine(url: str, *, pooled: bool = True) -> Engine:
    """An engine for SQLite (WAL) or PostgreSQL. Make it after any fork, never before.

    `pooled=False`, for a command that runs and ends: no connection is kept for a next time.
    Raises `SetupError` for an address that is none, without repeating it: it may hold a password.
    """
    try:
        address = database_address(url)
        if address.get_backend_name() == "sqlite":
            return _sqlite(address, pooled=pooled)
        patience = {name: _PATIENCE[name] for name in _PATIENCE if name not in address.query}
        pool = _pool(address, pooled=pooled)
        engine = create_engine(address, pool_pre_ping=True, connect_args=patience, **pool)
    except ModuleNotFoundError as error:
        raise SetupError(
            f"KBWIZARD_DATABASE_URL pede o pacote {error.name}, que não está instalado."
        ) from error
    except (ArgumentError, TypeError, ValueError) as error:
        raise SetupError(_NO_ADDRESS) from error
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def database_address(url: str) -> URL:
    """The address of a database, PostgreSQL's always by psycopg 3. Raises `SetupError`."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise SetupError(_NO_ADDRESS) from error
    backend = address.drivername.partition("+")[0]
    if backend in ("postgresql", "postgres"):
        return address.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise SetupError(_NO_ADDRESS)
    return address


_NO_ADDRESS = (
    "KBWIZARD_DATABASE_URL não é um endereço de banco de dados que sirva, por exemplo "
    "sqlite:////var/lib/kbwizard/kbwizard.db ou postgresql://usuario:senha@servidor/kbwizard."
)
_POOL = {"pool_size": 16, "max_overflow": 32, "pool_timeout": 10}
"""More in all than the threads of a process: one that needs a second connection always gets it."""
_PATIENCE = {
    "connect_timeout": "5",
    "keepalives_idle": "30",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
    "application_name": "kbwizard",
}
"""A server that vanished without a word is noticed within half a minute. The address wins."""
_LIMITS = (
    "SET lock_timeout = '5s'",
    # A node that froze in the middle of a transaction must not hold its rows for ever.
    "SET idle_in_transaction_session_timeout = '120s'",
)


def _sqlite(address: URL, *, pooled: bool) -> Engine:
    pool = _pool(address, pooled=pooled)
    engine = create_engine(address, connect_args={"timeout": 5, "check_same_thread": False}, **pool)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _pool(address: URL, *, pooled: bool) -> dict[str, Any]:
    if address.database in (None, "", ":memory:"):
        return {}  # in memory there is one connection for all
    return _POOL if pooled else {"poolclass": NullPool}


def _prepare_postgresql(dbapi_connection: Any, _record: Any) -> None:
    dbapi_connection.autocommit = True
    dbapi_connection.execute("; ".join(_LIMITS))
    dbapi_connection.autocommit = False


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
    """A session for reads only, all of one moment; nothing it touches is written."""
    with core_reading(engine) as connection, Session(connection, expire_on_commit=False) as db:
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
        if engine.dialect.name == "postgresql":
            # As SQLite does by itself: without this every query would see a moment of its own.
            connection = connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        yield connection


@contextmanager
def core_writing(engine: Engine) -> Iterator[Connection]:
    """Like `writing`, for SQLAlchemy Core on the hottest paths."""
    with engine.execution_options(kbw_write=True).begin() as connection:
        yield connection


def in_turn(connection: Connection, name: str) -> None:
    """Wait until no other write transaction holds this name; it is ours until we end.

    For what no single row stands for ("is there such a notice already?"). SQLite has put its
    writers in order when they began.
    """
    if connection.dialect.name == "postgresql":
        number = int.from_bytes(sha256(name.encode()).digest()[:8], signed=True)
        connection.execute(select(func.pg_advisory_xact_lock(number)))

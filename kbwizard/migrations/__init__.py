"""The database's schema, revision by revision, and bringing a database to the newest one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError, OperationalError

from kbwizard.db import in_turn
from kbwizard.db_trouble import trouble
from kbwizard.errors import EngineError, SetupError
from kbwizard.migrations.losses import losses_of

FOLDER = Path(__file__).parent
NOTHING = "base"
"""The revision of an empty database."""


def migrate(engine: Engine) -> str:
    """Bring the database to the newest revision. Returns that revision.

    Raises `SetupError` when the database is newer than this program, is not a database, or cannot
    be written; nothing is changed then.
    """
    with _changing(engine) as connection:
        command.upgrade(_config(connection), "head")
        return current_revision(connection)


def migrate_to(engine: Engine, revision: str, *, discard: bool = False) -> str:
    """Bring the database to a revision, older or newer, or to `NOTHING`. Returns where it stands.

    Raises `SetupError` for a revision that is none, and when going back would lose data, which it
    names, unless `discard` says that this is meant; nothing is changed then.
    """
    known = revisions()
    if revision not in known:
        raise SetupError(f"Não existe a revisão {revision!r}. Use uma destas: {', '.join(known)}.")
    with _changing(engine) as connection:
        config = _config(connection)
        if known.index(revision) >= known.index(current_revision(connection) or NOTHING):
            command.upgrade(config, revision)
        else:
            lost = () if discard else losses_of(connection, lambda: _go_back(config, revision))
            if lost:
                raise SetupError(
                    f"Voltar à revisão {revision} apagaria dados: {'; '.join(lost)}. "
                    "Faça um backup e, se é isso mesmo, repita com --discard-data. Nada foi mudado."
                )
            _go_back(config, revision)
        return current_revision(connection) or NOTHING


def revisions() -> tuple[str, ...]:
    """Every revision from the first to the newest, `NOTHING` before them."""
    scripts = ScriptDirectory.from_config(_config()).walk_revisions()
    return (NOTHING, *reversed([script.revision for script in scripts]))


def check_not_newer(connection: Connection) -> None:
    """Refuse a database written by a newer version: we would not understand it."""
    revision = current_revision(connection)
    if revision and revision not in revisions():
        raise SetupError(
            f"O banco de dados é de uma versão mais nova do kbwizard (revisão {revision}). "
            "Atualize o programa, ou aponte KBWIZARD_DATABASE_URL para outro banco."
        )


def current_revision(connection: Connection) -> str:
    """The revision the database is at; empty for an empty one."""
    return MigrationContext.configure(connection).get_current_revision() or ""


@contextmanager
def _changing(engine: Engine) -> Iterator[Connection]:
    """One transaction for the whole change; one process at a time."""
    try:
        with engine.connect().execution_options(kbw_write=True) as connection:
            if engine.dialect.name == "sqlite":
                changing = _on_sqlite(connection)
            else:
                changing = _on_postgresql(connection)
            with changing:
                check_not_newer(connection)
                yield connection
    except OperationalError as error:
        raise SetupError(
            f"O banco de dados não pôde ser aberto ou gravado: {trouble(error)}."
        ) from error
    except DatabaseError as error:
        raise SetupError(f"O banco de dados não pode ser usado: {trouble(error)}.") from error


@contextmanager
def _on_sqlite(connection: Connection) -> Iterator[None]:
    """Without foreign keys: a table is changed by dropping it, which would take its children."""
    raw = connection.connection.driver_connection
    assert raw is not None
    raw.execute("PRAGMA foreign_keys=OFF")  # heeded outside a transaction only
    try:
        with connection.begin():
            yield
            if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                raise EngineError("a mudança de revisão deixou linhas sem a que pertencem")
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


@contextmanager
def _on_postgresql(connection: Connection) -> Iterator[None]:
    with connection.begin():
        encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
        if encoding != "UTF8":
            raise SetupError(
                f"O banco de dados guarda texto em {encoding}, que não tem todas as letras. "
                "Crie-o de novo com ENCODING 'UTF8'."
            )
        connection.exec_driver_sql("SET LOCAL lock_timeout = '60s'")  # another node may migrate
        in_turn(connection, "migrations")
        yield


def _go_back(config: Config, revision: str) -> None:
    command.downgrade(config, revision)


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config

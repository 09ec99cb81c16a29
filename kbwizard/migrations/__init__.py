"""The database's schema, revision by revision, and bringing a database to the newest one."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError, OperationalError

from kbwizard.db_trouble import trouble
from kbwizard.errors import SetupError

FOLDER = Path(__file__).parent


def migrate(engine: Engine) -> str:
    """Bring the database to the newest revision. Returns that revision.

    Raises `SetupError` when the database is newer than this program, is not a database, or cannot
    be written; nothing is changed then.
    """
    try:
        with engine.execution_options(kbw_write=True).begin() as connection:
            check_not_newer(connection)
            command.upgrade(_config(connection), "head")
            return current_revision(connection)
    except OperationalError as error:
        raise SetupError(
            f"O banco de dados não pôde ser aberto ou gravado: {trouble(error)}."
        ) from error
    except DatabaseError as error:
        raise SetupError(f"O banco de dados não pode ser usado: {trouble(error)}.") from error


def check_not_newer(connection: Connection) -> None:
    """Refuse a database written by a newer version: we would not understand it."""
    revision = current_revision(connection)
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if revision and revision not in known:
        raise SetupError(
            f"O banco de dados é de uma versão mais nova do kbwizard (revisão {revision}). "
            "Atualize o programa, ou aponte KBWIZARD_DATABASE_URL para outro banco."
        )


def current_revision(connection: Connection) -> str:
    """The revision the database is at; empty for an empty one."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config

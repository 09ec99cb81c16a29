"""`backup`: the databases as they were at one moment, without any key."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from kbwizard.config import Settings
from kbwizard.errors import InvalidInput, reason
from kbwizard.migrations import current_revision
from kbwizard.upkeep.archive import FORMAT, Manifest, Writer, key_id
from kbwizard.upkeep.tables import dump_table, tables

KEY_VARIABLES = ("KBWIZARD_SECRET_KEY", "KBWIZARD_CREDENTIALS_KEY")


def make_backup(
    engines: Mapping[str, Engine], settings: Settings, file: Path, *, now: datetime
) -> Manifest:
    """Write a backup of each database under its name. The file appears whole or not at all.

    Raises `InvalidInput` when the file exists already or cannot be written.
    """
    if file.exists():
        raise InvalidInput(f"{file} já existe: escolha outro nome, uma cópia não cobre a outra.")
    part = file.with_name(file.name + ".part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            manifest = _write(engines, settings, Writer(stream), now)
            stream.flush()
            os.fsync(stream.fileno())
        os.link(part, file)  # unlike a rename, this never covers a file made meanwhile
    except OSError as error:
        raise InvalidInput(f"A cópia não pôde ser gravada em {file}: {reason(error)}.") from error
    finally:
        with suppress(FileNotFoundError):
            part.unlink()
    return manifest


def write_keys(settings: Settings, file: Path, *, backup: Path) -> None:
    """Write the keys as variables of a service, mode 0600, and never beside the backup."""
    if file.resolve().parent == backup.resolve().parent:
        raise InvalidInput("Guarde as chaves em outra pasta: junto da cópia, elas a abrem.")
    values = (settings.secret_key.reveal(), settings.credentials_key.reveal())
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            for name, value in zip(KEY_VARIABLES, values, strict=True):
                stream.write(f"{name}={value}\n")
    except OSError as error:
        raise InvalidInput(f"As chaves não foram gravadas em {file}: {reason(error)}.") from error


def _write(
    engines: Mapping[str, Engine], settings: Settings, writer: Writer, now: datetime
) -> Manifest:
    revision = ""
    for name, engine in engines.items():
        with engine.connect() as bare:
            connection = _one_moment(bare)
            stands = current_revision(connection)
            if not stands:
                continue  # a training desk that was never opened
            revision = revision or stands
            for table in tables():
                with tempfile.TemporaryFile() as scratch:
                    lines = dump_table(connection, table)
                    writer.add(f"{name}/{table.name}.jsonl", lines, scratch)
    manifest = Manifest(
        format=FORMAT,
        made_at=now.isoformat(timespec="seconds"),
        revision=revision,
        key_id=key_id(settings.credentials_key.reveal()),
        secret_id=key_id(settings.secret_key.reveal()),
        parts=tuple(writer.parts),
    )
    writer.finish(manifest)
    return manifest


def _one_moment(connection: Connection) -> Connection:
    """Every table as it was when the first was read. SQLite's transactions are so anyway."""
    if connection.dialect.name == "postgresql":
        return connection.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
    return connection

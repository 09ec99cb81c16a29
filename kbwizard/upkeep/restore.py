"""`restore`: a backup into empty databases, of either engine, all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Connection, Engine, delete

from kbwizard.config import Settings
from kbwizard.errors import InvalidInput
from kbwizard.migrations import migrate
from kbwizard.upkeep.archive import Manifest, key_id, lines_of, read_manifest
from kbwizard.upkeep.tables import count_rows, load_table, tables


def restore(
    engines: Mapping[str, Engine],
    settings: Settings,
    file: Path,
    *,
    other_keys: bool = False,
    replace: bool = False,
) -> Manifest:
    """Put a backup's rows into databases of this installation, `main` among them.

    Raises `InvalidInput` before anything is written when the file is not whole, is of another
    revision, needs other keys (unless `other_keys`: credentials must then be given anew), or when
    a database has data already (unless `replace`: what is there is lost).
    """
    manifest = read_manifest(file)
    _check_keys(manifest, settings, other_keys)
    for engine in engines.values():
        revision = migrate(engine)
        if revision != manifest.revision:
            raise InvalidInput(
                f"A cópia é da revisão {manifest.revision or 'vazia'} e este programa usa a "
                f"{revision}. Instale a versão que fez a cópia, restaure, e depois atualize."
            )
    if not replace:
        _check_empty(engines["main"])
    for name, engine in engines.items():
        with engine.execution_options(kbw_write=True).begin() as connection:
            _empty(connection)
            _fill(connection, manifest, file, name)
    return manifest


def _check_keys(manifest: Manifest, settings: Settings, other_keys: bool) -> None:
    same = (
        manifest.key_id == key_id(settings.credentials_key.reveal()),
        manifest.secret_id == key_id(settings.secret_key.reveal()),
    )
    if not all(same) and not other_keys:
        raise InvalidInput(
            "As chaves desta instalação não são as da cópia: credenciais de equipamentos e a busca "
            "por documento não serviriam. Restaure antes as chaves, ou use --other-keys."
        )


def _check_empty(engine: Engine) -> None:
    """Only the real database: that of the training fills itself with lines and equipment."""
    with engine.connect() as connection:
        full = [table.name for table in tables() if count_rows(connection, table)]
    if full:
        raise InvalidInput(
            f"O banco de dados já tem dados ({', '.join(full[:3])}…). Restaure em um banco "
            "vazio, ou use --replace para perder o que está lá."
        )


def _empty(connection: Connection) -> None:
    for table in reversed(tables()):
        connection.execute(delete(table))


def _fill(connection: Connection, manifest: Manifest, file: Path, database: str) -> None:
    for table in tables():
        part = manifest.part(f"{database}/{table.name}.jsonl")
        if part is None:
            continue
        rows = load_table(connection, table, lines_of(file, part.name))
        if rows != part.rows:
            raise InvalidInput(f"A cópia está danificada em {part.name}: use outra.")

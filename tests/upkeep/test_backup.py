from __future__ import annotations

import stat
import tarfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import Engine

from kbwizard.config import Secret
from kbwizard.db import make_engine
from kbwizard.errors import InvalidInput
from kbwizard.migrations import migrate
from kbwizard.upkeep.backup import make_backup, write_keys
from kbwizard.upkeep.restore import restore
from kbwizard.upkeep.tables import count_rows, dump_table, tables
from tests.cases.conftest import Desk
from tests.upkeep.conftest import Installation

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def back_up(installation: Installation, file: Path) -> Path:
    make_backup(installation.engines, installation.settings, file, now=NOW)
    return file


def rows_of(engine: Engine) -> dict[str, list[str]]:
    with engine.connect() as connection:
        return {table.name: list(dump_table(connection, table)) for table in tables()}


def test_what_was_backed_up_comes_back_row_for_row(
    installation: Installation, empty: Engine, tmp_path: Path
) -> None:
    file = back_up(installation, tmp_path / "copia.tar.gz")

    restore({"main": empty}, installation.settings, file)

    before = rows_of(installation.engine)
    assert rows_of(empty) == before
    assert len(before["case"]) == 2
    assert len(before["work_order"]) == 1


def test_a_restored_call_goes_on_where_it_stood(
    installation: Installation, empty: Engine, tmp_path: Path
) -> None:
    restore({"main": empty}, installation.settings, back_up(installation, tmp_path / "c.tar.gz"))
    desk = Desk(empty, installation.desk.clock)
    case = desk.cases.open_case_of(2, 2)
    assert case is not None

    standing = desk.walk_to(case, "n2")

    assert desk.conclude(case, standing).case.queue == "n2"
    third = desk.open(3)
    assert third.protocol > case.protocol  # numbers go on after those that were given out


def test_a_copy_moves_from_one_engine_to_the_other(
    installation: Installation, tmp_path: Path
) -> None:
    file = back_up(installation, tmp_path / "copia.tar.gz")
    lite = make_engine(f"sqlite:///{tmp_path / 'lite.db'}")
    migrate(lite)

    restore({"main": lite}, installation.settings, file)

    assert rows_of(lite) == rows_of(installation.engine)
    lite.dispose()


def test_no_key_and_no_password_is_in_a_backup(installation: Installation, tmp_path: Path) -> None:
    file = back_up(installation, tmp_path / "copia.tar.gz")

    with tarfile.open(file) as tar:
        text = b"".join(
            stream.read() for entry in tar if (stream := tar.extractfile(entry)) is not None
        )
    for secret in (installation.settings.secret_key, installation.settings.credentials_key):
        assert secret.reveal().encode() not in text
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_keys_go_to_another_folder_for_the_owner_only(
    installation: Installation, tmp_path: Path
) -> None:
    backup, keys = tmp_path / "copia.tar.gz", tmp_path / "cofre" / "chaves.env"
    keys.parent.mkdir()

    with pytest.raises(InvalidInput, match="outra pasta"):
        write_keys(installation.settings, tmp_path / "chaves.env", backup=backup)
    write_keys(installation.settings, keys, backup=backup)

    assert installation.settings.secret_key.reveal() in keys.read_text(encoding="utf-8")
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600


def test_a_backup_never_covers_another(installation: Installation, tmp_path: Path) -> None:
    file = back_up(installation, tmp_path / "copia.tar.gz")
    whole = file.read_bytes()

    with pytest.raises(InvalidInput, match="já existe"):
        back_up(installation, file)
    assert file.read_bytes() == whole


def test_a_backup_that_cannot_be_written_leaves_nothing(
    installation: Installation, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput, match="não existe"):
        back_up(installation, tmp_path / "nada" / "copia.tar.gz")


def test_a_backup_sees_one_moment_while_others_write(
    installation: Installation, empty: Engine, tmp_path: Path
) -> None:
    writer = Thread(target=lambda: [installation.desk.open(None) for _ in range(20)])
    writer.start()
    file = back_up(installation, tmp_path / "copia.tar.gz")
    writer.join()

    restore({"main": empty}, installation.settings, file)

    found = rows_of(empty)
    assert len(found["case_walk"]) == len(found["case"])  # each case with its walk, or neither


@pytest.mark.parametrize("cut", [0, 100, -200])
def test_half_a_backup_is_refused_and_changes_nothing(
    installation: Installation, empty: Engine, tmp_path: Path, cut: int
) -> None:
    file = back_up(installation, tmp_path / "copia.tar.gz")
    file.write_bytes(file.read_bytes()[:cut])

    with pytest.raises(InvalidInput, match="inteira"):
        restore({"main": empty}, installation.settings, file)
    assert not any(rows_of(empty).values())


def test_a_backup_that_was_tampered_with_is_refused(
    installation: Installation, empty: Engine, tmp_path: Path
) -> None:
    file = back_up(installation, tmp_path / "copia.tar.gz")
    forged = tmp_path / "forjada.tar.gz"
    with tarfile.open(file) as source, tarfile.open(forged, "w:gz") as target:
        for entry in source:
            stream = source.extractfile(entry)
            data = stream.read() if stream else b""
            if entry.name == "main/case.jsonl":
                data = data.replace(b"Ana", b"Eva")
            scratch = tmp_path / "part"
            scratch.write_bytes(data)
            with scratch.open("rb") as again:
                target.addfile(entry, again)

    with pytest.raises(InvalidInput, match="danificada em main/case"):
        restore({"main": empty}, installation.settings, forged)


def test_a_full_database_is_not_overwritten_unless_asked(
    installation: Installation, tmp_path: Path
) -> None:
    file = back_up(installation, tmp_path / "copia.tar.gz")
    installation.desk.open(3)

    with pytest.raises(InvalidInput, match="já tem dados"):
        restore(installation.engines, installation.settings, file)
    restore(installation.engines, installation.settings, file, replace=True)

    with installation.engine.connect() as connection:
        case = next(table for table in tables() if table.name == "case")
        assert count_rows(connection, case) == 2


def test_other_keys_are_noticed_before_anything_is_written(
    installation: Installation, empty: Engine, tmp_path: Path
) -> None:
    file = back_up(installation, tmp_path / "copia.tar.gz")
    others = replace(installation.settings, credentials_key=Secret("outra"))

    with pytest.raises(InvalidInput, match="chaves"):
        restore({"main": empty}, others, file)
    assert not any(rows_of(empty).values())

    restore({"main": empty}, others, file, other_keys=True)
    assert rows_of(empty)["case"]


def test_a_file_that_is_no_backup_is_refused(
    empty: Engine, installation: Installation, tmp_path: Path
) -> None:
    file = tmp_path / "copia.tar.gz"
    file.write_text("não é", encoding="utf-8")

    with pytest.raises(InvalidInput, match="inteira"):
        restore({"main": empty}, installation.settings, file)

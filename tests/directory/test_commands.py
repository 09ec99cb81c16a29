"""`directory import` as an operator runs it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest
from sqlalchemy import Engine

from kbwizard.config import Settings
from kbwizard.directory.commands import add_parsers
from kbwizard.errors import SetupError
from tests.directory.conftest import ANA, BRUNO, HEADER
from tests.helpers.databases import refuse_rows_of


@pytest.fixture
def run(engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("KBWIZARD_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("KBWIZARD_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("KBWIZARD_SECRET_KEY", "chave-de-teste")
    monkeypatch.setenv("KBWIZARD_CREDENTIALS_KEY", "x")
    parser = argparse.ArgumentParser()
    add_parsers(parser.add_subparsers())

    def invoke(*arguments: str) -> int:
        args = parser.parse_args(["directory", "import", *arguments])
        return int(args.run(args))

    return invoke


def write(folder: Path, *lines: str) -> str:
    file = folder / "clientes.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    return str(file)


def test_a_good_file_exits_with_zero(run, tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    code = run(write(tmp_path, HEADER, ANA, BRUNO))

    out = capsys.readouterr().out
    assert code == 0
    assert "2 de 2 linhas carregadas; 0 recusadas." in out
    assert "UTF-8" in out


def test_a_bad_row_exits_with_one_and_names_its_place(run, tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    code = run(write(tmp_path, HEADER, ANA, BRUNO.replace("business", "empresa")))

    told = capsys.readouterr()
    assert code == 1
    assert "clientes.csv:3: erro [segment]" in told.err
    assert "1 recusadas" in told.out


def test_json_has_the_whole_report(run, tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    code = run(write(tmp_path, HEADER, ANA, "só isto"), "--json", "--dry-run")

    report = json.loads(capsys.readouterr().out)
    assert code == 1
    assert (report["ok"], report["rows"], report["loaded"], report["refused"]) == (False, 2, 1, 1)
    assert report["dry_run"] is True
    assert report["problems"][0]["line"] == 3


def test_a_database_that_refuses_is_one_readable_line(run, engine: Engine, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    refuse_rows_of("line", engine)

    with pytest.raises(SetupError, match="Nada foi carregado") as refused:
        run(write(tmp_path, HEADER, ANA))

    assert "\n" not in str(refused.value)
    assert "Ana" not in str(refused.value)


def test_a_database_without_tables_says_what_to_run(
    run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,  # type: ignore[no-untyped-def]
) -> None:
    monkeypatch.setenv("KBWIZARD_DATABASE_URL", f"sqlite:///{tmp_path / 'novo.db'}")

    with pytest.raises(SetupError, match="migrate"):
        run(write(tmp_path, HEADER, ANA))

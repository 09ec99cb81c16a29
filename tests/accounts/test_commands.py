"""`user add|list|disable` as an operator types them."""

from __future__ import annotations

import argparse

import pytest
from sqlalchemy import Engine

from kbwizard.accounts.commands import add_parsers
from kbwizard.accounts.people import check_password, find_user
from kbwizard.config import Settings
from kbwizard.errors import InvalidInput, SetupError


@pytest.fixture
def _environment(settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KBWIZARD_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("KBWIZARD_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("KBWIZARD_DEMO", "1")
    monkeypatch.setenv("MARIA", "senha-comprida")


def _run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    add_parsers(parser.add_subparsers())
    args = parser.parse_args(["user", *words])
    code: int = args.run(args)
    return code


@pytest.mark.usefixtures("_environment")
def test_a_user_is_added_with_a_password_from_the_environment(
    engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    code = _run(
        "add", "maria.s", "--role", "n2", "--full-name", "Maria S", "--password-env", "MARIA"
    )

    user = check_password(engine, "maria.s", "senha-comprida")
    assert code == 0
    assert user is not None
    assert not user.demo
    assert "senha-comprida" not in capsys.readouterr().out


@pytest.mark.usefixtures("_environment")
def test_an_empty_variable_is_said_by_name() -> None:
    with pytest.raises(InvalidInput, match="NADA"):
        _run("add", "maria.s", "--role", "n2", "--full-name", "Maria S", "--password-env", "NADA")


@pytest.mark.usefixtures("_environment")
def test_the_list_marks_demo_users(capsys: pytest.CaptureFixture[str]) -> None:
    _run("list")

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 7
    assert all("(demonstração)" in line for line in lines)


@pytest.mark.usefixtures("_environment")
def test_a_user_is_disabled(engine: Engine) -> None:
    _run("disable", "ana.agente")

    user = find_user(engine, "ana.agente")
    assert user is not None
    assert user.disabled


def test_a_database_without_tables_asks_for_migrate(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KBWIZARD_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("KBWIZARD_DEMO", "1")

    with pytest.raises(SetupError, match="migrate"):
        _run("list")

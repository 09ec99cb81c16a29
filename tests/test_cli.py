"""The command line as such: one line for every trouble, and exit codes that scripts can trust."""

from __future__ import annotations

import argparse
from typing import Any

import pytest

from kbwizard import cli
from kbwizard.errors import SetupError


def fail_on_purpose(_: argparse.Namespace) -> int:
    raise SetupError("A pasta não pode ser gravada.")


def break_down(_: argparse.Namespace) -> int:
    raise ZeroDivisionError("division\nby zero")


def interrupt(_: argparse.Namespace) -> int:
    raise KeyboardInterrupt


def succeed(_: argparse.Namespace) -> int:
    return 0


def add_parsers(subparsers: Any) -> None:
    for name, run in COMMANDS.items():
        parser = subparsers.add_parser(name)
        parser.add_argument("--value", choices=["a", "b"])
        parser.set_defaults(run=run)


COMMANDS = {
    "fail": fail_on_purpose,
    "break": break_down,
    "interrupt": interrupt,
    "succeed": succeed,
}


@pytest.fixture(autouse=True)
def _own_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    names = tuple((name, "teste") for name in COMMANDS)
    monkeypatch.setattr(cli, "PARTS", (cli.Part("tests.test_cli:add_parsers", names),))


def test_success_is_exit_code_0() -> None:
    assert cli.main(["succeed"]) == 0


def test_our_own_errors_are_their_message_alone(capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.main(["fail"])

    assert code == 1
    assert capsys.readouterr().err == "kbwizard: A pasta não pode ser gravada.\n"


def test_a_bug_is_one_line_and_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.main(["break"])

    told = capsys.readouterr().err
    assert code == 1
    assert told.count("\n") == 1
    assert "ZeroDivisionError: division by zero" in told


def test_ctrl_c_is_what_a_shell_expects() -> None:
    assert cli.main(["interrupt"]) == 130


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ([], "falta informar COMANDO"),
        (["sucede"], "não existe"),
        (["succeed", "--value", "c"], "use um destes"),
        (["succeed", "--value"], "pede um valor"),
        (["succeed", "mais"], "não existe o argumento mais"),
    ],
)
def test_usage_errors_are_one_line_in_portuguese(
    arguments: list[str], word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(arguments)

    told = capsys.readouterr().err
    assert stopped.value.code == 2
    assert told.count("\n") == 1
    assert word in told


def test_help_is_in_portuguese_and_names_every_command(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["--help"])

    told = capsys.readouterr().out
    assert stopped.value.code == 0
    assert told.startswith("uso:")
    assert all(name in told for name in COMMANDS)

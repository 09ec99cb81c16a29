"""What stops a command is one readable line on standard error and exit code 1, never a traceback."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kbwizard import cli
from kbwizard.accounts.demo import make_demo_users
from kbwizard.config import ROOT
from kbwizard.db import make_engine
from kbwizard.web.services import system_clock
from tests.helpers.installation import KEYS, Served, environment, free_port, run

STARTS = [("migrate",), ("serve",), ("demo",)]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def migrated(data: Path) -> Path:
    assert run("migrate", data=data).returncode == 0
    return data


def with_port(words: tuple[str, ...]) -> tuple[str, ...]:
    return words if words[0] == "migrate" else (*words, "--port", str(free_port()))


def assert_refused(answer: subprocess.CompletedProcess[str], *words: str) -> None:
    assert answer.returncode == 1, answer.stderr
    assert answer.stderr.count("\n") == 1, answer.stderr
    assert answer.stderr.startswith("kbwizard: ")
    assert all(word in answer.stderr for word in words), answer.stderr


@pytest.mark.parametrize("words", STARTS, ids=" ".join)
def test_a_data_folder_that_cannot_be_made(words: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")

    answer = run(*with_port(words), data=tmp_path / "file" / "data")

    assert_refused(answer, "pasta de dados", "não é pasta", "KBWIZARD_DATA_DIR")


def test_a_data_folder_that_is_a_link_to_nowhere_writable(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/proc/nowhere")

    answer = run("migrate", data=tmp_path / "link")

    assert_refused(answer, "pasta de dados", "KBWIZARD_DATA_DIR")


@pytest.mark.parametrize("words", STARTS, ids=" ".join)
def test_a_database_that_is_garbage(words: tuple[str, ...], data: Path) -> None:
    data.mkdir()
    (data / "kbwizard.db").write_bytes(b"isto nunca foi um banco de dados\n" * 300)

    answer = run(*with_port(words), data=data)

    assert_refused(answer, "banco de dados", "não é um banco de dados")
    assert (data / "kbwizard.db").read_bytes().startswith(b"isto nunca")


@pytest.mark.parametrize("words", STARTS, ids=" ".join)
def test_a_database_from_a_newer_version(words: tuple[str, ...], migrated: Path) -> None:
    with sqlite3.connect(migrated / "kbwizard.db") as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
    db.close()

    answer = run(*with_port(words), data=migrated)

    assert_refused(answer, "versão mais nova", "9999", "Atualize o programa")


@pytest.mark.parametrize("words", [("device", "list"), ("user", "add", "x", "--role", "agent",
                         "--full-name", "X", "--password-env", "KBWIZARD_SECRET_KEY")], ids=str)  # fmt: skip
def test_other_commands_on_a_database_that_is_garbage(words: tuple[str, ...], data: Path) -> None:
    data.mkdir()
    (data / "kbwizard.db").write_bytes(b"isto nunca foi um banco de dados\n" * 300)

    assert_refused(run(*words, data=data), "não é um banco de dados")


@pytest.mark.parametrize("words", STARTS, ids=" ".join)
def test_a_disk_that_fills_up(words: tuple[str, ...], data: Path) -> None:
    # 24 blocks of 512 bytes a file: room for settings, not for the tables.
    answer = run(*with_port(words), data=data, shell="ulimit -f 24")

    assert_refused(answer, "banco de dados")
    assert any(word in answer.stderr for word in ("cheio", "disco"))


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield int(listening.getsockname()[1])


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_port_in_use(command: str, data: Path, taken: int) -> None:
    answer = run(command, "--port", str(taken), data=data)

    assert_refused(answer, f"A porta {taken}", "já está em uso", "--port")


def test_an_address_of_another_machine(data: Path) -> None:
    answer = run("serve", "--host", "192.0.2.1", data=data)

    assert_refused(answer, "192.0.2.1", "não é desta máquina", "KBWIZARD_HOST")


@pytest.mark.parametrize("name", sorted(KEYS))
def test_outside_demo_mode_keys_must_be_given(name: str, data: Path) -> None:
    answer = run("serve", data=data, variables={**KEYS, name: ""})

    assert_refused(answer, name)


def test_a_credentials_key_that_is_none(data: Path) -> None:
    variables = {**KEYS, "KBWIZARD_CREDENTIALS_KEY": "curta", "KBWIZARD_PORT": str(free_port())}

    answer = run("serve", data=data, variables=variables)

    assert_refused(answer, "KBWIZARD_CREDENTIALS_KEY")
    assert "curta" not in answer.stderr


def test_demo_users_outside_demo_mode(migrated: Path) -> None:
    engine = make_engine(f"sqlite:///{migrated / 'kbwizard.db'}")
    make_demo_users(engine, now=system_clock())
    engine.dispose()

    answer = run("serve", "--port", str(free_port()), data=migrated)

    assert_refused(answer, "usuários de demonstração")


@pytest.mark.parametrize(
    ("command", "variables"),
    [("demo", {}), ("serve", {**KEYS, "KBWIZARD_DEMO": "1"})],
    ids=["demo", "serve"],
)
def test_demo_mode_beyond_loopback(command: str, variables: dict[str, str], data: Path) -> None:
    wanted = {**variables, "KBWIZARD_HOST": "0.0.0.0", "KBWIZARD_PORT": str(free_port())}

    answer = run(command, data=data, variables=wanted)

    assert_refused(answer, "0.0.0.0", "KBWIZARD_HOST")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KBWIZARD_PORT", "abc"),
        ("KBWIZARD_PORT", "0"),
        ("KBWIZARD_PROCESSES", "0"),
        ("KBWIZARD_SESSION_HOURS", "x"),
        ("KBWIZARD_DEMO", "sim"),
        ("KBWIZARD_SECURE_COOKIES", "sim"),
        ("KBWIZARD_TIMEZONE", "Lua"),
        ("KBWIZARD_TIMEZONE", "../x"),
        ("KBWIZARD_HOLIDAYS_STATE", "XX"),
        ("KBWIZARD_TREES_DIR", "/nao/existe"),
        ("KBWIZARD_ARTICLES_DIR", "/nao/existe"),
        ("KBWIZARD_DATABASE_URL", "nada"),
        ("KBWIZARD_DATABASE_URL", "outro://u:s3nh4@host/banco"),
    ],
)
def test_a_wrong_setting_is_named(
    name: str,
    value: str,
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for variable, text in {**environment(data, **KEYS), name: value}.items():
        monkeypatch.setenv(variable, text)

    code = cli.main(["migrate"])

    told = capsys.readouterr().err
    assert code == 1
    assert told.count("\n") == 1
    assert name in told
    assert "erro inesperado" not in told
    assert "s3nh4" not in told


@pytest.mark.parametrize("port", ["0", "65536", "abc", "-1"])
def test_a_wrong_port_on_the_command_line_is_one_line(port: str, data: Path) -> None:
    answer = run("serve", f"--port={port}", data=data)

    assert answer.returncode == 2
    assert answer.stderr.count("\n") == 1
    assert "--port" in answer.stderr


def test_a_reader_that_leaves_early_is_no_trouble(data: Path) -> None:
    command = f"{sys.executable} -m kbwizard check-content --json | head -c 1; exit"

    done = subprocess.run(
        ["sh", "-c", command],
        cwd=ROOT,
        env={**environment(data), "PYTHONUNBUFFERED": ""},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert done.stderr == ""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_output_that_cannot_be_written_is_said(data: Path, unbuffered: str) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "kbwizard", "check-content", "--json"],
            cwd=ROOT,
            env={**environment(data), "PYTHONUNBUFFERED": unbuffered},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=30,
            check=False,
        )

    assert done.returncode == 1
    assert done.stderr == "kbwizard: O sistema recusou: disco cheio.\n"


@pytest.mark.parametrize("closing", ["exec >&-", "exec >&- 2>&-"])
def test_closed_outputs_are_no_trouble(data: Path, closing: str) -> None:
    answer = run("migrate", data=data, shell=closing)

    assert answer.returncode == 0
    assert (answer.stdout, answer.stderr) == ("", "")


def test_serve_answers_and_ends_at_sigterm(migrated: Path) -> None:
    with Served(migrated, ("serve",), KEYS) as server:
        assert server.status("/account/sign-in") == 200

        assert server.end() == 0

        assert server.left() == []
        assert "Traceback" not in server.said()

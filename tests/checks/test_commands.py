"""`read-session` and `device …` as an operator types them, against the lab."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from kbwizard.checks.device_test import judge_profile
from kbwizard.checks.session_readings import SESSION_FACTS
from kbwizard.cli import main
from kbwizard.config import Settings
from kbwizard.lab import RunningLab
from kbwizard.lab.endpoints import DeviceEndpoint
from tests.checks.test_reader_lab import with_fault

Told = Callable[..., tuple[int, str, str]]


@pytest.fixture
def tell(
    engine: Engine,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Told:
    """Run a command in this test's installation: exit code, output, errors."""
    monkeypatch.setenv("KBWIZARD_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("KBWIZARD_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("KBWIZARD_DEMO", "1")

    def run(*words: str, **variables: str) -> tuple[int, str, str]:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        code = main(words)
        out, err = capsys.readouterr()
        return code, out, err

    return run


def modern(lab: RunningLab) -> DeviceEndpoint:
    return lab.endpoints.device("bng-1")


def old(lab: RunningLab) -> DeviceEndpoint:
    return lab.endpoints.device("bng-2")


def read_session(lab: RunningLab, login: str) -> list[str]:
    one = modern(lab)
    return [
        "read-session", "--host", one.host, "--port", str(one.tls_port), "--tls",
        "--ca-file", one.tls_ca_file, "--server-name", one.tls_name,
        "--user", one.user, "--password-env", "SENHA", "--login", login,
    ]  # fmt: skip


def test_read_session_gives_every_fact_as_json(lab: RunningLab, tell: Told) -> None:
    login = with_fault("none", "bng-1")

    code, out, _ = tell(*read_session(lab, login), "--json", SENHA=modern(lab).password)

    facts = json.loads(out)["facts"]
    state = facts["session.state"]
    assert code == 0
    assert set(facts) == SESSION_FACTS
    assert state["value"] == "online"
    assert state["source"] == f"127.0.0.1:{modern(lab).tls_port}"
    assert datetime.fromisoformat(state["measured_at"]).tzinfo is not None
    assert isinstance(state["took_ms"], int)
    assert facts["session.blocked_list"]["unavailable"] == "not_configured"


def test_read_session_by_the_challenge_of_an_old_router(lab: RunningLab, tell: Told) -> None:
    one = old(lab)

    code, out, _ = tell(
        "read-session", "--host", one.host, "--port", str(one.port), "--token-login", "--user", one.user,
        "--password-env", "SENHA", "--login", with_fault("none", "bng-2"), "--block-list", "bloqueados",
        SENHA=one.password,
    )  # fmt: skip

    assert code == 0
    assert "session.state" in out
    assert "online" in out


def test_no_such_session_is_an_answer(lab: RunningLab, tell: Told) -> None:
    code, out, _ = tell(*read_session(lab, "ninguem"), "--json", SENHA=modern(lab).password)

    assert code == 0
    assert json.loads(out)["facts"]["session.state"]["value"] == "offline"


def test_a_wrong_password_fails_and_is_not_shown(lab: RunningLab, tell: Told) -> None:
    code, out, err = tell(*read_session(lab, "ninguem"), SENHA="senha-errada-123")

    assert code == 1
    assert "acesso negado" in out
    assert "senha-errada-123" not in out + err


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        (["--password-env", "NAO_EXISTE"], "NAO_EXISTE"),
        (["--ca-file", "nao-existe.pem"], "nao-existe.pem"),
        (["--fingerprint", "abc"], "SHA-256"),
    ],
)
def test_what_is_wrong_with_the_options_is_one_line(
    lab: RunningLab, tell: Told, changed: list[str], word: str
) -> None:
    code, _, err = tell(*read_session(lab, "x"), *changed, SENHA="x")

    assert code == 1
    assert word in err
    assert len(err.splitlines()) == 1


def add_router(lab: RunningLab, name: str = "bng-1") -> list[str]:
    one = modern(lab)
    return [
        "device", "add", "router", name, "--host", one.host, "--port", str(one.tls_port),
        "--ca-file", one.tls_ca_file, "--server-name", one.tls_name,
        "--user", one.user, "--password-env", "SENHA", "--block-list", "bloqueados",
        "--action-user", one.write_user, "--action-password-env", "SENHA_DE_ACAO",
    ]  # fmt: skip


def test_a_router_is_added_tested_and_listed_without_its_secrets(
    lab: RunningLab, tell: Told
) -> None:
    one = modern(lab)
    secrets = {"SENHA": one.password, "SENHA_DE_ACAO": one.write_password}

    added = tell(*add_router(lab), **secrets)
    tested = tell("device", "test", "bng-1")
    listed = tell("device", "list")
    as_json = tell("device", "list", "--json")

    assert [code for code, _, _ in (added, tested, listed, as_json)] == [0, 0, 0, 0]
    assert "RouterOS 7.18" in tested[1]
    assert json.loads(as_json[1])["devices"][0]["can_drop_sessions"] is True
    shown = "".join(out + err for _, out, err in (added, tested, listed, as_json))
    assert [secret for secret in secrets.values() if secret in shown] == []


def add_olt(lab: RunningLab, olt: str, profile: str) -> list[str]:
    one = lab.endpoints.device(olt)
    return ["device", "add", "olt", olt, "--host", one.host, "--port", str(one.port), "--profile", profile,
            "--community-env", "COMUNIDADE", "--clock-offset", "UTC-03:00"]  # fmt: skip


def test_an_olt_is_tested_by_what_it_says_it_is(lab: RunningLab, tell: Told) -> None:
    one = lab.endpoints.device("olt-huawei")
    tell(*add_olt(lab, one.name, one.profile), COMUNIDADE=one.community)

    code, out, _ = tell("device", "test", one.name)

    assert code == 0
    assert "sysObjectID" in out


def test_an_olt_that_answers_with_an_error_does_not_pass(lab: RunningLab, tell: Told) -> None:
    one = lab.endpoints.device("olt-zte")
    tell(*add_olt(lab, one.name, one.profile), COMUNIDADE=one.community)
    lab.client.misbehave(one.name, "generic_error")

    code, out, _ = tell("device", "test", one.name, "--json")

    assert code == 1
    assert json.loads(out)["ok"] is False


def test_a_name_is_not_taken_twice_unless_told_to_replace(lab: RunningLab, tell: Told) -> None:
    secrets = {"SENHA": "x", "SENHA_DE_ACAO": "y"}
    tell(*add_router(lab), **secrets)

    code, _, err = tell(*add_router(lab))
    replaced, _, _ = tell(*add_router(lab), "--replace")

    assert (code, replaced) == (1, 0)
    assert "bng-1" in err


def test_a_device_is_switched_off_and_its_secrets_rotated(lab: RunningLab, tell: Told) -> None:
    tell(*add_router(lab), SENHA="x", SENHA_DE_ACAO="y")

    off = tell("device", "disable", "bng-1")
    listed = tell("device", "list")
    on = tell("device", "enable", "bng-1")
    rotated = tell("device", "rotate")

    assert [code for code, _, _ in (off, listed, on, rotated)] == [0, 0, 0, 0]
    assert "desligado" in listed[1]
    assert "1 equipamento" in rotated[1]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["device", "test", "nenhum"], "nenhum"),
        (["device", "enable", "nenhum"], "nenhum"),
        (["device", "add", "olt", "o", "--host", "192.0.2.1", "--profile", "marca-x", "--community-env", "C"], "marca-x"),
        (["device", "add", "olt", "o", "--host", "192.0.2.1", "--profile", "zte-c320", "--community-env", "C",
          "--clock-offset", "03:00"], "--clock-offset"),
    ],
)  # fmt: skip
def test_a_device_that_cannot_be_is_told_in_one_line(
    tell: Told, words: list[str], told: str
) -> None:
    code, _, err = tell(*words, C="comunidade")

    assert code == 1
    assert told in err
    assert len(err.splitlines()) == 1


def test_a_database_without_tables_says_what_to_run(tmp_path: Path, tell: Told) -> None:
    code, _, err = tell(
        "device", "list", KBWIZARD_DATA_DIR=str(tmp_path / "nova"), KBWIZARD_DATABASE_URL=""
    )

    assert code == 1
    assert "migrate" in err


@pytest.mark.parametrize(
    ("said", "ok"),
    [
        (b"1.3.6.1.4.1.2011.2.80.1", None),
        (b"nada", False),
        (b"1.3.6.1.4.1.99999.1", True),
        (None, True),
    ],
)
def test_a_profile_is_judged_by_sysobjectid(said: Any, ok: bool | None) -> None:
    passed, lines = judge_profile("zte-c320", said)

    assert lines
    assert passed is (ok if ok is not None else False)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--fingerprint", "ab" * 32], "--tls"),
        (["--server-name", "bng-1.lab"], "--tls"),
        (["--port", "99999"], "--port"),
        (["--host", " "], "--host"),
    ],
)
def test_read_session_sends_no_password_where_the_options_contradict_each_other(
    lab: RunningLab, tell: Told, words: list[str], message: str
) -> None:
    one = modern(lab)

    code, out, err = tell(
        "read-session", "--host", one.host, "--port", str(one.port), "--user", one.user,
        "--password-env", "SENHA", "--login", "maria.gomes", *words, SENHA=one.password,
    )  # fmt: skip

    assert (code, out) == (1, "")
    assert message in err


def test_a_password_on_the_command_line_is_not_taken_for_a_variable(tell: Told) -> None:
    with pytest.raises(SystemExit) as refused:
        tell(
            "read-session", "--host", "127.0.0.1", "--user", "u", "--password", "SENHA",
            "--login", "x", SENHA="x",
        )  # fmt: skip

    assert refused.value.code == 2


def test_a_router_whose_host_no_name_can_be_is_refused_and_no_bad_reply(tell: Told) -> None:
    code, out, _ = tell(
        "read-session", "--host", "a" * 64, "--user", "u", "--password-env", "SENHA",
        "--login", "x", "--json", SENHA="x",
    )  # fmt: skip

    assert code == 1
    assert json.loads(out)["facts"]["session.state"]["unavailable"] == "refused"

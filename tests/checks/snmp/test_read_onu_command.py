"""`read-onu` as an operator types it: JSON and table, keys from the environment, exit codes."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

import pytest

from kbwizard.checks.read_onu_command import add_parsers
from kbwizard.errors import NotFound, SetupError
from kbwizard.lab import RunningLab
from tests.helpers.olt_double import OltDouble


def run(*words: str) -> int:
    parser = argparse.ArgumentParser(prog="kbwizard")
    add_parsers(parser.add_subparsers())
    args = parser.parse_args(["read-onu", *words])
    return int(args.run(args))


def at(lab: RunningLab, olt: str) -> Sequence[str]:
    device = lab.endpoints.device(olt)
    return (
        "--host",
        device.host,
        "--port",
        str(device.port),
        "--profile",
        device.profile,
        "--community",
        device.community,
    )


def test_json_has_value_source_moment_and_duration(
    lab: RunningLab, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(*at(lab, "olt-huawei"), "--pon", "0/1/0", "--onu", "1", "--json")

    facts = json.loads(capsys.readouterr().out)["facts"]
    state = facts["onu.state"]
    assert code == 0
    assert state["value"] == "online"
    assert set(state) == {"value", "source", "measured_at", "took_ms"}
    assert facts["onu.serial_matches"]["unavailable"] == "not_configured"
    assert facts["onu.serial_matches"]["detail"]


def test_a_read_of_one_onu_is_one_pdu(lab: RunningLab, capsys: pytest.CaptureFixture[str]) -> None:
    run(*at(lab, "olt-zte"), "--pon", "1/2/3", "--onu", "1", "--json")

    assert "value" in json.loads(capsys.readouterr().out)["facts"]["onu.state"]
    assert lab.client.counts()["olt-zte"]["pdus"] == 1


def test_the_table_is_in_portuguese_with_units(
    lab: RunningLab, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(*at(lab, "olt-huawei"), "--pon", "0/1/0", "--onu", "1", "--neighbours")

    said = capsys.readouterr().out
    assert code == 0
    assert "Sinal na ONU" in said
    assert " dBm" in said
    assert "ONUs na PON" in said


def test_an_onu_that_is_not_there_is_an_answer(
    lab: RunningLab, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(*at(lab, "olt-huawei"), "--pon", "0/1/0", "--onu", "99", "--json")

    facts = json.loads(capsys.readouterr().out)["facts"]
    assert code == 0
    assert {fact["unavailable"] for fact in facts.values()} == {"not_found"}


def test_an_olt_that_is_silent_ends_with_one_and_one_line(
    double: OltDouble, capsys: pytest.CaptureFixture[str]
) -> None:
    double.twist = lambda reply: None

    code = run(
        "--host",
        "127.0.0.1",
        "--port",
        str(double.port),
        "--profile",
        "zte-c600",
        "--community",
        "leitura",
        "--pon",
        "1/1/1",
        "--onu",
        "1",
        "--json",
        "--timeout",
        "1",
    )

    said = capsys.readouterr()
    assert code == 1
    assert json.loads(said.out)["facts"]["onu.state"]["unavailable"] == "timeout"
    assert len(said.err.splitlines()) == 1
    assert "leitura" not in said.err


def test_version_3_takes_its_keys_from_the_environment(
    lab: RunningLab, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    device = lab.endpoints.device("olt-fiberhome")
    monkeypatch.setenv("OLT_AUTH", device.v3_auth_key)
    monkeypatch.setenv("OLT_PRIV", device.v3_priv_key)

    code = run(
        "--host",
        device.host,
        "--port",
        str(device.port),
        "--profile",
        device.profile,
        "--v3-user",
        device.v3_user,
        "--v3-auth-key-env",
        "OLT_AUTH",
        "--v3-priv-key-env",
        "OLT_PRIV",
        "--pon",
        "2/4",
        "--onu",
        "1",
        "--json",
    )

    assert code == 0
    assert "value" in json.loads(capsys.readouterr().out)["facts"]["onu.state"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--profile", "zte-c600", "--pon", "1/1/1", "--onu", "1"], "--community"),
        (["--profile", "zte-c600", "--community", "x", "--pon", "1/1/1"], "--onu"),
        (
            ["--profile", "ubiquiti-ufiber", "--community", "x", "--pon", "1", "--onu", "1"],
            "--serial",
        ),
        (
            [
                "--profile",
                "zte-c600",
                "--community-env",
                "NAO_DEFINIDA",
                "--pon",
                "1/1/1",
                "--onu",
                "1",
            ],
            "NAO_DEFINIDA",
        ),
        (
            ["--profile", "zte-c600", "--v3-user", "u", "--pon", "1/1/1", "--onu", "1"],
            "--v3-auth-key-env",
        ),
        (["--profile", "zte-c600", "--community", "x", "--serial", "ZTEG00000001"], "--pon"),
        (
            ["--profile", "zte-c600", "--community", "日本", "--pon", "1/1/1", "--onu", "1"],
            "community",
        ),
        (
            [
                "--profile",
                "zte-c600",
                "--port",
                "0",
                "--community",
                "x",
                "--pon",
                "1/1/1",
                "--onu",
                "1",
            ],
            "--port",
        ),
    ],
)
def test_arguments_that_cannot_work_say_what_to_write(words: list[str], message: str) -> None:
    with pytest.raises(SetupError, match=message):
        run("--host", "127.0.0.1", *words)


def test_an_unknown_profile_lists_the_known_ones() -> None:
    with pytest.raises(NotFound, match="fiberhome-an5516"):
        run("--host", "127.0.0.1", "--profile", "x", "--community", "x", "--pon", "1", "--onu", "1")


@pytest.mark.parametrize(
    ("user", "key", "message"),
    [("u", "日本語日本語日本語", "chave"), ("u" * 33, "chave-longa", "usuário")],
)
def test_a_v3_user_or_key_that_snmp_cannot_carry_is_told_before_asking(
    monkeypatch: pytest.MonkeyPatch, user: str, key: str, message: str
) -> None:
    monkeypatch.setenv("OLT_KEY", key)

    with pytest.raises(SetupError, match=message):
        run(
            "--host", "127.0.0.1", "--profile", "zte-c600", "--pon", "1/1/1", "--onu", "1",
            "--v3-user", user, "--v3-auth-key-env", "OLT_KEY", "--v3-priv-key-env", "OLT_KEY",
        )  # fmt: skip


def test_a_host_that_no_name_can_be_is_told_as_such(capsys: pytest.CaptureFixture[str]) -> None:
    code = run(
        "--host", "a" * 64, "--profile", "zte-c600", "--community", "x", "--pon", "1/1/1",
        "--onu", "1",
    )  # fmt: skip

    assert code == 1
    assert "DNS" in capsys.readouterr().err


def test_a_key_typed_as_if_it_were_its_variable_is_not_taken_for_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        run("--host", "127.0.0.1", "--profile", "zte-c600", "--v3-auth-key", "segredo-de-verdade")

    assert "--v3-auth-key-env" not in capsys.readouterr().err.partition("error:")[2]

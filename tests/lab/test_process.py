"""The lab as its own process: its command line, and what a kill leaves behind."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kbwizard.config import ROOT
from kbwizard.errors import RequestError, SetupError
from kbwizard.lab import LabClient, LabProcess, read_endpoints, run_lab_process, start_lab


def ctl(ready: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kbwizard.lab", "ctl", "--file", str(ready), *words]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False
    )


@pytest.fixture
def process(tmp_path: Path) -> Iterator[LabProcess]:
    made = run_lab_process(
        ready_file=tmp_path / "lab.json", state_file=tmp_path / "state.json", speed=50
    )
    yield made
    made.stop()


def test_the_endpoints_file_is_private_and_tells_where_everything_is(
    process: LabProcess, tmp_path: Path
) -> None:
    file = tmp_path / "lab.json"

    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    assert read_endpoints(file) == process.endpoints
    assert [one["name"] for one in json.loads(file.read_text())["devices"]] == [
        "olt-huawei", "olt-zte", "olt-fiberhome", "bng-1", "bng-2",
    ]  # fmt: skip
    assert process.client.status()["endpoints"]["pid"] == process.process.pid


def test_a_killed_lab_comes_back_the_same_on_the_same_ports(
    process: LabProcess, tmp_path: Path
) -> None:
    process.client.set_fault("maria.gomes", "critical")
    process.client.set_fault("joao.freitas", "los", age_s=100)
    process.client.misbehave("olt-zte", "late:1")
    before = {one["login"]: one for one in process.client.subscribers()}

    process.kill()
    again = run_lab_process(ready_file=tmp_path / "lab.json", state_file=tmp_path / "state.json")

    try:
        after = {one["login"]: one for one in again.client.subscribers()}
        same = ("fault", "onu_state", "rx_dbm", "sessions", "serial")
        assert {k: [v[x] for x in same] for k, v in after.items()} == {
            k: [v[x] for x in same] for k, v in before.items()
        }
        assert after["joao.freitas"]["last_down_at"] == before["joao.freitas"]["last_down_at"]
        assert after["maria.gomes"]["uptime_s"] >= before["maria.gomes"]["uptime_s"]
        assert again.endpoints.devices == process.endpoints.devices
        assert again.client.status()["mischief"]["olt-zte"] == {"late": "1"}
        assert again.client.speed() == 50
    finally:
        again.stop()


def test_the_command_line_steers_a_running_lab(process: LabProcess, tmp_path: Path) -> None:
    ready = tmp_path / "lab.json"

    done = ctl(ready, "set-fault", "maria.gomes", "los", "--age", "30")
    shown = ctl(ready, "faults")
    one = ctl(ready, "subscribers", "maria.gomes")
    speed = ctl(ready, "speed")

    assert done.returncode == 0
    assert json.loads(one.stdout)[0]["onu_state"] == "los"
    assert json.loads(speed.stdout) == 50
    assert json.loads(shown.stdout)["in_force"]["maria.gomes"]["fault"] == "los"


def test_a_wrong_verb_argument_is_one_readable_line(process: LabProcess, tmp_path: Path) -> None:
    answer = ctl(tmp_path / "lab.json", "set-fault", "ninguem", "los")

    assert answer.returncode == 1
    assert answer.stderr == "kbwizard lab: Não há o login 'ninguem' no laboratório.\n"


def test_stopping_by_the_control_port_ends_the_process(process: LabProcess) -> None:
    process.client.stop()

    assert process.process.wait(5) == 0


def test_a_base_port_in_use_is_said_and_not_worked_around(tmp_path: Path) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(SetupError, match=f"A porta {port} \\(controle\\) está em uso"):
            run_lab_process(ready_file=tmp_path / "lab.json", base_port=port)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    nowhere = tmp_path / "arquivo"
    nowhere.write_text("", encoding="utf-8")

    with pytest.raises(SetupError, match="gravado"):
        run_lab_process(ready_file=tmp_path / "lab.json", state_file=nowhere / "state.json")


def test_a_speed_of_zero_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="velocidade"):
        run_lab_process(ready_file=tmp_path / "lab.json", speed=0)


def test_a_port_taken_meanwhile_is_replaced_by_a_free_one(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with start_lab(state_file=file) as lab:
        old = lab.endpoints.device("bng-2").port
    with closing(socket.socket()) as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", old))
        taken.listen()

        with start_lab(state_file=file) as lab:
            new = lab.endpoints.device("bng-2").port

    assert new != old


def test_a_broken_state_file_is_said_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    file.write_text("{", encoding="utf-8")

    with pytest.raises(SetupError, match="Apague o arquivo"), start_lab(state_file=file):
        pytest.fail("opened")


def test_a_lab_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="Não encontrei um laboratório"):
        read_endpoints(tmp_path / "nada.json")
    with pytest.raises(SetupError, match="não responde"):
        LabClient(("127.0.0.1", 1)).status()


def test_the_control_port_survives_nonsense(process: LabProcess) -> None:
    with socket.create_connection(process.endpoints.control, 3) as connection:
        stream = connection.makefile("rwb")
        for line in (
            b"nada\n",
            b"[1]\n",
            b'{"verb": "voar"}\n',
            b'{"verb": "restart"}\n',
            b"\xff\xfe\n",
            b'{"verb": "set-fault", "login": "maria.gomes", "fault": "los", "age_s": NaN}\n',
            b"[" * 9000 + b"\n",
        ):
            stream.write(line)
            stream.flush()
            assert json.loads(stream.readline())["ok"] is False
    with pytest.raises(RequestError, match="velocidade"):
        process.client.speed(0)

    assert process.client.status()["speed"] == 50

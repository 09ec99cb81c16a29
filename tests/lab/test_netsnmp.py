"""net-snmp's own tools read the OLTs as they read a device."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from kbwizard.lab import DeviceEndpoint, RunningLab
from kbwizard.lab.olt_fiberhome import onu_index
from kbwizard.lab.olt_huawei import if_index

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(
        shutil.which("snmpget") is None, reason="net-snmp's snmpget is not installed"
    ),
]
SYS_OBJECT_ID = "1.3.6.1.2.1.1.2.0"
HUAWEI = "1.3.6.1.4.1.2011.6.128.1.1.2"
FIBERHOME = "1.3.6.1.4.1.5875.800.3"


def run(
    tool: str, device: DeviceEndpoint, *words: str, wrong_key: str = ""
) -> subprocess.CompletedProcess[str]:
    if device.snmp_version == "3":
        access = ["-v3", "-u", device.v3_user, "-l", "authPriv", "-a", "SHA", "-x", "AES"]
        access += ["-A", wrong_key or device.v3_auth_key, "-X", device.v3_priv_key]
    else:
        access = ["-v2c", "-c", device.community]
    options = ["-On", "-t", "2", "-r", "0", f"{device.host}:{device.port}"]
    command = [tool, *access, *options, *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)


@pytest.mark.parametrize(
    ("olt", "family"),
    [
        ("olt-huawei", "2011.2.123"),
        ("olt-zte", "3902.1082.1001.320.2.1"),
        ("olt-fiberhome", "5875.800.1001.11"),
    ],
)
def test_snmpget_reads_the_family_of_every_olt(lab: RunningLab, olt: str, family: str) -> None:
    device = lab.endpoints.device(olt)

    answer = run("snmpget", device, SYS_OBJECT_ID)

    assert f"OID: .1.3.6.1.4.1.{family}" in answer.stdout


def test_snmpget_reads_one_onu_of_huawei_by_v2c(lab: RunningLab) -> None:
    index = f"{if_index('0/1/0')}.1"

    answer = run(
        "snmpget",
        lab.endpoints.device("olt-huawei"),
        f"{HUAWEI}.46.1.15.{index}",
        f"{HUAWEI}.51.1.4.{index}",
    )

    assert [line.split(" = ")[1] for line in answer.stdout.splitlines()] == [
        "INTEGER: 1",
        "INTEGER: -2240",
    ]


def test_snmpget_reads_one_onu_of_fiberhome_by_v3_with_sha_and_aes(lab: RunningLab) -> None:
    index = onu_index("2/1", 1)

    answer = run("snmpget", lab.endpoints.device("olt-fiberhome"), f"{FIBERHOME}.10.1.1.11.{index}")

    assert answer.stdout.strip().endswith("INTEGER: 0")


def test_a_wrong_v3_key_is_said_at_once(lab: RunningLab) -> None:
    answer = run(
        "snmpget",
        lab.endpoints.device("olt-fiberhome"),
        SYS_OBJECT_ID,
        wrong_key="outra-chave-errada",
    )

    assert answer.returncode != 0
    assert "Authentication failure" in answer.stderr


def test_snmpbulkget_reads_the_states_of_one_pon(lab: RunningLab) -> None:
    index = if_index("0/1/3")

    answer = run(
        "snmpbulkget",
        lab.endpoints.device("olt-huawei"),
        "-Cn0",
        "-Cr10",
        f"{HUAWEI}.46.1.15.{index}",
    )

    lines = [line for line in answer.stdout.splitlines() if f".46.1.15.{index}." in line]
    assert len(lines) == 10
    assert sum(line.endswith("INTEGER: 2") for line in lines) == 8


def test_a_walk_by_v3_ends_at_the_end_of_the_tree(lab: RunningLab) -> None:
    answer = run("snmpbulkwalk", lab.endpoints.device("olt-fiberhome"), f"{FIBERHOME}.10.1.1.10")

    assert len(answer.stdout.splitlines()) == 30  # the ONU that the OLT does not know is not there

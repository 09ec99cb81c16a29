"""The shared engine: warm, closed without leaks, and v3 devices that restart or share a user."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kbwizard.checks.adapters import snmp_engine
from kbwizard.checks.adapters.snmp_engine import V3, V2c
from kbwizard.checks.adapters.snmp_session import SnmpSession
from kbwizard.checks.adapters.snmp_trouble import SnmpTrouble
from kbwizard.checks.loop import LoopThread
from kbwizard.config import Secret
from kbwizard.errors import SetupError
from tests.helpers.olt_double import COMMUNITY, OltDouble

SYS_DESCR = (1, 3, 6, 1, 2, 1, 1, 1, 0)
KEY, OTHER = Secret("chave-de-teste-1"), Secret("chave-de-teste-2")

needs_snmpd = pytest.mark.skipif(
    shutil.which("snmpd") is None, reason="needs snmpd (requirements-system.txt)"
)


@pytest.fixture
def thread() -> Iterator[LoopThread]:
    running = LoopThread("test-engine")
    running.on_close(snmp_engine.close)
    yield running
    running.close()


def ask(thread: LoopThread, session: SnmpSession, seconds: float = 6.0) -> object:
    """The raw value of sysDescr."""

    async def get() -> object:
        deadline = thread.loop.time() + seconds
        return (await session.get([SYS_DESCR], deadline=deadline))[SYS_DESCR]

    return thread.run(get(), seconds + 2)


def open_descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_after_warming_up_the_first_check_is_quick(thread: LoopThread, double: OltDouble) -> None:
    double.put("1.3.6.1.2.1.1.1.0", "OLT")
    thread.run(snmp_engine.warm(), 10)
    session = SnmpSession("127.0.0.1", double.port, V2c(Secret(COMMUNITY.decode())))

    began = time.process_time()
    ask(thread, session)

    assert time.process_time() - began < 0.3  # unwarmed it is more than half a second


def test_closing_leaves_no_descriptor_behind(double: OltDouble) -> None:
    double.put("1.3.6.1.2.1.1.1.0", "OLT")
    before = open_descriptors()

    for _ in range(3):
        thread = LoopThread("test-leak")
        thread.on_close(snmp_engine.close)
        ask(thread, SnmpSession("127.0.0.1", double.port, V2c(Secret(COMMUNITY.decode()))))
        thread.close()

    assert open_descriptors() == before


def test_many_checks_of_many_olts_share_one_socket(thread: LoopThread, double: OltDouble) -> None:
    double.put("1.3.6.1.2.1.1.1.0", "OLT")
    community = Secret(COMMUNITY.decode())
    ask(thread, SnmpSession("127.0.0.1", double.port, V2c(community)))
    before = open_descriptors()

    for _ in range(50):
        ask(thread, SnmpSession("127.0.0.1", double.port, V2c(community)))

    assert open_descriptors() == before


@pytest.mark.parametrize(
    ("auth", "priv", "key"),
    [("MD5", "AES", KEY), ("SHA", "DES", KEY), ("SHA", "AES", Secret("curta"))],
)
def test_v3_that_cannot_be_safe_is_refused(auth: str, priv: str, key: Secret) -> None:
    with pytest.raises(SetupError):
        V3("leitor", key, KEY, auth=auth, priv=priv)


def test_keys_never_show() -> None:
    assert KEY.reveal() not in repr(V3("leitor", KEY, KEY))


@contextmanager
def snmpd(
    folder: Path, port: int, *, auth: Secret, kind: str = "SHA", same_engine: bool = False
) -> Iterator[None]:
    """net-snmp's agent with one v3 user; `folder` keeps its engine id and its boots."""
    folder.mkdir(exist_ok=True)
    config = folder / "snmpd.conf"
    config.write_text(
        f"agentAddress udp:127.0.0.1:{port}\n"
        f"createUser leitor {kind} {auth.reveal()} AES {KEY.reveal()}\nrouser leitor priv\n"
        f"sysDescr OLT de teste\n{'exactEngineID 0x80001f880431323334' if same_engine else ''}\n",
        encoding="utf-8",
    )
    process = subprocess.Popen(
        ["snmpd", "-f", "-Lf", str(folder / "log"), "-C", "-c", str(config)],
        env={**os.environ, "SNMP_PERSISTENT_DIR": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(folder / "log")
        yield
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(log: Path) -> None:
    limit = time.monotonic() + 10
    while time.monotonic() < limit:
        if log.exists() and "NET-SNMP version" in log.read_text(encoding="utf-8"):
            log.unlink()
            return
        time.sleep(0.02)
    raise RuntimeError("snmpd did not start")


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@needs_snmpd
@pytest.mark.system
@pytest.mark.parametrize("kind", ["SHA", "SHA-256"])
def test_version_3_reads_another_maker_s_agent(
    thread: LoopThread, tmp_path: Path, kind: str
) -> None:
    port = free_port()
    keys = V3("leitor", KEY, KEY, auth=kind.replace("-", ""))

    with snmpd(tmp_path, port, auth=KEY, kind=kind):
        assert ask(thread, SnmpSession("127.0.0.1", port, keys)) == b"OLT de teste"


@needs_snmpd
@pytest.mark.system
def test_an_olt_that_restarted_is_read_again_over_version_3(
    thread: LoopThread, tmp_path: Path
) -> None:
    port = free_port()
    session = SnmpSession("127.0.0.1", port, V3("leitor", KEY, KEY))
    with snmpd(tmp_path, port, auth=KEY, same_engine=True):
        ask(thread, session)

    with snmpd(tmp_path, port, auth=KEY, same_engine=True):
        assert ask(thread, session) == b"OLT de teste"


@needs_snmpd
@pytest.mark.system
def test_an_olt_replaced_by_another_box_is_read_again_over_version_3(
    thread: LoopThread, tmp_path: Path
) -> None:
    port = free_port()
    session = SnmpSession("127.0.0.1", port, V3("leitor", KEY, KEY))
    with snmpd(tmp_path / "old", port, auth=KEY):
        ask(thread, session)

    with snmpd(tmp_path / "new", port, auth=KEY):
        assert ask(thread, session) == b"OLT de teste"


@needs_snmpd
@pytest.mark.system
def test_two_olts_may_have_the_same_user_with_different_keys(
    thread: LoopThread, tmp_path: Path
) -> None:
    ports = free_port(), free_port()
    sessions = [
        SnmpSession("127.0.0.1", port, V3("leitor", key, KEY))
        for port, key in zip(ports, (KEY, OTHER), strict=True)
    ]

    with snmpd(tmp_path / "a", ports[0], auth=KEY), snmpd(tmp_path / "b", ports[1], auth=OTHER):
        answers = [ask(thread, session) for session in (*sessions, *sessions)]

    assert answers == [b"OLT de teste"] * 4


@needs_snmpd
@pytest.mark.system
def test_a_wrong_privacy_key_is_an_access_problem(thread: LoopThread, tmp_path: Path) -> None:
    port = free_port()

    with snmpd(tmp_path, port, auth=KEY), pytest.raises(SnmpTrouble) as caught:
        ask(thread, SnmpSession("127.0.0.1", port, V3("leitor", KEY, OTHER)))

    assert caught.value.reason == "auth"

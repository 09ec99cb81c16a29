"""The slow devices of the page benchmark speak well enough to be believed, only late."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from benchmarks.routeros import RawRouter
from benchmarks.slow_devices import nothing_there
from kbwizard.checks import loop
from kbwizard.checks.adapters.snmp_engine import V2c, close
from kbwizard.checks.adapters.snmp_olt import Olt, OnuSource
from kbwizard.checks.ports import LineRef, Subject
from kbwizard.checks.profiles import find_profile
from kbwizard.config import ROOT, Secret
from kbwizard.wizard.facts import Reason, Unavailable

NAMES = bytes.fromhex("3007 06032b0601 0500") + bytes.fromhex("3007 06032b0602 0500")
PDU = bytes.fromhex("020107 020100 020100") + bytes((0x30, len(NAMES))) + NAMES
BODY = bytes.fromhex("020101 040162") + bytes((0xA0, len(PDU))) + PDU
REQUEST = bytes((0x30, len(BODY))) + BODY
"""A v2c GET of two names, by hand."""


@pytest.fixture
def ports() -> Iterator[dict[str, list[int]]]:
    command = [sys.executable, "-m", "benchmarks.slow_devices", "--late", "0.05"]
    process = subprocess.Popen(
        [*command, "--olts", "1", "--routers", "1"],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    yield json.loads(process.stdout.readline())
    process.stdin.close()
    process.stdout.close()
    process.wait(10)


def test_an_onu_is_read_as_not_found_and_not_as_trouble(ports: dict[str, list[int]]) -> None:
    olt = Olt("olt", "127.0.0.1", find_profile("huawei-ma5600"), V2c(Secret("x")), ports["olts"][0])
    subject = Subject(line=LineRef(id="1", technology="fibre", olt="olt", pon="0/1/0", onu=1))

    readings = loop.run(OnuSource(olt).read(subject, ["onu.state"], deadline_s=4.0), 6.0)
    loop.run(close(), 5.0)
    loop.close()

    value = readings["onu.state"].value
    assert isinstance(value, Unavailable)
    assert value.reason is Reason.NOT_FOUND


def test_a_router_lets_in_and_answers_with_no_rows(ports: dict[str, list[int]]) -> None:
    with socket.create_connection(("127.0.0.1", ports["routers"][0]), 5) as connection:
        router = RawRouter(connection)
        login = router.ask("/login", "=name=x", "=password=y")
        rows = router.ask("/ppp/active/print", "?name=alguem")

    assert (login, rows) == ([["!done"]], [["!done"]])


def test_an_answer_keeps_names_and_length_and_says_no_such_instance() -> None:
    answer = nothing_there(REQUEST)

    assert len(answer) == len(REQUEST)
    assert answer.count(b"\x81\x00") == 2
    assert answer[8] == 0xA2

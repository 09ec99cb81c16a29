"""The whole way against the lab: the device table, both adapters, real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import Engine

from kbwizard.checks import loop as checks_loop
from kbwizard.checks.adapters import snmp_engine
from kbwizard.checks.credentials import Vault
from kbwizard.checks.devices import save_device
from kbwizard.checks.ports import LineRef, Subject
from kbwizard.checks.reader import Reader
from kbwizard.checks.session_readings import SESSION_FACTS
from kbwizard.config import Settings
from kbwizard.lab import RunningLab
from kbwizard.lab.plant import read_plant
from kbwizard.wizard.facts import Reading, Reason, Unavailable
from tests.helpers.clock import START
from tests.helpers.lab_devices import new_devices

READ_BY = dict.fromkeys(SESSION_FACTS, "session") | {
    "onu.state": "onu", "onu.rx_dbm": "onu", "onu.last_down_cause": "onu", "pon.onus_down": "pon",
}  # fmt: skip
PLANT = read_plant()
Read = Callable[..., Mapping[str, Reading]]


def line_of(login: str) -> LineRef:
    one = PLANT.find(login)
    return LineRef(
        id=login, login=login, concentrator=one.concentrator, olt=one.olt, pon=one.pon,
        onu=one.onu, serial=one.serial, auth=one.auth, ip=one.address,
    )  # fmt: skip


def with_fault(fault: str, router: str = "") -> str:
    """A subscriber that has this fault when the lab starts."""
    return next(
        one.login for one in PLANT.subscribers
        if one.first_fault == fault and one.auth == "pppoe" and one.concentrator.startswith(router)
    )  # fmt: skip


@pytest.fixture
def reader(lab: RunningLab, engine: Engine, settings: Settings) -> Iterator[Reader]:
    vault = Vault(settings.credentials_key)
    for new in new_devices(lab.endpoints):
        save_device(engine, vault, new, now=START)
    made = Reader(engine, settings, read_by=READ_BY)
    yield made
    checks_loop.run(made.close(), 5)
    checks_loop.run(snmp_engine.close(), 5)


@pytest.fixture
def read(reader: Reader) -> Read:
    def ask(login: str, facts: Collection[str], timeout_s: float = 4.0) -> Mapping[str, Reading]:
        subject = Subject(line=line_of(login))
        return checks_loop.run(reader.read(subject, facts, timeout_s), timeout_s + 2)

    return ask


@pytest.fixture(scope="module", autouse=True)
def _loop_ends() -> Iterator[None]:
    yield
    checks_loop.close()


def values(readings: Mapping[str, Reading]) -> dict[str, Any]:
    return {
        fact: reading.value.reason if isinstance(reading.value, Unavailable) else reading.value
        for fact, reading in readings.items()
    }


def test_a_healthy_line_is_read_from_router_and_olt_at_once(read: Read) -> None:
    readings = read(with_fault("none", "bng-1"), ["session.state", "onu.state", "onu.rx_dbm"])

    said = values(readings)
    assert (said["session.state"], said["onu.state"]) == ("online", "online")
    assert -30 < said["onu.rx_dbm"] < -8
    assert readings["session.state"].origin == "bng-1"
    assert readings["onu.state"].origin.startswith("olt-")


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("los", {"session.state": "offline", "onu.state": "los"}),
        ("dying_gasp", {"session.state": "offline", "onu.state": "dying_gasp"}),
        ("wrong_password", {"session.attempts": "rejected", "session.auth_failure": "wrong_password"}),
        ("unknown_login", {"session.attempts": "rejected", "session.auth_failure": "unknown_login"}),
        ("mac_locked", {"session.attempts": "rejected", "session.auth_failure": "mac_mismatch"}),
        ("radius_down", {"session.attempts": "rejected", "session.auth_failure": "other"}),
        ("stuck_session", {
            "session.state": "online", "session.attempts": "rejected",
            "session.auth_failure": "already_connected",
        }),
        ("no_pool", {"session.attempts": "rejected", "session.auth_failure": "no_pool"}),
        ("no_attempt", {"session.state": "offline", "session.attempts": "none_seen"}),
        ("flapping", {
            "session.attempts": "accepted", "session.last_disconnect": "no_answer",
            "onu.last_down_cause": "los",
        }),
        ("double_session", {"session.state": "online", "session.count": 2}),
        ("blocked", {"session.state": "online", "session.blocked_list": True}),
        ("zombie_light", {"session.state": "online", "onu.state": "los"}),
        ("business_loss", {"session.state": "online"}),
    ],
)  # fmt: skip
def test_a_fault_of_the_lab_reads_as_what_it_is(
    lab: RunningLab, read: Read, fault: str, expected: dict[str, Any]
) -> None:
    login = with_fault(fault)
    lab.client.set_fault(login, fault)

    said = values(read(login, expected))

    assert said == expected


def test_both_logins_and_tls_are_used_as_registered(read: Read) -> None:
    tls = read(with_fault("none", "bng-1"), ["session.state"])
    old = read(with_fault("none", "bng-2"), ["session.state"])

    assert (tls["session.state"].value, old["session.state"].value) == ("online", "online")


def test_traffic_and_ping_are_read(read: Read) -> None:
    said = values(
        read(
            with_fault("none", "bng-1"),
            ["traffic.down_mbps", "traffic.up_mbps", "ping.loss_pct", "ping.rtt_ms"],
        )
    )

    assert said["traffic.down_mbps"] > said["traffic.up_mbps"] > 0
    assert said["ping.loss_pct"] == 0.0


MISCHIEF = {
    "silence": {Reason.TIMEOUT},
    "refuse": {Reason.REFUSED},
    "garbage": {Reason.BAD_REPLY, Reason.TIMEOUT, Reason.REFUSED},
    "half": {Reason.BAD_REPLY, Reason.TIMEOUT},
    "slow:0.2": {Reason.TIMEOUT},
    "late:3": {Reason.TIMEOUT},
    "wrong_name": {Reason.BAD_REPLY},
    "fatal": {Reason.REFUSED},
    "trap": {Reason.BAD_REPLY, Reason.AUTH, Reason.NO_SUCH_OBJECT},
    "token_only": {Reason.AUTH, Reason.BAD_REPLY, Reason.REFUSED},
    "tls_wrong_name": {Reason.BAD_REPLY},
    "tls_expired": {Reason.BAD_REPLY},
    "tls_anonymous": {Reason.BAD_REPLY},
}


@pytest.mark.parametrize("mischief", MISCHIEF)
def test_no_mischief_of_a_router_makes_a_customer_offline(
    lab: RunningLab, read: Read, mischief: str
) -> None:
    login = with_fault("none", "bng-1")
    lab.client.misbehave("bng-1", mischief)

    said = values(read(login, SESSION_FACTS, 1.2))

    assert said["session.state"] in MISCHIEF[mischief]
    assert "100.64" not in str(said)


def test_a_router_that_behaves_again_is_read_again(lab: RunningLab, read: Read) -> None:
    login = with_fault("none", "bng-1")
    lab.client.misbehave("bng-1", "half")
    first = read(login, ["session.state"])
    lab.client.behave("bng-1")

    second = read(login, ["session.state"])

    assert isinstance(first["session.state"].value, Unavailable)
    assert second["session.state"].value == "online"


def test_a_short_log_says_that_it_is_short(lab: RunningLab, read: Read) -> None:
    lab.client.misbehave("bng-1", "short_log:3")

    said = values(read(with_fault("no_attempt", "bng-1"), ["session.attempts"]))

    assert said == {"session.attempts": "log_too_short"}


def test_a_stuck_session_is_dropped_and_the_customer_dials_in(
    lab: RunningLab, reader: Reader, read: Read
) -> None:
    login = with_fault("stuck_session")
    before = read(login, ["session.uptime_s"])["session.uptime_s"].value

    result = checks_loop.run(reader.drop_session(line_of(login)), 10)
    lab.client.wait_until(login, sessions=1)
    after = read(login, ["session.uptime_s"])["session.uptime_s"].value

    assert result.result == "done"
    assert isinstance(before, int)
    assert isinstance(after, int)
    assert after < before


def test_a_router_that_denies_the_session_it_still_shows_did_not_drop_it(
    lab: RunningLab, reader: Reader
) -> None:
    login = with_fault("stuck_session")
    lab.client.misbehave("bng-1", "vanish")

    result = checks_loop.run(reader.drop_session(line_of(login)), 10)

    assert result.result == "error"
    assert "continua" in result.detail


def test_a_trap_without_words_leaves_its_own_group_unread(lab: RunningLab, read: Read) -> None:
    lab.client.misbehave("bng-1", "bare_trap")

    assert values(read(with_fault("none", "bng-1"), ["session.state"])) == {
        "session.state": "online"
    }


def test_forty_checks_use_no_more_connections_than_the_limit(
    lab: RunningLab, reader: Reader
) -> None:
    logins = [one.login for one in PLANT.on_concentrator("bng-1") if one.auth == "pppoe"][:40]

    async def all_at_once() -> list[dict[str, Reading]]:
        subjects = [Subject(line=line_of(login)) for login in logins]
        return list(
            await asyncio.gather(
                *(reader.read(subject, ["session.state"], 8) for subject in subjects)
            )
        )

    answers = checks_loop.run(all_at_once(), 12)

    assert {type(answer["session.state"].value) for answer in answers} == {str}
    assert lab.client.counts()["bng-1"]["logins"] <= 6

"""One lab for the folder, one loop, and short ways to read an ONU or a PON."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from kbwizard.checks.adapters.snmp_engine import V3, Credentials, V2c, close
from kbwizard.checks.adapters.snmp_olt import Olt, OnuSource, PonSource
from kbwizard.checks.limits import Gate
from kbwizard.checks.loop import LoopThread
from kbwizard.checks.ports import LineRef, Subject
from kbwizard.checks.profiles import find_profile
from kbwizard.config import Secret
from kbwizard.lab import RunningLab, start_lab
from kbwizard.wizard.facts import Reading, Unavailable
from tests.helpers.olt_double import COMMUNITY, OltDouble, serving

READABLE = Secret(COMMUNITY.decode())


@dataclass
class Desk:
    """Reads by the loop thread, as a request would."""

    thread: LoopThread

    def readings(
        self,
        source: OnuSource | PonSource,
        facts: Collection[str] | None = None,
        *,
        deadline_s: float = 8.0,
        **line: Any,
    ) -> Mapping[str, Reading]:
        subject = Subject(line=LineRef(id="linha", **line))
        asked = sorted(source.provides) if facts is None else facts
        coro = source.read(subject, asked, deadline_s=deadline_s)
        return self.thread.run(coro, deadline_s + 2)

    def values(
        self, source: OnuSource | PonSource, facts: Collection[str] | None = None, **more: Any
    ) -> dict[str, Any]:
        """Values by fact; what is unavailable is its reason's word in brackets."""
        readings = self.readings(source, facts, **more)
        return {fact: plain(reading.value) for fact, reading in readings.items()}


def plain(value: object) -> object:
    return f"<{value.reason}>" if isinstance(value, Unavailable) else value


@pytest.fixture(scope="session")
def desk() -> Iterator[Desk]:
    thread = LoopThread("test-checks")
    thread.on_close(close)
    yield Desk(thread)
    thread.close()


@pytest.fixture(scope="package")
def running_lab() -> Iterator[RunningLab]:
    with start_lab(speed=100.0) as lab:
        yield lab


@pytest.fixture
def lab(running_lab: RunningLab) -> RunningLab:
    running_lab.client.reset()
    running_lab.client.counts(reset=True)
    return running_lab


def lab_olt(
    lab: RunningLab, name: str, *, gate: Gate | None = None, keys: Credentials | None = None
) -> Olt:
    from zoneinfo import ZoneInfo

    device = lab.endpoints.device(name)
    return Olt(
        name=name,
        host=device.host,
        port=device.port,
        profile=find_profile(device.profile),
        credentials=keys or V2c(Secret(device.community)),
        zone=ZoneInfo(lab.endpoints.timezone),
        gate=gate,
    )


def lab_v3(lab: RunningLab, name: str, **changes: str) -> V3:
    device = lab.endpoints.device(name)
    keys = {"auth": device.v3_auth_key, "priv": device.v3_priv_key} | changes
    return V3(device.v3_user, Secret(keys["auth"]), Secret(keys["priv"]))


def double_olt(double: OltDouble, profile: str = "huawei-ma5600", **more: Any) -> Olt:
    return Olt("OLT Teste", "127.0.0.1", find_profile(profile), V2c(READABLE), double.port, **more)


@pytest.fixture
def double() -> Iterator[OltDouble]:
    with serving(OltDouble()) as agent:
        yield agent

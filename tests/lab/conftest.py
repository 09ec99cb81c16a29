"""One quick lab for the whole folder; every test finds it as it first started."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from kbwizard.lab import RunningLab, start_lab
from kbwizard.lab.plant import read_plant
from kbwizard.lab.state import LabState

SPEED = 100.0


@pytest.fixture(scope="package")
def running_lab() -> Iterator[RunningLab]:
    with start_lab(speed=SPEED) as lab:
        yield lab


@pytest.fixture
def lab(running_lab: RunningLab) -> RunningLab:
    running_lab.client.reset()
    running_lab.client.counts(reset=True)
    return running_lab


class HandClock:
    """A clock that moves only when told."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def state(clock: HandClock) -> LabState:
    """The scripted state without a socket, at speed 1."""
    return LabState(read_plant(), clock)

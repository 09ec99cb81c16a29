"""One lab for the tests that read real devices through everything."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kbwizard.lab import RunningLab, start_lab


@pytest.fixture(scope="package")
def running_lab() -> Iterator[RunningLab]:
    with start_lab(speed=100.0) as lab:
        yield lab


@pytest.fixture
def lab(running_lab: RunningLab) -> RunningLab:
    """The lab as it first started."""
    running_lab.client.reset()
    running_lab.client.counts(reset=True)
    return running_lab

"""Examples in the lab's docstrings are true."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest

NAMES = ["ber", "mib", "observe", "olt_huawei", "olt_zte", "olt_fiberhome", "router_text", "words"]


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_run(name: str) -> None:
    result = doctest.testmod(import_module(f"kbwizard.lab.{name}"))

    assert result.attempted > 0
    assert result.failed == 0

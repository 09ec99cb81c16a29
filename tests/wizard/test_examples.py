"""The examples in the docstrings run as they are written."""

from __future__ import annotations

import doctest

import pytest

from kbwizard.wizard import derive, judge


@pytest.mark.parametrize("module", [derive, judge])
def test_the_examples_hold(module):
    result = doctest.testmod(module)

    assert result.attempted
    assert not result.failed

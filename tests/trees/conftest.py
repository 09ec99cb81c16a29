"""The shipped content, loaded once for all tests of this folder."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from kbwizard.content.library import Library, load_library
from kbwizard.wizard.model import Bundle

ROOT = Path(__file__).resolve().parents[2]
START = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@cache
def shipped_library() -> Library:
    """Also for property tests: a fixture would be printed whole with every failing example."""
    return load_library(ROOT / "decision_trees", ROOT / "articles")


@pytest.fixture
def library() -> Library:
    return shipped_library()


@pytest.fixture
def shipped() -> Bundle:
    return shipped_library().bundle

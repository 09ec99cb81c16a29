"""The shipped content, read once for all tests of this folder."""

from __future__ import annotations

import pytest

from kbwizard.config import ROOT
from kbwizard.content.library import Library, load_library


@pytest.fixture(scope="session")
def library() -> Library:
    return load_library(ROOT / "decision_trees", ROOT / "articles")

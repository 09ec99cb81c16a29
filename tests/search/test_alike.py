"""Words alike: what threads of two generations learn at once counts once."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import pytest

from kbwizard.search.alike import Alike

WORDS = ["pitanga" + "".join(chr(97 + int(digit)) for digit in str(n)) for n in range(300)]


@pytest.fixture
def impatient_threads() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("impatient_threads")
def test_threads_that_learn_the_same_words_learn_them_once() -> None:
    together, alone = Alike(), Alike()
    alone.learn(WORDS)
    start = threading.Barrier(8)

    def learn() -> None:
        start.wait()
        together.learn(WORDS)

    threads = [threading.Thread(target=learn) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert held(together) == held(alone)


def held(alike: Alike) -> dict[str, int]:
    """How many words stand under each run of characters."""
    return {run: len(words) for run, words in alike._having.items()}

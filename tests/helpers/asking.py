"""Sixteen threads that ask an index all the time, while a test changes it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

THREADS = 16
REST_S = 0.001
"""Sixteen that never rest leave the one that changes the index no turn."""


@contextmanager
def sixteen_asking(words: Sequence[str], wrong: Callable[[str], Iterable[str]]) -> Iterator[None]:
    """Each asks the words in turn until the block ends; `wrong(word)` says what a search got wrong.

    Fails when anything was wrong, a search raised, or a thread never came to ask.
    """
    found: list[str] = []
    asked = [0] * THREADS
    stop = threading.Event()

    def ask(place: int) -> None:
        try:
            while not stop.is_set():
                found.extend(wrong(words[(place + asked[place]) % len(words)]))
                asked[place] += 1
                stop.wait(REST_S)
        except Exception as error:  # noqa: BLE001  (a thread's error must reach the test)
            found.append(repr(error))

    threads = [threading.Thread(target=ask, args=(place,)) for place in range(THREADS)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert found == []
    assert min(asked) > 0

"""Hashing never runs more than two at a time."""

from __future__ import annotations

import threading

import pytest

from kbwizard.accounts import passwords


class _Counting:
    """A hasher that notes how many were inside it at once."""

    def __init__(self) -> None:
        self.inside = self.most = 0
        self._lock = threading.Lock()
        self._full = threading.Event()

    def hash(self, password: str) -> str:
        with self._lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        self._full.wait(0.05)
        with self._lock:
            self.inside -= 1
        return password


def test_at_most_two_hashes_run_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    counting = _Counting()
    monkeypatch.setattr(passwords, "_hasher", counting)
    threads = [threading.Thread(target=passwords.hash_password, args=("x",)) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert counting.most == 2


def test_a_damaged_hash_fits_nothing() -> None:
    assert not passwords.password_fits("not a hash", "demonstracao")

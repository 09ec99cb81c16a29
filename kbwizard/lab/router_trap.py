"""The `!trap` of RouterOS as an exception inside the double."""

from __future__ import annotations


class Trap(Exception):
    """A command failed. Categories: 0 missing item, 1 value, 2 interrupted, 4 general."""

    def __init__(self, message: str, category: int | None = None) -> None:
        self.message, self.category = message, category
        super().__init__(message)

"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 21, 17, 2, tzinfo=UTC)
"""A Saturday, 14:02 in São Paulo."""


class FrozenClock:
    """Call it for the moment; `pass_time` moves it on."""

    def __init__(self, start: datetime = START) -> None:
        self.moment = start

    def __call__(self) -> datetime:
        return self.moment

    def pass_time(self, **length: float) -> None:
        """Move on by a length given as for `timedelta`: `hours=13`."""
        self.moment += timedelta(**length)

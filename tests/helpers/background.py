"""What an application goes on with on threads of its own, after its answer was given."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kbwizard.checks import loop

PATIENCE_S = 0.5
"""A reading of no device ends at once; a connection that is kept open never does."""


@contextmanager
def checks_ending() -> Iterator[None]:
    """What begins on the loop of checks meanwhile ends before this does, if it ends soon: it may
    hold a connection of a database that goes."""
    before = _tasks()
    yield
    begun = _tasks() - before
    if begun:
        loop.run(_wait(begun), PATIENCE_S + 10)


def _tasks() -> set[asyncio.Task[Any]]:
    thread = loop._current
    if thread is None or not thread.usable:
        return set()
    return asyncio.all_tasks(thread.loop)


async def _wait(tasks: set[asyncio.Task[Any]]) -> None:
    await asyncio.wait(tasks, timeout=PATIENCE_S)

"""What an application goes on with on threads of its own, after its answer was given."""

from __future__ import annotations

import asyncio

from kbwizard.checks import loop

PATIENCE_S = 20.0


def let_checks_end() -> None:
    """Wait for what runs on the loop of checks: it may hold a connection of a database that goes.

    Fails when it does not come to an end.
    """
    thread = loop._current
    if thread is None or not thread.usable:
        return

    async def the_others() -> None:
        mine = asyncio.current_task()
        others = [task for task in asyncio.all_tasks() if task is not mine]
        if others:
            _, going = await asyncio.wait(others, timeout=PATIENCE_S)
            assert not going, going

    thread.run(the_others(), PATIENCE_S + 1)

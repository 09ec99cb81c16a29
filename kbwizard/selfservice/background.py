"""Runs something after the answer was given, so that its length tells nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import BoundedSemaphore, Thread

log = logging.getLogger(__name__)

AT_ONCE = 8
"""More messages than this under way: the gateway is stuck, and the next one is given up."""

_room = BoundedSemaphore(AT_ONCE)


def in_background(deed: Callable[[], None]) -> None:
    """Run it on a thread of its own. What is expected to go wrong, the deed itself logs."""
    if not _room.acquire(blocking=False):
        log.warning("um envio foi descartado: %d ainda em andamento", AT_ONCE)
        return
    Thread(target=_run, args=(deed,), name="selfservice-later", daemon=True).start()


def _run(deed: Callable[[], None]) -> None:
    try:
        deed()
    finally:
        _room.release()

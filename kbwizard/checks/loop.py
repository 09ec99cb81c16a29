"""The one asyncio loop of this process, on a thread of its own, where every live check runs.

Made on first use and never before a fork: a child process that inherits this module makes its
own. Request threads hand coroutines to it and wait, or do not wait; adapters only ever run on it.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any, TypeVar

T = TypeVar("T")

Closer = Callable[[], Coroutine[Any, Any, None]]

CLOSING_S = 5.0


class LoopThread:
    """A running event loop and its daemon thread. `close()` ends both; it cannot be reused."""

    def __init__(self, name: str = "kbwizard-checks") -> None:
        self.pid = os.getpid()
        self.loop = asyncio.new_event_loop()
        self._closers: list[Closer] = []
        self._thread = threading.Thread(target=self._serve, name=name, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    @property
    def usable(self) -> bool:
        """False after `close()`, and in a child process, where the thread does not exist."""
        return self.pid == os.getpid() and self._thread.is_alive() and not self.loop.is_closed()

    def submit(self, coro: Coroutine[Any, Any, T]) -> Future[T]:
        """Start a coroutine on the loop; the future can be waited for from any thread."""
        return asyncio.run_coroutine_threadsafe(coro, self.loop)

    def run(self, coro: Coroutine[Any, Any, T], timeout: float) -> T:
        """Run a coroutine and wait for its result.

        Raises `TimeoutError` after `timeout` seconds and cancels it. Called on the loop's own
        thread it would wait for itself for ever, so that is refused with `RuntimeError`.
        """
        if threading.current_thread() is self._thread:
            coro.close()
            raise RuntimeError("run() was called on the loop's own thread")
        future = self.submit(coro)
        try:
            return future.result(timeout)
        except FutureTimeout:
            future.cancel()
            raise

    def on_close(self, closer: Closer) -> None:
        """Have a coroutine function awaited on the loop before it stops (close sockets there)."""
        self._closers.append(closer)

    def close(self) -> None:
        """Run the closers, cancel what still runs, stop the thread and free its descriptors."""
        if not self.usable:
            return
        self.submit(self._wind_up()).result(CLOSING_S)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(CLOSING_S)
        if not self._thread.is_alive():
            self.loop.close()

    async def _wind_up(self) -> None:
        for closer in reversed(self._closers):
            await closer()
        mine = asyncio.current_task()
        others = [task for task in asyncio.all_tasks() if task is not mine]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(0)  # transports close on the next turn of the loop


_lock = threading.Lock()
_current: LoopThread | None = None


def current() -> LoopThread:
    """This process's loop thread, made now if there is none yet."""
    global _current
    with _lock:
        if _current is None or not _current.usable:
            _current = LoopThread()
        return _current


def submit(coro: Coroutine[Any, Any, T]) -> Future[T]:
    """`LoopThread.submit` on this process's loop."""
    return current().submit(coro)


def run(coro: Coroutine[Any, Any, T], timeout: float) -> T:
    """`LoopThread.run` on this process's loop: wait at most `timeout` seconds."""
    return current().run(coro, timeout)


def close() -> None:
    """Close this process's loop if there is one; the next use makes a new one."""
    global _current
    with _lock:
        thread, _current = _current, None
    if thread is not None:
        thread.close()


def _forget_in_child() -> None:
    """The thread stayed in the parent; a lock held there must not block the child for ever."""
    global _current, _lock
    _current = None
    _lock = threading.Lock()


os.register_at_fork(after_in_child=_forget_in_child)
atexit.register(close)

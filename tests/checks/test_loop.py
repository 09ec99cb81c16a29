"""The loop thread of a process: used from any thread, made anew after a fork, closed cleanly."""

from __future__ import annotations

import asyncio
import os
import threading
import time

import pytest

from kbwizard.checks import loop
from kbwizard.checks.loop import LoopThread


async def answer(value: int, after_s: float = 0.0) -> int:
    await asyncio.sleep(after_s)
    return value


def test_a_coroutine_runs_on_the_loop_and_its_result_comes_back() -> None:
    assert loop.run(answer(42), timeout=5) == 42


def test_waiting_ends_at_the_limit_and_cancels_the_work() -> None:
    ended = threading.Event()

    async def slow() -> None:
        try:
            await asyncio.sleep(30)
        finally:
            ended.set()

    with pytest.raises(TimeoutError):
        loop.run(slow(), timeout=0.05)

    assert ended.wait(2)


def test_many_threads_share_one_loop() -> None:
    results: list[int] = []
    threads = [
        threading.Thread(target=lambda n=n: results.append(loop.run(answer(n, 0.05), 5)))
        for n in range(20)
    ]
    began = time.monotonic()

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == list(range(20))
    assert time.monotonic() - began < 0.9  # not one after the other


def test_waiting_on_the_loop_s_own_thread_is_refused() -> None:
    async def waits_for_itself() -> None:
        loop.run(answer(1), timeout=1)

    with pytest.raises(RuntimeError, match="own thread"):
        loop.run(waits_for_itself(), timeout=5)


def test_an_exception_reaches_whoever_waits() -> None:
    async def fails() -> None:
        raise ValueError("nada feito")

    with pytest.raises(ValueError, match="nada feito"):
        loop.run(fails(), timeout=5)


def test_closing_runs_the_closers_and_cancels_the_rest() -> None:
    thread = LoopThread("test-close")
    closed = threading.Event()
    work = thread.submit(answer(1, after_s=30))

    async def closer() -> None:
        closed.set()

    thread.on_close(closer)
    thread.close()

    assert closed.is_set()
    assert work.cancelled()
    assert not thread.usable


def test_after_closing_the_next_use_makes_a_new_loop() -> None:
    first = loop.current()
    loop.close()

    assert loop.run(answer(7), timeout=5) == 7
    assert loop.current() is not first


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_child_process_makes_a_loop_of_its_own() -> None:
    loop.run(answer(1), timeout=5)
    reading, writing = os.pipe()

    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.write(writing, str(loop.run(answer(9), timeout=5)).encode())
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading) as stream:
        said = stream.read()

    assert os.waitpid(child, 0)[1] == 0
    assert said == "9"
    assert loop.run(answer(2), timeout=5) == 2

"""Ways to run a lab: in this thread until stopped, beside a test, or as its own process."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from kbwizard.config import ROOT
from kbwizard.errors import SetupError
from kbwizard.lab.client import LabClient
from kbwizard.lab.control import Control
from kbwizard.lab.endpoints import Endpoints, read_endpoints, write_endpoints
from kbwizard.lab.network import Lab, settle
from kbwizard.lab.plant import Plant, read_plant
from kbwizard.lab.state import Clock, LabState, utc_now

PARENT_LOOK_S = 0.5
"""How often a lab looks whether the process that started it is still there."""


@dataclass(frozen=True)
class LabOptions:
    """How to start. Files that are None are not written; ports that are 0 are free ones."""

    speed: float | None = None
    state_file: Path | None = None
    ready_file: Path | None = None
    base_port: int = 0
    control_port: int = 0
    clock: Clock = utc_now
    plant: Plant | None = None
    parent: int = 0
    """The process that started this one: the lab ends when it ends, however it ended; 0: nobody."""


@dataclass(frozen=True)
class RunningLab:
    """A lab that listens, whoever runs it."""

    endpoints: Endpoints
    client: LabClient


async def serve_lab(options: LabOptions, ready: Callable[[Endpoints, asyncio.Event], None]) -> None:
    """Run until the control port says `stop` or the event given to `ready` is set."""
    with tempfile.TemporaryDirectory(prefix="kbwizard-lab-") as scratch:
        state = LabState(options.plant or read_plant(), options.clock, options.state_file)
        if options.speed is not None:
            state.set_speed(options.speed)
        state.save()
        kept = options.state_file
        folder = kept.with_name(kept.name + ".tls") if kept else Path(scratch)
        lab = Lab(state, folder, options.base_port)
        control = Control(lab)
        try:
            await _open(lab, control, options)
            if options.ready_file is not None:
                write_endpoints(lab.endpoints(), options.ready_file)
            ready(lab.endpoints(), control.stopped)
            await control.stopped.wait()
        finally:
            control.close()
            lab.close()
            await settle()


async def _open(lab: Lab, control: Control, options: LabOptions) -> None:
    if options.control_port:
        lab.state.ports["control"] = options.control_port
    elif options.base_port:
        lab.state.ports["control"] = options.base_port
    await lab.listen("control", control.open)
    if options.control_port and lab.state.ports["control"] != options.control_port:
        raise SetupError(f"A porta {options.control_port} (controle) está em uso.")
    await lab.open()


@contextmanager
def start_lab(
    *,
    speed: float = 1.0,
    state_file: Path | None = None,
    base_port: int = 0,
    clock: Clock = utc_now,
    plant: Plant | None = None,
) -> Iterator[RunningLab]:
    """A lab in a background thread, for tests; gone when the block ends."""
    options = LabOptions(
        speed=speed, state_file=state_file, base_port=base_port, clock=clock, plant=plant
    )
    opened = threading.Event()
    found: list[tuple[Endpoints, asyncio.Event, asyncio.AbstractEventLoop]] = []
    trouble: list[BaseException] = []

    def is_ready(endpoints: Endpoints, stopped: asyncio.Event) -> None:
        found.append((endpoints, stopped, asyncio.get_running_loop()))
        opened.set()

    def run() -> None:
        try:
            asyncio.run(serve_lab(options, is_ready))
        except BaseException as error:  # noqa: BLE001 - handed to the thread that waits
            trouble.append(error)
        finally:
            opened.set()

    thread = threading.Thread(target=run, name="lab", daemon=True)
    thread.start()
    opened.wait(20)
    if trouble or not found:
        raise trouble[0] if trouble else SetupError("O laboratório não abriu em 20 segundos.")
    endpoints, stopped, loop = found[0]
    try:
        yield RunningLab(endpoints, LabClient(endpoints.control))
    finally:
        with suppress(RuntimeError):  # the loop ended by the verb `stop`
            loop.call_soon_threadsafe(stopped.set)
        thread.join(10)
    if trouble:
        raise trouble[0]


def run_lab(options: LabOptions, announce: Callable[[Endpoints], None]) -> None:
    """Run in this thread until SIGTERM, SIGINT or the verb `stop`."""

    async def main() -> None:
        loop = asyncio.get_running_loop()

        def is_ready(endpoints: Endpoints, stopped: asyncio.Event) -> None:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, stopped.set)
            if options.parent:
                watching.append(asyncio.create_task(_outlive_nobody(options.parent, stopped)))
            announce(endpoints)

        watching: list[asyncio.Task[None]] = []  # held, or the loop may forget the task
        await serve_lab(options, is_ready)

    asyncio.run(main())


async def _outlive_nobody(parent: int, stopped: asyncio.Event) -> None:
    """A killed parent says nothing, but its children get another one."""
    while os.getppid() == parent:
        await asyncio.sleep(PARENT_LOOK_S)
    stopped.set()


@dataclass
class LabProcess:
    """A lab in a process of its own."""

    endpoints: Endpoints
    client: LabClient
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """`kill -9`: nothing is closed, nothing is saved that was not."""
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> None:
        """End it politely, or by force after five seconds."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.kill()


def run_lab_process(
    *,
    ready_file: Path,
    state_file: Path | None = None,
    speed: float | None = None,
    base_port: int = 0,
    limit_s: float = 20.0,
) -> LabProcess:
    """Start a lab process and wait until it listens; raises `SetupError` with its words.

    It ends with this process, also when this one is killed. Ctrl-C in a terminal does not reach
    it: who started it ends it.
    """
    ready_file.unlink(missing_ok=True)
    command = [sys.executable, "-m", "kbwizard.lab", "--ready-file", str(ready_file), "--quiet"]
    command += ["--parent", str(os.getpid())]
    if state_file is not None:
        command += ["--state-file", str(state_file)]
    if speed is not None:
        command += ["--speed", str(speed)]
    if base_port:
        command += ["--base-port", str(base_port)]
    with tempfile.TemporaryFile() as words:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=words,
            start_new_session=True,
        )
        ends = time.monotonic() + limit_s
        while not ready_file.exists():
            if process.poll() is not None or time.monotonic() > ends:
                process.kill()
                process.wait(10)
                words.seek(0)
                said = words.read().decode(errors="replace").strip()
                raise SetupError(said or "O laboratório não abriu.")
            time.sleep(0.02)
    endpoints = read_endpoints(ready_file)
    return LabProcess(endpoints, LabClient(endpoints.control), process)

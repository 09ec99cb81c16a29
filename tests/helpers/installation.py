"""The product as a person starts it: its commands as processes, with a data folder of their own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

import psutil

from kbwizard.config import ROOT

KEYS = {
    "KBWIZARD_SECRET_KEY": "chave-de-teste-com-tamanho-bastante",
    "KBWIZARD_CREDENTIALS_KEY": "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=",
}
"""Keys of no installation: the second is 32 letters A."""

START_S = 40.0
END_S = 15.0


def environment(data: Path, **variables: str) -> dict[str, str]:
    """This process's own, without settings of kbwizard except the given ones."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KBWIZARD_")}
    return {**kept, "KBWIZARD_DATA_DIR": str(data), **variables}


def run(
    *words: str, data: Path, variables: Mapping[str, str] = KEYS, shell: str = "", limit: float = 30
) -> subprocess.CompletedProcess[str]:
    """A command to its end. `shell` is what a shell does before, for instance `ulimit -f 10`."""
    command = [sys.executable, "-m", "kbwizard", *words]
    if shell:
        command = ["sh", "-c", f'{shell}; exec "$@"', "sh", *command]
    return subprocess.run(
        command,
        cwd=ROOT,
        env=environment(data, **variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=limit,
        check=False,
    )


def free_port() -> int:
    """A port of loopback that nobody holds now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(what: Callable[[], bool], limit: float, why: str) -> None:
    """Fail with `why` when it does not become true in time."""
    ends = time.monotonic() + limit
    while not what():
        assert time.monotonic() < ends, why
        time.sleep(0.05)


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []  # it ended meanwhile


def _listens_at(process: psutil.Process) -> set[int]:
    try:
        found = process.net_connections("tcp")
    except psutil.Error:
        return set()
    return {one.laddr.port for one in found if one.status == psutil.CONN_LISTEN}


@dataclass
class Served:
    """`demo` or `serve` as a process, ended by its id. Use it in a `with` block."""

    data: Path
    words: tuple[str, ...] = ("demo",)
    variables: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    took_s: float = 0.0
    """From the command to the first page."""
    process: subprocess.Popen[bytes] | None = None
    module: str = "kbwizard"
    _family: dict[int, psutil.Process] = field(default_factory=dict)

    def __enter__(self) -> Served:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
        for one in self._family.values():
            if one.is_running():  # the same process, not another with its number
                one.kill()

    def start(self) -> None:
        """Start it and wait for the first page."""
        began = time.monotonic()
        output = self._output()
        self.process = subprocess.Popen(
            [sys.executable, "-m", self.module, *self.words, "--port", str(self.port)],
            cwd=ROOT,
            env=environment(self.data, **self.variables),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        os.close(output)
        # Not the page alone: a worker of a killed server answers for another moment.
        wait_for(lambda: self.ended() or self._answers(), START_S, "no page in time")
        assert not self.ended(), self.said()
        self.took_s = time.monotonic() - began
        self.family()

    def _answers(self) -> bool:
        return bool(self.workers()) and self.status() == 200

    def _output(self) -> int:
        self._said.parent.mkdir(parents=True, exist_ok=True)
        return os.open(self._said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)

    @property
    def _said(self) -> Path:
        return self.data.with_name(f"{self.data.name}.said")

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def family(self) -> list[psutil.Process]:
        """Its child processes now; those seen once are looked for at the end."""
        found = psutil.Process(self.pid).children(recursive=True) if not self.ended() else []
        self._family.update({one.pid: one for one in found})
        return found

    def lab(self) -> psutil.Process | None:
        """The lab's process."""
        return next((one for one in self.family() if "kbwizard.lab" in _words(one)), None)

    def workers(self) -> list[psutil.Process]:
        """The processes that answer: those that hold the port, but for the server itself."""
        return [one for one in self.family() if self.port in _listens_at(one)]

    def status(self, path: str = "/healthz") -> int:
        """The HTTP status of a page; 0 when nobody answers."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def ended(self) -> bool:
        """Whether the process itself has ended; its children may not have."""
        return self.process is not None and self.process.poll() is not None

    def said(self) -> str:
        """Everything it wrote so far."""
        return self._said.read_text(encoding="utf-8")

    def left(self) -> list[psutil.Process]:
        """Children that are still there, once it ended."""
        return [
            one
            for one in self._family.values()
            if one.is_running() and one.status() != psutil.STATUS_ZOMBIE
        ]

    def end(self, number: int = signal.SIGTERM) -> int:
        """Ask it to end; the exit code."""
        assert self.process is not None
        if not self.ended():
            self.family()
            self.process.send_signal(number)
        return self.process.wait(END_S)

    def kill(self) -> None:
        """`kill -9` of the process itself; its children are left to themselves."""
        self.family()
        assert self.process is not None
        self.process.kill()
        self.process.wait(5)

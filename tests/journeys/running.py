"""A demo of the product in processes of its own: started, killed without warning, started again."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

from kbwizard.errors import SetupError
from kbwizard.lab.client import LabClient
from kbwizard.lab.endpoints import read_endpoints

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN_S = 40.0


class Demo:
    """`python -m kbwizard demo` on a free port, with a data folder of its own."""

    def __init__(self, folder: Path, *, speed: float = 20.0) -> None:
        self.folder, self.speed = folder, speed
        self.port = free_port()
        self._labs: set[int] = set()
        self._process: subprocess.Popen[bytes] | None = None
        self.articles = folder.parent / "articles"
        """Its own copy: authors on their journeys publish into it."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def lab(self) -> LabClient:
        """The simulated network, to be steered. Its file is away while it starts again."""
        return LabClient(read_endpoints(self._ready_file).control)

    @property
    def lab_pid(self) -> int:
        """0 while it is starting again."""
        with suppress(SetupError):
            return read_endpoints(self._ready_file).pid
        return 0

    @property
    def _ready_file(self) -> Path:
        return self.folder / "lab" / "lab.json"

    def start(self) -> None:
        """Start, and wait until the sign-in page answers."""
        command = [sys.executable, "-m", "kbwizard", "demo"]
        command += ["--port", str(self.port), "--speed", str(self.speed)]
        if not self.articles.exists():
            shutil.copytree(ROOT / "articles", self.articles)
        environment = {
            **os.environ,
            "KBWIZARD_DATA_DIR": str(self.folder),
            "KBWIZARD_ARTICLES_DIR": str(self.articles),
        }
        with (self.folder.parent / "demo.log").open("ab") as words:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=words, stderr=words
            )
        ends = time.monotonic() + STARTS_WITHIN_S
        while not self._answers():
            log = self.folder.parent / "demo.log"
            assert self._process.poll() is None, log.read_text(encoding="utf-8")[-2000:]
            assert time.monotonic() < ends, "the demo did not answer in time"
            time.sleep(0.1)
        self._labs.add(self.lab_pid)

    def kill(self) -> None:
        """`kill -9` of every process of the server. The network it reads goes on."""
        assert self._process is not None
        self._labs.add(self.lab_pid)
        for pid in (self._process.pid, *self._workers()):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait(10)

    def stop(self) -> None:
        """End it politely, and every lab that a kill left without a parent."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
        for pid in self._labs:
            if is_lab(pid):
                os.kill(pid, signal.SIGTERM)

    def sql(self, text: str, *values: object) -> list[tuple[object, ...]]:
        """Change or read the database behind the product's back."""
        with sqlite3.connect(self.folder / "kbwizard.db", timeout=10) as db:
            return list(db.execute(text, values).fetchall())

    def _workers(self) -> list[int]:
        """The web server's children; the lab, also a child, is not one of them."""
        assert self._process is not None
        listed = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        children = [int(pid) for pid in listed.read_text(encoding="ascii").split()]
        return [pid for pid in children if not is_lab(pid)]

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/account/sign-in", timeout=2) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False


def free_port() -> int:
    """A port of loopback that nobody has at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_lab(pid: int) -> bool:
    """Whether this process is a lab of ours and still there."""
    try:
        return b"kbwizard.lab" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False

"""A Redis of the test's own on loopback, without a disk; it can go away and come back."""

from __future__ import annotations

import shutil
import subprocess
import time

from redis import Redis
from redis.exceptions import ConnectionError as NotThere

from tests.helpers.installation import free_port

MISSING = "needs redis-server (requirements-system.txt)"


def find_redis() -> str | None:
    """The server's program: Redis, or Valkey, which speaks the same."""
    return shutil.which("redis-server") or shutil.which("valkey-server")


class RedisServer:
    """Use it in a `with` block, or `start` and `stop` it by hand."""

    def __init__(self) -> None:
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> RedisServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        binary = find_redis()
        assert binary is not None
        options = [
            "--bind",
            "127.0.0.1",
            "--port",
            str(self.port),
            "--save",
            "",
            "--appendonly",
            "no",
        ]
        self._process = subprocess.Popen(
            [binary, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        ends = time.monotonic() + 10
        while not self.answers():
            assert time.monotonic() < ends, "redis did not start"
            time.sleep(0.02)

    def answers(self) -> bool:
        try:
            with Redis(port=self.port, socket_timeout=1) as client:
                return bool(client.ping())
        except (OSError, NotThere):
            return False

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None

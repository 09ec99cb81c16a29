"""Real server processes, and a small browser for them over one kept-alive connection."""

from __future__ import annotations

import http.client
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import psutil

from kbwizard.config import ROOT
from kbwizard.web.security import COOKIE

KEPT_S = 3.0
"""Idle connections live 5 s on the server (`serving.options`): ours is given up before."""
LIMIT_S = 30.0
_CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser:
    """Keeps cookies and one connection; follows nothing."""

    def __init__(self, port: int, token: str = "", **headers: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT_S)
        self._asked_at = time.monotonic()
        self._cookies = {COOKIE: token} if token else {}
        self._headers = headers

    def get(self, path: str) -> tuple[int, str]:
        return self._ask("GET", path, None)

    def post(self, path: str, fields: Mapping[str, str], **headers: str) -> tuple[int, str]:
        """The status, and where it leads, or the text that came."""
        return self._ask("POST", path, urlencode(fields), headers)

    def csrf(self, path: str = "/desk/") -> str:
        found = _CSRF.search(self.get(path)[1])
        assert found is not None, f"no form at {path}"
        return found[1]

    def close(self) -> None:
        self._connection.close()

    def _ask(
        self, method: str, path: str, body: str | None, more: Mapping[str, str] | None = None
    ) -> tuple[int, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {"Cookie": cookies, **self._headers, **(more or {})}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if time.monotonic() - self._asked_at > KEPT_S:
            self._connection.close()  # the server has closed it by now; the next request reopens it
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        self._asked_at = time.monotonic()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self._cookies[name] = morsel.value
        return answer.status, answer.headers.get("Location") or text


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    command: list[str], folder: Path, port: int, **more: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A server process of this data folder; ended by its pid when the block ends.

    `more` are variables of its environment besides.
    """
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env={
            "PATH": "/usr/bin:/bin",
            "KBWIZARD_DATA_DIR": str(folder),
            "KBWIZARD_PORT": str(port),
            "KBWIZARD_DEMO": "1",
            **more,
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)


def first_page(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until `/` answers 200 or 303."""
    ends = time.monotonic() + LIMIT_S
    while time.monotonic() < ends:
        assert process.poll() is None, "the server ended by itself"
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT_S)
        try:
            connection.request("GET", "/")
            if connection.getresponse().status in (200, 303):
                return
        except OSError:
            time.sleep(0.01)
        finally:
            connection.close()
    raise AssertionError("no first page in time")


def workers(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """The server's worker processes: its children that hold the port."""
    master = psutil.Process(process.pid)
    return [child for child in master.children() if _listens(child)]


def _listens(process: psutil.Process) -> bool:
    """The keeper of the lab is a child as well, and the lab is the keeper's."""
    return any(one.status == psutil.CONN_LISTEN for one in process.net_connections("tcp"))

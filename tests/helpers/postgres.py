"""A PostgreSQL cluster of the test run's own: on loopback, in a temporary folder, gone at its end.

postgres refuses to run as root, so as root it runs as an unprivileged user. The cluster sorts as
Portuguese does and lives in a zone that is not UTC, because a real one may.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

OWNER = "kbwizard"
MISSING = "needs postgresql (requirements-system.txt)"
UNPRIVILEGED = ("postgres", "nobody")
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "300",
    "shared_buffers": "32MB",
    "timezone": "America/Sao_Paulo",
    # Nothing here has to survive a power cut.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}


def find_binary(name: str) -> Path | None:
    """Where a program of PostgreSQL is: Debian keeps most of them off the PATH."""
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name)
    )
    for folder in reversed(versions):
        if (folder / name).exists():
            return folder / name
    found = shutil.which(name)
    return Path(found) if found else None


class Cluster:
    """A running server. `stop`, `kill` and `start` again are for tests of a lost connection."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="kbwizard-postgres-"))
        self.port = _free_port()
        self._server: subprocess.Popen[bytes] | None = None
        self._owner = _unprivileged()
        if self._owner:
            os.chown(self.folder, *self._owner.values())
        self._initialise()

    def url(self, database: str) -> str:
        """The address of a database as an operator would write it."""
        return f"postgresql://{OWNER}@127.0.0.1:{self.port}/{database}"

    def run(self, statement: str, database: str = "postgres") -> list[Any]:
        """One statement outside any transaction; its rows, if it has any."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def start(self) -> None:
        binary = find_binary("postgres")
        assert binary is not None
        options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [binary, "-D", self.folder / "data", "-p", str(self.port), *options],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                **self._as(),
            )
        self._wait()

    def stop(self) -> None:
        """Shut down as an operator would who is in a hurry: connections are cut."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """As a machine that loses its power."""
        self._end(signal.SIGQUIT)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def _initialise(self) -> None:
        binary = find_binary("initdb")
        assert binary is not None
        locale = ("--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=pt-BR")
        subprocess.run(
            [binary, "-D", self.folder / "data", "-A", "trust", "-U", OWNER, "-E", "UTF8", *locale, "-N"],
            check=True,
            capture_output=True,
            cwd=self.folder,
            timeout=60,
            **self._as(),
        )  # fmt: skip

    def _as(self) -> dict[str, Any]:
        return {**self._owner, "extra_groups": []} if self._owner else {}

    def _wait(self) -> None:
        ends = time.monotonic() + 30
        while True:
            try:
                self.run("SELECT 1")
                return
            except psycopg.OperationalError:
                assert self._server is not None
                assert self._server.poll() is None, (self.folder / "log").read_text()
                assert time.monotonic() < ends, "postgres did not start"
                time.sleep(0.05)

    def _end(self, how: signal.Signals) -> None:
        if self._server is not None:
            self._server.send_signal(how)
            self._server.wait(timeout=30)
            self._server = None


def _unprivileged() -> dict[str, int]:
    """`user` and `group` for the server; empty when we are not root ourselves."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = next(known[name] for name in UNPRIVILEGED if name in known)
    return {"user": entry.pw_uid, "group": entry.pw_gid}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

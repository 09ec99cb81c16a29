"""Starts snmpsim over a folder of recordings, for root and for ordinary users alike.

snmpsim insists on dropping privileges, and imports standard modules only after it did; where the
interpreter lives under root's home they cannot be read any more. So they are imported first.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SPEED_LIMIT_S = 30.0


def serve(arguments: list[str]) -> None:
    """The body of the agent's own process."""
    import bisect  # noqa: F401
    import csv  # noqa: F401
    import dbm
    import dbm.dumb
    import encodings.ascii
    import encodings.idna
    import encodings.latin_1
    import encodings.utf_8  # noqa: F401
    import multiprocessing  # noqa: F401
    import sqlite3  # noqa: F401

    dbm._defaultmod = dbm.dumb  # type: ignore[attr-defined]
    dbm._modules["dbm.dumb"] = dbm.dumb  # type: ignore[attr-defined]
    from snmpsim.commands import responder

    sys.argv = ["snmpsim-command-responder", *arguments]
    sys.exit(responder.main())


@contextmanager
def snmpsim(recordings: Path, *extra: str) -> Iterator[int]:
    """Serve every `*.snmprec` of a folder; its name without the ending is the community."""
    port = _free_port()
    folder = Path(tempfile.mkdtemp(prefix="snmpsim-"))
    try:
        process = _start(recordings, folder, port, extra)
        try:
            _wait_until_it_answers(process, port, next(iter(sorted(recordings.glob("*.snmprec")))))
            yield port
        finally:
            process.terminate()
            process.wait(10)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start(
    recordings: Path, folder: Path, port: int, extra: tuple[str, ...]
) -> subprocess.Popen[bytes]:
    data, cache = folder / "data", folder / "cache"
    data.mkdir()
    cache.mkdir()
    for file in recordings.glob("*.snmprec"):
        shutil.copy(file, data / file.name)
    arguments = [
        f"--data-dir={data}",
        f"--cache-dir={cache}",
        f"--agent-udpv4-endpoint=127.0.0.1:{port}",
        "--log-level=error",
        *extra,
    ]
    if os.geteuid() == 0:
        arguments += ["--process-user=nobody", "--process-group=nogroup"]
        for path in (folder, data, cache):
            path.chmod(0o777)
        for file in data.iterdir():
            file.chmod(0o666)
    command = [sys.executable, "-W", "ignore", __file__, *arguments]
    with (folder / "errors").open("wb") as errors:
        return subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=errors)


def _wait_until_it_answers(process: subprocess.Popen[bytes], port: int, file: Path) -> None:
    """Ask for sysDescr over v2c until something comes back."""
    question = _get_next(file.stem)
    limit = time.monotonic() + SPEED_LIMIT_S
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(0.5)
        while time.monotonic() < limit:
            if process.poll() is not None:
                raise RuntimeError(f"snmpsim ended with {process.returncode}")
            try:
                asking.sendto(question, ("127.0.0.1", port))
                asking.recv(65535)
            except (TimeoutError, ConnectionError):
                continue
            return
    raise RuntimeError("snmpsim did not answer")


def _get_next(community: str) -> bytes:
    """GETNEXT of 1.3.6.1, written by hand."""
    name = bytes([0x06, 3, 0x2B, 6, 1])
    binding = bytes([0x30, len(name) + 2]) + name + b"\x05\x00"
    bindings = bytes([0x30, len(binding)]) + binding
    body = b"\x02\x01\x07\x02\x01\x00\x02\x01\x00" + bindings
    pdu = bytes([0xA1, len(body)]) + body
    message = b"\x02\x01\x01\x04" + bytes([len(community)]) + community.encode() + pdu
    return bytes([0x30, len(message)]) + message


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    serve(sys.argv[1:])

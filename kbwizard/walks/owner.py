"""Which process runs a check, and whether that process still exists."""

from __future__ import annotations

import os
import socket
from pathlib import Path


def owner_of_this_process() -> str:
    """Host, pid and start time: a pid that was given out again is another owner."""
    return f"{socket.gethostname()}:{os.getpid()}:{_start_ticks(os.getpid())}"


def _start_ticks(pid: int) -> str:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]


def owner_is_gone(owner: str) -> bool:
    """True only when the owner ran on this host and does not any more."""
    host, _, rest = owner.rpartition(":")[0].rpartition(":")
    started = owner.rpartition(":")[2]
    return host == socket.gethostname() and _start_ticks(int(rest)) != started

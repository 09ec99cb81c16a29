"""Which process runs a check, and whether that process still exists."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from pathlib import Path


def owner_of_this_process() -> str:
    """Machine, pid and start time: a pid that was given out again is another owner."""
    return f"{machine()}:{os.getpid()}:{_start_ticks(os.getpid())}"


def machine() -> str:
    """Where a pid means the same: host, its present boot, and its space of pids.

    Two containers may have the same name, and each would take the other's processes for dead.
    """
    space = ""
    with suppress(OSError):
        space = os.readlink("/proc/self/ns/pid").strip("pid:[]")
    boot = _text("/proc/sys/kernel/random/boot_id").strip()[:8]
    return f"{socket.gethostname()}/{boot}/{space}"


def owner_is_gone(owner: str) -> bool:
    """True only when the owner ran on this machine and does not any more."""
    host, _, rest = owner.rpartition(":")[0].rpartition(":")
    started = owner.rpartition(":")[2]
    return host == machine() and _start_ticks(int(rest)) != started


def _start_ticks(pid: int) -> str:
    stat = _text(f"/proc/{pid}/stat")
    return stat.rpartition(")")[2].split()[19] if stat else ""


def _text(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""

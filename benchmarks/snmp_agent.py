"""One Huawei ONU for snmpd's `pass_persist` protocol: lines in, lines out, nothing of ours."""

from __future__ import annotations

import sys

BASE = ".1.3.6.1.4.1.2011.6.128.1.1.2"
AT = f"{0xFA000000 + 0x2000}.1"
"""Board 1, port 0, ONT 1: printed as 0/1/0."""
VALUES = {
    f"{BASE}.46.1.15.{AT}": ("integer", "1"),
    f"{BASE}.46.1.24.{AT}": ("integer", "13"),
    f"{BASE}.46.1.20.{AT}": ("integer", "2345"),
    f"{BASE}.51.1.4.{AT}": ("integer", "-1980"),
    f"{BASE}.51.1.3.{AT}": ("integer", "220"),
    f"{BASE}.51.1.6.{AT}": ("integer", "7650"),
    f"{BASE}.51.1.1.{AT}": ("integer", "45"),
    f"{BASE}.43.1.3.{AT}": ("string", "HWTC4321"),
    f"{BASE}.62.1.22.{AT}.1": ("integer", "1"),
    f"{BASE}.62.1.4.{AT}.1": ("integer", "3"),
    f"{BASE}.62.1.3.{AT}.1": ("integer", "2"),
}


def answer(verb: str, oid: str) -> str:
    """One exact value; this agent knows no order, because nothing of a check walks."""
    kind, value = VALUES.get(oid, ("", ""))
    return f"{oid}\n{kind}\n{value}" if verb == "get" and kind else "NONE"


def main() -> None:
    for line in iter(sys.stdin.readline, ""):
        verb = line.strip()
        if verb == "PING":
            said = "PONG"
        elif verb == "":
            break
        else:
            said = answer(verb, sys.stdin.readline().strip())
        print(said, flush=True)


if __name__ == "__main__":
    main()

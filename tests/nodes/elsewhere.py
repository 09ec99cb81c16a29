"""A node as on another machine: its processes cannot be looked at from here."""

from __future__ import annotations

import socket
import sys
from dataclasses import dataclass

from tests.helpers.installation import Served

NAME = "outra-maquina"


@dataclass
class ElsewhereServed(Served):
    """`serve` in a process that takes its host for another one."""

    module: str = "tests.nodes.elsewhere"


if __name__ == "__main__":
    socket.gethostname = lambda: NAME
    from kbwizard.cli import main

    sys.exit(main(sys.argv[1:]))

"""The commands of live checks, for the command line: read-session, read-onu, device."""

from __future__ import annotations

from typing import Any

from kbwizard.checks import device_command, read_onu_command, read_session_command


def add_parsers(subparsers: Any) -> None:
    """Add every command of this part."""
    read_session_command.add_parsers(subparsers)
    read_onu_command.add_parsers(subparsers)
    device_command.add_parsers(subparsers)

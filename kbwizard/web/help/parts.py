"""What the help pages work with: built by `app`, found by views through `parts()`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app

from kbwizard.selfservice.service import SelfService

_NAME = "kbwizard.help"


@dataclass(frozen=True, slots=True)
class HelpParts:
    """The parts of the product that a customer's pages use."""

    selfservice: SelfService
    setting: Callable[[str], Any]
    """A value that a lead may change: hours, fees, what is said of an absence."""


def install(app: Flask, help_parts: HelpParts) -> None:
    """Put the parts where `parts()` finds them."""
    app.extensions[_NAME] = help_parts


def parts() -> HelpParts:
    """The parts of the app that is answering."""
    found: HelpParts = current_app.extensions[_NAME]
    return found

"""What the desk works with: built by `app`, found by views through `parts()`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from flask import Flask, current_app

from kbwizard.cases.concluding import Concluding
from kbwizard.cases.outages import Outages, Place
from kbwizard.cases.service import Cases
from kbwizard.cases.settings import CaseSettings
from kbwizard.content.articles import Article
from kbwizard.directory.service import Directory
from kbwizard.search.results import SearchResult
from kbwizard.walks.runs import CheckRuns
from kbwizard.walks.service import Standing, Walks

_NAME = "kbwizard.desk"


class Find(Protocol):
    """Search over articles and steps, for agents."""

    def __call__(self, query: str, *, as_you_type: bool) -> SearchResult: ...


@dataclass(frozen=True, slots=True)
class DeskParts:
    """The parts of the product that the desk's screens use."""

    walks: Walks
    runs: CheckRuns
    cases: Cases
    concluding: Concluding
    outages: Outages
    case_settings: CaseSettings
    directory: Directory
    articles: Callable[[], Mapping[str, Article]]
    find: Find
    place_of: Callable[[str], Place | None]
    """Where a line hangs, for outage notices."""
    warm: Callable[[], None]
    """Make what the first check would otherwise wait for. Called in each process, after a fork."""
    act: Callable[[str, Standing], tuple[str, str]]
    """Run a named action for a walk: (done, refused or error; what happened)."""


def install(app: Flask, desk: DeskParts) -> None:
    """Put the parts where `parts()` finds them."""
    app.extensions[_NAME] = desk


def parts() -> DeskParts:
    """The desk's parts of the app that is answering."""
    found: DeskParts = current_app.extensions[_NAME]
    return found


def warm(app: Flask) -> None:
    """Wake what the first call would wait for, in the process that answers it."""
    desk: DeskParts = app.extensions[_NAME]
    desk.warm()

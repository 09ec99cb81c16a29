"""What the desk works with: built by `app`, found by views through `parts()`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Flask, current_app, request
from sqlalchemy import Engine

from kbwizard.cases.concluding import Concluding
from kbwizard.cases.outages import Outages, Place
from kbwizard.cases.service import Cases
from kbwizard.cases.settings import CaseSettings
from kbwizard.content.articles import Article
from kbwizard.directory.service import Directory
from kbwizard.walks.runs import CheckRuns
from kbwizard.walks.service import Standing, Walks

_NAME = "kbwizard.desk"
_TRAINING = "kbwizard.desk.training"
TRAINING_CALL = "study_call"
"""The blueprint of the call's screens once more, for exercises: another desk, other parts."""
TRAINING_LETTER = "T"
"""Protocols of exercises begin with it; those of real cases never do."""


@dataclass(frozen=True, slots=True)
class DeskParts:
    """The parts of the product that the desk's screens use."""

    engine: Engine
    """Where this desk's cases, walks and audit are kept."""
    walks: Walks
    runs: CheckRuns
    cases: Cases
    concluding: Concluding
    outages: Outages
    case_settings: CaseSettings
    directory: Directory
    articles: Callable[[], Mapping[str, Article]]
    place_of: Callable[[str], Place | None]
    """Where a line hangs, for outage notices."""
    warm: Callable[[], None]
    """Make what the first check would otherwise wait for. Called in each process, after a fork."""
    act: Callable[[str, Standing], tuple[str, str]]
    """Run a named action for a walk: (done, refused or error; what happened)."""


def install(app: Flask, desk: DeskParts, training: DeskParts | None = None) -> None:
    """Put the parts where `parts()` finds them. `training`: a desk of its own for exercises."""
    app.extensions[_NAME] = desk
    if training is not None:
        app.extensions[_TRAINING] = training


def parts() -> DeskParts:
    """The parts of the desk that is being asked: the real one, or that of the exercises."""
    found: DeskParts = current_app.extensions[_TRAINING if in_training() else _NAME]
    return found


def training_parts() -> DeskParts | None:
    """The exercises' desk, for screens that are not a call; None where there is none."""
    found: DeskParts | None = current_app.extensions.get(_TRAINING)
    return found


def in_training() -> bool:
    """Whether the request is about a call of the exercises' desk."""
    return request.blueprint == TRAINING_CALL


def warm(app: Flask) -> None:
    """Wake what the first call would wait for, in the process that answers it."""
    desk: DeskParts = app.extensions[_NAME]
    desk.warm()

"""What the screens of study work with: the training of this installation, found by `training()`."""

from __future__ import annotations

from flask import Flask, current_app, g, url_for

from kbwizard.accounts.roles import Permission
from kbwizard.errors import NotFound
from kbwizard.training.service import Attempt, Training
from kbwizard.web.desk.parts import TRAINING_CALL
from kbwizard.web.security import may, signed_in

_NAME = "kbwizard.training"


def install(app: Flask, training: Training) -> None:
    """Put the training where `training()` finds it."""
    app.extensions[_NAME] = training


def training() -> Training:
    """The training of the app that is answering."""
    found: Training = current_app.extensions[_NAME]
    return found


def own_attempt(attempt_id: int) -> Attempt:
    """An attempt for who may see it: its trainee, or a tutor. Anybody else finds nothing."""
    attempt = training().attempt(attempt_id)
    if attempt.who != signed_in().name and not may(Permission.TUTOR):
        raise NotFound("Este exercício não existe, ou não é seu.")
    return attempt


def attempt_here() -> Attempt:
    """The attempt whose call is being shown; the guard put it there."""
    found: Attempt = g.attempt
    return found


def read_only() -> bool:
    """Whether who is looking is not who is being trained."""
    return attempt_here().who != signed_in().name


def call_url(attempt: Attempt) -> str:
    """The address of an attempt's call."""
    return url_for(f"{TRAINING_CALL}.show", protocol=attempt.protocol)

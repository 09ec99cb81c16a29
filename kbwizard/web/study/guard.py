"""Whose exercise a call is: only its trainee acts in it, a tutor may look.

The call's screens know nothing of this: it stands before every route of their second registration.
"""

from __future__ import annotations

from flask import Flask, g, request

from kbwizard.accounts.roles import Permission
from kbwizard.errors import Conflict, NotFound
from kbwizard.web.desk.parts import TRAINING_CALL
from kbwizard.web.security import may, signed_in
from kbwizard.web.study.parts import training

NOT_IN_EXERCISES = frozenset({"record", "choose_line", "close", "reopen", "erp"})
"""What would show the answer, or has no place in an exercise: its one walk is the whole of it."""

ANSWERS = frozenset({"answer", "confirm", "act", "give_up"})
"""What answers the step that stands: the coach's question comes first."""
DEEDS = ANSWERS | {"anytime", "back", "revise", "jump", "conclude"}
"""What moves the call on, and needs its line."""


def install(app: Flask) -> None:
    """Guard the exercises' calls. After the app's own guard, which knows who is signed in."""
    app.before_request(_guard)


def _guard() -> None:
    if request.blueprint != TRAINING_CALL:
        return
    if str(request.endpoint).rpartition(".")[2] in NOT_IN_EXERCISES:
        raise NotFound("Isto não existe nos exercícios.")
    attempt = training().attempt_of(str((request.view_args or {}).get("protocol", "")))
    looks = request.method in ("GET", "HEAD") and may(Permission.TUTOR)
    if attempt is None or not (attempt.who == signed_in().name or looks):
        raise NotFound("Este exercício não existe, ou não é seu.")
    if attempt.finished_at is not None and not looks and request.method != "GET":
        raise Conflict("Este exercício já terminou. Veja a revisão, ou comece de novo.")
    g.attempt = attempt
    deed = str(request.endpoint).rpartition(".")[2]
    if request.method == "POST" and deed in DEEDS:
        visit = request.form.get("visit", type=int) if deed in ANSWERS else None
        training().check_deed(attempt, visit=visit)

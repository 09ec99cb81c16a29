"""The trainee's screens: exercises at the desk itself, reviews, quizzes; and the tutor's."""

from __future__ import annotations

from flask import Flask

from kbwizard.training.service import Training
from kbwizard.web.study import from_case, guard, home, margin, parts, quizzes, tutor, wording


def install(app: Flask, training: Training) -> None:
    """Register the screens of study. The desk's second registration must stand before."""
    parts.install(app, training)
    guard.install(app)
    margin.install(app)
    app.jinja_env.globals["may_convert"] = from_case.may_convert
    app.jinja_env.filters.update(disposition=wording.disposition, topic_label=wording.topic_label)
    for screens in (home, quizzes, tutor, from_case):
        app.register_blueprint(screens.blueprint)

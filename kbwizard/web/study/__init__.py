"""The trainee's screens: exercises at the desk itself, reviews, quizzes; and the tutor's."""

from __future__ import annotations

from flask import Flask

from kbwizard.training.service import Training
from kbwizard.web.study import guard, home, margin, parts


def install(app: Flask, training: Training) -> None:
    """Register the screens of study. The desk's second registration must stand before."""
    parts.install(app, training)
    guard.install(app)
    margin.install(app)
    app.jinja_env.filters["disposition"] = home.disposition
    for screens in (home,):
        app.register_blueprint(screens.blueprint)

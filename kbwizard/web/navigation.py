"""The screens of the header: each for who may open it, in the order of a shift."""

from __future__ import annotations

from flask import Flask, current_app, request, url_for

from kbwizard.accounts.roles import Permission
from kbwizard.web.security import may

SCREENS: tuple[tuple[str, str, Permission], ...] = (
    ("desk.home", "Atender", Permission.ATTEND),
    ("desk.list_cases", "Atendimentos", Permission.ATTEND),
    ("outages.board", "Paradas", Permission.DECLARE_OUTAGE),
    ("knowledge.articles", "Artigos", Permission.READ_ARTICLES),
    ("study.home", "Estudar", Permission.STUDY),
    ("tutor.everybody", "Tutoria", Permission.TUTOR),
)
"""(endpoint, word on screen, permission). A screen that this app does not have is left out."""


def screens() -> list[tuple[str, str, bool]]:
    """(address, word, whether it is the one being shown) of each screen open to this person."""
    known = current_app.view_functions
    return [
        (url_for(endpoint), word, request.endpoint == endpoint)
        for endpoint, word, permission in SCREENS
        if endpoint in known and may(permission)
    ]


def install(app: Flask) -> None:
    """Give templates `screens()`."""
    app.jinja_env.globals["screens"] = screens

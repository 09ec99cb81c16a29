"""The screens of the header: each for who may open it, in the order of a shift."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, current_app, request, url_for

from kbwizard.accounts.roles import Permission
from kbwizard.web.security import may

SCREENS: tuple[tuple[str, str, Permission], ...] = (
    ("desk.home", "Atender", Permission.ATTEND),
    ("desk.list_cases", "Atendimentos", Permission.ATTEND),
    ("outages.board", "Paradas", Permission.DECLARE_OUTAGE),
    ("knowledge.articles", "Artigos", Permission.READ_ARTICLES),
    ("writing.drafts", "Escrever", Permission.EDIT_CONTENT),
    ("trust.due", "Qualidade", Permission.EDIT_CONTENT),
    ("study.home", "Estudar", Permission.STUDY),
    ("tutor.everybody", "Tutoria", Permission.TUTOR),
)
"""(endpoint, word on screen, permission). A screen that this app does not have is left out."""

_SECTIONS = {
    "knowledge": "knowledge.articles",
    "trust.to_read_list": "knowledge.articles",
    "writing": "writing.drafts",
    "trust": "trust.due",
    "reports": "trust.due",
}
"""The screen that others belong to: by endpoint, or by blueprint."""
_COUNTS = "kbwizard-counts"


def count(app: Flask, endpoint: str, waiting: Callable[[], int]) -> None:
    """Show beside a screen's word how much waits there for who is signed in."""
    app.extensions.setdefault(_COUNTS, {})[endpoint] = waiting


def screens() -> list[tuple[str, str, str, int]]:
    """(address, word, `aria-current`, how much waits) of each screen of this person."""
    known, counts = current_app.view_functions, current_app.extensions.get(_COUNTS, {})
    return [
        (
            url_for(endpoint),
            word,
            _current(endpoint),
            counts[endpoint]() if endpoint in counts else 0,
        )
        for endpoint, word, permission in SCREENS
        if endpoint in known and may(permission)
    ]


def _current(endpoint: str) -> str:
    if request.endpoint == endpoint:
        return "page"
    blueprint = request.blueprint or ""
    section = _SECTIONS.get(request.endpoint or "") or _SECTIONS.get(blueprint)
    return "true" if section == endpoint else ""


def install(app: Flask) -> None:
    """Give templates `screens()`."""
    app.jinja_env.globals["screens"] = screens

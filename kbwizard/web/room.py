"""More room than a form usually gets: for screens that take an article's text, an image, a zip.

A view asks for it by `@room(...)`. It is given to people of the house who may use that view, before
anything of the body is read, also when their sign-in has just run out: what they typed is held for
them. For everybody else the limits of `protection` stand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, g, request

from kbwizard.accounts.roles import role_may
from kbwizard.web.security import needed, remembered

View = TypeVar("View", bound=Callable[..., Any])

_ROOM = "room"


def room(*, whole: int, field: int) -> Callable[[View], View]:
    """Let a request to this view have `whole` bytes, and each of its fields `field` characters."""

    def mark(view: View) -> View:
        view.__dict__[_ROOM] = (whole, field)
        return view

    return mark


def install(app: Flask) -> None:
    """Make room before the form is read, so before CSRF is looked at."""
    app.before_request(_make_room)


def _make_room() -> None:
    endpoint = request.endpoint
    if request.method != "POST" or endpoint not in current_app.view_functions:
        return
    asked: tuple[int, int] | None = getattr(current_app.view_functions[endpoint], _ROOM, None)
    access, person = needed(endpoint), remembered() if asked else None
    if asked is None or access is None or access.permission is None or person is None:
        return
    if role_may(person.role, access.permission):
        whole, g.longest_field = asked
        request.max_content_length = whole
        request.max_form_memory_size = min(whole, g.longest_field * 4)

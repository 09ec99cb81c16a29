"""Who is asking, and whether they may: the one place where the web decides it.

Every view says what it needs by `@require(Permission.X)` or `@public`; one guard before each
request enforces it. A view that says nothing is refused, so forgetting it cannot open a door.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, redirect, render_template, request, url_for

from kbwizard.accounts import held
from kbwizard.accounts.roles import Permission
from kbwizard.accounts.signins import Person, find_person
from kbwizard.errors import EngineError, Forbidden
from kbwizard.web import errors, htmx
from kbwizard.web.answers import row_id
from kbwizard.web.services import now, services

COOKIE = "kbw_signin"
HELD_FIELD = "_held"
CSRF_FIELD = "csrf_token"
_LONGEST_PATH = 500
_REOPENED = "kbwizard-reopened"

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Access:
    """What a view needs. `permission` is None for everybody, signed in or not."""

    permission: Permission | None
    hold: bool = True


def require(permission: Permission, *, hold: bool = True) -> Callable[[View], View]:
    """Declare the permission a view needs. It stands under the route's decorator.

    A form posted to it after the sign-in expired is held for its author; `hold=False` for forms
    that carry a secret (a password, a device's credentials), which is never stored.
    """

    def mark(view: View) -> View:
        view.__dict__["access"] = Access(permission, hold)
        return view

    return mark


def public(view: View) -> View:
    """Declare that a view answers everybody."""
    view.__dict__["access"] = Access(None)
    return view


def access_of(view: Callable[..., Any]) -> Access | None:
    """What a view declared; None when it forgot."""
    found: Access | None = getattr(view, "access", None)
    return found


def reopen_for(app: Flask, blueprint: str, permission: Permission) -> None:
    """Let every view of a blueprint's second registration need this permission instead.

    The same screens serve two desks; who may enter differs, what they do does not.
    """
    app.extensions.setdefault(_REOPENED, {})[blueprint] = permission


def needed(endpoint: str) -> Access | None:
    """What an endpoint of the app that is answering needs; None when its view forgot to say."""
    access = access_of(current_app.view_functions[endpoint])
    blueprint = endpoint.rpartition(".")[0]
    instead = current_app.extensions.get(_REOPENED, {}).get(blueprint)
    return access if access is None or instead is None else replace(access, permission=instead)


def current_user() -> Person | None:
    """Who is signed in, looked up once a request; None for nobody or an expired sign-in."""
    person = remembered()
    return None if person is None or person.expired else person


def signed_in() -> Person:
    """Who is signed in, for views that `require` a permission and therefore know somebody is."""
    person = current_user()
    if person is None:
        raise EngineError("Uma tela protegida foi aberta sem ninguém identificado.")
    return person


def remembered() -> Person | None:
    """Whom this browser belongs to, even when the sign-in has run out."""
    if "person" not in g:
        token = request.cookies.get(COOKIE, "")
        g.person = find_person(services().engine, token, now=now())
    person: Person | None = g.person
    return person


def may(permission: Permission) -> bool:
    """Whether who is signed in may do something; templates ask it too: `{% if may("attend") %}`."""
    person = current_user()
    return person is not None and person.may(Permission(permission))


def check(permission: Permission) -> None:
    """Raise `Forbidden` unless who is signed in may do this. For rules within a view."""
    if not may(permission):
        raise Forbidden("Seu papel não permite isto. Peça a quem lidera o suporte.")


def safe_next(target: str | None) -> str:
    """An address of this site to go on to, or empty. Never another site, never sign-in itself."""
    if not target or len(target) > _LONGEST_PATH or not target.isprintable():
        return ""
    if not target.startswith("/") or target.startswith("//") or "\\" in target:
        return ""
    try:
        parts = urlsplit(target)
    except ValueError:
        return ""
    if parts.scheme or parts.netloc or parts.path.startswith("/account/sign-"):
        return ""
    return target


def install(app: Flask) -> None:
    """Guard every request of this app. After CSRF: what is held must be its author's own form."""
    app.before_request(_guard)
    app.after_request(_erase_used_form)
    app.jinja_env.globals.update(current_user=current_user, may=may)


def _guard() -> Response | None:
    if request.endpoint not in current_app.view_functions:
        return None
    access = needed(request.endpoint)
    if access is None:
        raise EngineError(f"A rota {request.endpoint} não diz que permissão exige.")
    if access.permission is None:
        return None
    if current_user() is None:
        return _ask_to_sign_in(access)
    check(access.permission)
    if request.method == "POST" and HELD_FIELD in request.form:
        g.used_form = request.form.get(HELD_FIELD, type=row_id)
    return None


def _ask_to_sign_in(access: Access) -> Response:
    person, posted = remembered(), request.method == "POST"
    held_now = bool(person and posted and access.hold and _hold(person))
    if htmx.wants_fragment() and (posted or person) and not held_now:
        # Leaving the page would throw away what somebody is typing: only say what happened.
        return htmx.to_messages(Response(render_template("account/_expired.html"), 401))
    if posted and not held_now:
        return errors.show(errors.SIGN_IN_AGAIN, repeat=access.hold)
    is_page = not posted and not htmx.wants_fragment()
    back = request.full_path.rstrip("?") if is_page else htmx.shown_page()
    url = url_for("account.sign_in", next=safe_next(back) or None)
    return htmx.go_to(url) if htmx.wants_fragment() else _see_other(url)


def _hold(person: Person) -> bool:
    path = request.full_path.rstrip("?")
    if len(path) > _LONGEST_PATH:
        return False
    fields = tuple(
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in (CSRF_FIELD, HELD_FIELD)
    )
    held.hold(
        services().engine,
        services().settings.secret_key,
        user_id=person.id,
        path=path,
        fields=fields,
        now=now(),
    )
    return True


def _erase_used_form(response: Response) -> Response:
    held_id = g.pop("used_form", None)
    person = current_user() if held_id is not None else None
    if person and response.status_code < 400:
        held.erase(services().engine, user_id=person.id, held_id=held_id)
    return response


def _see_other(url: str) -> Response:
    answer = redirect(url, 303)
    assert isinstance(answer, Response)
    return answer

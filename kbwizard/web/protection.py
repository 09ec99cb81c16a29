"""What protects every page alike: headers, CSRF, limits on tries and on what a form may hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

from flask import Blueprint, Flask, Response, g, request
from flask_limiter import Limiter
from flask_wtf.csrf import CSRFProtect
from werkzeug.routing import IntegerConverter, Map

from kbwizard.accounts.demo import is_loopback
from kbwizard.config import Settings
from kbwizard.errors import Forbidden, InvalidInput, NotFound
from kbwizard.web.answers import LAST_ROW
from kbwizard.web.limiter import make_limiter
from kbwizard.web.origin import origin
from kbwizard.web.services import services

MOST_BYTES = 256 * 1024
MOST_CHARACTERS = 20_000
"""Longest text of one field: a page of notes is about 3 000."""
MOST_FIELDS = 500
TRIES_PER_ADDRESS = "30 per 10 minutes"
"""A whole support room may share one address; only refused tries count."""
TRIES_PER_NAME = "10 per 10 minutes"

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # CSRF over TLS looks at the referrer, so our own pages must send it to us.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_LIMITER = "kbwizard-limiter"
_CSRF = "kbwizard-csrf"


class RowNumber(IntegerConverter):
    """The number of a row in an address; one that no row can have is no address."""

    def __init__(self, routes: Map, **options: Any) -> None:
        super().__init__(routes, **{"max": LAST_ROW, **options})


def configure(app: Flask, settings: Settings) -> None:
    """Cookies, sizes and CSRF, as the settings say. Before the first route."""
    app.url_map.converters["int"] = RowNumber
    app.config.update(
        SECRET_KEY=settings.secret_key.reveal(),
        SESSION_COOKIE_NAME="kbw_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_REFRESH_EACH_REQUEST=False,
        # A form must outlive the sign-in by a day: until then it may be held and offered again.
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours + 24),
        WTF_CSRF_TIME_LIMIT=None,
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=MOST_BYTES,
        MAX_FORM_PARTS=MOST_FIELDS,
    )


def install(app: Flask, settings: Settings) -> None:
    """Check what comes in, CSRF included, and put the headers on what goes out."""
    if settings.demo:
        app.before_request(_only_this_machine)
    app.before_request(_check_text)
    app.extensions[_CSRF] = CSRFProtect(app)
    app.extensions[_LIMITER] = make_limiter(app, settings)
    app.after_request(_harden)


def limit_sign_in(app: Flask, endpoint: str) -> None:
    """Cap refused tries on a sign-in view, by address and by the name that was typed."""
    limit(app, endpoint, TRIES_PER_ADDRESS, methods=("POST",), only=_was_refused)
    limit(app, endpoint, TRIES_PER_NAME, key=_typed_name, methods=("POST",), only=_was_refused)


def limit(
    app: Flask,
    endpoint: str,
    rate: str,
    *,
    key: Callable[[], str] = origin,
    methods: tuple[str, ...] = (),
    shared: str = "",
    only: Callable[[Response], bool] | None = None,
) -> None:
    """Cap a view, for instance `"30 per 10 minutes"`, by address unless `key` says by what.

    Views with the same `shared` name count together. `only`: which answers count.
    """
    limiter: Limiter = app.extensions[_LIMITER]
    options: dict[str, Any] = {"key_func": key, "deduct_when": only}
    if methods:
        options["methods"] = list(methods)
    view: Callable[..., Any] = app.view_functions[endpoint]
    if shared:
        app.view_functions[endpoint] = limiter.shared_limit(rate, shared, **options)(view)
    else:
        app.view_functions[endpoint] = limiter.limit(rate, **options)(view)


def without_csrf(app: Flask, blueprint: Blueprint) -> None:
    """Views of this blueprint take no cookie for who is asking, so there is nothing to forge."""
    protect: CSRFProtect = app.extensions[_CSRF]
    protect.exempt(blueprint)


def limit_ends_at(app: Flask) -> int | None:
    """When the limit that was just met ends, in seconds since 1970."""
    limiter = cast(Limiter | None, app.extensions.get(_LIMITER))
    met = limiter.current_limit if limiter else None
    return met.reset_at if met else None


def _typed_name() -> str:
    return "name:" + request.form.get("name", "").strip().lower()[:40]


def _was_refused(response: Response) -> bool:
    return response.status_code == 401


def _only_this_machine() -> None:
    # The server may have been bound by hand: demo passwords are public, so look again here.
    if not is_loopback(request.remote_addr or ""):
        raise Forbidden("O modo de demonstração só atende nesta própria máquina.")


def _check_text() -> None:
    if "\0" in request.path:
        raise NotFound("Esta página não existe.")
    longest: int = g.get("longest_field", MOST_CHARACTERS)  # `room` gives some screens more
    for name, value in (*request.args.items(multi=True), *request.form.items(multi=True)):
        if "\0" in name or "\0" in value:
            raise InvalidInput(
                "O texto enviado tem um caractere que não é texto (NUL). Copie-o daqui, apague o "
                "que for estranho e envie de novo."
            )
        if len(value) > longest:
            raise InvalidInput(
                f"Um dos campos tem {len(value)} caracteres; o máximo é {longest}. "
                "Copie o texto daqui, reduza e envie de novo."
            )


def _harden(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    # Pages show customers' data: neither the browser nor a proxy keeps them. Static files say
    # otherwise for themselves.
    response.headers.setdefault("Cache-Control", "no-store")
    if services().settings.secure_cookies:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response

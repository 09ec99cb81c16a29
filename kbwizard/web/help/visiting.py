"""Whose visit this browser has: a cookie that holds a token and nothing else, for 24 hours."""

from __future__ import annotations

from flask import Response, g, request, session

from kbwizard.errors import RequestError
from kbwizard.selfservice.values import Begun, Visit
from kbwizard.web.help.parts import parts
from kbwizard.web.services import services

COOKIE = "kbw_help"
CHANNEL = "page"
PATH = "/help"
LASTS_S = 24 * 60 * 60
_CODE = "help_code"


class NoVisit(RequestError):
    """This browser has no visit, or it has expired: they begin again."""


def current() -> Visit | None:
    """The visit of this browser, looked up once a request; None when there is none."""
    if "help_visit" not in g:
        g.help_token = request.cookies.get(COOKIE, "")
        found = parts().selfservice.resume(g.help_token)
        # The address of a walk of the API is no cookie: it stands in the logs of proxies.
        g.help_visit = found if found is not None and found.channel == CHANNEL else None
    visit: Visit | None = g.help_visit
    return visit


def needed() -> Visit:
    """The visit of this browser. Raises `NoVisit`."""
    visit = current()
    if visit is None:
        raise NoVisit("Este atendimento não está mais aberto neste celular.")
    return visit


def hold(begun: Begun) -> Visit:
    """Let this browser have a visit from here on."""
    g.help_visit, g.help_token = begun.visit, begun.token
    return begun.visit


def changed(visit: Visit) -> Visit:
    """Remember what the visit has become within this request."""
    g.help_visit = visit
    return visit


def send_cookie(response: Response) -> Response:
    """Every answer renews the cookie: it lasts as long as the visit, from the last use."""
    if g.get("help_visit") is not None and g.get("help_token"):
        response.set_cookie(
            COOKIE,
            g.help_token,
            max_age=LASTS_S,
            path=PATH,
            httponly=True,
            samesite="Lax",
            secure=services().settings.secure_cookies,
        )
    return response


def keep_code(visit: Visit, code: str) -> None:
    """Show a code again on this browser: the database has only its hash."""
    session[_CODE] = [visit.id, code]


def kept_code(visit: Visit) -> str:
    """The code this browser was given for this visit; empty when it has none."""
    held = session.get(_CODE)
    return str(held[1]) if isinstance(held, list) and held[:1] == [visit.id] else ""


def drop_code() -> None:
    """A code that was used up is not shown any more."""
    session.pop(_CODE, None)

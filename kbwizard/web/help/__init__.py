"""The customer's pages: no sign-in, no script needed, one question a screen, a person near."""

from __future__ import annotations

from flask import Flask, request

from kbwizard.web import errors, protection
from kbwizard.web.help import (
    article_files,
    articles,
    finish,
    opinion,
    person,
    start,
    thin,
    tie,
    trouble,
    visiting,
    walk,
)
from kbwizard.web.help import parts as help_parts
from kbwizard.web.origin import origin

LOOKING = "3000 per minute"
"""Pages from one address. A mobile operator puts a whole district behind one."""
DOING = "1200 per minute"
"""Forms from one address."""
ONE_BROWSER = "60 per minute"
"""Forms of one visit: a step takes a person longer than a second."""
BEGINNING = "300 per 10 minutes"
ASKING = "60 per 10 minutes"
"""Requests for a person from one address: each may be a case in the queue."""
SAYING = "60 per 10 minutes"
"""Opinions on articles from one address."""
TRYING = "20 per 10 minutes"
"""Codes and links from one address; self-service counts wrong ones besides."""

_TRIED = ("help_person.resumed", "help_tie.use_code", "help_tie.send_code", "help_tie.open_link")


def install(app: Flask, parts: help_parts.HelpParts) -> None:
    """Register the pages, their limits, and how errors under /help are told."""
    help_parts.install(app, parts)
    # The files before the articles: their names have a dot, which no slug has.
    for pages in (start, walk, person, tie, finish, article_files, articles, opinion):
        app.register_blueprint(pages.blueprint)
    thin.install(app)
    app.after_request(visiting.send_cookie)
    app.register_error_handler(visiting.NoVisit, trouble.start_again)
    errors.dress(app, thin.is_help, trouble.page)
    _limit(app)


def _limit(app: Flask) -> None:
    for rule in list(app.url_map.iter_rules()):
        if not rule.endpoint.startswith("help"):
            continue
        if "POST" in (rule.methods or ()):
            protection.limit(app, rule.endpoint, DOING, shared="help-doing")
            protection.limit(app, rule.endpoint, ONE_BROWSER, key=_browser, shared="help-browser")
        else:
            protection.limit(app, rule.endpoint, LOOKING, shared="help-looking")
    protection.limit(app, "help.begin", BEGINNING)
    protection.limit(app, "help_person.asked", ASKING)
    protection.limit(app, "help_opinion.give", SAYING)
    for endpoint in _TRIED:
        protection.limit(app, endpoint, TRYING, shared="help-trying")


def _browser() -> str:
    """The visit's own cookie; who has none counts with their address."""
    return "help:" + (request.cookies.get(visiting.COOKIE) or origin())[:64]

"""The headless API: the same trees for a bot on WhatsApp or a web chat, walked as a customer."""

from __future__ import annotations

from flask import Flask

from kbwizard.web import protection
from kbwizard.web.api import articles, walks
from kbwizard.web.api.access import client_key

WALKING = "1200 per minute"
"""Per token: a bot speaks for many customers, a runaway loop for nobody."""
BEGINNING = "600 per hour"
BY_CODE = "30 per 10 minutes"
"""Codes are guessed, if at all, through the door with the most tries."""

WITH_ROUTES = (articles, walks)
"""Modules that put their routes on the blueprint of `walks`."""


def install(app: Flask) -> None:
    """Register the API. Its views know their caller by a token, never by a cookie."""
    app.register_blueprint(walks.blueprint)
    protection.without_csrf(app, walks.blueprint)
    for endpoint in list(app.view_functions):
        if endpoint.startswith("api.") and endpoint != "api.openapi":
            protection.limit(app, endpoint, WALKING, key=client_key, shared="api")
    protection.limit(app, "api.begin", BEGINNING, key=client_key)
    protection.limit(app, "api.resume", BY_CODE, key=client_key)

"""The agent's desk: finding the customer, the call, its outcome, lists, outages, knowledge."""

from __future__ import annotations

from flask import Flask

from kbwizard.web.desk import call, home, knowledge, outages
from kbwizard.web.desk import parts as desk_parts
from kbwizard.web.services import now
from kbwizard.web.wording import short_name


def install(app: Flask, desk: desk_parts.DeskParts) -> None:
    """Register the desk's screens and give them their parts."""
    desk_parts.install(app, desk)
    app.jinja_env.filters["short_name"] = short_name
    app.jinja_env.globals["server_now"] = now
    for screens in (home, call, outages, knowledge):
        app.register_blueprint(screens.blueprint)

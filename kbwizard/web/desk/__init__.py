"""The agent's desk: finding the customer, the call, its outcome, lists, outages."""

from __future__ import annotations

from flask import Flask

from kbwizard.accounts.roles import Permission
from kbwizard.web.desk import call, helped, home, outages
from kbwizard.web.desk import parts as desk_parts
from kbwizard.web.security import reopen_for
from kbwizard.web.services import now
from kbwizard.web.wording import short_name


def install(
    app: Flask, desk: desk_parts.DeskParts, training: desk_parts.DeskParts | None = None
) -> None:
    """Register the desk's screens and give them their parts.

    `training`: the same call's screens stand a second time, under /study, for exercises.
    """
    desk_parts.install(app, desk, training)
    app.jinja_env.filters["short_name"] = short_name
    app.jinja_env.globals["server_now"] = now
    for screens in (home, call, outages, helped):
        app.register_blueprint(screens.blueprint)
    if training is not None:
        app.register_blueprint(
            call.blueprint,
            name=desk_parts.TRAINING_CALL,
            url_prefix="/study/desk/cases/<protocol>",
        )
        reopen_for(app, desk_parts.TRAINING_CALL, Permission.STUDY)

"""`create_app`: settings, then services, then Flask. The only place that chooses."""

from __future__ import annotations

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from kbwizard.accounts.demo import check_binding, check_people
from kbwizard.assembly import build_desk, build_selfservice, share_content
from kbwizard.assembly_kb import build_kb
from kbwizard.assembly_training import build_training
from kbwizard.config import Settings, read_settings
from kbwizard.web import (
    account,
    api,
    assets,
    errors,
    htmx,
    kb,
    logs,
    metrics,
    navigation,
    protection,
    reports,
    room,
    security,
    study,
)
from kbwizard.web import desk as desk_screens
from kbwizard.web import format as formats
from kbwizard.web import help as help_pages
from kbwizard.web.desk.parts import DeskParts
from kbwizard.web.help.parts import HelpParts
from kbwizard.web.services import Services, build_services
from kbwizard.web.services import install as install_services


def create_app(
    settings: Settings | None = None,
    *,
    services: Services | None = None,
    desk: DeskParts | None = None,
) -> Flask:
    """The web application. Raises `SetupError` when the installation must not start.

    Tests pass `services` with their own engine and clock, and `desk` with their own parts. Nothing
    here opens a thread or keeps a connection, so a server may fork after it.
    """
    bundle = services or build_services(settings or read_settings())
    check_binding(bundle.settings)
    check_people(bundle.settings, bundle.engine)
    if services is None:
        bundle.engine.dispose()  # looking for demo users opened a connection: none survives a fork
    app = Flask("kbwizard", static_folder=None, template_folder=str(bundle.settings.templates_dir))
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["company"] = bundle.settings.company
    app.jinja_env.globals["demo"] = bundle.settings.demo
    install_services(app.extensions, bundle)
    _install_frame(app, bundle.settings)
    _register_screens(app)
    shared = share_content(bundle.settings, bundle.engine, bundle.clock)
    parts = desk or build_desk(bundle.settings, bundle.engine, bundle.clock, shared)
    training = build_training(bundle.settings, bundle.clock, shared)
    desk_screens.install(app, parts, training.desk)
    study.install(app, training.training)
    kb.install(app, build_kb(bundle.settings, bundle.engine, bundle.clock, shared))
    reports.install(app)
    selfservice = build_selfservice(bundle.settings, bundle.engine, bundle.clock, parts)
    help_pages.install(app, HelpParts(selfservice, parts.case_settings.get))
    api.install(app)
    return app


def _install_frame(app: Flask, settings: Settings) -> None:
    if hops := settings.trusted_proxies:
        # Each proxy adds what it saw at the end: what stands before the last `hops` may be forged.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops, x_prefix=0
        )
    # The order is the order of a request: log, room, bad input and CSRF, then who may.
    protection.configure(app, settings)
    metrics.install(app)
    logs.install(app)
    htmx.install(app)
    formats.install(app)
    errors.install(app)
    room.install(app)
    protection.install(app, settings)
    security.install(app)
    navigation.install(app)


def _register_screens(app: Flask) -> None:
    assets.install(app)
    app.register_blueprint(account.blueprint)
    protection.limit_sign_in(app, "account.enter")

"""The knowledge base on screen: reading, searching, writing, trust."""

from __future__ import annotations

from flask import Flask

from kbwizard.web.kb import knowledge, parts, reading, searching

WITH_ROUTES = (reading, searching)
"""Modules that put their routes on the blueprint of `knowledge`."""
BLUEPRINTS = (knowledge.blueprint,)
"""One line for each further blueprint: writing, trust."""


def install(app: Flask, kb: parts.KbParts) -> None:
    """Register the screens and give them their parts."""
    parts.install(app, kb)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)

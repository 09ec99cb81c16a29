"""Reports on screen and as files."""

from __future__ import annotations

from flask import Flask

from kbwizard.web.reports import articles


def install(app: Flask) -> None:
    """Register the screens. The knowledge base must be installed: it holds the reports."""
    app.register_blueprint(articles.blueprint)

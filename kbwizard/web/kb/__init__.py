"""The knowledge base on screen: reading, searching, writing, trust."""

from __future__ import annotations

from flask import Flask

from kbwizard.web.kb import (
    images,
    knowledge,
    parts,
    reading,
    searching,
    shelf,
    shown,
    steps,
    suggesting,
    trust,
    trust_due,
    trust_feedback,
    trust_reading,
    writing,
    writing_exchange,
    writing_history,
    writing_preview,
    writing_retiring,
    writing_review,
    writing_synonyms,
)

WITH_ROUTES = (
    reading,
    shelf,
    searching,
    steps,
    images,
    trust_due,
    trust_feedback,
    trust_reading,
    writing_exchange,
    writing_history,
    writing_preview,
    writing_retiring,
    writing_review,
    writing_synonyms,
)
"""Modules that put their routes on the blueprint of `knowledge`, `writing` or `trust`."""
BLUEPRINTS = (knowledge.blueprint, writing.blueprint, trust.blueprint)


def install(app: Flask, kb: parts.KbParts) -> None:
    """Register the screens and give them their parts."""
    parts.install(app, kb)
    for words in (shown, searching, suggesting):
        words.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    trust.install(app)
    writing.install(app)

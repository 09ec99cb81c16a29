"""The app of these tests has the sample screens too."""

from __future__ import annotations

import pytest
from flask import Flask

from kbwizard.web.services import Services
from tests.web import sample


@pytest.fixture
def app(services: Services) -> Flask:
    from sqlmodel import SQLModel

    from kbwizard.app import create_app

    SQLModel.metadata.create_all(services.engine)
    made = create_app(services=services)
    made.register_blueprint(sample.sample_blueprint())
    sample.NOTES.clear()
    return made

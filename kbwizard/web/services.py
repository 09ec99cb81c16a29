"""The frozen bundle that views work with. `create_app` fills it; tests pass their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import current_app
from sqlalchemy import Engine

from kbwizard.config import Settings
from kbwizard.db import make_engine

Clock = Callable[[], datetime]
"""Gives the present moment, aware, in UTC."""

_NAME = "kbwizard"


def system_clock() -> datetime:
    """The machine's own clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Services:
    """What a view may need. Parts of the product add a field here, and fill it in `app`."""

    settings: Settings
    engine: Engine
    clock: Clock = system_clock


def build_services(settings: Settings) -> Services:
    """The bundle of a real installation."""
    return Services(settings=settings, engine=make_engine(settings.database_url))


def services() -> Services:
    """The bundle of the app that is answering."""
    bundle: Services = current_app.extensions[_NAME]
    return bundle


def now() -> datetime:
    """The present moment, by the installation's clock."""
    return services().clock()


def install(app_extensions: dict[str, object], bundle: Services) -> None:
    """Put the bundle where `services()` finds it."""
    app_extensions[_NAME] = bundle

"""A training floor for tests: its own database, the shipped content, a lab that recovers fast."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import SQLModel

from kbwizard.assembly import share_content
from kbwizard.assembly_training import TrainingParts, build_training, load_lines, training_url
from kbwizard.checks import loop
from kbwizard.config import Settings, read_settings
from kbwizard.db import make_engine
from kbwizard.demo import add_devices
from kbwizard.lab import LabClient, start_lab
from kbwizard.lab.endpoints import write_endpoints
from kbwizard.migrations.tables import import_tables

LAB_SPEED = 20.0


class LeapingClock:
    """The machine's clock, which can be put forward: for the lab, the desk and the polls alike."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def leap_to(self, moment: datetime) -> None:
        """Never back."""
        self._ahead += max(timedelta(), moment - self())


@dataclass(frozen=True, slots=True)
class School:
    """The training desk, the training, and the network under it."""

    parts: TrainingParts
    lab: LabClient
    settings: Settings
    engine: Engine
    clock: LeapingClock


@pytest.fixture(scope="package")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    folder: Path = tmp_path_factory.mktemp("school")
    settings = read_settings({"KBWIZARD_DATA_DIR": str(folder)}, demo=True)
    import_tables()
    content_db, engine = make_engine(settings.database_url), make_engine(training_url(settings))
    SQLModel.metadata.create_all(content_db)
    SQLModel.metadata.create_all(engine)
    clock = LeapingClock()
    load_lines(engine, settings, clock())
    with start_lab(speed=LAB_SPEED, clock=clock) as lab:
        file = folder / "lab.json"
        write_endpoints(lab.endpoints, file)
        add_devices(engine, settings, lab.endpoints.devices)
        settings = replace(settings, training_lab_file=file)
        shared = share_content(settings, content_db, clock)
        parts = build_training(settings, clock, shared, engine)
        parts.desk.warm()
        yield School(parts, lab.client, settings, engine, clock)
        loop.close()
    content_db.dispose()
    engine.dispose()

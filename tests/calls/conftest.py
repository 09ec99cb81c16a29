"""The whole product without its screens: real adapters, real database, the lab's network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kbwizard.assembly import build_desk
from kbwizard.checks import loop
from kbwizard.config import read_settings
from kbwizard.db import make_engine
from kbwizard.demo import add_devices, load_customers
from kbwizard.lab import LabClient, start_lab
from kbwizard.migrations import migrate
from kbwizard.web.desk.parts import DeskParts

LAB_SPEED = 60.0


@dataclass(frozen=True, slots=True)
class Floor:
    """A support floor: the desk's parts, and the network it looks at."""

    desk: DeskParts
    lab: LabClient


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    folder: Path = tmp_path_factory.mktemp("floor")
    settings = read_settings({"KBWIZARD_DATA_DIR": str(folder)}, demo=True)
    engine = make_engine(settings.database_url)
    migrate(engine)
    load_customers(engine, settings, datetime.now(UTC))
    with start_lab(speed=LAB_SPEED) as lab:
        add_devices(engine, settings, lab.endpoints.devices)
        desk = build_desk(settings, engine, lambda: datetime.now(UTC))
        desk.warm()
        yield Floor(desk, lab.client)
        loop.close()
    engine.dispose()

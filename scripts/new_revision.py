"""Make a migration revision from the difference between tables and models: see CONTRIBUTING."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from kbwizard.db import make_engine
from kbwizard.migrations import FOLDER, migrate


def main(message: str) -> None:
    """Bring an empty database to the newest revision and compare it with the models."""
    with tempfile.TemporaryDirectory() as scratch:
        engine = make_engine(f"sqlite:///{Path(scratch) / 'empty.db'}")
        if any((FOLDER / "versions").glob("*.py")):
            migrate(engine)
        with engine.begin() as connection:
            config = Config()
            config.set_main_option("script_location", str(FOLDER))
            config.attributes["connection"] = connection
            number = 1 + len(list((FOLDER / "versions").glob("*.py")))
            command.revision(config, message, autogenerate=True, rev_id=f"{number:04d}")


if __name__ == "__main__":
    main(" ".join(sys.argv[1:]) or "change")

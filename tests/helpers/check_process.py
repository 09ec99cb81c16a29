"""A process that runs one walk's check until it is killed or done, for tests of `kill -9`.

`python -m tests.helpers.check_process DATABASE WALK DELAY_S [DEADLINE_S]` prints `started` when the
row is there and `ended` when the walk's reading has been brought in.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path

from kbwizard.checks import loop
from kbwizard.db import make_engine
from kbwizard.walks.service import Walks
from tests.helpers.attending import (
    FakeSource,
    FixedVersions,
    kinds,
    make_runs,
    settings_for,
    small_bundle,
    utc_now,
)


def main(database: str, walk_id: int, delay_s: float, timeout_s: float) -> None:
    settings = replace(settings_for(Path()), database_url=database)
    engine = make_engine(settings.database_url)
    walks = Walks(engine, FixedVersions(small_bundle(timeout_s=timeout_s)), utc_now)
    source = FakeSource("onu", {"onu.state": "los"})
    source.delay_s = delay_s
    runs = make_runs(engine, walks, settings, source)
    standing = runs.advance(walk_id, inline_s=0)
    print("started", flush=True)
    while "Read" not in kinds(standing):
        time.sleep(0.02)
        standing = runs.advance(walk_id, inline_s=0)
    print("ended", flush=True)
    loop.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4]))

"""From the command `demo` to the first page, on a data folder that exists; memory of one process.

Memory is read after a first call: content loaded, sources built, pysnmp in.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from time import perf_counter

from benchmarks.figures import Effort, Figure
from benchmarks.installation import fill, token_of
from benchmarks.web import Browser, first_page, free_port, running, workers
from kbwizard.config import read_settings
from kbwizard.db import make_engine

MOST_S = 6.0
MOST_MB = 150.0


def run(effort: Effort) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="kbwizard-start-") as scratch:
        folder = Path(scratch)
        settings = read_settings({"KBWIZARD_DATA_DIR": scratch}, demo=True)
        engine = make_engine(settings.database_url)
        fill(engine, settings)
        _once(folder, "")  # what only the first start makes: index, lab, published content
        pairs = [_once(folder, token_of(engine)) for _ in range(effort.runs)]
        engine.dispose()
    return [
        Figure(
            name="do comando à primeira página",
            unit="s",
            ours=tuple(pair[0] for pair in pairs),
            most=MOST_S,
        ),
        Figure(
            name="memória de um processo após a 1ª chamada",
            unit="MB",
            ours=tuple(pair[1] for pair in pairs),
            most=MOST_MB,
            note="RSS, páginas partilhadas incluídas",
        ),
    ]


def _once(folder: Path, token: str) -> tuple[float, float]:
    port = free_port()
    began = perf_counter()
    command = ["-m", "kbwizard", "demo", "--port", str(port)]
    with running(command, folder, port) as process:
        first_page(process, port)
        took_s = perf_counter() - began
        if not token:
            return took_s, 0.0
        _call(port, token)
        found = workers(process)
        assert len(found) == 1, found
        return took_s, found[0].memory_info().rss / 1e6


def _call(port: int, token: str) -> None:
    """A call up to its first readings."""
    browser = Browser(port, token)
    fields = {"csrf_token": browser.csrf(), "customer_id": "5"}
    status, where = browser.post("/desk/cases", fields)
    assert status == 303, (status, where[:200])
    for _ in range(5):
        status, _page = browser.get(where)
        assert status == 200, status
    browser.get("/desk/search?q=luz")
    browser.close()

"""Hooks: what this machine lacks is skipped, named at the end of the run, and fails it in CI.

A skip that nobody reads looks like a pass. With CI=true the machine must have every part (see
`.ci/run`), so a skip fails the run; only the recordings may be missing there, since they are not
part of the repository, and that is said loudly.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

CHROMIUM = Path("/usr/bin/chromium")
RECORDINGS = "recordings"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests in a browser come last, and need Chromium.

    Playwright leaves its event loop running in the main thread until the run ends, so no test
    after the first one with a browser could call `asyncio.run`.
    """
    items.sort(key=_in_browser)  # stable: apart from that the order stays
    for item in items:
        if _in_browser(item) and not CHROMIUM.exists():
            reason = f"needs {CHROMIUM} (requirements-system.txt)"
            item.add_marker(pytest.mark.skip(reason=reason))


def _in_browser(item: pytest.Item) -> bool:
    fixtures = getattr(item, "fixturenames", ())
    return "playwright" in fixtures or item.get_closest_marker("browser") is not None


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI, a run that skipped something is not a success."""
    failed = in_ci() and _skipped(session.config, recordings=False)
    if failed and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """The last words: what was not tested here, and why."""
    parts = _skipped(config, recordings=False)
    recordings = _skipped(config, recordings=True)
    if not parts and not recordings:
        return
    terminalreporter.section("NOT TESTED ON THIS MACHINE", sep="!", red=True, bold=True)
    for (file, reason), count in sorted((parts + recordings).items()):
        terminalreporter.write_line(f"{count:4} skipped in {file}: {reason}")
    if recordings:
        terminalreporter.write_line("The recordings of real OLTs were NOT read.", red=True)
    if parts and in_ci():
        terminalreporter.write_line("CI=true: a missing part fails this run.", red=True)


def in_ci() -> bool:
    """Whether this machine promised to have every part."""
    return os.environ.get("CI") == "true"


def _skipped(config: pytest.Config, *, recordings: bool) -> Counter[tuple[str, str]]:
    """How many skips, by file and reason, with or without those for want of recordings."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    found: Counter[tuple[str, str]] = Counter()
    for report in reporter.stats.get("skipped", []) if reporter else []:
        marks = getattr(report, "keywords", ())  # a file skipped as a whole has none
        if (RECORDINGS in marks) == recordings:
            found[report.nodeid.split("::")[0], _reason(report)] += 1
    return found


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    why = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return why.removeprefix("Skipped: ")

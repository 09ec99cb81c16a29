"""The end of a test run: what was skipped is named, and fails the run where CI=true."""

from __future__ import annotations

import pytest

HOOKS = """
from tests.helpers.missing_parts import (
    pytest_collection_modifyitems, pytest_sessionfinish, pytest_terminal_summary
)
"""
PASSES = "def test_well(): assert True\n"
SKIPS = """
import pytest
@pytest.mark.skip(reason="needs a thing")
def test_thing(): raise AssertionError
@pytest.mark.skip(reason="needs a thing")
def test_other(): raise AssertionError
"""
RECORDED = """
import pytest
@pytest.mark.recordings
@pytest.mark.skip(reason="no folder")
def test_tape(): raise AssertionError
"""
MODULE = "import pytest\npytest.importorskip('nowhere_to_be_found')\n"
SERVER = """
import pytest
@pytest.fixture(scope="session")
def server(): pytest.skip("needs a server")
@pytest.mark.parametrize("kind", ["file", "server", "server"])
def test_kept(kind, request):
    if kind == "server": request.getfixturevalue("server")
"""
BROWSER = "import pytest\n@pytest.mark.browser\ndef test_page(): assert True\n"


@pytest.fixture(autouse=True)
def _project(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(HOOKS)
    pytester.makeini("[pytest]\nmarkers =\n    recordings: tapes\n    browser: pages\n")


def run(pytester: pytest.Pytester, source: str) -> pytest.RunResult:
    pytester.makepyfile(test_it=PASSES + source)
    return pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:playwright")


@pytest.mark.parametrize(("ci", "code"), [("", 0), ("true", 1)])
def test_a_skip_is_named_with_its_reason_and_fails_only_in_ci(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, ci: str, code: int
) -> None:
    monkeypatch.setenv("CI", ci)

    result = run(pytester, SKIPS)

    assert result.ret == code
    result.stdout.fnmatch_lines(
        ["*NOT TESTED ON THIS MACHINE*", "*2 skipped in test_it.py: needs a thing"]
    )
    assert ("CI=true: a missing part fails this run." in result.stdout.str()) == (code == 1)


def test_missing_recordings_do_not_fail_in_ci_but_are_said(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")

    result = run(pytester, RECORDED)

    assert result.ret == 0
    result.stdout.fnmatch_lines(["*1 skipped in test_it.py: no folder", "*were NOT read.*"])


def test_a_whole_file_that_is_skipped_counts_too(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")

    result = run(pytester, MODULE)

    assert result.ret not in (0, pytest.ExitCode.INTERNAL_ERROR)
    result.stdout.fnmatch_lines(["*skipped in test_it.py: could not import*nowhere_to_be_found*"])


def test_a_server_that_is_missing_is_named_for_all_that_wanted_it(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")

    result = run(pytester, SERVER)

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=2, skipped=2)
    result.stdout.fnmatch_lines(["*2 skipped in test_it.py: needs a server"])


def test_browser_tests_are_skipped_where_there_is_no_browser(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "")
    monkeypatch.setattr("tests.helpers.missing_parts.CHROMIUM", pytester.path / "chromium")

    result = run(pytester, BROWSER)

    result.assert_outcomes(passed=1, skipped=1)


def test_browser_tests_come_last(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_a=BROWSER, test_b=PASSES)

    result = pytester.runpytest_inprocess("-v", "-p", "no:cacheprovider", "-p", "no:playwright")

    result.stdout.fnmatch_lines(["test_b.py::test_well *", "test_a.py::test_page *"])


def test_a_run_without_skips_says_nothing_and_passes_in_ci(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")

    result = run(pytester, "")

    assert result.ret == 0
    assert "NOT TESTED" not in result.stdout.str()


def test_a_failure_stays_a_failure(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "")

    result = run(pytester, SKIPS + "def test_bad(): assert False\n")

    assert result.ret == pytest.ExitCode.TESTS_FAILED

"""The arrow of the design: each row imports only rows below it, parts of one row not each other."""

from __future__ import annotations

import re
import sys

import pytest

from kbwizard.config import ROOT
from tests.architecture.imports import Import, imports_of, part_of, parts

ROWS = (
    ("__main__",),
    ("cli",),
    ("serving",),
    ("app", "demo", "upkeep"),
    ("assembly_training", "assembly_kb"),
    ("assembly",),
    ("web", "migrations"),
    ("training", "selfservice", "reports"),
    ("cases",),
    ("walks",),
    ("editing", "readership"),
    ("accounts", "search", "checks", "directory"),
    ("content",),
    ("wizard",),
    ("db", "config"),
    ("db_trouble", "errors"),
)
"""From the top. A new folder or module fails here until somebody decides its row."""

APART = {"lab": frozenset({"errors", "config"})}
"""Stands beside the rows: what it may import, whatever the rows say."""

MAY_USE_LAB = frozenset({"cli", "serving", "demo", "training"})

VENDORS = {
    "pysnmp": "checks.adapters",
    "pyasn1": "checks.adapters",
    "librouteros": "checks.adapters",
    "flask": "web app serving",
    "whoosh": "search",
    "alembic": "migrations",
    "gunicorn": "serving",
    "argon2": "accounts",
    "PIL": "editing.images",
    "cryptography": "checks.credentials accounts.held lab",
}
"""Libraries that only these places may know, as beginnings of `kbwizard.…` names."""

NAMED_BY_OPERATOR = ("kbwizard/accounts/commands.py", "kbwizard/checks/router_options.py")
"""Read the one variable whose name was given on the command line (`--password-env NAME`)."""

PURE = frozenset({"errors"})
"""What `wizard` may import besides itself and the standard library."""

IMPURE_STANDARD = frozenset(
    {
        "os",
        "io",
        "pathlib",
        "socket",
        "random",
        "secrets",
        "time",
        "threading",
        "asyncio",
        "sqlite3",
        "subprocess",
        "logging",
    }
)
"""Standard library that reaches outside: files, network, clock, chance."""


def row_of(part: str) -> int:
    return next(number for number, row in enumerate(ROWS) if part in row)


def test_every_part_has_one_row_and_every_row_is_of_parts_that_exist() -> None:
    listed = [part for row in ROWS for part in row] + list(APART)

    assert sorted(listed) == sorted(parts())


@pytest.mark.parametrize("part", [part for row in ROWS for part in row])
def test_a_part_imports_only_rows_below_it(part: str) -> None:
    against = [
        found for found in imports_of(part)
        if (other := part_of(found.name)) not in ("", part, *APART) and row_of(other) <= row_of(part)
    ]  # fmt: skip

    assert against == [], _told(against)


@pytest.mark.parametrize(("part", "allowed"), APART.items())
def test_what_stands_apart_imports_what_it_may(part: str, allowed: frozenset[str]) -> None:
    against = [
        found for found in imports_of(part) if part_of(found.name) not in ("", part, *allowed)
    ]

    assert against == [], _told(against)


def test_only_commands_and_the_demo_know_the_lab() -> None:
    against = [
        found for part in parts() if part not in MAY_USE_LAB | {"lab"}
        for found in imports_of(part) if part_of(found.name) == "lab"
    ]  # fmt: skip

    assert against == [], _told(against)


@pytest.mark.parametrize(("library", "places"), VENDORS.items())
def test_a_library_is_known_only_where_it_belongs(library: str, places: str) -> None:
    allowed = tuple(f"kbwizard/{place.replace('.', '/')}" for place in places.split())
    users = [
        found
        for part in parts()
        for found in imports_of(part)
        if found.name.split(".")[0] == library
    ]

    against = [found for found in users if not found.file.startswith(allowed)]
    assert against == [], _told(against)
    assert users, f"nothing imports {library} any more: take it out of this table"


def test_the_engine_imports_the_standard_library_and_our_errors_only() -> None:
    against = [
        found for found in imports_of("wizard")
        if part_of(found.name) not in PURE | {"wizard"}
        and (found.name.split(".")[0] not in sys.stdlib_module_names or found.name.split(".")[0] in IMPURE_STANDARD)
    ]  # fmt: skip

    assert against == [], _told(against)


def test_only_the_settings_read_the_environment() -> None:
    readers = {
        file.relative_to(ROOT).as_posix() for file in (ROOT / "kbwizard").rglob("*.py")
        if re.search(r"os\.(environ|getenv)", file.read_text(encoding="utf-8"))
    }  # fmt: skip

    assert readers <= {"kbwizard/config.py", *NAMED_BY_OPERATOR, "kbwizard/lab/running.py"}


def _told(against: list[Import]) -> str:
    return "\n" + "\n".join(map(str, against))

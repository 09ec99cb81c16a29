"""What an import says of itself: every problem with its place and remedy, and the counts."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong at one place. `line` counts from 1, the header included; 0: whole file.

    `message` never repeats a document, a phone or an address.
    """

    line: int
    column: str
    message: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of one table: written for the first time, written again, found equal."""

    new: int = 0
    changed: int = 0
    same: int = 0


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The result of reading one file. Problems kept their row out; warnings did not."""

    rows: int = 0
    loaded: int = 0
    encoding: str = ""
    delimiter: str = ""
    dry_run: bool = False
    problems: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    customers: Counts = field(default_factory=Counts)
    contracts: Counts = field(default_factory=Counts)
    lines: Counts = field(default_factory=Counts)

    @property
    def ok(self) -> bool:
        """Every row of the file was loaded."""
        return not self.problems and self.loaded == self.rows

    def as_json(self) -> dict[str, Any]:
        return {"ok": self.ok, "refused": self.rows - self.loaded, **asdict(self)}

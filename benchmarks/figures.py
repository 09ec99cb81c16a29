"""What a benchmark gives: runs of ours and of the floor, their medians, the ratio, the verdict.

Nothing here measures. A figure is judged by its budget, which is either a number of times the
floor or an absolute amount; both come from the issue that promised them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

RUNS = 5
"""Every figure is the median of this many runs."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to measure. `quick` proves that a benchmark works; its figures mean nothing."""

    quick: bool = False

    @property
    def runs(self) -> int:
        return 1 if self.quick else RUNS

    def of(self, many: int, few: int) -> int:
        """How many repetitions: many to measure, few to try."""
        return few if self.quick else many


@dataclass(frozen=True, slots=True)
class Figure:
    """One promise and what was measured. Values of each run are in `unit`."""

    name: str
    unit: str
    ours: tuple[float, ...]
    floor: tuple[float, ...] = ()
    floor_is: str = ""
    """What the floor does, in a few words."""
    most: float | None = None
    """Budget in `unit`."""
    most_times: float | None = None
    """Budget in times the floor."""
    note: str = ""

    @property
    def median(self) -> float:
        return median(self.ours)

    @property
    def floor_median(self) -> float | None:
        return median(self.floor) if self.floor else None

    @property
    def ratio(self) -> float | None:
        """Median of ours by median of the floor."""
        floor = self.floor_median
        return self.median / floor if floor else None

    @property
    def met(self) -> bool | None:
        """Whether every budget holds; None where none was promised."""
        verdicts = []
        if self.most is not None:
            verdicts.append(self.median <= self.most)
        if self.most_times is not None:
            verdicts.append(self.ratio is not None and self.ratio <= self.most_times)
        return all(verdicts) if verdicts else None

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "unit": self.unit,
            "ours": list(self.ours),
            "floor": list(self.floor),
            "floor_is": self.floor_is,
            "median": self.median,
            "floor_median": self.floor_median,
            "ratio": self.ratio,
            "most": self.most,
            "most_times": self.most_times,
            "met": self.met,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Skipped:
    """A figure that could not be measured here, and why: said loudly, never passed over."""

    name: str
    why: str

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "skipped": self.why}


Result = Figure | Skipped


def alternate(
    runs: int, ours: Callable[[], float], floor: Callable[[], float]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Runs of both in turn, so that a noisy neighbour on the machine meets both alike."""
    pairs = [(ours(), floor()) for _ in range(runs)]
    return tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of the values do not exceed.

    >>> percentile([1.0, 2.0, 3.0, 4.0], 0.5), percentile(range(1, 101), 0.99)
    (2.0, 99)
    """
    ranked = sorted(values)
    at = -(-len(ranked) * round(share * 10_000) // 10_000) - 1
    return ranked[max(0, at)]

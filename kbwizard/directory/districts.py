"""Districts: which there are, and what their lines hang on. Never who lives there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from kbwizard.directory import queries
from kbwizard.directory.folding import fold


@dataclass(frozen=True, slots=True)
class DistrictPlant:
    """How many lines a district has in all, and on each access site and OLT."""

    lines: int
    pops: Mapping[str, int]
    olts: Mapping[str, int]


def district_names(db: Connection) -> tuple[str, ...]:
    """Every district with a contract, once however it was written, in order."""
    contract = queries.CONTRACT
    names: dict[str, str] = {}
    for name in db.scalars(select(contract.c.district).distinct().order_by(contract.c.district)):
        if fold(name):
            names.setdefault(fold(name), " ".join(name.split()))
    return tuple(name for _, name in sorted(names.items()))


def plant_of(db: Connection, district: str) -> DistrictPlant:
    """What the lines of a district hang on, however its name was written."""
    written = [name for name in _written(db) if fold(name) == fold(district)]
    line, contract = queries.LINE, queries.CONTRACT
    counted = (
        select(line.c.concentrator, line.c.olt, func.count())
        .join(contract, contract.c.id == line.c.contract_id)
        .where(contract.c.district.in_(written))
        .group_by(line.c.concentrator, line.c.olt)
    )
    pops: Counter[str] = Counter()
    olts: Counter[str] = Counter()
    for pop, olt, number in db.execute(counted):
        pops[fold(pop)] += number
        olts[fold(olt)] += number
    return DistrictPlant(sum(pops.values()), pops, olts)


def _written(db: Connection) -> list[Any]:
    return list(db.scalars(select(queries.CONTRACT.c.district).distinct()))

"""Rows of any table of any revision, made from nothing but what the database says of its columns."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Engine,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    Uuid,
    select,
)

MOMENT = datetime(2026, 11, 21, 17, 2, tzinfo=UTC)
SAMPLES: tuple[tuple[type[Any], Any], ...] = (
    (Boolean, True),
    (Integer, 1),
    (Float, 1.5),
    (Numeric, 1),
    (DateTime, MOMENT),
    (JSON, {"palavra": "ação"}),
    (LargeBinary, b"\x00\xff"),
    (Uuid, "0" * 32),
)
"""By the type of the column; any other is text."""
TEXT = "ã"

Rows = dict[str, list[dict[str, Any]]]


def fill(engine: Engine) -> None:
    """One row in every table; all that refer to another refer to its one row."""
    tables = _tables(engine)
    with engine.begin() as db:
        for table in tables.sorted_tables:
            if table.name != "alembic_version":
                db.execute(table.insert(), {one.name: _sample(one) for one in table.columns})


def rows_of(engine: Engine) -> Rows:
    """Everything in the database."""
    tables = _tables(engine)
    with engine.connect() as db:
        return {
            name: [dict(row) for row in db.execute(select(table)).mappings()]
            for name, table in tables.tables.items()
            if name != "alembic_version"
        }


def common(rows: Rows, other: Rows) -> Rows:
    """What is in tables and columns that both have."""
    return {
        name: [{key: row[key] for key in row if key in _columns(other[name])} for row in found]
        for name, found in rows.items()
        if name in other
    }


def _columns(rows: list[dict[str, Any]]) -> set[str]:
    return set(rows[0]) if rows else set()


def _tables(engine: Engine) -> MetaData:
    found = MetaData()
    found.reflect(engine)
    return found


def _sample(column: Column[Any]) -> Any:
    return next((value for kind, value in SAMPLES if isinstance(column.type, kind)), TEXT)

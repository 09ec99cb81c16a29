"""The whole database as lines of JSON, whatever the engine: so a copy moves between the two.

Rows are read in one transaction that sees one moment, parents before children, and values are
written as their column's type says, so that what comes back is what went in.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    DateTime,
    LargeBinary,
    Table,
    func,
    insert,
    select,
    text,
)
from sqlmodel import SQLModel

from kbwizard.db import UtcDateTime
from kbwizard.errors import InvalidInput
from kbwizard.migrations.tables import import_tables

AT_ONCE = 500
"""Rows written by one statement."""


def tables() -> list[Table]:
    """Every table of the product, parents before the children that point at them."""
    import_tables()
    return list(SQLModel.metadata.sorted_tables)


def dump_table(connection: Connection, table: Table) -> Iterator[str]:
    """The rows of a table, a line each, in the order of its key."""
    query = select(table).order_by(*table.primary_key.columns)
    columns = list(table.columns)
    for row in connection.execute(query.execution_options(yield_per=AT_ONCE)):
        values = {
            column.name: _out(column, value) for column, value in zip(columns, row, strict=True)
        }
        yield json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def load_table(connection: Connection, table: Table, lines: Iterable[str]) -> int:
    """Write the rows of a copy; answers how many. Raises `InvalidInput` for a line that is none."""
    count, waiting = 0, []
    for number, line in enumerate(lines, 1):
        waiting.append(_row(table, line, number))
        if len(waiting) == AT_ONCE:
            count += _write(connection, table, waiting)
            waiting = []
    count += _write(connection, table, waiting)
    _go_on_counting(connection, table)
    return count


def count_rows(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _write(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> int:
    if rows:
        connection.execute(insert(table), rows)
    return len(rows)


def _row(table: Table, line: str, number: int) -> dict[str, Any]:
    try:
        values = json.loads(line)
        return {column.name: _in(column, values[column.name]) for column in table.columns}
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInput(f"A cópia está danificada: tabela {table.name}, linha {number}.") from (
            error
        )


def _out(column: Column[Any], value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return b64encode(value).decode("ascii")
    return value


def _in(column: Column[Any], value: Any) -> Any:
    if value is None or isinstance(column.type, JSON):
        return value
    if isinstance(column.type, UtcDateTime | DateTime):
        return datetime.fromisoformat(value)
    if isinstance(column.type, LargeBinary):
        return b64decode(value, validate=True)
    return value


def _go_on_counting(connection: Connection, table: Table) -> None:
    """PostgreSQL counts ids by itself: let it go on after the highest that was restored."""
    if connection.dialect.name != "postgresql":
        return
    for column in table.primary_key.columns:
        if column.autoincrement is False or column.foreign_keys:
            continue
        if not isinstance(column.type.python_type, type) or column.type.python_type is not int:
            continue
        sequence = connection.execute(
            text("SELECT pg_get_serial_sequence(:table, :column)"),
            {"table": f'"{table.name}"', "column": column.name},
        ).scalar()
        if sequence is not None:
            highest = connection.execute(select(func.max(column))).scalar()
            connection.execute(
                text("SELECT setval(CAST(:sequence AS regclass), :last, :used)"),
                {"sequence": sequence, "last": highest or 1, "used": highest is not None},
            )

"""What going back to an older revision would lose: it is tried, looked at and undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnClause, Connection, String, cast, column, func, inspect, select, table

EMPTY = ("", "0", "false", "{}", "[]", "null")
"""Values that say nothing: what a column holds where nobody wrote into it."""

Columns = Mapping[str, frozenset[str]]
"""Of every table, by its name."""


def losses_of(connection: Connection, go_back: Callable[[], None]) -> tuple[str, ...]:
    """Tables and columns that hold something and would be gone, in words, with how many rows."""
    before = _columns(connection)
    trial = connection.begin_nested()
    go_back()
    after = _columns(connection)
    trial.rollback()
    found = []
    for name in sorted(before):
        if name not in after:
            if rows := _rows(connection, name):
                found.append(f"{rows} linha(s) de {name}")
            continue
        for gone in sorted(before[name] - after[name]):
            if rows := _rows(connection, name, gone):
                found.append(f"{rows} valor(es) de {name}.{gone}")
    return tuple(found)


def _columns(connection: Connection) -> Columns:
    found = inspect(connection)
    return {
        name: frozenset(one["name"] for one in found.get_columns(name))
        for name in found.get_table_names()
        if name != "alembic_version"
    }


def _rows(connection: Connection, name: str, value: str = "") -> int:
    """Rows of a table, or those with something in a column."""
    query = select(func.count()).select_from(table(name))
    if value:
        held: ColumnClause[Any] = column(value)
        query = query.where(held.is_not(None), cast(held, String).not_in(EMPTY))
    return int(connection.execute(query).scalar_one())

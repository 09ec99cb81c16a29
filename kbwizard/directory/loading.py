"""Writes records into the tables, in the transaction it is given.

Only rows that differ are written: a nightly import of an unchanged base holds the database's one
writer for a moment and no longer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlmodel import Session, SQLModel

from kbwizard.db import in_turn
from kbwizard.directory.columns import Cell
from kbwizard.directory.models import Contract, Customer, CustomerWord, Line
from kbwizard.directory.records import Record, words_of
from kbwizard.directory.report import Counts

Values = dict[str, Cell]


@dataclass(frozen=True, slots=True)
class _Written:
    counts: Counts
    ids: Mapping[str, int]
    touched: frozenset[str]
    """Keys of the rows that are new or changed."""


def load(db: Session, records: Iterable[Record], now: datetime) -> tuple[Counts, Counts, Counts]:
    """Insert or update customers, contracts and lines; counts in that order."""
    in_turn(db.connection(), "directory")  # two imports at once would both add what is new
    records = list(records)
    customers = _write(db, Customer, "code", _merged((r.customer for r in records), "code"), now)
    _write_words(db, records, customers)
    contracts: dict[str, Values] = {}
    for record in records:
        owner = customers.ids[str(record.customer["code"])]
        contracts.setdefault(str(record.contract["code"]), {}).update(
            record.contract, customer_id=owner
        )
    written = _write(db, Contract, "code", contracts, now)
    lines = {
        str(r.line["login"]): {**r.line, "contract_id": written.ids[str(r.contract["code"])]}
        for r in records
    }
    return customers.counts, written.counts, _write(db, Line, "login", lines, now).counts


def _merged(rows: Iterable[Values], key: str) -> dict[str, Values]:
    merged: dict[str, Values] = {}
    for values in rows:
        merged.setdefault(str(values[key]), {}).update(values)
    return merged


def _write(
    db: Session, model: type[SQLModel], key: str, rows: Mapping[str, Values], now: datetime
) -> _Written:
    table: Any = model.__table__  # type: ignore[attr-defined]
    stored = {row[key]: row for row in db.execute(select(table)).mappings()}
    new = [values for code, values in rows.items() if code not in stored]
    changed = [
        {**values, "row_id": stored[code]["id"], "updated_at": now}
        for code, values in rows.items()
        if code in stored and any(stored[code][name] != values[name] for name in values)
    ]
    if new:
        blank = _blank(model)
        db.execute(insert(table), [{**blank, **values, "updated_at": now} for values in new])
    if changed:
        names = [name for name in changed[0] if name != "row_id"]
        assign: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
        statement = update(table).where(table.c.id == bindparam("row_id")).values(assign)
        db.connection().execute(statement, [_renamed(values) for values in changed])
    ids = dict(db.execute(select(table.c[key], table.c.id)).all())
    touched = frozenset(str(values[key]) for values in (*new, *changed))
    counts = Counts(len(new), len(changed), len(rows) - len(new) - len(changed))
    return _Written(counts, ids, touched)


def _renamed(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name if name == "row_id" else f"new_{name}": value for name, value in values.items()}


def _blank(model: type[SQLModel]) -> dict[str, Any]:
    """The defaults of the model, for the columns that a file does not have."""
    return {
        name: None if field.is_required() else field.default
        for name, field in model.model_fields.items()
        if name != "id"
    }


def _write_words(db: Session, records: Iterable[Record], customers: _Written) -> None:
    words = {
        customers.ids[str(record.customer["code"])]: words_of(record.customer)
        for record in records
        if str(record.customer["code"]) in customers.touched
    }
    if not words:
        return
    table: Any = CustomerWord.__table__  # type: ignore[attr-defined]
    gone = delete(table).where(table.c.customer_id == bindparam("owner"))
    db.connection().execute(gone, [{"owner": owner} for owner in words])
    rows = [{"customer_id": owner, "word": word} for owner in words for word in words[owner]]
    if rows:
        db.execute(insert(table), rows)

"""The SQL of the directory, in SQLAlchemy Core: every search is served by an index.

A prefix is asked for as a range (`mar` up to the last text that begins so), because SQLite does
not use an index for LIKE with a bound value. The columns are compared by bytes, see `models.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, select

from kbwizard.directory.models import Contract, Customer, CustomerWord, Line

CUSTOMER: Any = Customer.__table__  # type: ignore[attr-defined]
CONTRACT: Any = Contract.__table__  # type: ignore[attr-defined]
LINE: Any = Line.__table__  # type: ignore[attr-defined]
WORD: Any = CustomerWord.__table__  # type: ignore[attr-defined]

_LAST = "\U0010ffff"


def begins_with(column: Any, prefix: str) -> ColumnElement[bool]:
    return and_(column >= prefix, column < prefix + _LAST)


def customers_by_words(words: tuple[str, ...], typed: str, most: int) -> Select[Any]:
    """Customers of whose name every given word begins some word; names that begin as typed first.

    The longest word, being the rarest, chooses the candidates; the others only sift them.
    """
    rarest, *others = sorted(words, key=len, reverse=True)
    chosen = select(WORD.c.customer_id).where(begins_with(WORD.c.word, rarest))
    query = select(CUSTOMER.c.id).where(CUSTOMER.c.id.in_(chosen))
    for word in others:
        own = WORD.alias()
        query = query.where(
            exists().where(own.c.customer_id == CUSTOMER.c.id, begins_with(own.c.word, word))
        )
    first = case((CUSTOMER.c.name_folded.startswith(typed, autoescape=True), 0), else_=1)
    return query.order_by(first, CUSTOMER.c.name_folded, CUSTOMER.c.id).limit(most)


def lines_by_login(typed: str, most: int) -> Select[Any]:
    """(customer, line) of the logins that begin as typed, in order: an exact one comes first."""
    return (
        select(CONTRACT.c.customer_id, LINE.c.id)
        .join(CONTRACT, CONTRACT.c.id == LINE.c.contract_id)
        .where(begins_with(LINE.c.login_folded, typed))
        .order_by(LINE.c.login_folded, LINE.c.id)
        .limit(most)
    )


def customers_by_hash(column: str, hashes: Iterable[str], most: int) -> Select[Any]:
    """Customers with one of these hashes in `document_hash` or `phone_hash`."""
    return (
        select(CUSTOMER.c.id)
        .where(CUSTOMER.c[column].in_(list(hashes)))
        .order_by(CUSTOMER.c.name_folded, CUSTOMER.c.id)
        .limit(most)
    )


def customers(ids: Iterable[int]) -> Select[Any]:
    wanted = (CUSTOMER.c.id, CUSTOMER.c.code, CUSTOMER.c.name, CUSTOMER.c.document_masked)
    return select(*wanted, CUSTOMER.c.phone).where(CUSTOMER.c.id.in_(list(ids)))


def lines() -> Select[Any]:
    """Every line with its contract and holder, in the names of `LineInfo` where they differ."""
    return (
        select(
            LINE,
            CONTRACT.c.customer_id,
            CONTRACT.c.code.label("contract_code"),
            CONTRACT.c.state.label("contract_state"),
            *(CONTRACT.c[name] for name in ("overdue", "segment", "plan", "down_mbps", "up_mbps")),
            CONTRACT.c.district,
            CUSTOMER.c.name.label("customer_name"),
            CUSTOMER.c.document_masked,
            CUSTOMER.c.phone,
        )
        .join(CONTRACT, CONTRACT.c.id == LINE.c.contract_id)
        .join(CUSTOMER, CUSTOMER.c.id == CONTRACT.c.customer_id)
        .order_by(LINE.c.login_folded, LINE.c.id)
    )

"""`Directory`: find a customer while the agent types, and tell what is on record of a line.

Names and logins are found as they are typed; documents and phones only when complete, by a keyed
hash, so that nobody can feel their way along a document digit by digit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, Engine, select

from kbwizard.config import Settings
from kbwizard.db import core_reading
from kbwizard.directory import queries
from kbwizard.directory.districts import DistrictPlant, district_names, plant_of
from kbwizard.directory.folding import fold, name_words
from kbwizard.directory.identity import (
    Hasher,
    format_phone,
    is_complete_document,
    mask_phone,
    phone_candidates,
)
from kbwizard.directory.values import (
    CustomerHit,
    CustomerInfo,
    Hits,
    LineHit,
    LineInfo,
    MatchedBy,
)
from kbwizard.errors import NotFound

LEAST_TYPED = 2
MOST_TYPED = 80
"""Characters looked at; what is typed beyond is ignored."""
MOST_WORDS = 6
_LOGIN_SIGN = re.compile(r"^\S*[@._\d]\S*$")
"""Typed like this, it is more likely a login than a name."""


@dataclass(frozen=True, slots=True)
class _Match:
    customer_id: int
    by: MatchedBy
    line_id: int | None = None


class Directory:
    """Reads customers, contracts and lines. Safe to share between threads."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine = engine
        self._hasher = Hasher(settings.secret_key)

    def search(self, text: str, *, limit: int = 8) -> Hits:
        """Customers by name, login, complete document or complete phone, best first."""
        typed = " ".join(text[:MOST_TYPED].replace("\0", " ").split())
        if len(fold(typed)) < LEAST_TYPED:
            return Hits(too_short=True)
        with core_reading(self._engine) as db:
            matches: dict[int, _Match] = {}
            for match in self._matches(db, typed, limit + 1):
                matches.setdefault(match.customer_id, match)
                if len(matches) > limit:
                    break
            shown = list(matches.values())[:limit]
            return Hits(_customer_hits(db, shown), more=len(matches) > limit)

    def customer(self, customer_id: int) -> CustomerInfo:
        """A customer with all lines. Raises `NotFound`."""
        with core_reading(self._engine) as db:
            row = db.execute(queries.customers([customer_id])).mappings().first()
            if row is None:
                raise NotFound("Cliente não encontrado no cadastro.")
            of_customer = queries.lines().where(queries.CUSTOMER.c.id == customer_id)
            lines = tuple(_line_info(line) for line in db.execute(of_customer).mappings())
        masked = mask_phone(row["phone"])
        return CustomerInfo(
            row["id"], row["code"], row["name"], row["document_masked"], masked, lines
        )

    def line(self, line_id: int) -> LineInfo:
        """A line with its contract and holder. Raises `NotFound`."""
        return self._one_line(queries.LINE.c.id == line_id)

    def line_by_login(self, login: str) -> LineInfo:
        """The line of exactly this login. Raises `NotFound`."""
        return self._one_line(queries.LINE.c.login == login)

    def _one_line(self, condition: Any) -> LineInfo:
        with core_reading(self._engine) as db:
            row = db.execute(queries.lines().where(condition)).mappings().first()
        if row is None:
            raise NotFound("Conexão não encontrada no cadastro.")
        return _line_info(row)

    def districts(self) -> tuple[str, ...]:
        """Where there are customers, by name; for a customer to choose from."""
        with core_reading(self._engine) as db:
            return district_names(db)

    def plant_of_district(self, district: str) -> DistrictPlant:
        """How many lines of a district hang on which access site and OLT."""
        with core_reading(self._engine) as db:
            return plant_of(db, district)

    def lines_of_phone(self, typed: str) -> tuple[str, tuple[int, ...]]:
        """The digits (E.164) of a complete phone, and the lines of who has it on file.

        Nothing for an incomplete phone, one of nobody, or one that several customers gave.
        """
        phones = phone_candidates(typed)
        with core_reading(self._engine) as db:
            hashes = [self._hasher.phone(phone) for phone in phones]
            found = list(db.scalars(queries.customers_by_hash("phone_hash", hashes, 2)))
            if len(found) != 1:
                return (phones[0] if phones else ""), ()
            of_customer = queries.lines().where(queries.CUSTOMER.c.id == found[0])
            return phones[0], tuple(row["id"] for row in db.execute(of_customer).mappings())

    def line_of_address(self, address: str) -> int | None:
        """The line that has this address for itself on record; None when none or several do."""
        query = select(queries.LINE.c.id).where(
            queries.LINE.c.ip == address, queries.LINE.c.auth.in_(("static", "ipoe"))
        )
        with core_reading(self._engine) as db:
            found = list(db.scalars(query.limit(2)))
        return found[0] if address and len(found) == 1 else None

    def phone(self, customer_id: int) -> str:
        """Personal, in full: the caller has checked the role and writes the audit row."""
        return format_phone(self._personal(queries.CUSTOMER.c.phone, customer_id))

    def address(self, contract_id: int) -> str:
        """Personal, in full: the caller has checked the role and writes the audit row."""
        return self._personal(queries.CONTRACT.c.address, contract_id)

    def _personal(self, column: Any, row_id: int) -> str:
        with core_reading(self._engine) as db:
            value = db.execute(select(column).where(column.table.c.id == row_id)).scalar()
        if value is None:
            raise NotFound("Registro não encontrado no cadastro.")
        return str(value)

    def _matches(self, db: Connection, typed: str, most: int) -> Iterator[_Match]:
        yield from self._by_number(db, typed, most)
        by_login = [
            _Match(customer_id, "login", line_id)
            for customer_id, line_id in db.execute(queries.lines_by_login(fold(typed), most))
        ]
        if _LOGIN_SIGN.search(typed):
            yield from by_login
        yield from (match for match in by_login[:1] if self._is_login(db, match, typed))
        words = name_words(typed)[:MOST_WORDS]
        if words and max(len(word) for word in words) >= LEAST_TYPED:
            query = queries.customers_by_words(words, fold(typed), most)
            yield from (_Match(customer_id, "name") for customer_id in db.scalars(query))
        yield from by_login

    def _by_number(self, db: Connection, typed: str, most: int) -> Iterator[_Match]:
        if is_complete_document(typed):
            hashes = [self._hasher.document(typed)]
            found = db.scalars(queries.customers_by_hash("document_hash", hashes, most))
            yield from (_Match(customer_id, "document") for customer_id in found)
        if phones := phone_candidates(typed):
            hashes = [self._hasher.phone(phone) for phone in phones]
            found = db.scalars(queries.customers_by_hash("phone_hash", hashes, most))
            yield from (_Match(customer_id, "phone") for customer_id in found)

    def _is_login(self, db: Connection, match: _Match, typed: str) -> bool:
        login = queries.LINE.c.login_folded
        found = db.scalar(select(login).where(queries.LINE.c.id == match.line_id))
        return bool(found == fold(typed))


def _customer_hits(db: Connection, matches: list[_Match]) -> tuple[CustomerHit, ...]:
    ids = [match.customer_id for match in matches]
    rows = {row["id"]: row for row in db.execute(queries.customers(ids)).mappings()}
    lines: dict[int, list[LineHit]] = {}
    of_all = queries.lines().where(queries.CUSTOMER.c.id.in_(ids))
    for line in db.execute(of_all).mappings():
        lines.setdefault(line["customer_id"], []).append(_line_hit(line))
    return tuple(
        CustomerHit(
            customer_id=match.customer_id,
            name=rows[match.customer_id]["name"],
            document_masked=rows[match.customer_id]["document_masked"],
            phone_masked=mask_phone(rows[match.customer_id]["phone"]),
            lines=tuple(lines.get(match.customer_id, ())),
            matched_by=match.by,
            matched_line_id=match.line_id,
        )
        for match in matches
    )


def _line_hit(row: Any) -> LineHit:
    names = (field.name for field in fields(LineHit) if field.name != "line_id")
    return LineHit(line_id=row["id"], **{name: row[name] for name in names})


def _line_info(row: Any) -> LineInfo:
    special = {"line_id": row["id"], "phone_masked": mask_phone(row["phone"])}
    names = (field.name for field in fields(LineInfo) if field.name not in special)
    return LineInfo(**special, **{name: row[name] for name in names})

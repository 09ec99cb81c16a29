"""From rows of text to records that can be loaded, with every finding on the way.

A record holds only the columns that the file has: what is absent stays as it is in the database.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kbwizard.directory.columns import BY_NAME, Cell, CellError, ColumnSpec
from kbwizard.directory.csvfile import Row
from kbwizard.directory.folding import fold, name_words
from kbwizard.directory.identity import (
    Hasher,
    document_is_valid,
    mask_document,
    normalise_document,
    parse_phone,
)
from kbwizard.directory.report import Finding

Values = dict[str, Cell]
_PHONE_SEPARATORS = "/|;,"


@dataclass(frozen=True, slots=True)
class Record:
    """One good row. Keys are column names of the tables in `models.py`."""

    line_number: int
    customer: Values
    contract: Values
    line: Values


@dataclass(slots=True)
class Records:
    """The good rows of a file in order, and what was found wrong in all of them."""

    good: list[Record] = field(default_factory=list)
    rows: int = 0
    problems: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)


def read_records(rows: Iterable[Row], hasher: Hasher) -> Records:
    """Check every row by itself and against the rows before it."""
    found = Records()
    seen = _Seen()
    for row in rows:
        found.rows += 1
        if row.finding is not None:
            found.problems.append(row.finding)
            continue
        values, problems = _read_cells(row)
        problems = problems or seen.clashes(row.line, values)
        if problems:
            found.problems.extend(problems)
            continue
        found.warnings.extend(seen.remember(row.line, values))
        found.warnings.extend(_doubts(row.line, values["customer"]))
        found.good.append(_record(row.line, values, hasher))
    return found


def _read_cells(row: Row) -> tuple[dict[str, Values], list[Finding]]:
    values: dict[str, Values] = {"customer": {}, "contract": {}, "line": {}}
    problems = []
    for name, raw in row.cells.items():
        column = BY_NAME[name]
        try:
            cell = _read_cell(column, raw)
        except CellError as error:
            problems.append(Finding(row.line, name, error.message, error.remedy))
            continue
        if column.table:
            values[column.table][column.field] = cell
    return values, problems


def _read_cell(column: ColumnSpec, raw: str) -> Cell:
    if column.required and not raw:
        raise CellError("está vazia, e é obrigatória", "preencha a célula")
    if len(raw) > column.most:
        raise CellError(f"tem {len(raw)} caracteres", f"use no máximo {column.most} caracteres")
    if _ROUNDED.fullmatch(raw):
        raise CellError(
            "a planilha trocou o número por uma forma arredondada (como 1,2E+10)",
            "formate a coluna como texto na planilha e exporte de novo",
        )
    return column.read(raw)


_ROUNDED = re.compile(r"\d([.,]\d+)?E\+\d{1,3}", re.IGNORECASE)
"""What a spreadsheet makes of a long number: two customers' documents become the same."""


class _Seen:
    """What earlier rows of the same file said, to find rows that contradict them."""

    def __init__(self) -> None:
        self._logins: dict[Cell, int] = {}
        self._owners: dict[Cell, tuple[Cell, int]] = {}
        self._customers: dict[Cell, tuple[Values, int]] = {}
        self._contracts: dict[Cell, tuple[Values, int]] = {}

    def clashes(self, number: int, values: Mapping[str, Values]) -> list[Finding]:
        """Contradictions that keep a row out."""
        login, code = values["line"]["login"], values["contract"]["code"]
        if login in self._logins:
            where = self._logins[login]
            message = f"este login já está na linha {where}"
            return [Finding(number, "login", message, "deixe uma linha para cada login")]
        owner, where = self._owners.get(code, (values["customer"]["code"], 0))
        if owner != values["customer"]["code"]:
            message = f"na linha {where} este contrato é de outro cliente"
            return [Finding(number, "contract_code", message, "corrija o código do contrato")]
        return []

    def remember(self, number: int, values: Mapping[str, Values]) -> list[Finding]:
        """Keep a good row; the warnings tell where it overrides an earlier one."""
        customer, contract = values["customer"], values["contract"]
        self._logins[values["line"]["login"]] = number
        self._owners[contract["code"]] = (customer["code"], number)
        return [
            *_override(self._customers, number, "customer_code", "cliente", customer),
            *_override(self._contracts, number, "contract_code", "contrato", contract),
        ]


def _override(
    earlier: dict[Cell, tuple[Values, int]], number: int, column: str, noun: str, values: Values
) -> list[Finding]:
    before, where = earlier.get(values["code"], (values, number))
    earlier[values["code"]] = (dict(values), number)
    differing = [name for name in values if values[name] != before.get(name)]
    if not differing:
        return []
    message = f"os dados do {noun} diferem dos da linha {where} ({', '.join(differing)})"
    return [Finding(number, column, message, "repita os mesmos dados; valeram os desta linha")]


def _doubts(number: int, customer: Values) -> list[Finding]:
    """Warnings about a document or phone: never an error, foreign and old ones exist."""
    found = []
    document = normalise_document(str(customer.get("document") or ""))
    if document and not document_is_valid(document):
        hint = "confira; se a planilha tirou zeros da frente, formate a coluna como texto"
        message = f"o documento, com {len(document)} caracteres, não é um CPF ou CNPJ válido"
        found.append(Finding(number, "document", message, hint))
    phone = str(customer.get("phone") or "")
    if phone and not parse_phone(_first_phone(phone)).valid:
        message = "o telefone não parece completo"
        found.append(Finding(number, "phone", message, "escreva com DDD, como (11) 90000-0042"))
    if phone and _first_phone(phone) != phone:
        message = "há mais de um telefone; ficou o primeiro"
        found.append(Finding(number, "phone", message, "ponha um telefone por cliente"))
    return found


def _first_phone(raw: str) -> str:
    for separator in _PHONE_SEPARATORS:
        raw = raw.partition(separator)[0]
    return raw.strip()


def _record(number: int, values: Mapping[str, Values], hasher: Hasher) -> Record:
    customer = dict(values["customer"])
    customer["name_folded"] = fold(str(customer["name"]))
    if "document" in customer:
        document = normalise_document(str(customer.pop("document")))
        customer["document_hash"] = hasher.document(document)
        customer["document_masked"] = mask_document(document)
    if "phone" in customer:
        digits = parse_phone(_first_phone(str(customer["phone"]))).digits
        customer["phone"], customer["phone_hash"] = digits, hasher.phone(digits)
    line = {**values["line"], "login_folded": fold(str(values["line"]["login"]))}
    return Record(number, customer, dict(values["contract"]), line)


def words_of(customer: Mapping[str, Cell]) -> tuple[str, ...]:
    """The words by which a customer's record is found."""
    return name_words(str(customer["name"]))

"""The columns of the customer file: which there are, what each may hold, how each is read.

The same list is documented for the people who export it in docs/importar-clientes.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address

from kbwizard.directory.folding import fold

Cell = str | int | float | bool | None


class CellError(Exception):
    """A cell cannot be accepted: what is wrong, and what to write."""

    def __init__(self, message: str, remedy: str) -> None:
        self.message = message
        self.remedy = remedy
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One column. `table` and `field` say where it goes; an empty table: read and left out."""

    name: str
    table: str
    field: str
    read: Callable[[str], Cell]
    required: bool = False
    """The column must exist, and no cell of it may be empty."""
    most: int = 120
    """Characters at most."""
    private: bool = False
    """Personal: its value is never repeated in a message."""


def text(raw: str) -> Cell:
    return raw


def one_of(choices: Mapping[str, str], empty: str | None = "") -> Callable[[str], Cell]:
    """A reader of words. `choices` maps every accepted word, folded, to the stored one."""

    def read(raw: str) -> Cell:
        if not raw:
            return empty
        if fold(raw) not in choices:
            words = ", ".join(dict.fromkeys(choices.values()))
            raise CellError(f"o valor {shown(raw)} não é aceito", f"escreva um de: {words}")
        return choices[fold(raw)]

    return read


def decimal(low: float, high: float) -> Callable[[str], Cell]:
    """A reader of numbers with decimal comma or point, within bounds; empty: not known."""

    def read(raw: str) -> Cell:
        if not raw:
            return None
        if not re.fullmatch(r"[+-]?\d{1,9}([.,]\d{1,6})?", raw.replace("−", "-")):
            raise CellError(
                f"{shown(raw)} não é um número", "escreva só o número, como 500 ou -19,5"
            )
        number = float(raw.replace("−", "-").replace(",", "."))
        if not low <= number <= high:
            raise CellError(
                f"{shown(raw)} está fora do possível", f"use um número de {low:g} a {high:g}"
            )
        return number

    return read


def onu_number(raw: str) -> Cell:
    if not raw:
        return None
    if not re.fullmatch(r"\d{1,4}", raw) or int(raw) > 1024:
        raise CellError(f"{shown(raw)} não é um número de ONU", "use um número de 0 a 1024")
    return int(raw)


def pon(raw: str) -> Cell:
    """A PON as the vendor prints it, digits and bars only."""
    place = raw.replace(" ", "")
    if place and not re.fullmatch(r"\d{1,3}(/\d{1,3}){0,3}", place):
        raise CellError(
            f"{shown(raw)} não é uma PON",
            "escreva como a OLT mostra, só números e barras: 0/1/3, 1/2/3, 2/4 ou 1",
        )
    return place


def serial(raw: str) -> Cell:
    """Upper case without separators: four letters and eight hexadecimal digits, or a MAC."""
    bare = re.sub(r"[\s:.\-]", "", raw).upper()
    if bare and not re.fullmatch(r"[0-9A-Z]{8,24}", bare):
        raise CellError(
            f"{shown(raw)} não é um número de série", "copie o serial como a OLT mostra"
        )
    return bare


def login(raw: str) -> Cell:
    if re.search(r"\s", raw):
        raise CellError("o login tem espaço no meio", "copie o login como está no concentrador")
    return raw


def address_ip(raw: str) -> Cell:
    try:
        return str(ip_address(raw)) if raw else ""
    except ValueError as error:
        raise CellError(f"{shown(raw)} não é um endereço IP", "escreva como 192.0.2.10") from error


def yes_no(raw: str) -> Cell:
    words = {"": None, "true": True, "sim": True, "s": True, "1": True, "verdadeiro": True}
    words |= {"false": False, "nao": False, "n": False, "0": False, "falso": False}
    if fold(raw) not in words:
        raise CellError(f"o valor {shown(raw)} não é aceito", "escreva true ou false (sim ou não)")
    return words[fold(raw)]


def shown(raw: str) -> str:
    """A value as a message repeats it: quoted, and cut when long."""
    return f"“{raw[:40]}…”" if len(raw) > 40 else f"“{raw}”"


_SEGMENTS = {
    "residential": "residential", "residencial": "residential", "pf": "residential",
    "business": "business", "empresarial": "business", "corporativo": "business", "pj": "business",
}  # fmt: skip
_STATES = {
    "active": "active", "ativo": "active", "reduced": "reduced", "reduzido": "reduced",
    "blocked": "blocked", "bloqueado": "blocked", "suspended": "suspended",
    "suspenso": "suspended", "cancelled": "cancelled", "cancelado": "cancelled",
}  # fmt: skip
_TECHNOLOGIES = {
    "fibre": "fibre", "fibra": "fibre", "ftth": "fibre", "radio": "radio",
    "cable": "cable", "cabo": "cable", "dedicated": "dedicated", "dedicado": "dedicated",
}  # fmt: skip
_AUTHS = {
    "pppoe": "pppoe", "ipoe": "ipoe", "dhcp": "ipoe", "static": "static", "ip fixo": "static",
}  # fmt: skip
_OPTICS = {
    "gpon_b": "gpon_b", "gpon b+": "gpon_b", "b+": "gpon_b", "gpon_c": "gpon_c",
    "gpon c+": "gpon_c", "c+": "gpon_c", "xgs": "xgs", "xgs-pon": "xgs", "epon": "epon",
}  # fmt: skip
_OWNERS = {"isp": "isp", "provedor": "isp", "customer": "customer", "cliente": "customer"}
_MODES = {"router": "router", "roteador": "router", "bridge": "bridge"}

COLUMNS = (
    ColumnSpec("customer_code", "customer", "code", text, required=True, most=40),
    ColumnSpec("name", "customer", "name", text, required=True, private=True),
    ColumnSpec("document", "customer", "document", text, most=30, private=True),
    ColumnSpec("phone", "customer", "phone", text, most=60, private=True),
    ColumnSpec("contract_code", "contract", "code", text, required=True, most=40),
    ColumnSpec("segment", "contract", "segment", one_of(_SEGMENTS), required=True),
    ColumnSpec("plan", "contract", "plan", text),
    ColumnSpec("down_mbps", "contract", "down_mbps", decimal(0, 100_000)),
    ColumnSpec("up_mbps", "contract", "up_mbps", decimal(0, 100_000)),
    ColumnSpec("contract_state", "contract", "state", one_of(_STATES, empty=None)),
    ColumnSpec("overdue", "contract", "overdue", yes_no),
    ColumnSpec("address", "contract", "address", text, most=200, private=True),
    ColumnSpec("district", "contract", "district", text, most=80),
    ColumnSpec("login", "line", "login", login, required=True, most=64),
    ColumnSpec("technology", "line", "technology", one_of(_TECHNOLOGIES, empty="fibre")),
    ColumnSpec("auth", "line", "auth", one_of(_AUTHS, empty="pppoe")),
    ColumnSpec("concentrator", "line", "concentrator", text, most=60),
    ColumnSpec("olt", "line", "olt", text, most=60),
    ColumnSpec("pon", "line", "pon", pon, most=20),
    ColumnSpec("onu", "line", "onu", onu_number),
    ColumnSpec("serial", "line", "serial", serial, most=40),
    ColumnSpec("optic_class", "line", "optic_class", one_of(_OPTICS, empty="gpon_b")),
    ColumnSpec("cto", "line", "cto", text, most=60),
    ColumnSpec("cto_port", "line", "cto_port", text, most=10),
    ColumnSpec("ip", "line", "ip", address_ip, most=45),
    ColumnSpec("cpe_owner", "line", "cpe_owner", one_of(_OWNERS)),
    ColumnSpec("onu_mode", "line", "onu_mode", one_of(_MODES)),
    ColumnSpec("install_rx_dbm", "line", "install_rx_dbm", decimal(-50, 10)),
    ColumnSpec("holder", "", "", text, most=200, private=True),
)
BY_NAME = {column.name: column for column in COLUMNS}

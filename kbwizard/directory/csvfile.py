"""From the bytes of a customer file to its rows of text, or to what is wrong with the file.

One row is one line of the file: an unclosed quote then spoils its own row and no other.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from io import StringIO
from pathlib import Path

from kbwizard.directory.columns import BY_NAME, COLUMNS
from kbwizard.directory.report import Finding
from kbwizard.errors import reason

MOST_BYTES = 64 * 1024 * 1024
MOST_ROWS = 200_000
MOST_LINE = 8_000
"""Characters of one line."""
_BROKEN = "\ufffd"


class FileRefused(Exception):
    """The file as a whole cannot be read; nothing of it is loaded."""

    def __init__(self, *findings: Finding) -> None:
        self.findings = findings
        super().__init__("; ".join(finding.message for finding in findings))


@dataclass(frozen=True, slots=True)
class SourceText:
    """A decoded file, its header still to be read."""

    lines: tuple[str, ...]
    encoding: str
    delimiter: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file: its cells by column name, or what keeps it from being read."""

    line: int
    cells: dict[str, str]
    finding: Finding | None = None


def read_source(file: Path) -> SourceText:
    """Read and decode a file. Raises `FileRefused`."""
    try:
        size = file.stat().st_size
        if size > MOST_BYTES:
            raise _refused(
                f"o arquivo tem {size // 1_048_576} MB", "divida em arquivos de até 64 MB"
            )
        content = file.read_bytes()
    except OSError as error:
        raise _refused(
            f"não foi possível ler {file}: {reason(error)}", "confira o caminho e as permissões"
        ) from error
    return decode(content)


def decode(content: bytes) -> SourceText:
    """UTF-8 with or without mark, else Windows-1252 (which includes latin-1's letters)."""
    _refuse_binary(content)
    decoded, encoding = _decoded(content)
    lines = tuple(line.rstrip("\n") for line in StringIO(decoded, newline=None))
    if not lines or not lines[0].strip():
        raise _refused("o arquivo está vazio", "a primeira linha deve ter o nome das colunas")
    if len(lines) - 1 > MOST_ROWS:
        raise _refused(f"o arquivo tem {len(lines) - 1} linhas", f"divida em até {MOST_ROWS}")
    delimiter = ";" if lines[0].count(";") > lines[0].count(",") else ","
    return SourceText(lines, encoding, delimiter)


def _decoded(content: bytes) -> tuple[str, str]:
    """Text and encoding. A UTF-8 file with a few broken bytes stays UTF-8: they spoil their rows.

    Accented letters of latin-1 are next to never valid UTF-8, so the greater number tells.
    """
    text = content.decode("utf-8-sig", errors="replace")
    broken = text.count(_BROKEN)
    accented = sum(not sign.isascii() for sign in text) - broken if broken else 0
    if broken <= accented:
        return text, "UTF-8"
    return content.decode("cp1252", errors="replace"), "latin-1 (Windows-1252)"


def _refuse_binary(content: bytes) -> None:
    remedy = "salve a planilha como CSV (UTF-8) e importe o arquivo .csv"
    if content.startswith(b"PK\x03\x04"):
        raise _refused("o arquivo é uma planilha ou um ZIP, não um CSV", remedy)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _refused("o arquivo está em UTF-16", "salve de novo como CSV (UTF-8)")
    if b"\x00" in content:
        raise _refused("o arquivo é binário, não um CSV", remedy)


def _refused(message: str, remedy: str) -> FileRefused:
    return FileRefused(Finding(0, "", message, remedy))


def read_header(source: SourceText) -> tuple[str, ...]:
    """The column names of the first line. Raises `FileRefused` with every wrong one."""
    try:
        cells = _split(source.lines[0], source.delimiter)
    except csv.Error as error:
        raise FileRefused(
            Finding(1, "", "o cabeçalho tem aspas sem par", "tire as aspas da primeira linha")
        ) from error
    names = tuple(cell.strip().casefold() for cell in cells)
    findings = [*_unknown(names), *_repeated(names), *_missing(names)]
    if findings:
        raise FileRefused(*findings)
    return names


def _unknown(names: tuple[str, ...]) -> Iterator[Finding]:
    free = [column.name for column in COLUMNS if column.name not in names]
    for place, name in enumerate(names, start=1):
        if name in BY_NAME:
            continue
        if not name:
            yield Finding(1, "", f"a coluna {place} está sem nome", "dê um nome ou apague a coluna")
            continue
        near = get_close_matches(name, free, n=1, cutoff=0.6)
        remedy = f"você quis dizer {near[0]}?" if near else "apague a coluna ou corrija o nome"
        yield Finding(1, name[:40], f"a coluna {name[:40]!r} não é conhecida", remedy)


def _repeated(names: tuple[str, ...]) -> Iterator[Finding]:
    for name in dict.fromkeys(names):
        if name and names.count(name) > 1:
            yield Finding(1, name, f"a coluna {name} aparece mais de uma vez", "deixe só uma")


def _missing(names: tuple[str, ...]) -> Iterator[Finding]:
    for column in COLUMNS:
        if column.required and column.name not in names:
            near = get_close_matches(column.name, [n for n in names if n not in BY_NAME], n=1)
            remedy = f"renomeie {near[0]} para {column.name}" if near else "acrescente a coluna"
            yield Finding(1, column.name, f"falta a coluna {column.name}", remedy)


def read_rows(source: SourceText, names: tuple[str, ...]) -> Iterator[Row]:
    """Every line after the header that is not blank."""
    for number, line in enumerate(source.lines[1:], start=2):
        if line.strip(f'{source.delimiter} \t"'):
            yield _read_row(number, line, source.delimiter, names)


def _read_row(number: int, line: str, delimiter: str, names: tuple[str, ...]) -> Row:
    if len(line) > MOST_LINE:
        finding = Finding(number, "", "a linha é longa demais", f"use até {MOST_LINE} caracteres")
        return Row(number, {}, finding)
    if any(ord(sign) < 32 and sign != "\t" for sign in line) or _BROKEN in line:
        finding = Finding(number, "", "a linha tem caracteres que não são texto", "digite de novo")
        return Row(number, {}, finding)
    try:
        cells = _split(line, delimiter)
    except csv.Error:
        remedy = 'feche as aspas na mesma linha; aspas dentro do texto se escrevem ""'
        return Row(number, {}, Finding(number, "", "aspas sem par", remedy))
    if len(cells) != len(names):
        message = f"a linha tem {len(cells)} células e o cabeçalho {len(names)}"
        remedy = f"ponha entre aspas o texto que tem “{delimiter}” dentro"
        return Row(number, {}, Finding(number, "", message, remedy))
    return Row(
        number, {name: " ".join(cell.split()) for name, cell in zip(names, cells, strict=True)}
    )


def _split(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter, strict=True), [])

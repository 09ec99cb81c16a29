"""Reads YAML into pieces that know their line, by our own scalar rules; judges no meaning.

Only `true` and `false` are booleans; `off`, `on`, `no` and `yes` are words; there are no dates,
no sexagesimals, no octals and no underscores in numbers. Anchors, aliases and tags are refused.
The event stream is folded here and not by PyYAML's composer: the composer of the C loader
recurses in C and ends the process on a file of a hundred thousand brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml
from yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
)

from kbwizard.content.yamlwords import explain
from kbwizard.errors import Problem, SetupError
from kbwizard.errors import reason as reason
from kbwizard.wizard.facts import Scalar

MAX_BYTES = 512 * 1024
"""A tree of 40 nodes has about 30 KB; a file beyond this is not a tree."""

MAX_DEPTH = 30

_INT = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\.[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Value:
    """One scalar. `text` is what the author wrote; `value` what it means by our rules."""

    value: Scalar
    text: str
    line: int
    plain: bool = True
    """Written without quotes."""

    @property
    def empty(self) -> bool:
        return self.plain and self.text in ("", "~", "null")


@dataclass(slots=True)
class Items:
    """A list."""

    items: list[Piece]
    line: int


@dataclass(slots=True)
class Block:
    """A mapping, in the order of the file, its keys as they were written."""

    pairs: list[tuple[Value, Piece]]
    line: int


Piece = Value | Items | Block


def read_source(path: Path, name: str) -> str | Problem:
    """A content file as text with `\\n` line ends, or why it cannot be read."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        return Problem(
            name, 0, "file", f"o arquivo não pôde ser lido ({reason(error)})", "veja as permissões"
        )
    if len(raw) > MAX_BYTES:
        return Problem(
            name,
            0,
            "file",
            f"o arquivo tem {len(raw) // 1024} KB; o limite é {MAX_BYTES // 1024} KB",
            "divida o conteúdo em arquivos menores",
        )
    return _decode(raw, name)


def _decode(raw: bytes, name: str) -> str | Problem:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return Problem(
            name,
            line,
            "file",
            "o arquivo não está em UTF-8",
            "salve-o de novo escolhendo a codificação UTF-8",
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parse_yaml(text: str, file: str, *, first_line: int = 1) -> Block | list[Problem]:
    """The mapping at the top of a YAML text, or every problem found before it stopped making sense.

    `first_line` is the line of the file where `text` begins (front matter begins at 2).
    """
    folded = _Folding(file, first_line)
    try:
        for event in _events(text):
            if not folded.take(event):
                break
    except yaml.YAMLError as error:
        line, message, remedy = explain(error, text)
        folded.refuse(line + first_line - 1, message, remedy)
    return folded.result()


def _events(text: str) -> Iterator[Event]:
    loader = getattr(yaml, "CSafeLoader", None)
    if loader is None:
        raise SetupError("O PyYAML desta máquina não tem o leitor em C (libyaml): reinstale-o.")
    return yaml.parse(text, Loader=loader)


def read_scalar(text: str) -> Scalar:
    """What a word written without quotes means.

    >>> [read_scalar(word) for word in ("true", "off", "12", "-27.5", "010", "1:30", "2026-11-21")]
    [True, 'off', 12, -27.5, '010', '1:30', '2026-11-21']
    """
    if text in ("true", "false"):
        return text == "true"
    if text and (text[0].isdigit() or text[0] in "+-"):
        if _INT.fullmatch(text):
            return int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
    return text


class _Folding:
    """Folds events into pieces on an explicit stack, collecting problems."""

    def __init__(self, file: str, first_line: int) -> None:
        self.file = file
        self.offset = first_line
        """Marks count lines from 0."""
        self.problems: list[Problem] = []
        self.stack: list[Items | Block] = []
        self.keys: list[Value | None] = []
        """Beside each open mapping, the key that still waits for its piece."""
        self.root: Piece | None = None
        self.documents = 0

    def take(self, event: Event) -> bool:
        """False when nothing after this can be trusted."""
        if isinstance(event, ScalarEvent):
            return self._plain(event) and self._put(self._scalar(event))
        if isinstance(event, CollectionStartEvent):
            return self._plain(event) and self._open(event)
        if isinstance(event, (MappingEndEvent, SequenceEndEvent)):
            self.stack.pop()
            self.keys.pop()
        elif isinstance(event, AliasEvent):
            return self._plain(event)
        elif isinstance(event, DocumentStartEvent):
            return self._document(event)
        return True

    def _document(self, event: Event) -> bool:
        self.documents += 1
        if self.documents > 1:
            self.refuse(self._line(event), 'há um segundo documento depois de "---"', "apague-o")
        return self.documents == 1

    def _line(self, event: Event) -> int:
        return (event.start_mark.line if event.start_mark else 0) + self.offset

    def _plain(self, event: NodeEvent) -> bool:
        if event.anchor is not None:
            self.refuse(
                self._line(event),
                'âncoras e apelidos ("&" e "*") não são aceitos',
                "repita o conteúdo; se era texto, ponha entre aspas",
            )
            return False
        if getattr(event, "tag", None) not in (None, "!"):
            self.refuse(
                self._line(event),
                f'a marca "{str(getattr(event, "tag", ""))[:40]}" não é aceita',
                "apague a marca; se era texto, ponha entre aspas",
            )
            return False
        return True

    def _scalar(self, event: ScalarEvent) -> Value:
        plain = bool(event.implicit[0])
        text = event.value
        return Value(read_scalar(text) if plain else text, text, self._line(event), plain)

    def _open(self, event: CollectionStartEvent) -> bool:
        line = self._line(event)
        piece: Items | Block
        piece = Block([], line) if isinstance(event, MappingStartEvent) else Items([], line)
        if not self._put(piece):
            return False
        if len(self.stack) >= MAX_DEPTH:
            self.refuse(line, f"há mais de {MAX_DEPTH} níveis um dentro do outro", "simplifique")
            return False
        self.stack.append(piece)
        self.keys.append(None)
        return True

    def _put(self, piece: Piece) -> bool:
        if not self.stack:
            self.root = piece
            return True
        parent = self.stack[-1]
        if isinstance(parent, Items):
            parent.items.append(piece)
            return True
        key = self.keys[-1]
        if key is not None:
            parent.pairs.append((key, piece))
            self.keys[-1] = None
            return True
        if not isinstance(piece, Value):
            self.refuse(piece.line, "uma chave tem de ser uma palavra", "ponha a chave entre aspas")
            return False
        self.keys[-1] = piece
        return True

    def refuse(self, line: int, message: str, remedy: str) -> None:
        self.problems.append(Problem(self.file, line, "yaml", message, remedy))

    def result(self) -> Block | list[Problem]:
        if self.problems:
            return self.problems
        if not isinstance(self.root, Block):
            line = self.root.line if self.root else self.offset
            self.refuse(line, "o arquivo não tem chaves", 'comece por "chave: valor"')
            return self.problems
        return self.root

"""Takes typed values out of a YAML block, collecting every problem instead of raising.

A `Fields` is asked for each key its reader knows; `done` then reports the keys nobody asked for,
with the nearest known name. Keys asked for with the wrong type read as absent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

from kbwizard.content.yamlread import Block, Items, Piece, Value
from kbwizard.errors import Problem

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_TOO_MANY = 40
"""The first few of so many names help nobody, and fill the screen of who writes."""


class Problems:
    """The problems of one file, in the order they were found."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Problem] = []

    def add(self, line: int, rule: str, message: str, remedy: str = "") -> None:
        self.found.append(Problem(self.file, line, rule, message, remedy))

    def __bool__(self) -> bool:
        return bool(self.found)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A remedy that names the nearest known word, or lists a few of not too many.

    >>> did_you_mean("oterwise", ["otherwise", "then"])
    'você quis dizer "otherwise"?'
    >>> did_you_mean("xyz", map(str, range(90)))
    'confira como se escreve'
    """
    names = sorted(known)
    near = get_close_matches(word, names, n=1, cutoff=0.6)
    if near:
        return f'você quis dizer "{near[0]}"?'
    if len(names) > _TOO_MANY:
        return "confira como se escreve"
    shown = ", ".join(names[:12]) + ("…" if len(names) > 12 else "")
    return f"use um destes: {shown}" if names else "apague-o"


def kind_of(piece: Piece) -> str:
    if isinstance(piece, Block):
        return "um bloco de chaves"
    return "uma lista" if isinstance(piece, Items) else f'"{piece.text[:40]}"'


def unique_pairs(block: Block, problems: Problems) -> dict[str, tuple[Value, Piece]]:
    """The pairs of a block by the text of their key; a repeated key is a problem."""
    pairs: dict[str, tuple[Value, Piece]] = {}
    for key, piece in block.pairs:
        first = pairs.get(key.text)
        if first is None:
            pairs[key.text] = (key, piece)
            continue
        problems.add(
            key.line,
            "duplicate-key",
            f'a chave "{key.text}" já apareceu na linha {first[0].line}',
            "junte as duas, ou apague uma",
        )
    return pairs


class Fields:
    """One block being read. `of` says what it is, for messages: 'do passo "luz"'."""

    def __init__(self, block: Block, problems: Problems, of: str) -> None:
        self.line = block.line
        self.of = of
        self.problems = problems
        self.pairs = unique_pairs(block, problems)
        self.asked: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self.pairs

    def line_of(self, key: str) -> int:
        return self.pairs[key][0].line if key in self.pairs else self.line

    def piece(self, key: str, *, required: bool = False) -> Piece | None:
        """The raw piece; an empty value (`key:` and nothing) is a problem and reads as absent."""
        self.asked.add(key)
        if key not in self.pairs:
            if required:
                self.problems.add(
                    self.line, "missing-key", f'falta "{key}" {self.of}', f'escreva "{key}: …"'
                )
            return None
        piece = self.pairs[key][1]
        if isinstance(piece, Value) and piece.empty:
            self.problems.add(
                piece.line,
                "empty-value",
                f'"{key}" está vazio',
                "escreva o valor, ou apague a linha",
            )
            return None
        return piece

    def wrong(self, key: str, piece: Piece, wanted: str, remedy: str) -> None:
        self.problems.add(
            piece.line, "wrong-type", f'"{key}" pede {wanted}, e veio {kind_of(piece)}', remedy
        )

    def text(self, key: str, *, required: bool = False) -> str:
        piece = self.piece(key, required=required)
        if piece is None:
            return ""
        if isinstance(piece, Value) and isinstance(piece.value, str):
            return piece.value.strip()
        self.wrong(key, piece, "um texto", "ponha entre aspas")
        return ""

    def name(self, key: str, *, required: bool = False) -> str:
        """A node's, policy's or disposition's name; empty when absent or wrong."""
        return self.text(key, required=required)

    def choice(self, key: str, known: Iterable[str], default: str = "") -> str:
        text = self.text(key)
        names = list(known)
        if not text or text in names:
            return text or default
        self.problems.add(
            self.line_of(key),
            "unknown-value",
            f'"{text}" não serve em "{key}"',
            did_you_mean(text, names),
        )
        return default

    def flag(self, key: str) -> bool:
        piece = self.piece(key)
        if piece is None:
            return False
        if isinstance(piece, Value) and isinstance(piece.value, bool):
            return piece.value
        self.wrong(key, piece, "sim ou não", "escreva true ou false, sem aspas")
        return False

    def number(self, key: str, *, required: bool = False, least: float = 0.0) -> float | None:
        piece = self.piece(key, required=required)
        if piece is None:
            return None
        found = number_in(piece)
        if found is None:
            self.wrong(key, piece, "um número", "escreva só algarismos, com ponto decimal")
            return None
        if found < least:
            self.problems.add(
                piece.line,
                "wrong-type",
                f'"{key}" não pode ser menor que {least:g}',
                "corrija o número",
            )
            return None
        return found

    def count(self, key: str, *, required: bool = False, least: int = 0) -> int | None:
        found = self.number(key, required=required, least=least)
        if found is None:
            return None
        if found != int(found):
            self.wrong(key, self.pairs[key][1], "um número inteiro", "tire a parte decimal")
            return None
        return int(found)

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """A list of texts; one text alone is a list of one."""
        piece = self.piece(key, required=required)
        if piece is None:
            return ()
        return texts_in(piece, key, self.problems)

    def block(self, key: str, *, required: bool = False) -> Block | None:
        piece = self.piece(key, required=required)
        if piece is None or isinstance(piece, Block):
            return piece
        self.wrong(key, piece, "um bloco de chaves", "escreva uma chave por linha, com recuo")
        return None

    def blocks(self, key: str, *, required: bool = False) -> list[Block]:
        """A list of blocks (`- {when: …}`)."""
        piece = self.piece(key, required=required)
        if piece is None:
            return []
        if not isinstance(piece, Items):
            self.wrong(key, piece, "uma lista de blocos", 'comece cada item por "- "')
            return []
        found = []
        for item in piece.items:
            if isinstance(item, Block):
                found.append(item)
            else:
                self.wrong(
                    key, item, "uma lista de blocos", 'comece cada item por "- chave: valor"'
                )
        return found

    def done(self) -> None:
        """Report every key that no reader asked for."""
        for name, (key, _) in self.pairs.items():
            if name not in self.asked:
                self.problems.add(
                    key.line,
                    "unknown-key",
                    f'a chave "{name}" não existe {self.of}',
                    did_you_mean(name, self.asked),
                )


def number_in(piece: Piece) -> float | None:
    if not isinstance(piece, Value) or isinstance(piece.value, (bool, str)):
        return None
    return float(piece.value)


def texts_in(piece: Piece, key: str, problems: Problems) -> tuple[str, ...]:
    items = piece.items if isinstance(piece, Items) else [piece]
    found = []
    for item in items:
        if isinstance(item, Value) and isinstance(item.value, str) and not item.empty:
            found.append(item.value.strip())
        else:
            problems.add(
                item.line,
                "wrong-type",
                f'"{key}" pede textos, e veio {kind_of(item)}',
                "ponha entre aspas",
            )
    return tuple(found)


def check_name(name: str, line: int, what: str, problems: Problems) -> bool:
    """Names of nodes and policies are snake_case ASCII: they travel in addresses and logs."""
    if _NAME.fullmatch(name):
        return True
    problems.add(
        line,
        "name",
        f'o nome {what} "{name[:60]}" não é aceito',
        "use letras minúsculas sem acento, algarismos e _",
    )
    return False

"""One OLT profile file, checked key by key; every problem is collected with its line and remedy.

The keys are described in `docs/profiles.md`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from kbwizard.checks.onu_index import ENCODERS, BadPlace, split_pon
from kbwizard.checks.profile_model import (
    BY_CAUSE,
    CAUSE,
    CAUSES,
    DECODERS,
    FACTS,
    STATE,
    STATES,
    Column,
    Oid,
    OltProfile,
    OtherScale,
)
from kbwizard.content.yamlread import Block, Items, Piece, Value
from kbwizard.errors import Problem
from kbwizard.wizard.facts import Scalar

HEAD_KEYS = (
    "profile",
    "label",
    "detect",
    "base",
    "index",
    "example",
    "presence",
    "columns",
    "state_by_cause",
)
COLUMN_KEYS = (
    "oid",
    "index",
    "suffix",
    "decode",
    "scale",
    "add",
    "also",
    "none",
    "none_from",
    "values",
    "old_s",
)
OTHER_SCALE_KEYS = ("least", "most", "scale", "add")

_OID = re.compile(r"\d+(\.\d+)*")
ENTERPRISES = "1.3.6.1.4.1."


class ProfileReader:
    """Reads one file, collecting problems as it goes; what is wrong is left at its default."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.base: Oid = ()
        self.index = ""

    def refuse(self, line: int, rule: str, message: str, remedy: str) -> None:
        self.problems.append(Problem(self.path.name, line, rule, message, remedy))

    def profile(self, block: Block) -> OltProfile | list[Problem]:
        keys = self.keys(block, HEAD_KEYS, required=("profile", "label", "index", "columns"))
        self.base = self.oid(keys["base"]) if "base" in keys else ()
        self.index = self.one_of(keys.get("index"), tuple(ENCODERS), "direct")
        profile = OltProfile(
            id=self.id(keys.get("profile")),
            label=self.word(keys.get("label")),
            index=self.index,
            example=self.example(keys.get("example"), block.line),
            columns=self.columns(keys.get("columns")),
            detect=self.detect(keys.get("detect")),
            presence=self.presence(keys.get("presence")),
            state_by_cause=self.state_by_cause(keys.get("state_by_cause")),
        )
        self.check_by_cause(profile, block.line)
        return self.problems or profile

    def keys(
        self, piece: Piece | None, known: tuple[str, ...], *, required: tuple[str, ...] = ()
    ) -> dict[str, Piece]:
        """The pairs of a mapping; unknown, repeated and missing keys are problems."""
        if not isinstance(piece, Block):
            if piece is not None:
                self.refuse(piece.line, "structure", "aqui vão chaves", 'escreva "chave: valor"')
            return {}
        found: dict[str, Piece] = {}
        for key, value in piece.pairs:
            if key.text in found:
                self.refuse(key.line, "duplicate-key", f'"{key.text}" repetida', "apague uma")
            elif known and key.text not in known:
                self.refuse(
                    key.line, "unknown-key", f'chave "{key.text}" desconhecida', _use(known)
                )
            found[key.text] = value
        for name in required:
            if name not in found:
                self.refuse(piece.line, "missing-key", f'falta a chave "{name}"', "escreva-a")
        return found

    def id(self, piece: Piece | None) -> str:
        name = self.word(piece)
        if piece is not None and name != self.path.stem:
            self.refuse(
                piece.line,
                "profile-id",
                f"o perfil {name!r} está em {self.path.name}",
                "dê ao arquivo o nome do perfil",
            )
        return name

    def word(self, piece: Piece | None) -> str:
        if isinstance(piece, Value) and not piece.empty:
            return piece.text
        if piece is not None:
            self.refuse(piece.line, "value", "falta um texto", "escreva um valor")
        return ""

    def one_of(self, piece: Piece | None, words: tuple[str, ...], default: str) -> str:
        if piece is None:
            return default
        word = self.word(piece)
        if word in words:
            return word
        self.refuse(piece.line, "value", f"{word!r} não existe", _use(words))
        return default

    def number(self, piece: Piece | None, default: float) -> float:
        if piece is None:
            return default
        value = piece.value if isinstance(piece, Value) else None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self.refuse(piece.line, "value", "falta um número", "por exemplo 0.01")
            return default
        return value

    def whole(self, piece: Piece | None, default: int) -> int:
        number = self.number(piece, default)
        if piece is not None and not isinstance(number, int):
            self.refuse(piece.line, "value", f"{number} não é inteiro", "escreva um inteiro")
        return int(number)

    def oid(self, piece: Piece | None) -> Oid:
        """A complete OID (1.3.6…), or one below `base`."""
        text = self.word(piece)
        if not _OID.fullmatch(text):
            if text and piece is not None:
                self.refuse(piece.line, "oid", f"{text!r} não é um OID", "números e pontos")
            return ()
        numbers = tuple(int(part) for part in text.split("."))
        return numbers if text.startswith("1.3.6.1.") else self.base + numbers

    def listed(self, piece: Piece | None) -> list[Piece]:
        if piece is None:
            return []
        return piece.items if isinstance(piece, Items) else [piece]

    def detect(self, piece: Piece | None) -> tuple[Oid, ...]:
        texts = [self.word(item) for item in self.listed(piece)]
        return tuple(
            tuple(int(part) for part in (ENTERPRISES + text).split("."))
            for text in texts
            if _OID.fullmatch(text)
        )

    def example(self, piece: Piece | None, line: int) -> str:
        encoder = ENCODERS[self.index]
        if piece is None:
            if encoder.parts:
                self.refuse(line, "missing-key", 'falta "example"', 'por exemplo "0/1/3"')
            return ""
        text = self.word(piece)
        try:
            split_pon(text, encoder)
        except BadPlace as error:
            self.refuse(piece.line, "example", str(error), "escreva como o fabricante imprime")
        return text

    def presence(self, piece: Piece | None) -> tuple[Column, ...]:
        return tuple(
            Column(fact="", oid=self.oid(item), index=self.index) for item in self.listed(piece)
        )

    def columns(self, piece: Piece | None) -> dict[str, Column]:
        found = self.keys(piece, FACTS)
        return {fact: self.column(fact, item) for fact, item in found.items() if fact in FACTS}

    def column(self, fact: str, piece: Piece) -> Column:
        keys = self.keys(piece, COLUMN_KEYS, required=("oid",))
        suffix = keys.get("suffix")
        none_from = keys.get("none_from")
        return Column(
            fact=fact,
            oid=self.oid(keys["oid"]) if "oid" in keys else (),
            index=self.one_of(keys.get("index"), tuple(ENCODERS), self.index),
            suffix=(self.whole(suffix, 0),) if suffix is not None else (),
            decode=self.one_of(keys.get("decode"), DECODERS, "integer"),
            scale=self.number(keys.get("scale"), 1.0),
            add=self.number(keys.get("add"), 0.0),
            also=tuple(self.other_scale(item) for item in self.listed(keys.get("also"))),
            none=frozenset(self.raws(self.listed(keys.get("none")))),
            none_from=self.whole(none_from, 0) if none_from is not None else None,
            values=self.values(fact, keys.get("values")),
            old_s=self.whole(keys.get("old_s"), 0),
        )

    def other_scale(self, piece: Piece) -> OtherScale:
        keys = self.keys(piece, OTHER_SCALE_KEYS, required=("least", "most", "scale"))
        return OtherScale(
            least=self.whole(keys.get("least"), 0),
            most=self.whole(keys.get("most"), 0),
            scale=self.number(keys.get("scale"), 1.0),
            add=self.number(keys.get("add"), 0.0),
        )

    def raws(self, pieces: list[Piece]) -> list[int | str]:
        """Raw values: whole numbers, or texts."""
        return [_raw(piece) for piece in pieces if isinstance(piece, Value)]

    def values(self, fact: str, piece: Piece | None) -> dict[int | str, Scalar]:
        if not isinstance(piece, Block):
            self.keys(piece, ())
            return {}
        allowed = _WORDS.get(fact)
        for _, value in piece.pairs:
            if allowed and not (isinstance(value, Value) and value.value in allowed):
                self.refuse(value.line, "value", f"{fact} não tem este valor", _use(allowed))
        self.keys(piece, ())
        return {_raw(key): value.value for key, value in piece.pairs if isinstance(value, Value)}

    def state_by_cause(self, piece: Piece | None) -> dict[str, str]:
        found = self.keys(piece, (*CAUSES, "else"))
        return {cause: self.one_of(item, STATES, "offline") for cause, item in found.items()}

    def check_by_cause(self, profile: OltProfile, line: int) -> None:
        state = profile.columns.get(STATE)
        needed = state is not None and BY_CAUSE in state.values.values()
        if needed and CAUSE not in profile.columns:
            self.refuse(line, "by-cause", f'"{BY_CAUSE}" sem a coluna {CAUSE}', "escreva a coluna")
        if needed and "else" not in profile.state_by_cause:
            self.refuse(line, "by-cause", 'falta "state_by_cause" com "else"', "escreva-o")


_WORDS: Mapping[str, tuple[str, ...]] = {
    STATE: (*STATES, BY_CAUSE),
    CAUSE: CAUSES,
    "onu.lan_link": ("up", "down"),
    "onu.lan_duplex": ("half", "full"),
}


def _raw(value: Value) -> int | str:
    """A number without quotes is a number; anything else is the text the OLT answers."""
    return value.value if type(value.value) is int else value.text


def _use(words: tuple[str, ...]) -> str:
    return "use: " + ", ".join(words)

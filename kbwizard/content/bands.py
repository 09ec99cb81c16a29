"""Reads how a fact derives from others: ordered bands ending in `else`, or a named function."""

from __future__ import annotations

from kbwizard.content.fields import Fields, Problems, kind_of, unique_pairs
from kbwizard.content.whens import comparison
from kbwizard.content.yamlread import Block, Items, Piece, Value
from kbwizard.wizard.facts import Band, Derived, Scalar


def read_derived(block: Block, name: str, problems: Problems) -> Derived:
    fields = Fields(block, problems, f'em "derived" de "{name}"')
    of = fields.texts("of", required=True)
    by = fields.text("by")
    function = fields.text("function")
    bands = fields.block("bands")
    fields.done()
    if (bands is None) == (not function):
        problems.add(
            block.line, "derived", f'"{name}" pede "bands" ou "function", um dos dois', "escolha um"
        )
    if bands is not None and len(of) != 1:
        problems.add(block.line, "derived", 'faixas derivam de um só fato em "of"', "deixe um")
    return Derived(of, by, _all_bands(bands, by, problems) if bands else {}, function)


def _all_bands(block: Block, by: str, problems: Problems) -> dict[str, tuple[Band, ...]]:
    found: dict[str, tuple[Band, ...]] = {}
    for name, (key, piece) in unique_pairs(block, problems).items():
        if name != "default" and not by:
            problems.add(key.line, "derived", f'"{name}" pede "by"', 'sem "by" só há "default"')
        found["" if name == "default" else name] = _bands(name, piece, problems)
    if "" not in found:
        problems.add(block.line, "derived", 'falta a lista "default"', 'escreva "default: […]"')
    return found


def _bands(name: str, piece: Piece, problems: Problems) -> tuple[Band, ...]:
    if not isinstance(piece, Items):
        problems.add(
            piece.line, "wrong-type", f'"{name}" pede uma lista de faixas', 'use "- "< 1": x"'
        )
        return ()
    bands = [_band(item, problems) for item in piece.items]
    kept = tuple(band for band in bands if band is not None)
    last = len(kept) - 1
    for place, band in enumerate(kept):
        if (band.op == "else") != (place == last):
            problems.add(
                piece.line,
                "band-gap",
                f'as faixas "{name}" têm de terminar em "else", e só lá',
                'ponha "{else: valor}" no fim',
            )
            break
    if not kept:
        problems.add(
            piece.line, "band-gap", f'as faixas "{name}" estão vazias', 'ponha "{else: valor}"'
        )
    return kept


def _band(piece: Piece, problems: Problems) -> Band | None:
    if not isinstance(piece, Block) or len(piece.pairs) != 1:
        problems.add(
            piece.line,
            "wrong-type",
            f"uma faixa é um par, e veio {kind_of(piece)}",
            'escreva como {"> -8": saturated}',
        )
        return None
    key, result = piece.pairs[0]
    if not isinstance(result, Value) or result.empty:
        problems.add(
            key.line, "wrong-type", "uma faixa dá um só valor", 'escreva {"> -8": saturated}'
        )
        return None
    return _test(key, result.value, problems)


def _test(key: Value, value: Scalar, problems: Problems) -> Band | None:
    if key.text == "else":
        return Band(value, "else")
    if isinstance(key.value, (int, float)) and not isinstance(key.value, bool):
        return Band(value, "=", float(key.value), float(key.value))
    found = comparison(key.text)
    if found is None:
        problems.add(
            key.line,
            "condition",
            f'"{key.text}" não é uma comparação',
            'use "< x", ">= x" ou "a..b"',
        )
        return None
    op, low, high = found
    return Band(value, op, low, high)

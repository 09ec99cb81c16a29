"""Reads the scenarios of a tree: walks written as data, with what they must end in."""

from __future__ import annotations

from kbwizard.content.fields import Fields, Problems, did_you_mean, unique_pairs
from kbwizard.content.nodereading import Reader
from kbwizard.content.whens import check_value
from kbwizard.content.yamlread import Block, Items, Piece, Value
from kbwizard.wizard.facts import FactSpec, Reason, Scalar, Unavailable
from kbwizard.wizard.model import Audience, Expectation, Result, Scenario

UNSURE = "unsure"
"""How "não sei" is written among answers."""

SOURCE_REASONS = tuple(str(reason) for reason in Reason if reason is not Reason.PERSON_UNSURE)
"""Only a person is unsure; a source says what went wrong."""

ACTION_RESULTS = ("done", "refused", "error")


def read_scenarios(fields: Fields, tree: str, reader: Reader) -> tuple[Scenario, ...]:
    found: list[Scenario] = []
    for block in fields.blocks("scenarios"):
        scenario = _scenario(block, tree, reader)
        if scenario.name in {other.name for other in found}:
            reader.problems.add(
                block.line, "duplicate-key", f'há dois cenários "{scenario.name}"', "renomeie um"
            )
        found.append(scenario)
    return tuple(found)


def _scenario(block: Block, tree: str, reader: Reader) -> Scenario:
    fields = Fields(block, reader.problems, "no cenário")
    scenario = Scenario(
        name=fields.text("name", required=True),
        root=fields.text("root") or tree,
        audience=fields.choice("audience", list(Audience), default=Audience.AGENT),
        facts=read_values(fields, "facts", reader),
        answers=read_values(fields, "answers", reader),
        actions=_words(fields, "actions", reader.problems, ACTION_RESULTS),
        subtrees=_words(fields, "subtrees", reader.problems),
        expect=_expect(fields, reader),
        line=block.line,
    )
    fields.done()
    return scenario


def read_values(
    fields: Fields, key: str, reader: Reader
) -> dict[str, tuple[Scalar | Unavailable, ...]]:
    """Facts or answers by name, each a series of values. `unsure` is only an answer."""
    block = fields.block(key)
    found: dict[str, tuple[Scalar | Unavailable, ...]] = {}
    for name, (word, piece) in unique_pairs(block or Block([], 0), reader.problems).items():
        reader.check_facts((name,), word.line)
        spec = reader.registry.facts.get(name) if reader.registry else None
        items = piece.items if isinstance(piece, Items) else [piece]
        values = [_value(item, name, spec, key, reader.problems) for item in items]
        kept = tuple(value for value in values if value is not None)
        if kept:
            found[name] = kept
        elif not values:
            reader.problems.add(word.line, "empty-value", f'"{name}" está vazio', "apague a linha")
    return found


def _value(
    item: Piece, name: str, spec: FactSpec | None, key: str, problems: Problems
) -> Scalar | Unavailable | None:
    if isinstance(item, Block):
        return _unavailable(item, problems)
    if isinstance(item, Value) and key == "answers" and item.text == UNSURE:
        return Unavailable(Reason.PERSON_UNSURE)
    if not isinstance(item, Value) or item.empty:
        problems.add(item.line, "wrong-type", f'"{name}" pede um valor', "escreva valor ou [a, b]")
        return None
    if spec is not None and not check_value(spec, item, problems):
        return None
    return item.value


def _unavailable(block: Block, problems: Problems) -> Unavailable:
    fields = Fields(block, problems, "no valor")
    fields.piece("unavailable", required=True)
    reason = fields.choice("unavailable", SOURCE_REASONS, default=Reason.TIMEOUT)
    fields.done()
    return Unavailable(Reason(reason))


def _words(
    fields: Fields, key: str, problems: Problems, known: tuple[str, ...] = ()
) -> dict[str, str]:
    block = fields.block(key)
    if block is None:
        return {}
    inner = Fields(block, problems, f'em "{key}"')
    found = {name: inner.text(name) for name in inner.pairs}
    for name, word in found.items():
        if known and word and word not in known:
            problems.add(
                inner.line_of(name),
                "unknown-value",
                f'"{word}" não serve em "{key}"',
                did_you_mean(word, known),
            )
    return found


def _expect(fields: Fields, reader: Reader) -> Expectation:
    block = fields.block("expect", required=True)
    if block is None:
        return Expectation()
    inner = Fields(block, reader.problems, "em expect")
    expectation = Expectation(
        outcome=inner.text("outcome"),
        result=inner.choice("result", list(Result)),
        path=inner.texts("path"),
        questions=inner.count("questions"),
        conflicts=inner.texts("conflicts") if "conflicts" in inner else None,
    )
    inner.done()
    if expectation == Expectation():
        reader.problems.add(
            block.line, "empty-value", "o cenário não espera nada", "ao menos expect: {outcome: …}"
        )
    return expectation

"""Reads one exercise from YAML: the exercise, or every problem with its line and a remedy."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kbwizard.content.fields import Fields, Problems, unique_pairs
from kbwizard.content.nodereading import Reader
from kbwizard.content.treescenarios import read_values
from kbwizard.content.yamlread import Block, Value, parse_yaml
from kbwizard.errors import ContentError, Problem
from kbwizard.training.exercise import (
    LEVELS,
    LINE_KINDS,
    MOODS,
    BookedVisit,
    CallFor,
    Exercise,
    Expected,
    Notice,
    Persona,
)
from kbwizard.wizard.facts import Registry, Scalar, Unavailable

RECORD_COLUMNS = (
    "segment",
    "plan",
    "down_mbps",
    "up_mbps",
    "contract_state",
    "overdue",
    "technology",
    "auth",
    "serial",
    "cpe_owner",
    "onu_mode",
    "install_rx_dbm",
)
"""What an exercise may change of its line's record. Where it hangs is the line's own."""
PERIODS = ("morning", "afternoon")
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def read_exercise(text: str, file: str, registry: Registry | None) -> Exercise | list[Problem]:
    """The exercise, or all its problems. Without a registry facts are not looked up."""
    root = parse_yaml(text, file)
    if isinstance(root, list):
        return root
    problems = Problems(file)
    exercise = _exercise(root, Reader(problems, registry), text, file)
    return problems.found if problems else exercise


def exercise_of(text: str, registry: Registry | None = None) -> Exercise:
    """An exercise that was good when it was kept. Raises `ContentError` when it is not."""
    found = read_exercise(text, "exercício guardado", registry)
    if isinstance(found, list):
        raise ContentError(found)
    return found


def _exercise(root: Block, reader: Reader, text: str, file: str) -> Exercise:
    fields = Fields(root, reader.problems, "no exercício")
    exercise = Exercise(
        id=_name(fields, reader.problems),
        title=fields.text("title", required=True),
        level=_level(fields, reader.problems),
        track=fields.text("track", required=True),
        minutes=fields.count("minutes", required=True, least=1) or 1,
        summary=fields.text("summary", required=True),
        persona=_persona(fields, reader),
        line=fields.choice("line", LINE_KINDS, default="single"),
        fault=fields.text("fault"),
        age_s=fields.count("age_s"),
        record=_words(fields, "record", reader.problems, RECORD_COLUMNS),
        earlier_calls=fields.count("earlier_calls") or 0,
        notice=_notice(fields, reader.problems),
        visit=_visit(fields, reader.problems),
        calls_for=_calls_for(fields, reader.problems),
        cured_by=fields.texts("cured_by"),
        facts=read_values(fields, "facts", reader),
        expected=_expected(fields, reader.problems),
        article=fields.text("article"),
        topics=fields.texts("topics"),
        file=file,
        lines={key: word.line for key, (word, _) in fields.pairs.items()},
        text=text,
    )
    fields.done()
    return exercise


def _name(fields: Fields, problems: Problems) -> str:
    name = fields.text("exercise", required=True)
    if name and not _ID.fullmatch(name):
        problems.add(
            fields.line_of("exercise"),
            "name",
            f'o nome de exercício "{name[:60]}" não é aceito',
            'use letras minúsculas sem acento e hífens, como "los-vermelha"',
        )
    return name


def _level(fields: Fields, problems: Problems) -> int:
    level = fields.count("level", required=True, least=1) or 1
    if level not in LEVELS:
        line = fields.line_of("level")
        problems.add(line, "unknown-value", f"o nível {level} não existe", "use de 1 a 5")
    return level


def _persona(fields: Fields, reader: Reader) -> Persona:
    block = fields.block("customer", required=True)
    inner = Fields(block or Block([], fields.line), reader.problems, "em customer")
    if block is None:
        return Persona("", "calm", ())
    persona = Persona(
        name=inner.text("name"),
        mood=inner.choice("mood", MOODS, default="calm"),
        opening=inner.texts("opening", required=True),
        holder=inner.flag("holder") if "holder" in inner else True,
        caller=inner.text("caller"),
        knows=_knows(inner, reader),
        says=_phrases(inner, "says", reader),
        reveals={
            name: said[0] for name, said in _phrases(inner, "reveals", reader).items() if said
        },
        asks=inner.texts("asks"),
    )
    inner.done()
    return persona


def _knows(inner: Fields, reader: Reader) -> Mapping[str, tuple[Scalar | Unavailable, ...]]:
    """Facts as answers: `unsure` is one of them."""
    block = inner.block("knows", required=True)
    if block is None:
        return {}
    answers = Value("answers", "answers", block.line)
    return read_values(Fields(Block([(answers, block)], block.line), reader.problems, "em knows"),
                       "answers", reader)  # fmt: skip


def _phrases(inner: Fields, key: str, reader: Reader) -> dict[str, tuple[str, ...]]:
    block = inner.block(key)
    found: dict[str, tuple[str, ...]] = {}
    for name, (word, _piece) in unique_pairs(block or Block([], 0), reader.problems).items():
        reader.check_facts((name,), word.line)
    if block is not None:
        own = Fields(block, reader.problems, f"em {key}")
        found = {name: own.texts(name) for name in own.pairs}
    return found


def _words(
    fields: Fields, key: str, problems: Problems, known: tuple[str, ...] = ()
) -> dict[str, str]:
    """A block of short values, as text whatever they look like."""
    block = fields.block(key)
    if block is None:
        return {}
    inner = Fields(block, problems, f"em {key}")
    found = {}
    for name in known or tuple(inner.pairs):
        piece = inner.piece(name)
        if isinstance(piece, Value):
            found[name] = piece.text.strip()
        elif piece is not None:
            inner.wrong(name, piece, "um valor", "escreva um valor só")
    inner.done()
    return found


def _notice(fields: Fields, problems: Problems) -> Notice | None:
    block = fields.block("outage")
    if block is None:
        return None
    inner = Fields(block, problems, "em outage")
    notice = Notice(
        kind=inner.choice("kind", ("declared", "suspected"), default="declared"),
        forecast_min=inner.count("forecast_min", least=1),
    )
    inner.done()
    return notice


def _visit(fields: Fields, problems: Problems) -> BookedVisit | None:
    block = fields.block("visit")
    if block is None:
        return None
    inner = Fields(block, problems, "em visit")
    days = inner.number("in_days", required=True, least=-30)
    visit = BookedVisit(int(days or 0), inner.choice("period", PERIODS, default="morning"))
    inner.done()
    return visit


def _calls_for(fields: Fields, problems: Problems) -> CallFor | None:
    block = fields.block("calls_for")
    if block is None:
        return None
    inner = Fields(block, problems, "em calls_for")
    call = CallFor(
        key=inner.text("key", required=True),
        at=inner.text("at", required=True),
        says=inner.text("says"),
        comes_back=inner.flag("comes_back"),
    )
    inner.done()
    return call


def _expected(fields: Fields, problems: Problems) -> Expected:
    block = fields.block("expect")
    if block is None:
        return Expected()
    inner = Fields(block, problems, "em expect")
    expected = Expected(
        outcome=inner.texts("outcome"),
        must_visit=inner.texts("must_visit"),
        must_not=inner.texts("must_not"),
        order=_words(inner, "order", problems),
    )
    inner.done()
    return expected

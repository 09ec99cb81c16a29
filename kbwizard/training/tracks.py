"""The four weeks of the trainee programme: what to read, walk and be asked in each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kbwizard.content.fields import Fields, Problems
from kbwizard.content.yamlread import Block, parse_yaml, read_source
from kbwizard.errors import ContentError, Problem

FILE = Path(__file__).with_name("tracks.yaml")


@dataclass(frozen=True, slots=True)
class Track:
    """One week. Its exercises are those whose `track` names it."""

    id: str
    week: int
    title: str
    about: str
    articles: tuple[str, ...]
    quizzes: tuple[str, ...]
    """Topics; empty: any."""


@lru_cache(maxsize=1)
def tracks() -> tuple[Track, ...]:
    """In order. Raises `ContentError` with every problem of the file."""
    return read_tracks(FILE)


def read_tracks(file: Path) -> tuple[Track, ...]:
    text = read_source(file, file.name)
    root = [text] if isinstance(text, Problem) else parse_yaml(text, file.name)
    if isinstance(root, list):
        raise ContentError(root)
    problems = Problems(file.name)
    fields = Fields(root, problems, "no topo")
    found = tuple(_track(block, problems) for block in fields.blocks("tracks", required=True))
    fields.done()
    if problems:
        raise ContentError(problems.found)
    return found


def _track(block: Block, problems: Problems) -> Track:
    fields = Fields(block, problems, "na trilha")
    track = Track(
        id=fields.text("id", required=True),
        week=fields.count("week", required=True, least=1) or 1,
        title=fields.text("title", required=True),
        about=fields.text("about"),
        articles=fields.texts("articles"),
        quizzes=fields.texts("quizzes"),
    )
    fields.done()
    return track

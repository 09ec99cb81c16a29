"""How good the search is: a file of questions with the topics that answer them, and the score.

A line is right at 1 (at 3) when the first hit (one of the first three) carries the wanted topic or
one of its alternates. MRR is the mean of one by the place of the first right hit, 0 without any.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kbwizard.content.topics import TOPICS
from kbwizard.errors import Problem, SetupError, reason
from kbwizard.search.results import Hit, SearchResult
from kbwizard.wizard.model import Audience

COLUMNS = ("query", "topic", "alternates", "audience")
LOOKED_AT = 10
_SHOWN = 3
_REMEDY = "escreva consulta, assunto, alternativos e audiência, separados por tabulação"


@dataclass(frozen=True, slots=True)
class Question:
    """One line: what is typed, by whom, and the topics that answer it, the wanted one first."""

    text: str
    topics: tuple[str, ...]
    audience: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a question. `place` is that of the first right hit, 0 when none was."""

    question: Question
    place: int
    first: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """Shares from 0 to 1 over so many questions."""

    questions: int
    hit_1: float
    hit_3: float
    mrr: float

    def as_json(self) -> dict[str, Any]:
        return {
            "questions": self.questions,
            "hit@1": round(self.hit_1, 4),
            "hit@3": round(self.hit_3, 4),
            "mrr": round(self.mrr, 4),
        }


def read_questions(
    file: Path, *, audience: str = Audience.AGENT
) -> tuple[list[Question], list[Problem]]:
    """The questions of a file of columns parted by tabs, and what is wrong with its other lines.

    `audience` is whose it is where a line names none. Raises `SetupError` for a file that cannot
    be read at all.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = reason(error) if isinstance(error, OSError) else "não é texto em UTF-8"
        raise SetupError(f"O arquivo {file} não pôde ser lido ({why}).") from error
    questions: list[Question] = []
    problems: list[Problem] = []
    for number, cells in _lines(text):
        found = _question(cells, audience)
        if isinstance(found, str):
            problems.append(Problem(file.name, number, "question", found, _REMEDY))
        else:
            questions.append(found)
    return questions, problems


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Lines as cells in the order of `COLUMNS`, whatever order a header gives them."""
    order: Sequence[str] = COLUMNS
    reader = csv.reader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    for number, cells in enumerate(reader, start=1):
        named = [cell.strip().lower() for cell in cells]
        if number == 1 and named[:1] and {"query", "topic"} <= set(named):
            order = named
        elif any(named) and not named[0].startswith("#"):
            by_name = dict(zip(order, cells, strict=False))
            yield number, [by_name.get(name, "").strip() for name in COLUMNS]


def _question(cells: list[str], audience: str) -> Question | str:
    text, topic, alternates, who = cells
    if not text:
        return "a linha não tem consulta"
    topics = [topic, *(word.strip() for word in alternates.split(",") if word.strip())]
    strange = [word for word in topics if word not in TOPICS]
    if strange:
        return f'o assunto "{strange[0]}" não existe'
    if who and who not in [str(one) for one in Audience]:
        return f'a audiência "{who}" não existe'
    return Question(text, tuple(topics), who or str(audience))


def answers(
    questions: Sequence[Question], search: Callable[[str, str], SearchResult]
) -> list[Answer]:
    """Ask everything. `search` takes what is typed and the audience."""
    found = []
    for question in questions:
        hits = search(question.text, question.audience).hits
        right = [not set(question.topics).isdisjoint(hit.topics) for hit in hits]
        found.append(Answer(question, right.index(True) + 1 if any(right) else 0, hits[:_SHOWN]))
    return found


def score(answered: Sequence[Answer]) -> Score:
    many = max(1, len(answered))
    return Score(
        questions=len(answered),
        hit_1=sum(answer.place == 1 for answer in answered) / many,
        hit_3=sum(1 <= answer.place <= _SHOWN for answer in answered) / many,
        mrr=sum(1 / answer.place for answer in answered if answer.place) / many,
    )


def scores_by(answered: Sequence[Answer], name: Callable[[Question], str]) -> dict[str, Score]:
    """A score for each name, in order."""
    groups: dict[str, list[Answer]] = {}
    for answer in answered:
        groups.setdefault(name(answer.question), []).append(answer)
    return {key: score(groups[key]) for key in sorted(groups)}


def misses(answered: Sequence[Answer]) -> list[Answer]:
    """Questions whose first three hits were all wrong."""
    return [answer for answer in answered if not 1 <= answer.place <= _SHOWN]

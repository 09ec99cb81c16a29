"""Builds the training desk: a second one over a database of its own, with the same content.

Real cases and exercises share trees, articles and search, and nothing else (CD-91).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from kbwizard.assembly import Assembled, SharedContent, assemble
from kbwizard.cases.service import Cases
from kbwizard.cases.settings import CaseSettings
from kbwizard.checks import loop
from kbwizard.checks.ports import Subject
from kbwizard.config import Settings
from kbwizard.db import make_engine
from kbwizard.db_trouble import trouble
from kbwizard.directory.importer import import_file
from kbwizard.errors import SetupError
from kbwizard.migrations import migrate
from kbwizard.training.floor import Floor
from kbwizard.training.hands import WalksWithHands
from kbwizard.training.network import CUSTOMERS_FILE
from kbwizard.training.service import Training
from kbwizard.walks.service import Standing
from kbwizard.web.desk.parts import DeskParts
from kbwizard.wizard.facts import Reading

SURVEY_S = 6.0
SCHEMA = "training"
NEVER_SUSPECTED = {"cases": 1_000_000, "minutes": 1}
"""Several exercises at once are no outage: no notice grows out of them."""


@dataclass(frozen=True, slots=True)
class TrainingParts:
    """What the screens of study need."""

    desk: DeskParts
    training: Training


def training_url(settings: Settings) -> str:
    """Where trainees' calls live. PostgreSQL: the same database, in a schema of its own."""
    if settings.training_database_url:
        return settings.training_database_url
    if settings.database_url.startswith("sqlite"):
        return f"sqlite:///{settings.data_dir / 'training.db'}"
    url = make_url(settings.database_url)
    return url.update_query_dict({"options": f"-csearch_path={SCHEMA}"}).render_as_string(
        hide_password=False
    )


def build_training(
    settings: Settings,
    clock: Callable[[], datetime],
    shared: SharedContent,
    engine: Engine | None = None,
) -> TrainingParts:
    """The training desk and the training around it. Opens no connection and starts no thread."""
    own = engine or make_engine(training_url(settings))
    walks = WalksWithHands(own, shared.live, clock)
    cases = Cases(own, walks, clock, settings.timezone, training=True)
    built = assemble(settings, own, clock, shared, walks, cases)
    floor = Floor(
        engine=own,
        walks=walks,
        cases=cases,
        bundle=shared.live.current,
        articles=shared.live.articles,
        survey=_Survey(built),
        clock=clock,
        zone=settings.timezone,
        secret=settings.secret_key,
        lab_file=settings.training_lab_file,
    )
    return TrainingParts(built.desk, Training(floor))


def prepare_training(settings: Settings, now: datetime | None = None) -> None:
    """Bring the training database up to date, with the lines that exercises are lent."""
    engine = make_engine(training_url(settings))
    try:
        if engine.dialect.name == "postgresql" and not settings.training_database_url:
            _make_schema(engine)
        migrate(engine)
        load_lines(engine, settings, now or datetime.now(UTC))
    finally:
        engine.dispose()


def _make_schema(engine: Engine) -> None:
    """Before any table: a schema that is not there would let them fall into the real one."""
    try:
        with engine.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
    except DBAPIError as error:
        raise SetupError(
            f"O esquema {SCHEMA} do treinamento não pôde ser criado: {trouble(error)}. Crie-o, ou "
            "aponte KBWIZARD_TRAINING_DATABASE_URL para outro banco."
        ) from error


def load_lines(engine: Engine, settings: Settings, now: datetime) -> None:
    """Import the training lines. Raises `SetupError` if a row of our own file is wrong."""
    report = import_file(engine, settings, CUSTOMERS_FILE, now=now)
    if report.problems:
        raise SetupError(f"As conexões de treino não entraram: {report.problems[0]}")
    case_settings = CaseSettings(engine)
    if case_settings.get("suspected_outage") != NEVER_SUSPECTED:
        case_settings.change("suspected_outage", NEVER_SUSPECTED, by="treino", now=now)


class _Survey:
    """Everything asked at once; what needs the session's address is read after it is known."""

    def __init__(self, built: Assembled) -> None:
        self._built = built
        self._awake = False

    def __call__(self, standing: Standing, facts: Collection[str]) -> Mapping[str, Reading]:
        if not self._awake:
            self._awake = True
            self._built.desk.warm()  # what is opened from here on is closed with the loop
        subject = self._built.subject_of(standing)
        first = self._read(subject, facts)
        context: dict[str, str] = {
            fact: str(first[fact].value)
            for fact in ("session.address", "session.concentrator")
            if fact in first and first[fact].known
        }
        later = [fact for fact in facts if fact.startswith("ping.")]
        if not context or not later:
            return first
        return {**first, **self._read(replace(subject, context=context), later)}

    def _read(self, subject: Subject, facts: Collection[str]) -> Mapping[str, Reading]:
        reading = self._built.reader.read(subject, facts, SURVEY_S)
        return loop.run(reading, timeout=SURVEY_S + 2)

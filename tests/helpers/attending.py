"""A desk's lower half for tests: a migrated database, fixed content, a source under our hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from kbwizard.checks import loop
from kbwizard.checks.ports import LineRef, Subject
from kbwizard.checks.reader import Reader
from kbwizard.config import Secret, Settings
from kbwizard.errors import NotFound
from kbwizard.walks.runs import CheckRuns
from kbwizard.walks.service import Standing, Walks
from kbwizard.wizard.facts import Ask, FactSpec, FactType, Reading, Source
from kbwizard.wizard.model import Bundle, Order, Outcome, Result
from tests.helpers import flows

Clock = Callable[[], datetime]
NAME = FactSpec("caller.name", "Na linha", FactType.TEXT, ask=Ask.SCREEN, personal=True)


def utc_now() -> datetime:
    return datetime.now(UTC)


class FixedVersions:
    """One bundle, published for ever."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle

    def current(self) -> Bundle:
        return self._bundle

    def get(self, version: str) -> Bundle:
        if version != self._bundle.version:
            raise NotFound("versão desconhecida")
        return self._bundle


class FakeSource:
    """A `FactSource` that says what it is told to, as slowly as it is told to."""

    def __init__(self, name: str, values: Mapping[str, Any], clock: Clock = utc_now) -> None:
        self.name = name
        self.provides = frozenset(values)
        self.values = dict(values)
        self.delay_s = 0.0
        self.fails = False
        self.measured_at: datetime | None = None
        self.asked: list[tuple[str, ...]] = []
        self._clock = clock

    async def read(
        self, subject: Subject, facts: Collection[str], *, deadline_s: float
    ) -> Mapping[str, Reading]:
        self.asked.append(tuple(sorted(facts)))
        await asyncio.sleep(self.delay_s)
        if self.fails:
            raise ValueError("a bug in a source")
        line = subject.line.id if subject.line is not None else None
        at = self.measured_at or self._clock()
        return {
            fact: Reading(fact, self.values[fact], Source.NETWORK, at, "olt-1", 3, line)
            for fact in facts
        }


def small_bundle(**check: Any) -> Bundle:
    """name -> check of the ONU -> (light, when it cannot be read) -> an outcome."""
    registry = flows.registry(
        NAME,
        flows.network("onu.state", "online", "los", ttl_s=60),
        flows.network("session.state", "online", "offline", ttl_s=60, read_by="session"),
        flows.enum("led.los", "off", "red"),
    )
    tree = flows.tree(
        "atendimento",
        flows.ask("nome", "caller.name", goto="onu", unknown="onu"),
        flows.check(
            "onu",
            "onu.state",
            branches=(flows.to("boa", onu__state="online"), flows.to("cabo", onu__state="los")),
            unknown="luz",
            **check,
        ),
        flows.ask("luz", "led.los", go={"off": "boa", "red": "cabo"}, unknown="boa"),
        flows.tell("cabo", "final", changes=("onu.state",)),
        flows.check(
            "final",
            "onu.state",
            branches=(flows.to("boa", onu__state="online"), flows.to("ruim", onu__state="los")),
            unknown="ruim",
        ),
        *flows.ends("boa", "ruim"),
        root=True,
    )
    return Bundle({tree.name: tree}, registry, version="v1")


def settings_for(folder: Path) -> Settings:
    return Settings(
        data_dir=folder,
        database_url=f"sqlite:///{folder / 'kbwizard.db'}",
        secret_key=Secret("chave-de-teste"),
        credentials_key=Secret(""),
    )


def make_runs(
    engine: Engine, walks: Walks, settings: Settings, *sources: FakeSource, clock: Clock = utc_now
) -> CheckRuns:
    """The real runner and reader, over these sources."""
    read_by = {fact: source.name for source in sources for fact in source.provides}
    reader = Reader(engine, settings, read_by=read_by, extra_sources=sources, clock=clock)
    return CheckRuns(engine, walks, reader, loop.submit, subject_of, clock)


def subject_of(standing: Standing) -> Subject:
    line = standing.position.line
    return Subject(line=LineRef(id=line) if line is not None else None)


def kinds(standing: Standing) -> list[str]:
    return [type(event).__name__ for event in standing.events]


def dispatch(name: str, **more: Any) -> Outcome:
    return flows.end(
        name,
        Result.DISPATCH,
        "OS_FIBRA",
        **{
            "level": "field",
            "queue": "campo",
            "deadline": "visita_sem_acesso",
            "order": Order("fibre", 2),
            **more,
        },
    )

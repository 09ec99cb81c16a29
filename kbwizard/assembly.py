"""Builds the parts of a real installation and joins them: the only place that chooses adapters."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from kbwizard.cases.concluding import Concluding
from kbwizard.cases.outages import Outages, Place
from kbwizard.cases.service import Cases
from kbwizard.cases.settings import CaseSettings
from kbwizard.cases.sources import CaseSource, OutageSource
from kbwizard.checks import loop
from kbwizard.checks.credentials import Vault
from kbwizard.checks.ports import LineRef, Subject
from kbwizard.checks.reader import Reader
from kbwizard.config import Settings
from kbwizard.content.library import Library
from kbwizard.content.live import LiveContent
from kbwizard.directory.service import Directory
from kbwizard.directory.source import DirectorySource
from kbwizard.directory.values import LineInfo
from kbwizard.errors import NotFound
from kbwizard.search.index import SearchIndex
from kbwizard.selfservice.background import in_background
from kbwizard.selfservice.codes import key_from
from kbwizard.selfservice.sender import make_sender
from kbwizard.selfservice.service import SelfService
from kbwizard.selfservice.ties import case_of_link
from kbwizard.selfservice.workings import Workings
from kbwizard.walks.runs import CheckRuns
from kbwizard.walks.service import Standing, Walks
from kbwizard.web.desk.parts import DeskParts

log = logging.getLogger(__name__)

ACTION_TIMEOUT_S = 10.0
CONTEXT_FACTS = ("session.address", "session.concentrator")
"""Known facts that a source may need: a ping needs the session's address."""


@dataclass(frozen=True, slots=True)
class Lines:
    """What other parts need to know of a line, from the directory."""

    directory: Directory

    def info(self, line_id: str) -> LineInfo | None:
        try:
            return self.directory.line(int(line_id))
        except (NotFound, ValueError):
            return None

    def place(self, line_id: str) -> Place | None:
        """Where a line hangs, for outage notices."""
        line = self.info(line_id)
        if line is None:
            return None
        return Place(
            pop=line.concentrator, olt=line.olt, pon=line.pon, cto=line.cto, district=line.district
        )

    def ref(self, line_id: str) -> LineRef | None:
        """How to reach a line, for checks."""
        line = self.info(line_id)
        if line is None:
            return None
        return LineRef(
            id=line_id,
            login=line.login,
            concentrator=line.concentrator,
            olt=line.olt,
            pon=line.pon,
            onu=line.onu,
            serial=line.serial,
            technology=line.technology,
            auth=line.auth,
            optic_class=line.optic_class,
            ip=line.ip,
        )


@dataclass(frozen=True, slots=True)
class SharedContent:
    """Trees, articles and their index: one for all desks of a process."""

    live: LiveContent
    index: SearchIndex


@dataclass(frozen=True, slots=True)
class Assembled:
    """A desk, and the parts under it that others are built with."""

    desk: DeskParts
    reader: Reader
    subject_of: Callable[[Standing], Subject]


def share_content(
    settings: Settings, engine: Engine, clock: Callable[[], datetime]
) -> SharedContent:
    """The content; its versions are published in this database. Reads nothing yet."""
    index = SearchIndex(settings.data_dir / "index")
    live = LiveContent(
        engine,
        settings.trees_dir,
        settings.articles_dir,
        clock,
        changed=lambda library: _reindex(index, library),
    )
    return SharedContent(live, index)


def build_desk(
    settings: Settings,
    engine: Engine,
    clock: Callable[[], datetime],
    shared: SharedContent | None = None,
) -> DeskParts:
    """Everything the desk works with. Opens no connection and starts no thread.

    Raises `SetupError` for a key that is none, so that the start fails and not the first check.
    """
    shared = shared or share_content(settings, engine, clock)
    walks = Walks(engine, shared.live, clock)
    cases = Cases(engine, walks, clock, settings.timezone)
    return assemble(settings, engine, clock, shared, walks, cases).desk


def assemble(
    settings: Settings,
    engine: Engine,
    clock: Callable[[], datetime],
    shared: SharedContent,
    walks: Walks,
    cases: Cases,
) -> Assembled:
    """A desk around these walks and cases, all over one database."""
    Vault(settings.credentials_key)
    directory = Directory(engine, settings)
    lines = Lines(directory)
    content = shared.live
    reader = _reader(settings, engine, content, lines, clock)
    subjects = _Subjects(cases, lines, engine)
    desk = DeskParts(
        engine=engine,
        walks=walks,
        runs=CheckRuns(engine, walks, reader, loop.submit, subjects.of, clock),
        cases=cases,
        concluding=Concluding(
            engine,
            walks,
            lines.place,
            clock,
            settings.timezone,
            state=settings.holidays_subdivision,
        ),
        outages=Outages(engine),
        case_settings=CaseSettings(engine),
        directory=directory,
        articles=content.articles,
        place_of=lines.place,
        warm=lambda: _warm(content, reader),
        act=_Actions(reader, subjects),
    )
    return Assembled(desk, reader, subjects.of)


def build_selfservice(
    settings: Settings, engine: Engine, clock: Callable[[], datetime], desk: DeskParts
) -> SelfService:
    """What customers do by themselves, on the desk's own parts. Starts no thread."""
    workings = Workings(
        engine=engine,
        walks=desk.walks,
        runs=desk.runs,
        cases=desk.cases,
        concluding=desk.concluding,
        outages=desk.outages,
        directory=desk.directory,
        place_of=desk.place_of,
        clock=clock,
        zone=settings.timezone,
        key=key_from(settings.secret_key.reveal()),
        sender=make_sender(settings),
        line_of_address=desk.directory.line_of_address if settings.bind_by_address else None,
        later=in_background,
    )
    return SelfService(workings)


def _reader(
    settings: Settings,
    engine: Engine,
    content: LiveContent,
    lines: Lines,
    clock: Callable[[], datetime],
) -> Reader:
    return Reader(
        engine,
        settings,
        read_by=lambda fact: _source_name(content, fact),
        extra_sources=(
            DirectorySource(lines.directory, clock=clock),
            OutageSource(engine, lines.place, clock),
            CaseSource(engine, settings.timezone, clock),
        ),
        clock=clock,
    )


def _source_name(content: LiveContent, fact: str) -> str:
    spec = content.current().registry.facts.get(fact)
    return spec.read_by if spec is not None else ""


def _warm(content: LiveContent, reader: Reader) -> None:
    """Load the content, build the sources and wake the SNMP engine, off the first request.

    What is opened from here on is closed with the process's loop.
    """
    content.current()
    checks_loop = loop.current()
    checks_loop.on_close(reader.close)

    async def wake() -> None:
        from kbwizard.checks.adapters import snmp_engine  # pysnmp takes half a second

        checks_loop.on_close(snmp_engine.close)
        await reader.warm_up()
        await snmp_engine.warm()

    checks_loop.submit(wake())


def _reindex(index: SearchIndex, library: Library) -> None:
    log.info("conteúdo lido: %d artigos", len(library.articles))
    index.ensure(library)


@dataclass(frozen=True, slots=True)
class _Subjects:
    """Whom a walk's checks are about: its line, and the case it belongs to."""

    cases: Cases
    lines: Lines
    engine: Engine

    def of(self, standing: Standing) -> Subject:
        line_id = standing.position.line
        line = self.lines.info(line_id) if line_id else None
        case = self.cases.case_of_walk(standing.id)
        known = standing.position.facts
        context = {
            fact: str(known[fact].reading.value)
            for fact in CONTEXT_FACTS
            if fact in known and known[fact].usable and known[fact].reading.known
        }
        # A customer's own walk has no case yet: its line says whose it is.
        whose = case or line
        customer = whose.customer_id if whose is not None else None
        return Subject(
            line=self.lines.ref(line_id) if line_id else None,
            case_id=case.id if case is not None else case_of_link(self.engine, standing.id),
            customer_id=str(customer) if customer is not None else None,
            context=context,
        )


@dataclass(frozen=True, slots=True)
class _Actions:
    """What trees may do to the network, by name."""

    reader: Reader
    subjects: _Subjects

    def __call__(self, action: str, standing: Standing) -> tuple[str, str]:
        line = self.subjects.of(standing).line
        if action != "drop_session":
            return "error", f"a ação {action} não existe nesta instalação"
        if line is None:
            return "refused", "o atendimento não tem conexão identificada"
        done = loop.run(self.reader.drop_session(line), timeout=ACTION_TIMEOUT_S + 2)
        return done.result, done.detail

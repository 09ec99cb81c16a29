"""Self-service over a real database: a small directory, a tree that can end in every way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from kbwizard.accounts.models import AuditRow
from kbwizard.cases.concluding import Concluding, Conclusion
from kbwizard.cases.models import Case, Outage
from kbwizard.cases.outages import OutageForm, Outages, Place
from kbwizard.cases.service import Cases
from kbwizard.config import Settings
from kbwizard.db import make_engine, reading
from kbwizard.directory.importer import import_file
from kbwizard.directory.service import Directory
from kbwizard.selfservice.codes import key_from
from kbwizard.selfservice.models import HelpVisit
from kbwizard.selfservice.service import SelfService
from kbwizard.selfservice.values import Begun, Visit
from kbwizard.selfservice.workings import Workings
from kbwizard.walks.service import Standing, Walks
from kbwizard.wizard.facts import Registry
from kbwizard.wizard.model import Bundle, Result, Texts
from tests.cases.conftest import ORDER, OUTCOMES, ZONE, every_ending, registry
from tests.conftest import FreshDatabase
from tests.helpers import flows
from tests.helpers.attending import FakeSource, FixedVersions, make_runs, settings_for
from tests.helpers.clock import FrozenClock
from tests.helpers.databases import every_table

HEADER = (
    "customer_code,name,phone,contract_code,segment,plan,down_mbps,up_mbps,contract_state,address,"
    "district,login,technology,auth,concentrator,olt,pon,onu,cto,ip"
)
CUSTOMERS = (
    "C1,Ana Silva,(11) 90000-0001,K1,residential,500 Mega,500,250,active,Rua A 1,Centro,ana,fibre,pppoe,bng-1,olt-a,0/1/1,1,CTO-1,",
    "C2,Bia Souza,(11) 90000-0002,K2,residential,300 Mega,300,150,active,Rua B 2,Centro,bia,fibre,ipoe,bng-1,olt-a,0/1/1,2,CTO-1,203.0.113.7",
    "C3,Caio Lima,(11) 90000-0003,K3,residential,300 Mega,300,150,active,Rua C 3,Centro,caio,fibre,pppoe,bng-1,olt-b,0/1/2,3,CTO-2,",
    "C4,Dora Reis,(11) 90000-0004,K4,business,Link 100,100,100,active,Rua D 4,Vila Nova,dora.1,fibre,static,bng-2,olt-b,0/1/3,4,CTO-3,203.0.113.9",
    "C4,Dora Reis,(11) 90000-0004,K5,business,Link 200,200,200,active,Rua E 5,Jardim,dora.2,fibre,static,bng-2,olt-b,0/1/3,5,CTO-3,203.0.113.9",
)  # fmt: skip
AGENT_ONLY = Texts(agent="texto")
PATIENCE_S = 10.0
"""A machine with much else to do may take longer over a reading than a page waits for."""


@cache
def help_bundle() -> Bundle:
    """portas (agents only) -> outage -> symptom -> ONU -> (light) -> restart -> any outcome."""
    gate = flows.tree(
        "portas",
        flows.ask(
            "quem",
            "caller.name",
            "caller.is_holder",
            goto="passou",
            unknown="passou",
            texts=AGENT_ONLY,
        ),
        flows.end("passou", Result.PASSED),
        gate=True,
    )
    root = flows.tree(
        "autoatendimento",
        flows.sub("portas", "portas", passed="aviso"),
        flows.check(
            "aviso",
            "outage.active",
            branches=(flows.to("parada", outage__active=True),),
            unknown="queixa",
            otherwise="queixa",
        ),
        flows.ask("queixa", "symptom", goto="onu", unknown="onu"),
        flows.check(
            "onu",
            "onu.state",
            branches=(flows.to("fim", onu__state=("online", "los")),),
            unknown="luz",
            otherwise="luz",
        ),
        flows.ask("luz", "led.los", goto="reinicio", unknown="reinicio"),
        flows.tell("reinicio", "fim"),
        flows.ask(
            "fim", "help.pick", go={one.name: one.name for one in OUTCOMES}, unknown="silencio"
        ),
        *OUTCOMES,
        root=True,
    )
    trees = {tree.name: tree for tree in (root, gate)}
    pick = flows.enum("help.pick", *(one.name for one in OUTCOMES))
    known = registry()
    facts = Registry(
        {**known.facts, pick.name: pick}, known.conflicts, known.reserved, known.deadlines
    )
    return Bundle({**trees, **every_ending().trees}, facts, version="v1")


@dataclass
class Outbox:
    """A sender of the tests' own: it keeps what would have been sent."""

    sent: list[tuple[str, str]] = field(default_factory=list)

    def send(self, phone: str, text: str) -> None:
        self.sent.append((phone, text))

    @property
    def code(self) -> str:
        """The digits of the last message."""
        return self.sent[-1][1][:6]


@dataclass
class Help:
    """Self-service joined as `assembly` joins it, and a customer in a few words."""

    engine: Engine
    clock: FrozenClock
    settings: Settings
    onu: FakeSource = field(init=False)
    outbox: Outbox = field(default_factory=Outbox)
    by_address: bool = True

    def __post_init__(self) -> None:
        self.walks = Walks(self.engine, FixedVersions(help_bundle()), self.clock)
        self.cases = Cases(self.engine, self.walks, self.clock, ZONE)
        self.directory = Directory(self.engine, self.settings)
        self.outages = Outages(self.engine)
        self.concluding = Concluding(self.engine, self.walks, self.place, self.clock, ZONE)
        self.onu = FakeSource("onu", {"onu.state": "online"}, self.clock)
        source = FakeSource("outages", {"outage.active": False}, self.clock)
        self.workings = Workings(
            engine=self.engine,
            walks=self.walks,
            runs=make_runs(
                self.engine, self.walks, self.settings, self.onu, source, clock=self.clock
            ),
            cases=self.cases,
            concluding=self.concluding,
            outages=self.outages,
            directory=self.directory,
            place_of=self.place,
            clock=self.clock,
            zone=ZONE,
            key=key_from("chave-de-teste"),
            sender=self.outbox,
            line_of_address=self.directory.line_of_address if self.by_address else None,
        )
        self.service = SelfService(self.workings)

    def place(self, line_id: str) -> Place | None:
        line = self.directory.line(int(line_id))
        return Place(line.concentrator, line.olt, line.pon, line.cto, line.district)

    def line(self, login: str) -> int:
        return self.directory.line_by_login(login).line_id

    def begin(self, district: str = "") -> Visit:
        return self.begun(district).visit

    def begun(self, district: str = "") -> Begun:
        return self.service.begin(channel="page", district=district)

    def tied(self, login: str = "ana") -> Visit:
        """A visit tied to that login by an agent's link."""
        token = self.service.link_for(self.line(login), case_protocol=None, by="ana").token
        return self.service.tie_by_link(self.begin(), token)

    def say(self, visit: Visit, **said: Any) -> Standing:
        """Answer where the walk stands; `__` in a name stands for a dot."""
        number = self.look(visit).position.visit
        answers = {name.replace("__", "."): value for name, value in said.items()}
        self.service.answer(visit, visit_number=number, said=answers)
        return self.look(visit)

    def look(self, visit: Visit) -> Standing:
        """Where the walk stands, as a page sees it that looks again while something is read."""
        until = monotonic() + PATIENCE_S
        before, standing = None, self.service.advance(visit)
        while (standing.events != before or self._reading(visit)) and monotonic() < until:
            sleep(0.01)
            before, standing = standing.events, self.service.advance(visit)
        return standing

    def _reading(self, visit: Visit) -> bool:
        return bool(self.workings.runs.running(visit.walk_id))

    def walk_to(self, visit: Visit, outcome: str) -> Standing:
        """A customer's way to an outcome."""
        standing = self.say(visit, symptom="no_internet")
        if standing.position.node.name == "luz":
            standing = self.say(visit, led__los="red")
            number = standing.position.visit
            self.service.confirm(visit, visit_number=number)
        return self.say(visit, help__pick=outcome)

    def conclude(self, visit: Visit, outcome: str) -> Visit:
        """Walk to an outcome and let it take effect."""
        standing = self.walk_to(visit, outcome)
        return self.service.conclude(visit, visit_number=standing.position.visit)

    def node(self, visit: Visit) -> str:
        return self.service.standing(visit).position.node.name

    def case(self, visit: Visit) -> Case:
        return self.cases.get(self.service.fresh(visit).case_protocol)

    def row(self, visit: Visit) -> HelpVisit:
        with reading(self.engine) as db:
            row = db.get(HelpVisit, visit.id)
        assert row is not None
        return row

    def outage(self, scope: str, target: str = "", **more: Any) -> Outage:
        form = OutageForm(scope=scope, target=target, **more)
        return self.outages.open(form, by="lia", now=self.clock())

    def audited(self, action: str) -> list[AuditRow]:
        with reading(self.engine) as db:
            return list(db.exec(select(AuditRow).where(AuditRow.action == action)))

    def agent_says(self, visit: Visit, by: str = "ana", **said: Any) -> Standing:
        number = self.walks.stand(visit.walk_id).position.visit
        answers = {name.replace("__", "."): value for name, value in said.items()}
        return self.walks.answer(visit.walk_id, visit=number, said=answers, by=by)

    def agent_concludes(self, visit: Visit, *, told: datetime | None = None, **more: Any) -> Case:
        standing = self.walks.stand(visit.walk_id)
        outcome = standing.position.outcome
        assert outcome is not None
        deadline = told or self.concluding.deadline(outcome, standing.position)
        conclusion = Conclusion(visit=standing.position.visit, told_deadline=deadline, **more)
        return self.concluding.conclude(
            self.case(visit).protocol, visit.walk_id, conclusion, by="ana"
        ).case


def order_said(**more: Any) -> dict[str, Any]:
    """What an agent fills in for a visit of a technician."""
    said = {name: value for name, value in ORDER.items() if name != "fibre.reason"}
    said["fibre.pole"] = "on"
    return {name.replace(".", "__"): value for name, value in {**said, **more}.items()}


@pytest.fixture
def engine(tmp_path: Path, fresh_database: FreshDatabase) -> Iterator[Engine]:
    made = make_engine(fresh_database(_filled, tmp_path))
    yield made
    made.dispose()


@pytest.fixture
def help_desk(engine: Engine, frozen: FrozenClock, tmp_path: Path) -> Help:
    return Help(engine, frozen, settings_for(tmp_path))


def _filled(engine: Engine) -> None:
    """Every table, and the directory's customers."""
    every_table(engine)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "clientes.csv"
        file.write_text("\n".join((HEADER, *CUSTOMERS)) + "\n", encoding="utf-8")
        report = import_file(engine, settings_for(file.parent), file, now=FrozenClock()())
    assert report.problems == (), report.problems

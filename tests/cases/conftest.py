"""Cases over a migrated database, the shipped facts, and a tree that can end in every way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from kbwizard.cases.concluding import Concluded, Concluding, Conclusion
from kbwizard.cases.models import Case, CaseStep
from kbwizard.cases.outages import Outages, Place
from kbwizard.cases.service import Cases, NewCase
from kbwizard.cases.settings import CaseSettings
from kbwizard.config import ROOT
from kbwizard.content.registry import read_registry
from kbwizard.db import make_engine
from kbwizard.walks.service import Standing, Walks
from kbwizard.wizard.events import Read
from kbwizard.wizard.facts import Ask, FactSpec, FactType, Reading, Registry, Source, ValueLabel
from kbwizard.wizard.model import Bundle, Order, Outcome, Result
from tests.conftest import FreshDatabase
from tests.helpers import flows
from tests.helpers.attending import FixedVersions
from tests.helpers.clock import FrozenClock
from tests.helpers.databases import every_table

ZONE = ZoneInfo("America/Sao_Paulo")
ORDER_FACTS = (
    "fibre.house", "fibre.block", "fibre.pole", "order.contact_name", "order.contact_phone",
    "order.date", "order.period", "order.fees_told", "order.absence_told",
)  # fmt: skip
ORDER: Mapping[str, Any] = {
    "fibre.house": "off", "fibre.block": "na", "fibre.pole": "undetermined",
    "fibre.reason": "Ninguém vê o poste da janela", "order.contact_name": "Maria",
    "order.contact_phone": "(11) 90000-0001", "order.date": "24/11", "order.period": "morning",
    "order.fees_told": True, "order.absence_told": True,
}  # fmt: skip
OUTCOMES = (
    flows.end("resolvido", Result.SOLVED, "RESOLVIDO"),
    flows.end("orientado", Result.ADVISED, "ORIENTADO"),
    flows.end("os", Result.DISPATCH, "OS_FIBRA", level="field", queue="campo", deadline="visita_sem_acesso",
              order=Order("fibre", 2), requires={"agent": ORDER_FACTS}),
    flows.end("n2", Result.ESCALATE, "N2_SEM_SESSAO", level="n2", queue="n2", deadline="n2_sem_acesso"),
    flows.end("n3", Result.ESCALATE, "N3_MASSA", level="n3", queue="noc", deadline="n3_massa"),
    flows.end("parada", Result.KNOWN_OUTAGE, "MASSA", level="n3", queue="noc"),
    flows.end("cobranca", Result.BILLING, "FINANCEIRO", level="n1", queue="financeiro", deadline="financeiro"),
    flows.end("cobranca_vista", Result.BILLING, "FINANCEIRO", level="n1"),
    flows.end("agendado", Result.SCHEDULED, "OS_JA_AGENDADA", level="n1", queue="campo"),
    flows.end("retorno", Result.CALLBACK, "RETORNO", level="n1", queue="retornos", deadline="retorno",
              requires={"agent": ("contact.phone",)}),
    flows.end("silencio", Result.NO_CONTACT, "SEM_COMUNICACAO", level="n1", queue="retornos"),
)  # fmt: skip
PLACES = {
    1: Place("bng-1", "olt-a", "0/1/1", "CTO-1", "Centro"),
    2: Place("bng-1", "olt-a", "0/1/1", "CTO-1", "Centro"),
    3: Place("bng-1", "olt-a", "0/1/1", "CTO-1", "Centro"),
    4: Place("bng-1", "olt-a", "0/1/2", "CTO-2", "Jardim América"),
    5: Place("bng-1", "olt-a", "0/1/2", "CTO-3", "Jardim América"),
    6: Place("bng-2", "olt-b", "1", "CTO-9", "Vila Nova"),
    7: Place("bng-1", "olt-a", "0/1/2", "CTO-4", "Jardim América"),
}


@cache
def registry() -> Registry:
    found = read_registry((ROOT / "decision_trees" / "_facts.yaml").read_text(encoding="utf-8"))
    assert isinstance(found, Registry), found
    pick = FactSpec(
        "test.pick", "Desfecho", FactType.ENUM, ask=Ask.SCREEN, personal=True,
        values=tuple(ValueLabel(one.name, one.name) for one in OUTCOMES),
    )  # fmt: skip
    return Registry(
        {**found.facts, pick.name: pick}, found.conflicts, found.reserved, found.deadlines
    )


@cache
def every_ending() -> Bundle:
    tree = flows.tree(
        "atendimento",
        flows.ask(
            "quem",
            "caller.name",
            "caller.is_holder",
            "symptom",
            goto="reinicio",
            unknown="reinicio",
        ),
        flows.tell(
            "reinicio",
            "luz",
            texts=flows.Texts("Desligue o aparelho da tomada. Espere 30 segundos."),
        ),
        flows.ask("luz", "led.los", goto="fim", unknown="fim"),
        flows.ask(
            "fim", "test.pick", go={one.name: one.name for one in OUTCOMES}, unknown="silencio"
        ),
        *OUTCOMES,
        root=True,
    )
    return Bundle({tree.name: tree}, registry(), version="v1")


@dataclass
class Desk:
    """The parts of cases, joined as `assembly` joins them, and a call in a few words."""

    engine: Engine
    clock: FrozenClock
    walks: Walks = field(init=False)
    cases: Cases = field(init=False)
    concluding: Concluding = field(init=False)
    outages: Outages = field(init=False)
    settings: CaseSettings = field(init=False)

    def __post_init__(self) -> None:
        self.walks = Walks(self.engine, FixedVersions(every_ending()), self.clock)
        self.cases = Cases(self.engine, self.walks, self.clock, ZONE)
        self.concluding = Concluding(
            self.engine, self.walks, lambda line: PLACES.get(int(line)), self.clock, ZONE
        )
        self.outages = Outages(self.engine)
        self.settings = CaseSettings(self.engine)

    def open(self, line: int | None = 1, customer: int | None = -1) -> Case:
        """A case of that line; its customer has the line's number unless told otherwise."""
        who = line if customer == -1 else customer
        return self.cases.open(
            NewCase(customer_id=who, line_id=line, customer_name="Ana"), by="ana"
        )

    def walk_of(self, case: Case) -> int:
        return self.cases.walks_of(case.id or 0)[-1].walk_id

    def read(self, case: Case, **facts: Any) -> None:
        """Let the network say something on the case's last walk."""
        walk_id = self.walk_of(case)
        readings = tuple(
            Reading(
                name.replace("__", "."),
                value,
                Source.NETWORK,
                self.clock(),
                "olt-a",
                5,
                str(case.line_id),
            )
            for name, value in facts.items()
        )
        self.walks.append(walk_id, lambda _s, seq, now: Read(seq=seq, at=now, readings=readings))

    def walk_to(
        self, case: Case, outcome: str, symptom: str = "no_internet", **said: Any
    ) -> Standing:
        """Walk the case's last walk to an outcome, answering what it requires by `said`."""
        walk_id = self.walk_of(case)
        answers = {"caller.name": "Ana Maria", "caller.is_holder": True, "symptom": symptom}
        self._say(walk_id, answers)
        standing = self.walks.stand(walk_id)
        if standing.position.node.name == "reinicio":
            self.walks.confirm(walk_id, visit=standing.position.visit, by="ana")
        self._say(walk_id, {"led.los": "red"})
        standing = self._say(walk_id, {"test.pick": outcome})
        if said:
            standing = self._say(
                walk_id, {name.replace("__", "."): value for name, value in said.items()}
            )
        return standing

    def _say(self, walk_id: int, said: Mapping[str, Any]) -> Standing:
        visit = self.walks.stand(walk_id).position.visit
        return self.walks.answer(walk_id, visit=visit, said=said, by="ana")

    def told(self, standing: Standing) -> datetime | None:
        outcome = standing.position.outcome
        assert isinstance(outcome, Outcome)
        return self.concluding.deadline(outcome, standing.position)

    def conclude(self, case: Case, standing: Standing, **more: Any) -> Concluded:
        given = {"visit": standing.position.visit, "told_deadline": self.told(standing), **more}
        return self.concluding.conclude(case.protocol, standing.id, Conclusion(**given), by="ana")

    def call(
        self, line: int, outcome: str = "n2", symptom: str = "no_internet", **facts: Any
    ) -> Concluded:
        """A whole call about a line, from its opening to its outcome."""
        case = self.open(line)
        if facts:
            self.read(case, **facts)
        said = (
            {name: value for name, value in ORDER.items() if name != "fibre.reason"}
            if outcome == "os"
            else {}
        )
        if outcome == "os":
            said["fibre.pole"] = "on"
        if outcome == "retorno":
            said = {"contact.phone": "(11) 90000-0009"}
        standing = self.walk_to(case, outcome, symptom, **said)
        return self.conclude(
            case, standing, summary="Sem luz. Reiniciado.", confirmed_by="Ana Maria"
        )

    def history(self, case: Case) -> list[CaseStep]:
        return self.cases.steps(case.id or 0)

    def fresh(self, case: Case) -> Case:
        return self.cases.get(case.protocol)


@pytest.fixture
def database(tmp_path: Path, fresh_database: FreshDatabase) -> str:
    """The address of a migrated database."""
    return fresh_database(every_table, tmp_path)


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    made = make_engine(database)
    yield made
    made.dispose()


@pytest.fixture
def desk(engine: Engine, frozen: FrozenClock) -> Desk:
    return Desk(engine, frozen)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with its golden file; `--update-golden` writes it instead."""

    def compare(name: str, text: str) -> None:
        file = Path(__file__).parent / "golden" / f"{name}.txt"
        if request.config.getoption("--update-golden"):
            file.write_text(text, encoding="utf-8")
        assert text == file.read_text(encoding="utf-8")

    return compare

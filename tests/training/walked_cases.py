"""Closed cases for tests: the trees' own scenarios, walked with people in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache

from kbwizard.cases.models import Case, WorkOrder
from kbwizard.config import ROOT
from kbwizard.content.library import Library, load_library
from kbwizard.walks.log import WalkHead
from kbwizard.walks.service import Standing
from kbwizard.wizard.events import Answered, Ended, Event, Noted, Read
from kbwizard.wizard.facts import FactType, Reading, Registry, Source
from kbwizard.wizard.model import Scenario
from kbwizard.wizard.replay import replay
from kbwizard.wizard.scenario import run_scenario

START = datetime(2026, 11, 21, 17, 2, tzinfo=UTC)
PEOPLE = {
    "caller.name": "Zulmira Aparecida Tranquilina",
    "contact.phone": "(11) 90000-0077",
    "contact.best_time": "depois que a Zulmira voltar do trabalho",
    "order.contact_name": "Zulmira Tranquilina",
    "order.contact_phone": "11 90000-0078",
    "fibre.reason": "O vizinho Pafúncio não deixou olhar",
    "evidence.note": "IP 203.0.113.77 e MAC 02:00:5E:AA:BB:CC, falar com Pafúncio",
}
DEVICES = {
    "session.address": "100.64.77.77",
    "session.caller_id": "02:00:5E:11:22:33",
    "onu.serial": "HWTC77AA77BB",
    "session.concentrator": "bng-segredo",
    "line.cto": "CTO-777, porta 7",
}


@dataclass(frozen=True, slots=True)
class WalkedCase:
    name: str
    standing: Standing
    case: Case
    orders: tuple[WorkOrder, ...]


@cache
def library() -> Library:
    return load_library(ROOT / "decision_trees", ROOT / "articles")


def walked_cases() -> Iterator[WalkedCase]:
    """One for each scenario that begins at the agents' root and ends well."""
    bundle = library().bundle
    for tree in bundle.trees.values():
        for scenario in tree.scenarios:
            if scenario.root == "atendimento" and not scenario.subtrees:
                made = _walked(scenario)
                if made is not None:
                    yield made


def _walked(scenario: Scenario) -> WalkedCase | None:
    bundle = library().bundle
    run = run_scenario(bundle, scenario, START)
    if not run.ok or run.position is None or run.position.outcome is None:
        return None
    events = [_with_people(event, bundle.registry) for event in run.events]
    first = next((number for number, one in enumerate(events) if isinstance(one, Read)), None)
    if first is not None:
        read = events[first]
        assert isinstance(read, Read)
        told = tuple(Reading(fact, value, Source.NETWORK, read.at)
                     for fact, value in DEVICES.items() if fact in bundle.registry.facts)  # fmt: skip
        events[first] = replace(read, readings=read.readings + told)
    last = events[-1].at
    seq = len(events)
    events.append(Noted(seq=seq + 1, at=last, by="ana", text="Pafúncio ligou do 11 90000-0079."))
    visit = replay(bundle, events, last).visit
    events.append(Ended(seq=seq + 2, at=last, by="ana", visit=visit))
    position = replay(bundle, events, last)
    head = WalkHead(1, scenario.root, scenario.audience, bundle.version, False, START)
    standing = Standing(head, bundle, tuple(events), position, last)
    return WalkedCase(scenario.name, standing, _case(), _orders())


def _with_people(event: Event, registry: Registry) -> Event:
    if not isinstance(event, Answered):
        return event
    return replace(event, readings=tuple(_person(one, registry) for one in event.readings))


def _person(reading: Reading, registry: Registry) -> Reading:
    spec = registry.facts[reading.fact]
    if not reading.known or spec.type is not FactType.TEXT:
        return reading
    return replace(reading, value=PEOPLE.get(reading.fact, reading.value))


def _case() -> Case:
    return Case(
        id=1,
        protocol="20261121-000777",
        erp_protocol="ERP-7777",
        opened_at=START,
        opened_by="ana.agente",
        customer_name="Zulmira Aparecida Tranquilina",
        contact_phone="(11) 90000-0077",
        confirmed_by="Pafúncio",
    )


def _orders() -> tuple[WorkOrder, ...]:
    return (
        WorkOrder(
            case_id=1, walk_id=1, number="OS-20261121-0007", opened_at=START, opened_by="ana",
            subject="OS_FIBRA", skill="fibre", priority=2, visit_date="2026-11-25",
            visit_period="morning", summary="Casa da Zulmira, portão azul",
            contact={"name": "Zulmira Tranquilina", "phone": "11 90000-0078"},
            details={"cto": "CTO-777, porta 7", "fibre_reason": "O vizinho Pafúncio não deixou"},
        ),
    )  # fmt: skip


SECRETS = (
    *("Zulmira", "Tranquilina", "Pafúncio", "90000-0077", "90000-0078", "90000-0079", "203.0.113"),
    *("02:00:5E", "HWTC77AA77BB", "100.64.77", "bng-segredo", "CTO-777", "000777", "ERP-7777"),
    *("OS-2026", "portão azul"),
)

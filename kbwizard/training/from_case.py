"""A closed case as an exercise or a scenario, by one button: nobody in it, and proven to walk.

What is made is read back by the same readers that read files, walked to the same outcome, and
searched for everything personal the case had; where one of these fails, nothing is made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256

from kbwizard.cases.models import Case, WorkOrder
from kbwizard.content.fields import Fields, Problems
from kbwizard.content.nodereading import Reader
from kbwizard.content.treescenarios import read_scenarios
from kbwizard.content.yamlread import parse_yaml
from kbwizard.errors import InvalidInput
from kbwizard.training.customer import VirtualCustomer
from kbwizard.training.exercise import Exercise
from kbwizard.training.exercise_file import read_exercise
from kbwizard.training.impersonal import (
    Impersonal,
    Values,
    check_impersonal,
    deduplicated,
    impersonal,
    personal_values,
)
from kbwizard.training.lab_fault import likely_fault
from kbwizard.training.solver import RESTART, is_restart, solve
from kbwizard.training.yaml_text import flow, scalar
from kbwizard.walks.service import Standing
from kbwizard.wizard.facts import Unavailable
from kbwizard.wizard.model import Bundle, Instruction, Outcome, Scenario
from kbwizard.wizard.scenario import run_scenario

CANNOT = "Este atendimento não refaz o mesmo caminho sozinho. Faça o exercício à mão."
OWN = ("caller.name", "contact.phone", "contact.best_time", "protocol.told")
"""Answers that every invented customer has of their own."""
RECORD = {
    "contract.state": "contract_state",
    "contract.overdue": "overdue",
    "customer.segment": "segment",
    "access.technology": "technology",
    "access.auth": "auth",
    "cpe.owner": "cpe_owner",
    "onu.mode": "onu_mode",
}


def scenario_from_case(
    standings: Sequence[Standing], case: Case, orders: Sequence[WorkOrder] = ()
) -> str:
    """A scenario block for a tree file (`- name: …`) that walks to the case's outcome.

    Raises `InvalidInput` when the case has no outcome, took an exit that scenarios do not have, or
    when anything personal would be left.
    """
    standing, outcome = _ended(standings)
    if _anytime(standing) is not None:
        raise InvalidInput(
            "O atendimento saiu por um atalho (silêncio, ofensa ou supervisor): faça um exercício."
        )
    told = impersonal(standing)
    for facts in (deduplicated(told.facts), told.facts, told.last):
        text = _scenario_text(standing, outcome, told, facts)
        if _walks(standing.bundle, text, outcome):
            check_impersonal(text, personal_values(standings, case, orders))
            return text
    raise InvalidInput(CANNOT)


def exercise_from_case(
    standings: Sequence[Standing], case: Case, orders: Sequence[WorkOrder] = ()
) -> str:
    """An exercise file whose good way ends as the case did. Raises `InvalidInput` as above."""
    standing, outcome = _ended(standings)
    told = impersonal(standing)
    for facts in (deduplicated(told.facts), told.facts, told.last):
        text = _exercise_text(standing, outcome, told, facts, case)
        made = read_exercise(text, "exercício", standing.bundle.registry)
        if isinstance(made, Exercise) and _solves(standing.bundle, made, outcome):
            check_impersonal(text, personal_values(standings, case, orders))
            return text
    raise InvalidInput(CANNOT)


def _ended(standings: Sequence[Standing]) -> tuple[Standing, Outcome]:
    for standing in standings:
        if standing.position.outcome is not None and standing.position.ended:
            return standing, standing.position.outcome
    raise InvalidInput("Só um atendimento com desfecho registrado vira exercício.")


def _anytime(standing: Standing) -> tuple[str, str] | None:
    """The key of the anytime exit that was taken, and the step it was taken at."""
    for visit in standing.position.path:
        if visit.exit.startswith("anytime "):
            return visit.exit.removeprefix("anytime "), f"{visit.tree}.{visit.node}"
        if visit.exit in ("by jump", "by hand-over"):
            raise InvalidInput(CANNOT)
    return None


# The scenario ------------------------------------------------------------------------------------


def _scenario_text(standing: Standing, outcome: Outcome, told: Impersonal, facts: Values) -> str:
    name = f"De um atendimento: {_words(outcome)}"
    lines = [
        f"  - name: {scalar(name)}",
        f"    root: {standing.position.root}",
        f"    audience: {'customer' if standing.position.audience == 'customer' else 'agent'}",
        f"    facts: {flow(facts)}",
        f"    answers: {flow(told.answers)}",
    ]
    if told.actions:
        pairs = ", ".join(f"{name}: {result}" for name, result in told.actions.items())
        lines.append("    actions: {" + pairs + "}")
    lines.append(f"    expect: {{outcome: {outcome.name}, result: {outcome.result}}}")
    return "\n".join(lines) + "\n"


def read_scenario(text: str, bundle: Bundle, tree: str) -> Scenario | None:
    """The one scenario of a block, read as a tree's file would be; None when it is not good."""
    root = parse_yaml("scenarios:\n" + text, "cenário")
    if isinstance(root, list):
        return None
    problems = Problems("cenário")
    found = read_scenarios(
        Fields(root, problems, "no topo"), tree, Reader(problems, bundle.registry)
    )
    return found[0] if len(found) == 1 and not problems else None


def _walks(bundle: Bundle, text: str, outcome: Outcome) -> bool:
    scenario = read_scenario(text, bundle, "atendimento")
    if scenario is None:
        return False
    run = run_scenario(bundle, scenario, datetime.fromisoformat("2026-11-21T14:02:00-03:00"))
    return run.ok and run.position is not None and run.position.node.name == outcome.name


# The exercise ------------------------------------------------------------------------------------


def _exercise_text(
    standing: Standing, outcome: Outcome, told: Impersonal, facts: Values, case: Case
) -> str:
    article = outcome.article
    lines = [
        f"exercise: {_id(outcome, case)}",
        f"title: {scalar('Um caso que aconteceu')}",
        f"level: {2 + min(3, standing.position.questions)}",
        "track: semana-4",
        "minutes: 12",
        'summary: "Feito de um atendimento encerrado. Ouça, leia a rede e siga até o fim."',
        f"line: {_line(facts)}",
        *_network(standing, told, facts),
        *([f"article: {article}"] if article else []),
        f"facts: {flow(facts)}",
        *_customer(standing, told),
        "expect:",
        f"  outcome: [{outcome.disposition}]",
        *_order(told),
    ]
    return "\n".join(lines) + "\n"


def _id(outcome: Outcome, case: Case) -> str:
    """A name that repeats for the same case, and tells nothing of it."""
    digest = sha256(f"{case.protocol} {case.opened_at.isoformat()}".encode()).hexdigest()[:6]
    words = outcome.disposition.lower().replace("_", "-")
    return f"caso-{words}-x{digest}"


def _line(facts: Values) -> str:
    if _first(facts, "access.technology") == "dedicated":
        return "business"
    neighbours = _numbers(facts, "pon.recent_los") + _numbers(facts, "pon.recent_dying_gasp")
    return "group" if neighbours >= 3 or _first(facts, "outage.active") is True else "single"


def _network(standing: Standing, told: Impersonal, facts: Values) -> Iterator[str]:
    fault = likely_fault(standing)
    if fault:
        yield f"fault: {fault}"
    record = {
        column: scalar(facts[fact][0])
        for fact, column in RECORD.items()
        if fact in facts and not isinstance(facts[fact][0], Unavailable)
    }
    if record:
        yield "record: {" + ", ".join(f"{name}: {value}" for name, value in record.items()) + "}"
    earlier = int(_numbers(facts, "case.recent_count"))
    if earlier:
        yield f"earlier_calls: {min(earlier, 5)}"
    if _first(facts, "outage.active") is True:
        kind = _first(facts, "outage.kind") or "declared"
        soon = (
            ", forecast_min: 120" if _first(facts, "outage.forecast_state") == "confirmed" else ""
        )
        yield f"outage: {{kind: {kind}{soon}}}"
    if _first(facts, "order.open") is True:
        yield f"visit: {{in_days: {-1 if _first(facts, 'order.missed') is True else 1}}}"
    cures = tuple(_cures(standing, told))
    if cures:
        yield f"cured_by: [{', '.join(cures)}]"


def _cures(standing: Standing, told: Impersonal) -> Iterator[str]:
    """What mended the line, as far as the readings before and after tell."""
    states = told.facts.get("session.state", ())
    if not states or states[-1] != "online" or all(one == "online" for one in states):
        return
    done = [name for name, result in told.actions.items() if result == "done"]
    yield from done
    for visit in standing.position.path:
        node = standing.bundle.node(visit.tree, visit.node)
        if not done and isinstance(node, Instruction) and node.changes and not visit.skipped:
            yield RESTART if is_restart(node) else f"{visit.tree}.{visit.node}"


def _customer(standing: Standing, told: Impersonal) -> Iterator[str]:
    knows = {
        fact: values
        for fact, values in told.answers.items()
        if fact not in OWN and not fact.startswith(("fibre.", "order."))
    }
    holder = True in knows.get("caller.is_holder", (True,))
    spec = standing.bundle.registry.facts.get("symptom")
    symptom = knows.get("symptom", ("",))[-1]
    said = spec.label_of(symptom, "customer") if spec and isinstance(symptom, str) else ""
    opening = "Oi, aqui é {caller}. " + (f"{said}." if said else "Preciso de ajuda.")
    yield "customer:"
    yield "  mood: calm"
    yield f"  holder: {scalar(holder)}"
    yield f"  opening: [{scalar(opening)}]"
    yield f"  knows: {flow(knows)}"
    call = _anytime(standing)
    if call is not None:
        yield f"calls_for: {{key: {scalar(call[0])}, at: {call[1]}}}"


def _order(told: Impersonal) -> Iterator[str]:
    states = {
        fact: values[-1]
        for fact, values in told.answers.items()
        if fact in ("fibre.house", "fibre.block", "fibre.pole")
        and not isinstance(values[-1], Unavailable)
    }
    if states:
        pairs = ", ".join(f"{fact}: {scalar(value)}" for fact, value in states.items())
        yield "  order: {" + pairs + "}"


def _solves(bundle: Bundle, exercise: Exercise, outcome: Outcome) -> bool:
    start = datetime.fromisoformat("2026-11-21T14:02:00-03:00")
    customer = VirtualCustomer(exercise, 1, bundle.registry, date(2026, 11, 21))
    return solve(bundle, exercise, customer, {}, start).disposition == outcome.disposition


def _words(outcome: Outcome) -> str:
    return outcome.disposition.replace("_", " ").lower() or str(outcome.result)


def _first(facts: Mapping[str, tuple[object, ...]], fact: str) -> object:
    values = facts.get(fact)
    return values[0] if values else None


def _numbers(facts: Mapping[str, tuple[object, ...]], fact: str) -> float:
    value = _first(facts, fact)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0

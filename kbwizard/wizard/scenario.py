"""Runs a scenario: a walk given as data, replayed on a clock of its own.

Each step takes five seconds; waits and polls let the clock run as far as they need. Nothing here
asks a network or a person: what a source or a person says is in the scenario.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kbwizard.errors import EngineError
from kbwizard.wizard.events import Acted, Answered, Confirmed, Event, Read, Started
from kbwizard.wizard.facts import (
    Ask,
    Reading,
    Reason,
    Registry,
    Scalar,
    Source,
    Unavailable,
)
from kbwizard.wizard.graph import Walked, walked_edges
from kbwizard.wizard.model import (
    Action,
    Audience,
    Bundle,
    Expectation,
    Node,
    Outcome,
    Result,
    Scenario,
    Tree,
)
from kbwizard.wizard.position import Need, Pending, Position
from kbwizard.wizard.replay import Growing

STEP = timedelta(seconds=5)
MAX_STEPS = 300
"""A scenario that has not ended by then never will."""


@dataclass(frozen=True, slots=True)
class ScenarioRun:
    """How a scenario went. `mismatches` are in Portuguese; none means that it held."""

    scenario: Scenario
    position: Position | None
    """Where it ended; None when the engine could not go on."""
    events: tuple[Event, ...]
    edges: frozenset[Walked]
    mismatches: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not self.mismatches


def run_scenario(bundle: Bundle, scenario: Scenario, start: datetime) -> ScenarioRun:
    """Walk a scenario to its outcome, beginning at `start` (aware UTC). Never raises."""
    return _Runner(bundle, scenario, start).run()


class _Runner:
    def __init__(self, bundle: Bundle, scenario: Scenario, start: datetime) -> None:
        self.bundle = with_stubs(bundle, scenario.subtrees)
        self.scenario = scenario
        self.now = start
        self.said: dict[str, int] = {}
        self.position: Position | None = None
        self.events: list[Event] = []

    def run(self) -> ScenarioRun:
        try:
            problems = self._walk()
        except EngineError as error:
            problems = [str(error)]
        edges = walked_edges(self.position) if self.position else frozenset()
        problems += _unusable(self.bundle.registry, self.scenario)
        return ScenarioRun(self.scenario, self.position, tuple(self.events), edges, tuple(problems))

    def _walk(self) -> list[str]:
        started = Started(
            seq=1, at=self.now, root=self.scenario.root, audience=self.scenario.audience
        )
        self.events.append(started)
        walk = Growing(self.bundle, started)
        for _ in range(MAX_STEPS):
            _, node, visit, pending = walk.standing(self.now)
            if pending.need is Need.NOTHING:
                self.position = walk.position(self.now)
                return differences(self.position, self.scenario.expect)
            event = self._advance(node, visit, pending)
            if event is not None:
                self.events.append(event)
                walk.append(event)
        self.position = walk.position(self.now)
        return [f"não terminou: parou no passo {self.position.tree}.{self.position.node.name}"]

    def _advance(self, node: Node, visit: int, pending: Pending) -> Event | None:
        """The next thing that happens; None when only time goes by."""
        if pending.need is Need.WAIT and pending.until is not None:
            self.now = max(self.now + STEP, pending.until)
            return None
        self.now = max(self.now + STEP, pending.next_read_at or self.now)
        seq, at = len(self.events) + 1, self.now
        if pending.need is Need.ANSWER:
            readings = self._answers(pending.facts)
            return Answered(seq=seq, at=at, visit=visit, readings=readings)
        if pending.need is Need.READINGS:
            return Read(seq=seq, at=at, readings=self._readings(pending.facts))
        if pending.need is Need.CONFIRMATION:
            return Confirmed(seq=seq, at=at, visit=visit)
        return Acted(seq=seq, at=at, visit=visit, result=self._result_of(node))

    def _result_of(self, node: Node) -> str:
        name = node.action if isinstance(node, Action) else ""
        return self.scenario.actions.get(name, "done")

    def _answers(self, facts: tuple[str, ...]) -> tuple[Reading, ...]:
        customer = self.scenario.audience == Audience.CUSTOMER
        unsure = Unavailable(Reason.PERSON_UNSURE)
        return tuple(
            Reading(
                name,
                self._next(self.scenario.answers, name, unsure),
                Source.CUSTOMER if customer or self._asks_customer(name) else Source.AGENT,
                self.now,
            )
            for name in facts
        )

    def _asks_customer(self, name: str) -> bool:
        spec = self.bundle.registry.facts.get(name)
        return spec is not None and spec.ask is Ask.CUSTOMER

    def _readings(self, facts: tuple[str, ...]) -> tuple[Reading, ...]:
        silence = Unavailable(Reason.TIMEOUT)
        return tuple(
            Reading(name, self._next(self.scenario.facts, name, silence), Source.NETWORK, self.now)
            for name in facts
        )

    def _next(
        self,
        values: Mapping[str, tuple[Scalar | Unavailable, ...]],
        name: str,
        absent: Unavailable,
    ) -> Scalar | Unavailable:
        """The next of successive values; the last repeats."""
        given = values.get(name)
        if not given:
            return absent
        place = self.said.get(name, 0)
        self.said[name] = place + 1
        return given[min(place, len(given) - 1)]


def differences(position: Position, expect: Expectation) -> list[str]:
    """What a position lacks of what a scenario expects, in Portuguese."""
    found: list[str] = []
    outcome = position.node.name
    if expect.outcome not in ("", outcome, f"{position.tree}.{outcome}"):
        found.append(f"desfecho: esperado {expect.outcome}, veio {position.tree}.{outcome}")
    result = str(position.outcome.result) if position.outcome else "nenhum"
    if expect.result not in ("", result):
        found.append(f"resultado: esperado {expect.result}, veio {result}")
    found += _path_differences(position, expect.path)
    if expect.questions is not None and position.questions != expect.questions:
        found.append(
            f"perguntas ao cliente: esperadas {expect.questions}, feitas {position.questions}"
        )
    if expect.conflicts is not None and set(expect.conflicts) != set(position.conflicts):
        told = ", ".join(position.conflicts) or "nenhum"
        wanted = ", ".join(expect.conflicts) or "nenhum"
        found.append(f"conflitos: esperado {wanted}, veio {told}")
    return found


def _path_differences(position: Position, path: tuple[str, ...]) -> list[str]:
    visits = iter(position.path)
    for name in path:
        if not any(name in (visit.node, f"{visit.tree}.{visit.node}") for visit in visits):
            walked = " → ".join(visit.node for visit in position.path)
            return [f"caminho: não passou por {name} nesta ordem; passou por {walked}"]
    return []


def _unusable(registry: Registry, scenario: Scenario) -> list[str]:
    """Facts that a scenario gives in vain: what is derived follows from what is read."""
    found = []
    for name in scenario.facts:
        spec = registry.facts.get(name)
        if spec is not None and spec.derived is not None:
            inputs = ", ".join(spec.derived.of)
            found.append(f"{name} é derivado: dê ao cenário {inputs}")
    return found


def with_stubs(bundle: Bundle, subtrees: Mapping[str, str]) -> Bundle:
    """The bundle with some trees replaced by one outcome: a result, or a disposition of theirs."""
    if not subtrees:
        return bundle
    stubs = {name: _stub(bundle.trees.get(name), name, told) for name, told in subtrees.items()}
    return replace(bundle, trees={**bundle.trees, **stubs})


def _stub(tree: Tree | None, name: str, told: str) -> Tree:
    results = {str(result): result for result in Result}
    if told in results:
        end = Outcome(name="fim", result=results[told])
    else:
        end = Outcome(name="fim", result=_result_of(tree, told), disposition=told)
    title, gate = (tree.title, tree.gate) if tree else (name, False)
    return Tree(name, title, "fim", {"fim": end}, tuple(Audience), gate=gate)


def _result_of(tree: Tree | None, disposition: str) -> Result:
    for node in tree or ():
        if isinstance(node, Outcome) and node.disposition == disposition:
            return node.result
    return Result.SOLVED

"""Builders for tiny flows: trees, registries and logs as Python values, without files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from kbwizard.wizard.conditions import AllOf, AnyOf, Condition, Test
from kbwizard.wizard.events import (
    Acted,
    Answered,
    Confirmed,
    Ended,
    Event,
    GivenUp,
    HandedOver,
    Jumped,
    LineBound,
    Noted,
    Read,
    Retracted,
    Revised,
    Started,
)
from kbwizard.wizard.facts import (
    Ask,
    ConflictSpec,
    Derived,
    FactSpec,
    FactType,
    Reading,
    Reason,
    Registry,
    Scalar,
    Source,
    Unavailable,
    ValueLabel,
)
from kbwizard.wizard.model import (
    Action,
    Anytime,
    Branch,
    Bundle,
    Check,
    Decide,
    Instruction,
    MaxVisits,
    Node,
    Outcome,
    Poll,
    Question,
    Result,
    Subtree,
    Texts,
    Tree,
)
from kbwizard.wizard.position import Position
from kbwizard.wizard.replay import replay

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SAID = Texts(agent="texto", customer="texto")
UNSURE = Unavailable(Reason.PERSON_UNSURE)
TIMEOUT = Unavailable(Reason.TIMEOUT)


def moment(seconds: float) -> datetime:
    """So many seconds after the walk began."""
    return START + timedelta(seconds=seconds)


# -- registry -----------------------------------------------------------------------------------


def enum(name: str, *values: Scalar, ask: Ask = Ask.CUSTOMER, **more: Any) -> FactSpec:
    """A fact that a customer can be asked, with these values."""
    labels = tuple(ValueLabel(value, str(value)) for value in values)
    return FactSpec(name, name, FactType.ENUM, values=labels, ask=ask, **more)


def network(name: str, *values: Scalar, **more: Any) -> FactSpec:
    """A fact that only the network can tell."""
    labels = tuple(ValueLabel(value, str(value)) for value in values)
    more = {"read_by": "onu", "ask": Ask.NONE, **more}
    return FactSpec(name, name, FactType.ENUM, values=labels, **more)


def number(name: str, type_: FactType = FactType.FLOAT, **more: Any) -> FactSpec:
    return FactSpec(name, name, type_, **{"read_by": "onu", **more})


def derived(name: str, rule: Derived) -> FactSpec:
    return FactSpec(name, name, FactType.ENUM, derived=rule)


def registry(*specs: FactSpec, conflicts: tuple[ConflictSpec, ...] = ()) -> Registry:
    return Registry({spec.name: spec for spec in specs}, conflicts)


# -- conditions ---------------------------------------------------------------------------------


def when(**tests: Scalar | tuple[Scalar, ...]) -> Condition:
    """All of these facts have one of these values; `__` in a name stands for a dot."""
    parts = tuple(
        Test(name.replace("__", "."), "in", value if isinstance(value, tuple) else (value,))
        for name, value in tests.items()
    )
    return parts[0] if len(parts) == 1 else AllOf(parts)


def any_of(*parts: Condition) -> Condition:
    return AnyOf(parts)


def below(fact: str, low: float) -> Condition:
    return Test(fact, "<", low=low)


def to(goto: str, condition: Condition | None = None, **tests: Any) -> Branch:
    return Branch(condition or when(**tests), goto)


# -- nodes --------------------------------------------------------------------------------------


def ask(name: str, *facts: str, go: Mapping[Scalar, str] | None = None, **more: Any) -> Question:
    return Question(name=name, facts=facts, **{"texts": SAID, "go": go or {}, **more})


def check(name: str, *facts: str, branches: tuple[Branch, ...] = (), **more: Any) -> Check:
    return Check(name=name, facts=facts, branches=branches, **more)


def poll(until: Condition, every_s: float = 10, up_to_s: float = 60) -> Poll:
    return Poll(every_s, up_to_s, until)


def decide(name: str, *branches: Branch, **more: Any) -> Decide:
    return Decide(name=name, branches=branches, **more)


def tell(name: str, goto: str, **more: Any) -> Instruction:
    return Instruction(name=name, goto=goto, **{"texts": SAID, **more})


def act(name: str, then: str, on_error: str, otherwise: str, **more: Any) -> Action:
    return Action(
        name=name,
        action=name,
        then=then,
        on_error=on_error,
        otherwise=otherwise,
        **{"texts": SAID, **more},
    )


def sub(name: str, tree_name: str, **returns: str) -> Subtree:
    return Subtree(name=name, tree=tree_name, returns=returns)


def end(name: str, result: Result = Result.SOLVED, disposition: str = "", **more: Any) -> Outcome:
    return Outcome(name=name, result=result, disposition=disposition, texts=SAID, **more)


def ends(*names: str) -> tuple[Outcome, ...]:
    return tuple(end(name) for name in names)


def limit(n: int, then: str) -> MaxVisits:
    return MaxVisits(n, then)


def tree(name: str, *nodes: Node, anytime: tuple[Anytime, ...] = (), **head: bool) -> Tree:
    """A tree that begins at the first node; `head` says `root` or `gate`."""
    return Tree(
        name=name,
        title=name,
        entry=nodes[0].name,
        nodes={node.name: node for node in nodes},
        audiences=("agent", "customer", "trainee"),
        anytime=anytime,
        **head,
    )


def bundle(facts: Registry, *trees: Tree) -> Bundle:
    return Bundle({one.name: one for one in trees}, facts)


# -- walks --------------------------------------------------------------------------------------


class Walk:
    """A log being written, five seconds between events, and where it stands.

    Answers, confirmations and so on are said at the visit where the walk stands, unless `visit`
    says otherwise, as a form would.
    """

    def __init__(self, flows: Bundle, root: str = "", audience: str = "agent") -> None:
        self.bundle = flows
        self.clock = 0.0
        self.events: list[Event] = []
        self._add(Started, root=root or next(iter(flows.trees)), audience=audience)

    @property
    def now(self) -> Position:
        return self.at(self.clock)

    @property
    def node(self) -> str:
        return self.now.node.name

    @property
    def nodes(self) -> list[str]:
        return [visit.node for visit in self.now.path]

    def at(self, seconds: float) -> Position:
        return replay(self.bundle, self.events, moment(seconds))

    def wait(self, seconds: float) -> Walk:
        self.clock += seconds
        return self

    def answer(self, visit: int | None = None, measured: float | None = None, **said: Any) -> Walk:
        source = Source.CUSTOMER
        readings = self._readings(said, source, measured)
        return self._add(Answered, visit=visit or self.now.visit, readings=readings)

    def read(
        self,
        measured: float | None = None,
        line: str | None = None,
        source: Source = Source.NETWORK,
        waited: float = 0,
        **said: Any,
    ) -> Walk:
        readings = self._readings(said, source, measured, line)
        return self._add(Read, readings=readings, waited_s=waited)

    def confirm(self, already: bool = False, visit: int | None = None) -> Walk:
        return self._add(Confirmed, visit=visit or self.now.visit, already=already)

    def give_up(self) -> Walk:
        return self._add(GivenUp, visit=self.now.visit)

    def acted(self, result: str = "done") -> Walk:
        return self._add(Acted, visit=self.now.visit, result=result)

    def revise(self, target: int, **said: Any) -> Walk:
        readings = self._readings(said, Source.CUSTOMER, None)
        return self._add(Revised, target=target, readings=readings)

    def retract(self, target: int) -> Walk:
        return self._add(Retracted, target=target)

    def jump(self, tree_name: str = "", node: str = "", anytime: str = "") -> Walk:
        return self._add(Jumped, tree=tree_name, node=node, anytime=anytime)

    def hand_over(self, audience: str) -> Walk:
        return self._add(HandedOver, audience=audience)

    def bind(self, line: str) -> Walk:
        return self._add(LineBound, line=line)

    def note(self, text: str) -> Walk:
        return self._add(Noted, text=text)

    def end(self) -> Walk:
        return self._add(Ended, visit=self.now.visit)

    @property
    def last(self) -> int:
        """The number of the last event."""
        return len(self.events)

    def _readings(
        self,
        said: Mapping[str, Any],
        source: Source,
        measured: float | None,
        line: str | None = None,
    ) -> tuple[Reading, ...]:
        at = moment(self.clock + 5 if measured is None else measured)
        return tuple(
            Reading(name.replace("__", "."), value, source, at, line=line)
            for name, value in said.items()
        )

    def _add(self, kind: Any, **fields: Any) -> Walk:
        if self.events:
            self.clock += 5
        self.events.append(kind(seq=len(self.events) + 1, at=moment(self.clock), **fields))
        return self

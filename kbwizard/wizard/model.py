"""Trees as frozen values: what `content/` makes from YAML and what the engine walks.

Names and rules follow DESIGN section 5. Texts are Markdown source with `{name}` places, rendered
elsewhere. A node's `line` is where it stands in its file, for messages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kbwizard.wizard.conditions import Condition
from kbwizard.wizard.facts import Registry, Scalar, Unavailable

ENGINE_FORMAT = 1
"""Grows when replaying an old log could give another position."""

BACK = "back"
"""As a `goto`: return to the visit from which this node was entered (anytime nodes)."""


class Audience(StrEnum):
    AGENT = "agent"
    CUSTOMER = "customer"
    TRAINEE = "trainee"


class Result(StrEnum):
    """How a walk may end. `ONLY_WITH_PARENT` return to a parent that lists them."""

    PASSED = "passed"
    SOLVED = "solved"
    ADVISED = "advised"
    NOT_SOLVED = "not_solved"
    DISPATCH = "dispatch"
    ESCALATE = "escalate"
    KNOWN_OUTAGE = "known_outage"
    BILLING = "billing"
    SCHEDULED = "scheduled"
    CALLBACK = "callback"
    NO_CONTACT = "no_contact"


NEED_GATES = frozenset({Result.DISPATCH, Result.ESCALATE})
"""Refused until every gate has passed (rule 10); they also need a deadline policy."""

ONLY_WITH_PARENT = frozenset({Result.PASSED, Result.NOT_SOLVED, Result.ADVISED})
"""Results that only mean something where a parent catches them."""


@dataclass(frozen=True, slots=True)
class Texts:
    """What is said to each audience; `why` is the trainee's margin and "por que pergunto?"."""

    agent: str = ""
    customer: str = ""
    why: str = ""

    def for_audience(self, audience: str) -> str:
        return self.customer if audience == Audience.CUSTOMER else self.agent


@dataclass(frozen=True, slots=True)
class MaxVisits:
    """After `n` arrivals the next one goes to `then` instead."""

    n: int
    then: str


@dataclass(frozen=True, slots=True)
class Branch:
    when: Condition
    goto: str
    why: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Poll:
    """Read again every `every_s` seconds, for `up_to_s` at most, until the condition holds."""

    every_s: float
    up_to_s: float
    until: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeBase:
    name: str
    texts: Texts = Texts()
    line: int = 0
    article: str = ""
    max_visits: MaxVisits | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(NodeBase):
    """Asks one fact, or several on one screen. Exactly one of `go`, `branches`, `goto` routes."""

    facts: tuple[str, ...]
    go: Mapping[Scalar, str] = field(default_factory=dict)
    branches: tuple[Branch, ...] = ()
    otherwise: str = ""
    """`else` in the file."""
    goto: str = ""
    unknown: str = ""
    refresh: bool = False
    """Ask even if the fact is known and fresh."""
    media: str = ""
    help: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(NodeBase):
    """Reads facts from their sources, in parallel."""

    facts: tuple[str, ...]
    branches: tuple[Branch, ...] = ()
    otherwise: str = ""
    unknown: str = ""
    refresh: bool = False
    """Read again even if known and fresh."""
    timeout_s: float | None = None
    poll: Poll | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide(NodeBase):
    """Routes on what is known, reads nothing."""

    branches: tuple[Branch, ...]
    otherwise: str = ""
    unknown: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction(NodeBase):
    """Something a person is asked to do. `wait_s` holds the walk after the confirmation."""

    goto: str
    warning: str = ""
    confirm: str = ""
    """The label of the confirming key; empty: "Feito"."""
    confirm_customer: str = ""
    """The same for a customer, where it reads otherwise; see `confirm_for`."""
    wait_s: float | None = None
    meanwhile: str = ""
    """What to say while waiting."""
    meanwhile_customer: str = ""
    """The same for a customer, where it reads otherwise; see `meanwhile_for`."""
    changes: tuple[str, ...] = ()
    """Facts whose values measured before the confirmation are unusable from then on."""
    media: str = ""
    """A drawing of what to touch, by its name."""

    def confirm_for(self, audience: str) -> str:
        alone = audience == Audience.CUSTOMER and self.confirm_customer
        return self.confirm_customer if alone else self.confirm

    def meanwhile_for(self, audience: str) -> str:
        alone = audience == Audience.CUSTOMER and self.meanwhile_customer
        return self.meanwhile_customer if alone else self.meanwhile


@dataclass(frozen=True, slots=True, kw_only=True)
class Action(NodeBase):
    """Writes to the network, once for each entry into the tree."""

    action: str
    then: str
    on_error: str
    otherwise: str
    """For who may not run it, and when the person refuses."""
    confirm: str = ""
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subtree(NodeBase):
    """Runs another tree. A child's disposition is looked up before its result."""

    tree: str
    returns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Order:
    """What a dispatch asks of the field: `skill` fibre, radio, indoor, power; `priority` 1 to 4."""

    skill: str
    priority: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(NodeBase):
    """How a walk ends. `deadline` names a policy; `requires` maps an audience to facts."""

    result: Result
    disposition: str = ""
    level: str = ""
    """n1, n2, n3, field, supervisor."""
    queue: str = ""
    deadline: str = ""
    order: Order | None = None
    requires: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    alternative: str = ""
    csat: bool = False


Node = Question | Check | Decide | Instruction | Action | Subtree | Outcome


@dataclass(frozen=True, slots=True)
class Anytime:
    """An exit that a root offers on every node: silence, offence, wants a person."""

    label: str
    key: str
    goto: str


@dataclass(frozen=True, slots=True)
class Budget:
    questions: int | None = None
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a scenario must end in. Empty or None: not checked."""

    outcome: str = ""
    """The outcome node's name, or `tree.node`."""
    result: str = ""
    path: tuple[str, ...] = ()
    """Node names in order; a subsequence of the path walked."""
    questions: int | None = None
    """How many questions a customer (or an agent's customer) had to answer."""
    conflicts: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """A walk as data. A fact has successive values, the last repeats; absent: unavailable."""

    name: str
    root: str
    audience: str
    facts: Mapping[str, tuple[Scalar | Unavailable, ...]]
    answers: Mapping[str, tuple[Scalar | Unavailable, ...]]
    actions: Mapping[str, str]
    subtrees: Mapping[str, str]
    """Sub-trees that are not walked: tree name to the disposition or result it returns."""
    expect: Expectation
    line: int = 0


@dataclass(frozen=True, slots=True)
class Tree:
    name: str
    title: str
    entry: str
    nodes: Mapping[str, Node]
    audiences: tuple[str, ...]
    file: str = ""
    owner: str = ""
    status: str = "published"
    reviewed_by: str = ""
    review_by: str = ""
    keywords: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    budget: Budget = Budget()
    anytime: tuple[Anytime, ...] = ()
    root: bool = False
    """True for trees that start a walk (`atendimento`, `autoatendimento`)."""
    gate: bool = False
    """A root that runs this tree lets dispatch and escalation through once it has passed."""
    scenarios: tuple[Scenario, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)
    """The line of each key at the top of the file, for messages."""

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes.values())


@dataclass(frozen=True, slots=True)
class Bundle:
    """All trees and the registry, as one version. A walk is pinned to the bundle it began with."""

    trees: Mapping[str, Tree]
    registry: Registry
    version: str = ""
    """sha256 over the trees' and registry's canonical text, and the engine format."""
    engine_format: int = ENGINE_FORMAT

    def node(self, tree: str, name: str) -> Node:
        return self.trees[tree].nodes[name]

"""An exercise as frozen values: a fault on a line, a person on the phone, and what is right.

Nothing here reads a file, a network or a clock. Names follow docs/treinamento.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kbwizard.wizard.facts import Scalar, Unavailable

MOODS = ("calm", "hurried", "upset", "offensive", "silent", "elderly", "technical", "talkative")
LINE_KINDS = ("single", "group", "business")
"""`group`: a line with a PON of its own, so that a mass failure touches nobody else's exercise."""
LEVELS = (1, 2, 3, 4, 5)

Values = Mapping[str, tuple[Scalar | Unavailable, ...]]


@dataclass(frozen=True, slots=True)
class Persona:
    """Who calls: how they speak, what they know, what they hide until somebody asks."""

    name: str
    """Empty: one of a list, by the seed. The holder's name in the training directory."""
    mood: str
    opening: tuple[str, ...]
    """What may be said first; the seed takes one."""
    holder: bool = True
    caller: str = ""
    """The caller's name where they are not the holder; empty: by the seed."""
    knows: Values = field(default_factory=dict)
    """The truth of every fact they can be asked, visit after visit; the last repeats."""
    says: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Fact to phrases; without one the mood has words of its own."""
    reveals: Mapping[str, str] = field(default_factory=dict)
    """Fact to what is added when it is asked, and never before."""
    asks: tuple[str, ...] = ()
    """What the customer asks by themself now and then."""


@dataclass(frozen=True, slots=True)
class Notice:
    """An outage notice that stands when the call begins. `forecast_min` None: no forecast."""

    kind: str = "declared"
    forecast_min: int | None = None


@dataclass(frozen=True, slots=True)
class BookedVisit:
    """A visit already scheduled. `in_days` from today; negative: it was missed."""

    in_days: int
    period: str = "morning"


@dataclass(frozen=True, slots=True)
class CallFor:
    """An exit that the right way takes at a node: silence, offence, wants a person."""

    key: str
    at: str
    """`tree.node` where the customer behaves so."""
    says: str = ""
    comes_back: bool = False


@dataclass(frozen=True, slots=True)
class Expected:
    """What the author expects. Empty: whatever the trees say, computed from the truth."""

    outcome: tuple[str, ...] = ()
    """Dispositions that are right; one usually."""
    must_visit: tuple[str, ...] = ()
    """`tree.node` that the way has to pass: missing one is a missed critical step."""
    must_not: tuple[str, ...] = ()
    order: Mapping[str, str] = field(default_factory=dict)
    """What the work order has to say: `fibre.house: off`, `skill: fibre`…"""


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise, as its file says."""

    id: str
    title: str
    level: int
    track: str
    minutes: int
    summary: str
    """What the trainee reads before beginning; gives nothing away."""
    persona: Persona
    line: str = "single"
    fault: str = ""
    """A fault of the lab, by its name; empty: nothing is wrong on the network."""
    age_s: int | None = None
    """How long ago it began; None: the fault's own."""
    record: Mapping[str, str] = field(default_factory=dict)
    """Columns of the customer file that this exercise changes: contract_state, segment…"""
    earlier_calls: int = 0
    """Cases of the last seven days, closed, about the same line."""
    notice: Notice | None = None
    visit: BookedVisit | None = None
    calls_for: CallFor | None = None
    cured_by: tuple[str, ...] = ()
    """What mends the line: `restart`, an action's name, or a `tree.node` that was confirmed."""
    facts: Values = field(default_factory=dict)
    """What sources say where no network can be asked: exercises made from a case."""
    expected: Expected = Expected()
    article: str = ""
    topics: tuple[str, ...] = ()
    file: str = ""
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)
    text: str = field(default="", compare=False, repr=False)
    """The file's text: what an attempt keeps."""
